//! Secrets that give themselves away: vendors' token prefixes, JWTs, authorization schemes, PEM keys, credentials in URLs,
//! webhook addresses. Literal first (one Aho-Corasick pass), then a look at what stands around each hit.

use super::{Kind, Span, is_placeholder};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use std::sync::OnceLock;

/// What may follow a prefix.
#[derive(Clone, Copy)]
enum Set {
    /// Letters, digits, `_`, `-`.
    Word,
    /// As `Word`, and `.`.
    Dotted,
    /// Capital letters and digits.
    Upper,
    /// Hexadecimal digits.
    Hex,
}

/// A vendor's prefix, what follows it, and the fewest characters that must follow. Sources: the vendors' pages on token
/// formats and on secret scanning (docs.github.com/code-security/secret-scanning, docs.aws.amazon.com/IAM identifiers,
/// api.slack.com/authentication/token-types, docs.stripe.com/keys).
const PREFIXES: &[(&str, Set, usize, Kind)] = &[
    ("AIza", Set::Word, 30, Kind::Key),
    ("AKIA", Set::Upper, 16, Kind::Key),
    ("ASIA", Set::Upper, 16, Kind::Key),
    ("ABIA", Set::Upper, 16, Kind::Key),
    ("ACCA", Set::Upper, 16, Kind::Key),
    ("ghp_", Set::Word, 20, Kind::Token),
    ("gho_", Set::Word, 20, Kind::Token),
    ("ghu_", Set::Word, 20, Kind::Token),
    ("ghs_", Set::Word, 20, Kind::Token),
    ("ghr_", Set::Word, 20, Kind::Token),
    ("github_pat_", Set::Word, 20, Kind::Token),
    ("glpat-", Set::Dotted, 16, Kind::Token),
    ("gldt-", Set::Word, 16, Kind::Token),
    ("glrt-", Set::Dotted, 16, Kind::Token),
    ("glptt-", Set::Word, 16, Kind::Token),
    ("xoxb-", Set::Word, 10, Kind::Token),
    ("xoxp-", Set::Word, 10, Kind::Token),
    ("xoxa-", Set::Word, 10, Kind::Token),
    ("xoxr-", Set::Word, 10, Kind::Token),
    ("xoxs-", Set::Word, 10, Kind::Token),
    ("xoxe-", Set::Word, 10, Kind::Token),
    ("xoxe.", Set::Dotted, 10, Kind::Token),
    ("xapp-", Set::Word, 10, Kind::Token),
    ("sk_live_", Set::Word, 10, Kind::Key),
    ("sk_test_", Set::Word, 10, Kind::Key),
    ("rk_live_", Set::Word, 10, Kind::Key),
    ("rk_test_", Set::Word, 10, Kind::Key),
    ("whsec_", Set::Word, 16, Kind::Key),
    ("sk-proj-", Set::Word, 16, Kind::Key),
    ("sk-ant-", Set::Word, 16, Kind::Key),
    ("sk-or-", Set::Word, 16, Kind::Key),
    ("sk-svcacct-", Set::Word, 16, Kind::Key),
    ("sk-", Set::Word, 20, Kind::Key),
    ("SG.", Set::Dotted, 30, Kind::Key),
    ("SK", Set::Hex, 32, Kind::Key),
    ("key-", Set::Hex, 32, Kind::Key),
    ("ya29.", Set::Dotted, 16, Kind::Token),
    ("1//0", Set::Word, 30, Kind::Token),
    ("GOCSPX-", Set::Word, 16, Kind::Secret),
    ("npm_", Set::Word, 30, Kind::Token),
    ("pypi-AgE", Set::Word, 30, Kind::Token),
    ("dckr_pat_", Set::Word, 16, Kind::Token),
    ("dckr_oat_", Set::Word, 16, Kind::Token),
    ("hf_", Set::Word, 30, Kind::Token),
    ("dop_v1_", Set::Word, 30, Kind::Token),
    ("doo_v1_", Set::Word, 30, Kind::Token),
    ("dor_v1_", Set::Word, 30, Kind::Token),
    ("shpat_", Set::Word, 20, Kind::Token),
    ("shpca_", Set::Word, 20, Kind::Token),
    ("shppa_", Set::Word, 20, Kind::Token),
    ("shpss_", Set::Word, 20, Kind::Token),
    ("sq0atp-", Set::Word, 16, Kind::Token),
    ("sq0csp-", Set::Word, 16, Kind::Token),
    ("lin_api_", Set::Word, 20, Kind::Key),
    ("figd_", Set::Word, 20, Kind::Token),
    ("ntn_", Set::Word, 30, Kind::Token),
    ("secret_", Set::Word, 40, Kind::Token),
    ("dapi", Set::Hex, 32, Kind::Token),
    ("glsa_", Set::Word, 20, Kind::Token),
    ("glc_", Set::Word, 30, Kind::Token),
    ("NRAK-", Set::Upper, 20, Kind::Key),
    ("NRII-", Set::Word, 20, Kind::Key),
    ("sntrys_", Set::Dotted, 20, Kind::Token),
    ("sntryu_", Set::Word, 20, Kind::Token),
    ("PMAK-", Set::Word, 20, Kind::Key),
    ("xkeysib-", Set::Word, 30, Kind::Key),
    ("hvs.", Set::Word, 20, Kind::Token),
    ("hvb.", Set::Word, 20, Kind::Token),
    ("hvr.", Set::Word, 20, Kind::Token),
    ("tskey-", Set::Word, 16, Kind::Key),
    ("r8_", Set::Word, 30, Kind::Token),
    ("gsk_", Set::Word, 30, Kind::Key),
    ("pplx-", Set::Word, 30, Kind::Key),
    ("xai-", Set::Word, 40, Kind::Key),
    ("sbp_", Set::Word, 30, Kind::Token),
    ("sb_secret_", Set::Word, 16, Kind::Key),
    ("pscale_tkn_", Set::Dotted, 20, Kind::Token),
    ("pscale_pw_", Set::Dotted, 20, Kind::Password),
    ("ATATT3x", Set::Word, 30, Kind::Token),
    ("rubygems_", Set::Hex, 30, Kind::Key),
    ("HRKU-", Set::Word, 20, Kind::Key),
    ("dp.pt.", Set::Word, 20, Kind::Token),
    ("dp.st.", Set::Dotted, 20, Kind::Token),
    ("CFPAT-", Set::Word, 20, Kind::Token),
    ("EAACEdEose0cBA", Set::Word, 10, Kind::Token),
    ("AGE-SECRET-KEY-1", Set::Upper, 30, Kind::PrivateKey),
    ("fm2_", Set::Word, 40, Kind::Token),
    ("phx_", Set::Word, 30, Kind::Key),
    ("re_", Set::Word, 24, Kind::Key),
    ("nvapi-", Set::Word, 30, Kind::Key),
    ("AQ.Ab8", Set::Word, 20, Kind::Key),
];

