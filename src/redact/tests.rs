//! Planted secrets that must go, and sentences that must stay as they are.
mod nested;

use super::{Level, Memory};

fn redacted(level: Level, text: &str) -> String {
    Memory::new(level, &[]).redact(text).into_owned()
}
/// `⟦…⟧` marks what has to go; everything else has to stay.
fn wrong(level: Level, marked: &str) -> Option<String> {
    let text: String = marked.chars().filter(|c| !matches!(c, '⟦' | '⟧')).collect();
    let placeholder = regex::Regex::new("<[a-z-]+-[0-9]+>").unwrap();
    let out = redacted(level, &text);
    let expected = regex::Regex::new("⟦[^⟧]*⟧").unwrap().replace_all(marked, "⟦⟧").into_owned();
    let got = placeholder.replace_all(&out, "⟦⟧").into_owned();
    (got != expected).then(|| format!("{marked}\n   gave {out}"))
}

#[track_caller]
fn check_all<S: AsRef<str>>(level: Level, all: impl IntoIterator<Item = S>) {
    let wrong: Vec<String> = all.into_iter().filter_map(|marked| wrong(level, marked.as_ref())).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Made-up values in the shape of real ones; put together here so that no scanner takes this file for a leak.
fn vendor_tokens() -> Vec<String> {
    let a = "Zk3Qw9Lm2Xv7Bt5Rn8Hc4Yd6Pf1Gs0JaEuTiOoKl";
    let hex = "9f86d081884c7d659a2feaa0c55ad015";
    let take = |n: usize| &a[..n];
    vec![
        format!("AIza{}", &take(35)),
        "AKIA".to_owned() + "QW3ERT5YUI8OPAS7",
        "ASIA".to_owned() + "QW3ERT5YUI8OPAS7",
        format!("ghp_{}", take(36)),
        format!("gho_{}", take(36)),
        format!("ghs_{}", take(36)),
        format!("github_pat_{}_{}", take(22), take(30)),
        format!("glpat-{}", take(20)),
        format!("xoxb-123456789012-{}", take(24)),
        format!("xoxp-123456789012-{}", take(24)),
        format!("xapp-1-A01-{}", take(24)),
        format!("sk_live_{}", take(24)),
        format!("sk_test_{}", take(24)),
        format!("rk_live_{}", take(24)),
        format!("whsec_{}", take(32)),
        format!("sk-{}", take(40)),
        format!("sk-proj-{}", take(40)),
        format!("sk-ant-api03-{}", take(40)),
        format!("SG.{}.{}", take(22), take(40)),
        format!("SK{hex}"),
        format!("key-{hex}"),
        format!("ya29.{}", take(40)),
        format!("GOCSPX-{}", take(28)),
        format!("npm_{}", take(36)),
        format!("pypi-AgEIcHlwaS5vcmc{}", take(40)),
        format!("dckr_pat_{}", take(27)),
        format!("hf_{}", take(34)),
        format!("dop_v1_{hex}{hex}"),
        format!("shpat_{hex}"),
        format!("sq0atp-{}", take(22)),
        format!("lin_api_{}", take(40)),
        format!("dapi{hex}"),
        format!("glsa_{}_5a1b2c3d", take(32)),
        format!("NRAK-{}", "ABCDEFGHIJKLMNOPQRSTU01234"),
        format!("PMAK-{}-{hex}", &hex[..24]),
        format!("xkeysib-{hex}{hex}-{}", take(16)),
        format!("hvs.{}", take(30)),
        format!("tskey-auth-{}", take(30)),
        format!("gsk_{}", take(40)),
        format!("sbp_{hex}01234567"),
        format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.{}", take(40)),
        format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.{}", take(40)),
        format!("123456789:AA{}", take(33)),
        format!("EAACEdEose0cBA{}", take(30)),
        format!("ATATT3x{}", take(40)),
        format!("rubygems_{hex}0123456789abcdef"),
        format!("CFPAT-{}", take(40)),
        format!("r8_{}", take(37)),
        format!("dp.pt.{}", take(40)),
        format!("figd_{}", take(40)),
    ]
}

#[test]
fn vendor_tokens_go_wherever_they_stand() {
    let mut all = Vec::new();
    for token in vendor_tokens() {
        for frame in [
            "⟦T⟧",
            "request with ⟦T⟧ failed",
            "{\"value\":\"⟦T⟧\"}",
            "https://api.example.com/v1?x=1&k=⟦T⟧&y=2",
            "  File \"a.py\", line 3, in call(\"⟦T⟧\")",
            "[\"⟦T⟧\"]",
            "x-header: ⟦T⟧, other",
            "line one\\n⟦T⟧\\nline two",
        ] {
            all.push(frame.replace("⟦T⟧", &format!("⟦{token}⟧")));
        }
    }
    check_all(Level::Secrets, all);
}

#[test]
fn tokens_cut_by_an_ellipsis_go_too() {
    for token in vendor_tokens() {
        let cut = token.get(..token.len() / 2 + 6).unwrap();
        let out = redacted(Level::Secrets, &format!("got {cut}…"));
        assert!(!out.contains(cut), "{cut:?} is left in {out:?}");
    }
}

#[test]
fn values_told_by_a_key_go() {
    check_all(
        Level::Secrets,
        [
            "password=⟦hunter2⟧",
            "password=⟦hunter⟧ user=bob",
            "Password: ⟦correcthorse⟧",
            "db_password=⟦Tr0ub4dor&3⟧",
            "DB_PASS=⟦s3cr3t!⟧ DB_HOST=db",
            "PGPASSWORD=⟦abc123xyz⟧ psql -h db",
            "{\"user\":\"bob\",\"password\":\"⟦hunter2⟧\",\"age\":3}",
            "{\\\"password\\\":\\\"⟦hunter2⟧\\\",\\\"age\\\":3}",
            "{'password': '⟦hunter2⟧', 'user': 'bob'}",
            "{ password: '⟦hunter2⟧', user: 'bob' }",
            "password => \"⟦hunter2⟧\"",
            "password: \"⟦two words⟧\"",
            "{\"pin\":1,\"password\":⟦123456⟧}",
            "  password: ⟦swordfish⟧\n  user: bob",
            "passwd=⟦letmein⟧",
            "pwd=⟦x⟧;",
            "passphrase=⟦opensesame⟧",
            "Server=db;User Id=sa;Password=⟦P@ss,word1⟧;Encrypt=true",
            "Server=db;Pwd=⟦P@ssw0rd⟧;",
            "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=⟦Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA==⟧;EndpointSuffix=y",
            "Endpoint=sb://x/;SharedAccessKeyName=root;SharedAccessKey=⟦Zm9vYmFyYmF6cXV4MTIz=⟧",
            "api_key=⟦9f86d081884c⟧",
            "apiKey: '⟦9f86d081884c⟧'",
            "\"x-api-key\": \"⟦9f86d081884c⟧\"",
            "X-Api-Key: ⟦9f86d081884c7d65⟧",
            "API-KEY=⟦abcdefgh⟧",
            "secret=⟦abcdefgh⟧",
            "client_secret=⟦Zk3Qw9Lm2Xv⟧&grant_type=x",
            "{\"client_secret\":\"⟦Zk3Qw9Lm2Xv⟧\"}",
            "JWT_SECRET=⟦my-very-long-secret⟧",
            "SECRET_KEY='⟦django-insecure-abc$%^⟧'",
            "aws_secret_access_key = ⟦wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY⟧",
            "AWS_SECRET_ACCESS_KEY=⟦wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY⟧",
            "access_token=⟦abc123def456⟧&expires_in=3600",
            "\"refresh_token\": \"⟦1a2b3c4d5e⟧\"",
            "id_token: ⟦1a2b3c4d5e6f⟧",
            "auth_token=⟦1a2b3c4d5e6f⟧",
            "token=⟦abcdef⟧",
            "csrf_token=⟦abcdefgh1⟧",
            "Authorization: Bearer ⟦abcdefgh⟧",
            "authorization: Bearer ⟦abc.def.ghi⟧",
            "Authorization: Basic ⟦dXNlcjpwYXNzd29yZA==⟧",
            "\"Authorization\":\"Bearer ⟦1a2b3c4d5e6f⟧\"",
            "'authorization': 'Token ⟦9f86d081884c7d65⟧'",
            "Proxy-Authorization: Basic ⟦dXNlcjpwYXNz⟧",
            "called with Bearer ⟦1a2b3c4d5e6f⟧ and failed",
            "used Basic ⟦dXNlcjpwYXNzd29yZA==⟧ for it",
            "Cookie: ⟦sid=abc; theme=dark⟧",
            "Set-Cookie: ⟦sessionid=1a2b3c; Path=/; HttpOnly⟧",
            "\"cookie\":\"⟦sid=abc; theme=dark⟧\",\"host\":\"x\"",
            "session=⟦1a2b3c4d5e6f⟧",
            "JSESSIONID=⟦0123456789ABCDEF⟧",
            "PHPSESSID=⟦abcdef123456⟧; x=1",
            "connect.sid=⟦s%3Aabcdef.ghi⟧",
            "GET /x?token=⟦abcdef⟧&a=1",
            "GET /x?a=1&key=⟦abcdefg⟧ HTTP/1.1",
            "GET /cb?code=⟦4/0AX4XfWh⟧&scope=email",
            "https://x.blob.example.net/a?sv=2020&sig=⟦Zk3Qw9%2Fabc%3D⟧&se=2025",
            "https://s3.example.com/a?X-Amz-Credential=⟦AKIAQW3ERT5YUI8OPAS7%2F2025⟧&X-Amz-Signature=⟦9f86d081884c7d659a2f⟧",
            "https://storage.example.com/a?X-Goog-Signature=⟦9f86d081884c7d659a2f⟧&b=1",
            "/reset?password=⟦abc⟧&x=1",
            "/x?redirect=%2Fy%3Ftoken%3D⟦1a2b3c4d5e⟧",
            "postgres://app:⟦s3cret⟧@db:5432/x",
            "postgresql+asyncpg://app:⟦p/a?ss⟧@db:5432/x",
            "mysql://root:⟦root⟧@127.0.0.1/x",
            "mongodb+srv://app:⟦p%40ss⟧@cluster0.example.net/x?retryWrites=true",
            "redis://:⟦abc⟧@cache:6379/0",
            "amqp://guest:⟦guest⟧@mq:5672//",
            "https://⟦9f86d081884c7d65⟧@sentry.example.com/12",
            "https://x-access-token:⟦abcdefgh⟧@github.com/a/b.git",
            "root:⟦hunter2⟧@tcp(10.0.0.3:3306)/orders?parseTime=true",
            "app:⟦hunter2⟧@unix(/cloudsql/p:r:i)/orders",
            "CREATE USER 'a'@'%' IDENTIFIED BY '⟦hunter2⟧'",
            "ALTER ROLE shop WITH ENCRYPTED PASSWORD '⟦hunter2⟧' VALID UNTIL 'infinity'",
            "curl -u bob:⟦hunter2⟧ https://x",
            "curl --user bob:⟦hunter2⟧ https://x",
            "mysqldump --password=⟦hunter2⟧ -h db",
            "tool --password ⟦hunter2⟧ --verbose",
            "https://hooks.slack.com/services/⟦T00000000/B00000000/XXXXXXXXYYYYYYYYZZZZZZZZ⟧",
            "https://discord.com/api/webhooks/⟦123456789012345678/Zk3Qw9Lm2Xv7Bt5Rn8Hc4Yd6⟧",
            "-----BEGIN x-----\nno secret",
            "key: ⟦-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----⟧ after",
            "{\"private_key\": \"⟦-----BEGIN PRIVATE KEY-----\\nMIIEvQ\\n-----END PRIVATE KEY-----\\n⟧\", \"client_email\": \"x\"}",
            "⟦-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk⟧",
            "\"private_key_id\": \"⟦9f86d081884c7d659a2feaa0c55ad015a3bf4f1b⟧\"",
            "\"otp\":\"⟦482913⟧\"",
            "verification_code=⟦482913⟧",
            "os.environ['DB_PASSWORD'] = '⟦hunter2⟧'",
            "export STRIPE_SECRET=⟦abcdefgh⟧",
            "Hub-Signature: ⟦sha1=9f86d081884c7d65⟧",
            "<none> password=⟦hunter2⟧",
            "DATABASE_URL=postgres://app:⟦hunter2⟧@db/x",
        ],
    );
}

#[test]
fn sentences_stay() {
    check_all(
        Level::Secrets,
        [
            "JWT=REDACTED",
            "Access denied for user 'root'@'10.0.0.4' (using password: YES)",
            "Access denied for user 'root'@'10.0.0.4' (using password: NO)",
            "token_validator failed",
            "from app.token_validator import Validator",
            "secret length 50",
            "MAX_TOKENS=4096",
            "max_tokens: 1024",
            "Invalid token: signature mismatch",
            "token: expired",
            "Token expired",
            "SyntaxError: Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON",
            "Unexpected token: identifier",
            "SyntaxError: Unexpected token } in JSON at position 12",
            "Bearer token missing",
            "Bearer authentication required",
            "Basic authentication failed",
            "Authorization: missing",
            "authorization: required",
            "password authentication failed for user \"app\"",
            "FATAL: password authentication failed for user \"postgres\"",
            "Failed to reset password: user not found",
            "Password must be at least 8 characters",
            "password: must be longer than 8",
            "\"password\": \"Password is required\"",
            "token=null",
            "secret=true",
            "password=<redacted>",
            "password=***",
            "password: ********",
            "api_key=${API_KEY}",
            "api_key=$API_KEY",
            "api_key=os.environ[\"API_KEY\"]",
            "token = get_token(request)",
            "client = Client(password=settings.DB_PASSWORD)",
            "login(token=token, user=user)",
            "JWT_SECRET_KEY: MISSING",
            "SECRET_KEY: configured",
            "def check(token: str) -> bool:",
            "def check(token: Optional[str] = None):",
            "--set-secrets=DB_PASSWORD=db-password:latest",
            "secret projects/123456/secrets/db-password/versions/latest not found",
            "secret: projects/123456/secrets/db-password",
            "Permission denied on secret: db-password for Revision service account",
            "sk-learn-pipeline-version-two is loaded",
            "eyJust a word",
            "task-1234567890 done, sk- is no key",
            "GET https://api.example.com:8080/v1/users@2x.png 200",
            "connecting to redis://cache:6379/0",
            "connecting to postgres://app@db/x",
            "see https://example.com/a/b?page=2&size=10",
            "keyboard interrupt: key pressed",
            "KeyError: 'session'",
            "session closed: timeout",
            "Session: 5 active",
            "ModuleNotFoundError: No module named 'app.auth.tokens'",
            "File \"/app/token.py\", line 12, in check",
            "tokens: 12, cost: 0.3",
            "token count: 12",
            "primary_key=42",
            "cache_key=user:12",
            "cookies enabled",
            "nextPageToken=CAUQAA12345678",
            "signature: invalid",
            "SignatureDoesNotMatch: The request signature we calculated",
            "2025-09-16T04:36:31.118Z ERROR token: 2025-09-16T04:36:31Z",
            "password_hash_rounds=12",
            "credentials: include",
            "Could not load the default credentials: see the docs",
            "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
            "trace 4bf92f3577b34da6a3ce929d0e0e4736",
            "-----BEGIN CERTIFICATE-----",
            "a::b == c != d <= e => f",
            "Container called exit(3).",
            "x",
            "",
        ],
    );
}

#[test]
fn standard_takes_out_people() {
    check_all(
        Level::Standard,
        [
            "mail to ⟦bob.smith+x@mail.example.com⟧ failed",
            "from ⟦203.0.113.7⟧ port 80",
            "from [⟦2001:db8::8a2e:370:7334⟧]",
            "call ⟦+49 170 1234567⟧ now",
            "call ⟦(212) 555-0123⟧ now",
            "card ⟦4111 1111 1111 1111⟧ declined",
            "GET /search?q=⟦my+name⟧&page=⟦2⟧",
            "password=⟦hunter2⟧",
        ],
    );
    check_all(
        Level::Standard,
        [
            "version 1.2.3.4000 of it",
            "listening on 127.0.0.1:8080",
            "at 12:30:45:123",
            "id 1234567890123456 none",
            "std::vec::Vec",
            "Container called exit(3).",
            "in 1234.567 ms",
            "a@b",
        ],
    );
}

#[test]
fn strict_takes_out_ids_hosts_and_users() {
    check_all(
        Level::Strict,
        [
            "id ⟦123e4567-e89b-12d3-a456-426614174000⟧",
            "trace ⟦4bf92f3577b34da6a3ce929d0e0e4736⟧ x",
            "order ⟦1234567890⟧ x",
            "in /home/⟦bob⟧/app/x.py",
            "in C:\\Users\\⟦bob⟧\\x.py",
            "to https://⟦shop.example.com⟧/x",
            "lookup ⟦db.corp.internal⟧ failed",
        ],
    );
}

#[test]
fn the_same_value_gets_the_same_placeholder() {
    let mut memory = Memory::new(Level::Secrets, &["Falcon".into()]);
    assert_eq!(memory.redact("password=hunter2 by Falcon"), "password=<password-1> by <word-1>");
    assert_eq!(memory.redact("password=swordfish"), "password=<password-2>");
    assert_eq!(memory.redact("pwd=hunter2"), "pwd=<password-1>");
    assert_eq!(memory.redact_value("password", "hunter2"), "<password-1>");
    assert_eq!(memory.replaced(), [("password".to_owned(), 4), ("word".to_owned(), 1)]);
    // What was found is found again where nothing gives it away.
    assert!(!memory.learn_found());
    let _ = memory.redact("secret=Abc12345xyz");
    assert!(memory.learn_found());
    assert_eq!(memory.redact("bare Abc12345xyz here"), "bare <secret-1> here");
}

#[test]
fn redacting_twice_changes_nothing() {
    for token in vendor_tokens() {
        let once = redacted(Level::Strict, &format!("token={token} and Authorization: Bearer {token}"));
        assert_eq!(redacted(Level::Strict, &once), once);
    }
}

#[test]
fn pieces_are_looked_at_together() {
    let (mut key, mut value) = ("the key password=".to_owned(), "hunter2".to_owned());
    Memory::new(Level::Secrets, &[]).redact_pieces(&mut [&mut key, &mut value]);
    assert_eq!((key.as_str(), value.as_str()), ("the key password=", "<password-1>"));
}

#[test]
fn off_leaves_everything() {
    assert_eq!(redacted(Level::Off, "password=hunter2"), "password=hunter2");
}

/// Texts made to be slow: each would take minutes if any finder looked at all that follows from every place.
#[test]
fn time_is_linear() {
    for part in [
        "token=",
        "password=\"",
        "--",
        "://a",
        "Bearer ",
        "eyJ",
        "-----BEGIN ",
        "a:b@",
        "%3D",
        "\\\"secret\\\":",
        "@tcp(",
        "?a=",
    ] {
        let text = part.repeat(30_000 / part.len());
        let _ = redacted(Level::Strict, &text);
    }
}
