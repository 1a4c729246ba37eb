//! Secrets that their key gives away: `password=x`, `"apiKey": "x"`, `Authorization: Bearer x`, `?token=x`, `--secret x`.
//!
//! Every `=` and `:` is looked at once: what stands before it is read backwards as a key, what follows is its value. Prose
//! such as `Invalid token: signature mismatch` has the same shape, so unquoted values behind a colon must look random.

use super::vendors::run;
use super::{Kind, Span, is_placeholder};

/// Longest key read backwards.
const KEY_BYTES: usize = 80;
/// Longest quoted value; this keeps the time linear where quotes are not closed.
const VALUE_BYTES: usize = 64 * 1024;

/// How careful a key makes us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
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

/// Adds values that a key gives away.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for at in memchr::memchr3_iter(b'=', b':', b'%', bytes) {
        if at < done {
            continue;
        }
        let sign = match bytes.get(at) {
            Some(b'%') if text.get(at..at + 3).is_some_and(|code| code.eq_ignore_ascii_case("%3d")) => at + 3,
            Some(b'%') => continue,
            _ => at + 1,
        };
        if let Some(span) = pair(text, at, sign) {
            done = span.end;
            spans.push(span);
        }
    }
    flags(text, spans);
}

/// `--password x`: the key is told by its dashes, the separator is a blank.
fn flags(text: &str, spans: &mut Vec<Span>) {
    let mut done = 0;
    for dashes in memchr::memmem::find_iter(text.as_bytes(), b"--") {
        if dashes < done {
            continue;
        }
        let end = run(text, dashes + 2, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        done = end;
        let Some(key) = text.get(dashes + 2..end).filter(|key| !key.is_empty() && key.len() <= KEY_BYTES)
        else {
            continue;
        };
        let Some(class) = class(key, false) else { continue };
        if text.as_bytes().get(end) != Some(&b' ') {
            continue;
        }
        let Some((start, end, _)) = value(text, end + 1, class) else { continue };
        let word = text.get(start..end).unwrap_or_default();
        let counts = class == Class::Password || looks_random(word);
        if counts && !word.starts_with('-') && !says_nothing(word, key) {
            spans.push(Span { start, end, kind: kind(class) });
        }
    }
}

/// One key with its value around a separator that stands from `at` to `after`.
fn pair(text: &str, at: usize, after: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let sign = bytes.get(at).copied()?;
    let next = bytes.get(after).copied();
    let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    if next == Some(sign)
        || matches!(before, Some(b'=' | b':' | b'!' | b'<' | b'>')) && sign == b'=' && before != Some(b':')
    {
        return None;
    }
    if sign == b':' && (before == Some(b':') || next == Some(b'/') || next == Some(b'=')) {
        return None;
    }
    let (key, key_start) = key(text, at)?;
    let lead = key_start.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    let in_query = matches!(lead, Some(b'?' | b'&')) && sign != b':';
    let class = class(key, in_query)?;
    let after = if sign == b'=' && next == Some(b'>') { after + 1 } else { after };
    let (start, end, quoted) = value(text, after, class)?;
    let value = text.get(start..end)?;
    if says_nothing(value, key) {
        return None;
    }
    let tight = sign != b':' && start - after <= 2 || quoted;
    let counts = match class {
        Class::Header(_) => !value.contains(' ') || looks_random(value) || value.contains('='),
        Class::Password if quoted => !is_prose(value),
        Class::Password if tight => !is_expression(text, start, end),
        Class::Password => {
            value.bytes().any(|b| b.is_ascii_digit()) || ends_line(text, end) && !is_prose(value)
        }
        Class::Token(_) if tight => is_value(value) && !is_expression(text, start, end),
        Class::Token(_) => looks_random(value),
    };
    counts.then_some(Span { start, end, kind: kind(class) })
}

fn kind(class: Class) -> Kind {
    match class {
        Class::Password => Kind::Password,
        Class::Token(kind) | Class::Header(kind) => kind,
    }
}

/// The key before a separator, without its quotes and brackets, and where it (or its quote) begins.
fn key(text: &str, at: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let back = |from: usize, most: usize, passes: &dyn Fn(u8) -> bool| {
        let run =
            bytes.get(..from).unwrap_or_default().iter().rev().take(most).take_while(|b| passes(**b)).count();
        from - run
    };
    let end = back(at, 2, &|b| b == b' ');
    let end = back(end, 6, &|b| matches!(b, b'"' | b'\'' | b'`' | b']' | b'\\' | b'*'));
    let start = back(end, KEY_BYTES, &|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    let key = text.get(start..end)?;
    // `\npassword=x` written out: the n belongs to the line end.
    let escaped = start > 0 && bytes.get(start - 1) == Some(&b'\\') && key.starts_with(['n', 't', 'r']);
    let key = if escaped { key.get(1..)? } else { key };
    (!key.is_empty()).then_some((key, start))
}

fn class(key: &str, in_query: bool) -> Option<Class> {
    let flat: String =
        key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
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

/// The value from `from` on: where it begins, where it ends, whether it is quoted.
fn value(text: &str, from: usize, class: Class) -> Option<(usize, usize, bool)> {
    let start = run(text, from, |b| b == b' ' || b == b'\t');
    let quote_at = run(text, start, |b| b == b'\\');
    let quote = text.as_bytes().get(quote_at).copied().filter(|b| matches!(b, b'"' | b'\'' | b'`'));
    if let Some(quote) = quote {
        let begin = quote_at + 1;
        let slashes = quote_at - start;
        let begin = scheme_end(text, begin, class);
        return Some((begin, closing(text, begin, quote, slashes), true));
    }
    let begin = scheme_end(text, start, class);
    let end = match class {
        Class::Header(_) => {
            run(text, begin, |b| !matches!(b, b'\n' | b'\r' | b'"' | b'\'' | b'\\' | b'}' | b']'))
        }
        Class::Password => run(text, begin, |b| {
            !b.is_ascii_whitespace() && !matches!(b, b';' | b'"' | b'\'' | b'`' | b'<' | b'>')
        }),
        Class::Token(_) => run(text, begin, |b| {
            !b.is_ascii_whitespace()
                && !matches!(
                    b,
                    b';' | b'&'
                        | b'"'
                        | b'\''
                        | b'`'
                        | b'<'
                        | b'>'
                        | b','
                        | b')'
                        | b'}'
                        | b']'
                        | b'|'
                        | b'\\'
                )
        }),
    };
    let word = text.get(begin..end)?;
    let word = match class {
        // A comma or ampersand belongs to a password unless another pair or nothing follows it.
        Class::Password => {
            let rest = |at: usize| word.get(at + 1..).unwrap_or_default();
            let mut signs = word.match_indices([',', '&']);
            let sign = signs.find(|(at, _)| rest(*at).is_empty() || rest(*at).contains(['=', ':']));
            word.get(..sign.map_or(word.len(), |(at, _)| at))?.trim_end_matches([')', '}', ']', '.', ','])
        }
        Class::Token(_) => word.trim_end_matches(['.', '…', ':']),
        Class::Header(_) => word.trim_end(),
    };
    // `…` stays: it is ours, and says that the value was cut.
    let word = word.trim_end_matches('…');
    (!word.is_empty()).then_some((begin, begin + word.len(), false))
}

/// Where a quoted value ends: the same quote behind as many backslashes as its opening one had.
fn closing(text: &str, begin: usize, quote: u8, slashes: usize) -> usize {
    let bytes = text.as_bytes();
    let mut run = 0;
    for (at, b) in bytes.iter().enumerate().skip(begin).take(VALUE_BYTES) {
        if *b == b'\\' {
            run += 1;
        } else {
            if *b == quote && run <= slashes {
                return at - run;
            }
            run = 0;
        }
    }
    let end = begin.saturating_add(VALUE_BYTES).min(bytes.len());
    (end..=bytes.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(bytes.len())
}

/// Behind `Bearer `, `Basic ` and the like.
fn scheme_end(text: &str, at: usize, class: Class) -> usize {
    const SCHEMES: &[&str] = &[
        "bearer",
        "basic",
        "token",
        "digest",
        "apikey",
        "negotiate",
        "aws4-hmac-sha256",
        "googlelogin",
        "key",
    ];
    if matches!(class, Class::Header(Kind::Cookie)) {
        return at;
    }
    let end = run(text, at, |b| b.is_ascii_alphanumeric() || b == b'-');
    let word = text.get(at..end).unwrap_or_default();
    let blank = run(text, end, |b| b == b' ');
    let is_scheme = blank > end && SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(word));
    if is_scheme { blank } else { at }
}

/// Whether a value tells nothing: a placeholder, a word about secrets, a type, a path to a secret, the key itself.
fn says_nothing(value: &str, key: &str) -> bool {
    let word = value.trim_matches(|c: char| !c.is_alphanumeric() && c != '[' && c != '<' && c != '*');
    let lower = word.to_ascii_lowercase();
    is_placeholder(value)
        || word.is_empty() && value.len() < 6
        || WORDS.contains(&lower.as_str())
        || lower == key.to_ascii_lowercase()
        || value.starts_with("projects/")
        || value.starts_with("arn:")
        || value.ends_with(":latest")
}

/// Whether a value of a token's key can be one: not a small number.
fn is_value(value: &str) -> bool {
    value.len() >= 4
        && !(value.len() < 7 && value.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        && !is_prose(value)
}

/// Words of a message about a password, and not one.
fn is_prose(value: &str) -> bool {
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
fn is_expression(text: &str, start: usize, end: usize) -> bool {
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

fn ends_line(text: &str, end: usize) -> bool {
    text.get(end..).is_none_or(|rest| {
        rest.trim_start_matches([' ', '.', ',', '"', '\'', ')', '}', ']', '…'])
            .chars()
            .next()
            .is_none_or(|c| c == '\n')
    })
}

/// Whether a value looks made by a machine: letters and digits mixed over some length, or very long.
pub(super) fn looks_random(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let blanks = value.bytes().filter(u8::is_ascii_whitespace).count();
    let mixed =
        value.bytes().any(|b| b.is_ascii_uppercase()) && value.bytes().any(|b| b.is_ascii_lowercase());
    let is_path = value.matches('/').count() >= 2 && !value.contains(['+', '=']);
    let is_date = value.len() >= 8 && digits >= 8 && letters <= 2;
    blanks == 0
        && !is_path
        && !is_date
        && (value.len() >= 8 && digits >= 2 && letters >= 2 || value.len() >= 24 && (mixed || digits > 0))
}