/// Literals with a rule of their own; their numbers follow those of [`PREFIXES`].
const OTHERS: &[(&str, Rule)] = &[
    ("eyJ", jwt),
    ("Bearer", scheme),
    ("Basic ", scheme),
    ("-----BEGIN", pem),
    ("://", user_info),
    ("@tcp(", dsn),
    ("@unix(", dsn),
    ("@cloudsql(", dsn),
    ("hooks.slack.com/", webhook),
    ("/api/webhooks/", webhook),
    (":AA", telegram),
    ("IDENTIFIED BY", identified),
    ("PASSWORD '", of_role),
    ("--user ", curl_user),
    (" -u ", curl_user),
];

/// Takes the text and where the literal begins and ends, gives the part that has to go.
type Rule = fn(&str, usize, usize) -> Option<Span>;

fn literals() -> Option<&'static AhoCorasick> {
    static LITERALS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    LITERALS
        .get_or_init(|| {
            let all = PREFIXES.iter().map(|prefix| prefix.0).chain(OTHERS.iter().map(|other| other.0));
            // The literals are constants, and a test builds them: None can't happen.
            AhoCorasickBuilder::new().ascii_case_insensitive(true).build(all).ok()
        })
        .as_ref()
}

/// Adds what a prefix or a shape gives away.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    let Some(literals) = literals() else { return };
    let mut done = 0;
    for hit in literals.find_overlapping_iter(text) {
        // What stands inside a secret already found needs no second look; this keeps the time linear.
        if hit.start() < done {
            continue;
        }
        let number = hit.pattern().as_usize();
        let span = match PREFIXES.get(number) {
            Some((prefix, set, fewest, kind)) => {
                let exact = text.get(hit.start()..hit.end()) == Some(*prefix);
                exact.then(|| prefixed(text, hit.start(), hit.end(), *set, *fewest, *kind)).flatten()
            }
            None => {
                OTHERS.get(number - PREFIXES.len()).and_then(|(_, rule)| rule(text, hit.start(), hit.end()))
            }
        };
        if let Some(span) = span {
            done = done.max(span.end);
            spans.push(span);
        }
    }
}

/// The end of the run of bytes from `at` on that pass.
pub(super) fn run(text: &str, at: usize, passes: impl Fn(u8) -> bool) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().position(|b| !passes(*b)).unwrap_or(rest.len())
}

/// Whether a word could begin at `at`: what stands before is no letter, digit or underscore.
fn begins_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    // `\n` in front of a token, written out by a logger, is no part of a word either.
    let escaped = at >= 2 && text.as_bytes().get(at - 2) == Some(&b'\\');
    before.is_none_or(|c| !c.is_alphanumeric() && c != '_') || escaped
}

