//! Which keys give their value away, and which values tell nothing although a key says so. Tables and questions to them.

use super::{Kind, is_placeholder};

/// How careful a key makes us.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Any value is a secret.
    Password,
    /// A value is a secret unless it reads like a word.
    Token(Kind),
    /// The rest of the line, or the whole quoted text.
    Header(Kind),
}

/// Endings of keys, in lower case without separators; longer ones first where one ends another.
const ENDINGS: &[(&str, Class)] = &[
    ("password", Class::Password),
    ("passwd", Class::Password),
    ("passphrase", Class::Password),
    ("pwd", Class::Password),
    ("userpass", Class::Password),
    ("dbpass", Class::Password),
    ("authorization", Class::Header(Kind::Token)),
    ("setcookie", Class::Header(Kind::Cookie)),
    ("cookie", Class::Header(Kind::Cookie)),
    ("cookies", Class::Header(Kind::Cookie)),
    ("token", Class::Token(Kind::Token)),
    ("jwt", Class::Token(Kind::Token)),
    ("bearer", Class::Token(Kind::Token)),
    ("secret", Class::Token(Kind::Secret)),
    ("apikey", Class::Token(Kind::Key)),
    ("accesskey", Class::Token(Kind::Key)),
    ("secretkey", Class::Token(Kind::Key)),
    ("secretaccesskey", Class::Token(Kind::Key)),
    ("privatekey", Class::Token(Kind::PrivateKey)),
    ("privatekeyid", Class::Token(Kind::Key)),
    ("signingkey", Class::Token(Kind::Key)),
    ("encryptionkey", Class::Token(Kind::Key)),
    ("masterkey", Class::Token(Kind::Key)),
    ("accountkey", Class::Token(Kind::Key)),
    ("sharedaccesskey", Class::Token(Kind::Key)),
    ("subscriptionkey", Class::Token(Kind::Key)),
    ("authkey", Class::Token(Kind::Key)),
    ("serverkey", Class::Token(Kind::Key)),
    ("sharedaccesssignature", Class::Token(Kind::Secret)),
    ("signature", Class::Token(Kind::Secret)),
    ("credential", Class::Token(Kind::Secret)),
    ("credentials", Class::Token(Kind::Secret)),
    ("sessionid", Class::Token(Kind::Cookie)),
    ("sessid", Class::Token(Kind::Cookie)),
    ("session", Class::Token(Kind::Cookie)),
    ("connectsid", Class::Token(Kind::Cookie)),
    ("csrf", Class::Token(Kind::Token)),
    ("xsrf", Class::Token(Kind::Token)),
    ("otp", Class::Password),
    ("hmac", Class::Token(Kind::Secret)),
    ("cvv", Class::Password),
    ("verificationcode", Class::Password),
    ("recoverycode", Class::Password),
];

/// Keys that end like a secret and are none: cursors, parser messages, settings about secrets.
const HARMLESS: &[&str] = &[
    "unexpectedtoken",
    "nexttoken",
    "pagetoken",
    "nextpagetoken",
    "continuationtoken",
    "synctoken",
    "httpsession",
    "newsession",
    "usingpassword",
    "requirepassword",
    "haspassword",
    "hastoken",
    "resetpassword",
    "forgotpassword",
    "changepassword",
];

/// Keys under which the value of the key around them stands: `credentials.value`.
const VALUES: &str = "value values val raw plain plaintext content data string base64 encoded current previous old \
    new primary secondary id hash access refresh code key";

/// Endings of keys under which no secret stands, whatever stands around them: people, times, places, kinds, messages.
const DESCRIBING: &str = "type kind alg algorithm typ name username user email mail role roles scope scopes path domain \
    url uri host hostname origin issuer iss aud audience sub subject age expires expiry expiration \
    expiresin expiresat exp iat nbf at on time timestamp date created updated modified ttl message \
    reason error status state version count length size index region zone location project \
    projectid service provider traceid spanid trace requestid correlationid enabled required valid \
    secure httponly samesite ip address useragent agent device browser locale language description \
    title label file line column model method category group tenant account accountid userid format \
    env environment pattern commit build image digest";

/// Keys that are secrets only as parameters of a URL.
const IN_QUERIES: &[&str] = &[
    "key",
    "sig",
    "code",
    "auth",
    "access",
    "pass",
    "hash",
    "state",
    "nonce",
    "se",
    "policy",
    "ticket",
    "assertion",
];

/// Values that say something about a secret and are none.
const WORDS: &[&str] = &[
    "yes",
    "no",
    "true",
    "false",
    "null",
    "none",
    "nil",
    "undefined",
    "nan",
    "empty",
    "missing",
    "invalid",
    "expired",
    "required",
    "optional",
    "incorrect",
    "wrong",
    "failed",
    "failure",
    "success",
    "ok",
    "valid",
    "verified",
    "malformed",
    "mismatch",
    "denied",
    "unauthorized",
    "forbidden",
    "unknown",
    "set",
    "unset",
    "present",
    "absent",
    "configured",
    "loaded",
    "found",
    "enabled",
    "disabled",
    "default",
    "not",
    "is",
    "was",
    "the",
    "a",
    "an",
    "and",
    "or",
    "for",
    "must",
    "should",
    "cannot",
    "could",
    "can",
    "has",
    "have",
    "str",
    "string",
    "bool",
    "int",
    "bytes",
    "object",
    "text",
    "password",
    "token",
    "secret",
    "key",
    "latest",
    "value",
    "bearer",
    "basic",
    "jwt",
    "user",
    "error",
    "changed",
    "updated",
    "created",
    "deleted",
    "revoked",
    "rotated",
    "generated",
    "rejected",
    "accepted",
    "refreshed",
    "active",
    "inactive",
    "authentication",
    "authorization",
    "login",
    "include",
    "same-origin",
    "omit",
    "lax",
    "strict",
    "sha256",
    "md5",
    "hs256",
    "rs256",
];