/// Whether a text is cut here: its end, or an ellipsis.
fn is_cut(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with('…') || rest.starts_with("..."))
}

fn prefixed(text: &str, start: usize, after: usize, set: Set, fewest: usize, kind: Kind) -> Option<Span> {
    if !begins_word(text, start) {
        return None;
    }
    let end = match set {
        Set::Word => run(text, after, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')),
        Set::Dotted => run(text, after, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')),
        Set::Upper => run(text, after, |b| b.is_ascii_uppercase() || b.is_ascii_digit()),
        Set::Hex => run(text, after, |b| b.is_ascii_hexdigit()),
    };
    let value = text.get(after..end)?;
    let cut = is_cut(text, end) && value.len() >= 4;
    // A prefix of two or three letters needs more than length: `sk-learn-pipeline-version-two` is no key.
    let short_prefix = after - start <= 4 && !matches!(set, Set::Upper | Set::Hex);
    let random = !short_prefix
        || value.bytes().filter(u8::is_ascii_digit).count() >= 2
        || value.bytes().any(|b| b.is_ascii_uppercase());
    (random && (value.len() >= fewest || cut)).then_some(Span { start, end, kind })
}

fn jwt(text: &str, start: usize, after: usize) -> Option<Span> {
    if text.get(start..after) != Some("eyJ") || !begins_word(text, start) {
        return None;
    }
    let end = run(text, after, |b| {
        b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'=' | b'+' | b'/')
    });
    let value = text.get(start..end)?.trim_end_matches('.');
    let is_token = value.len() >= 20 && (value.contains('.') || value.len() >= 80)
        || is_cut(text, end) && value.len() >= 7;
    is_token.then_some(Span { start, end: start + value.len(), kind: Kind::Token })
}

/// `Bearer x`, `Basic x` outside of a header: the value must look like one, since both are words of the language.
fn scheme(text: &str, start: usize, after: usize) -> Option<Span> {
    if !begins_word(text, start) {
        return None;
    }
    let from = run(text, after, |b| matches!(b, b' ' | b':' | b'=' | b'"' | b'\''));
    let encoded = text.get(start..after)?.starts_with(['+', '%']);
    let from = if text.get(from..from + 3) == Some("%20") { from + 3 } else { from };
    if from == after && !text.get(start..after)?.ends_with(' ') && !encoded {
        return None;
    }
    let end = run(text, from, |b| {
        b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'~' | b'+' | b'/' | b'=' | b'-')
    });
    let value = text.get(from..end)?.trim_end_matches('.');
    let basic = text.get(start..after)?.eq_ignore_ascii_case("Basic ");
    let looks = if basic { is_basic(value) } else { super::keyed::looks_random(value) };
    let cut = is_cut(text, end) && value.len() >= 4;
    (!is_placeholder(value) && (looks || cut)).then_some(Span {
        start: from,
        end: from + value.len(),
        kind: Kind::Token,
    })
}

/// Base64 of `user:password`.
fn is_basic(value: &str) -> bool {
    use base64::Engine;
    let engine = base64::engine::general_purpose::STANDARD_NO_PAD;
    let decoded = engine.decode(value.trim_end_matches('='));
    value.len() >= 6
        && decoded.is_ok_and(|bytes| bytes.contains(&b':') && bytes.iter().all(|b| (0x20..0x7f).contains(b)))
}

fn pem(text: &str, start: usize, after: usize) -> Option<Span> {
    let label_end = run(text, after, |b| b.is_ascii_uppercase() || b == b' ');
    if !text.get(after..label_end)?.contains("PRIVATE KEY") {
        return None;
    }
    // Without its end mark everything that follows belongs to the key.
    let body = text.get(label_end..)?;
    let end = body.find("-----END").map_or(text.len(), |at| {
        let mark = label_end + at + "-----END".len();
        let rest = text.get(mark..).unwrap_or_default();
        rest.find("-----").map_or(text.len(), |at| mark + at + 5)
    });
    Some(Span { start, end, kind: Kind::PrivateKey })
}

/// Bytes of a URL, or before a data source name's host, that are looked at; this keeps the time linear.
const URL_BYTES: usize = 512;

/// The first `most` bytes, or a few less where that would cut a character.
fn head(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// `scheme://user:password@host` and `scheme://token@host`.
fn user_info(text: &str, _start: usize, after: usize) -> Option<Span> {
    let stop = run(text, after, |b| {
        !b.is_ascii_whitespace() && !matches!(b, b'"' | b'\'' | b'<' | b'>' | b'`' | b'|')
    });
    let url = head(text.get(after..stop)?, URL_BYTES);
    let authority = url.get(..url.find(['/', '?', '#']).unwrap_or(url.len()))?;
    let info = match authority.rfind('@') {
        Some(at) => authority.get(..at)?,
        // A password may hold `/`, `?` or `#` unescaped; a port is a number, and then what follows is a path.
        None => {
            let (_, rest) = authority.split_once(':')?;
            let is_port = rest.is_empty() || rest.bytes().all(|b| b.is_ascii_digit());
            if is_port { return None } else { url.get(..url.rfind('@')?)? }
        }
    };
    match info.split_once(':') {
        Some((user, password)) if !password.is_empty() && !is_placeholder(password) => {
            let start = after + user.len() + 1;
            Some(Span { start, end: after + info.len(), kind: Kind::Password })
        }
        None if !is_placeholder(info) && super::keyed::looks_random(info) => {
            Some(Span { start: after, end: after + info.len(), kind: Kind::Token })
        }
        _ => None,
    }
}

/// `user:password@tcp(host)` of Go's MySQL driver.
fn dsn(text: &str, start: usize, _after: usize) -> Option<Span> {
    let bytes = text.as_bytes().get(..start)?.iter().rev().take(URL_BYTES);
    let len =
        bytes.take_while(|b| !b.is_ascii_whitespace() && !matches!(b, b'"' | b'\'' | b'`' | b'=')).count();
    let from = start - len;
    let (user, password) = text.get(from..start)?.split_once(':')?;
    let span = Span { start: from + user.len() + 1, end: start, kind: Kind::Password };
    (!password.is_empty() && !is_placeholder(password)).then_some(span)
}

/// The secret part of a webhook's address: everything behind the fixed part of the path.
fn webhook(text: &str, _start: usize, after: usize) -> Option<Span> {
    let end = run(text, after, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'/'));
    let path = text.get(after..end)?;
    let skip = path
        .find('/')
        .filter(|_| path.starts_with("services/") || path.starts_with("workflows/"))
        .map_or(0, |at| at + 1);
    (path.len() - skip >= 16).then_some(Span { start: after + skip, end, kind: Kind::Secret })
}

/// `123456789:AA…`, a Telegram bot's token.
fn telegram(text: &str, start: usize, _after: usize) -> Option<Span> {
    let end = run(text, start + 1, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let digits = text.as_bytes().get(..start)?.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    ((6..=12).contains(&digits) && (end - start >= 30 || is_cut(text, end))).then_some(Span {
        start: start - digits,
        end,
        kind: Kind::Token,
    })
}

/// `IDENTIFIED BY 'password'` of SQL, however the statement begins and even where its beginning is cut off. What identifies a revision
/// of a migration is none.
fn identified(text: &str, start: usize, after: usize) -> Option<Span> {
    let word =
        text.get(..start)?.trim_end().rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
    if ["revision", "revisions"].iter().any(|plain| word.eq_ignore_ascii_case(plain)) {
        return None;
    }
    let from = run(text, after, |b| b == b' ' || b == b'\\');
    let quote = text.get(from..)?.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let len = text.get(from + 1..)?.find(quote).unwrap_or(text.len() - from - 1);
    let value = text.get(from + 1..from + 1 + len)?;
    (!is_placeholder(value)).then_some(Span { start: from + 1, end: from + 1 + len, kind: Kind::Password })
}

/// `ALTER ROLE x WITH PASSWORD 'y'` of SQL: only behind what such a statement begins with, since prose quotes other things behind the word.
fn of_role(text: &str, start: usize, after: usize) -> Option<Span> {
    let before = text.get(..start)?;
    let line = before.rsplit('\n').next()?.to_ascii_uppercase();
    let is_statement = [" ROLE ", " USER ", " LOGIN "].iter().any(|word| line.contains(word));
    let len = text.get(after..)?.find('\'').unwrap_or(text.len() - after);
    let value = text.get(after..after + len)?;
    (is_statement && !value.is_empty() && !value.contains(' ') && !is_placeholder(value)).then_some(Span {
        start: after,
        end: after + len,
        kind: Kind::Password,
    })
}

/// `curl -u user:password`.
fn curl_user(text: &str, start: usize, after: usize) -> Option<Span> {
    let line = text.get(..start)?.rsplit('\n').next()?;
    let tail = line.get(line.len().saturating_sub(200)..).unwrap_or(line);
    if !tail.contains("curl") {
        return None;
    }
    let end = run(text, after, |b| !b.is_ascii_whitespace() && !matches!(b, b'"' | b'\''));
    let (user, password) = text.get(after..end)?.split_once(':')?;
    let span = Span { start: after + user.len() + 1, end, kind: Kind::Password };
    (!password.is_empty() && !is_placeholder(password)).then_some(span)
}