/// First parts of an expression in source code, shown by stack traces: `password=settings.DB_PASSWORD`.
const CODE: &[&str] = &[
    "self",
    "this",
    "settings",
    "config",
    "process",
    "os",
    "env",
    "req",
    "request",
    "ctx",
    "cfg",
    "app",
    "opts",
    "options",
    "args",
    "kwargs",
    "data",
    "user",
    "body",
    "params",
    "secrets",
    "environ",
    "conf",
    "props",
    "event",
    "credentials",
    "auth",
    "payload",
    "response",
    "res",
];

/// The word of a class's placeholders.
pub(super) fn kind(class: Class) -> Kind {
    match class {
        Class::Password => Kind::Password,
        Class::Token(kind) | Class::Header(kind) => kind,
    }
}

fn flat(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn holds(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// Whether the value of the key around it stands under this one; numbers count the elements of a list.
pub(super) fn names_value(key: &str) -> bool {
    key.bytes().all(|b| b.is_ascii_digit()) || holds(VALUES, &flat(key))
}

/// Whether what stands under a key is no secret.
pub(super) fn describes(key: &str) -> bool {
    let flat = flat(key);
    // The last word of the key: `createdAt`, `user_name`.
    let by_sign = key.rsplit(['_', '-', '.', ' ']).next().unwrap_or(key);
    let by_case =
        by_sign.rfind(|c: char| c.is_ascii_uppercase()).and_then(|at| by_sign.get(at..)).unwrap_or(by_sign);
    [flat.as_str(), &by_sign.to_ascii_lowercase(), &by_case.to_ascii_lowercase()]
        .iter()
        .any(|word| holds(DESCRIBING, word))
        || HARMLESS.iter().any(|name| flat.ends_with(name))
}

/// What the name of several secrets says of a list or an object: `tokens`, `apiKeys`.
pub(super) fn plural(key: &str) -> Option<Class> {
    key.strip_suffix(['s', 'S']).and_then(|one| class(one, false))
}

/// What a key says of its value, if anything.
pub(super) fn class(key: &str, in_query: bool) -> Option<Class> {
    let key = inner(key);
    let flat = flat(key);
    if HARMLESS.iter().any(|name| flat.ends_with(name)) {
        return None;
    }
    if in_query && IN_QUERIES.contains(&flat.as_str()) {
        return Some(Class::Token(Kind::Secret));
    }
    let part = key.rsplit(['_', '-', '.']).next().unwrap_or(key);
    if part.eq_ignore_ascii_case("pass") {
        return Some(Class::Password);
    }
    // `accesskeyid` and the like are told by the whole key; `secrets` and `tokens` are counts and lists.
    ENDINGS.iter().find(|(ending, _)| flat.ends_with(ending)).map(|(_, class)| *class)
}

/// A path of keys without what only says that a value or an element follows: `token.0`, `credentials.value`.
fn inner(key: &str) -> &str {
    let mut key = key;
    while let Some((before, last)) = key.rsplit_once('.') {
        let is_sure = last.bytes().all(|b| b.is_ascii_digit())
            || ["value", "raw", "plain", "plaintext"].contains(&last);
        if !is_sure || before.is_empty() {
            break;
        }
        key = before;
    }
    key
}

/// Whether a value tells nothing: a placeholder, a word about secrets, a type, a path to a secret, the key itself.
pub(super) fn says_nothing(value: &str, key: &str) -> bool {
    let word = value.trim_matches(|c: char| !c.is_alphanumeric() && c != '[' && c != '<' && c != '*');
    let lower = word.to_ascii_lowercase();
    is_placeholder(value)
        || word.is_empty() && value.len() < 6
        || WORDS.contains(&lower.as_str())
        || lower == key.to_ascii_lowercase()
        || value.starts_with("projects/")
        || value.starts_with("arn:")
        || value.ends_with(":latest")
        // The code of an error, behind words such as "refuses user or password:".
        || value.starts_with("SQLSTATE")
}

/// Words of a message about a password, and not one.
pub(super) fn is_prose(value: &str) -> bool {
    let words: Vec<&str> = value.split_whitespace().collect();
    let about = [
        "must",
        "required",
        "require",
        "invalid",
        "should",
        "field",
        "cannot",
        "incorrect",
        "is",
        "too",
        "not",
        "expired",
        "was",
        "does",
    ];
    words.len() >= 2 && words.iter().any(|word| about.contains(&word.to_ascii_lowercase().as_str()))
}

/// Source code and not a value: `get_token(`, `settings.KEY`, `os.environ["X"]`.
pub(super) fn is_expression(text: &str, start: usize, end: usize) -> bool {
    let value = text.get(start..end).unwrap_or_default();
    let next = text.as_bytes().get(end).copied();
    let name = value.split(['.', '[', '(', '?']).next().unwrap_or(value);
    let rest = value.get(name.len()..).unwrap_or_default();
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    plain(name)
        && (CODE.contains(&name) && !rest.is_empty()
            || rest.starts_with('(')
            || rest.starts_with('[')
            || value == name && next == Some(b'('))
}
