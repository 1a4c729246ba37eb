//! Planted secrets, each kind in every place of a log: none is left in any export, and what is no secret stays.

use crate::dice::Dice;
use crate::exports::{Form, join};
use crate::invariant::{digest_named, report};
use crate::prove::cases;
use fivewhys::redact::{Level, Memory};
use fivewhys::report::model::Told;
use fivewhys::report::render::{EntryFormat, Format, entries, render};
use serde_json::{Value, json};

const FORMATS: [Format; 3] = [Format::Markdown, Format::Html, Format::Json];

/// Letters and digits of these dice, made up.
pub(crate) fn made(dice: &mut Dice, n: usize, alphabet: &[u8]) -> String {
    (0..n).map(|_| char::from(alphabet[dice.below(alphabet.len() as u64) as usize])).collect()
}

/// A secret and the words around it that a log would have; the words and the secret apart.
fn secret(dice: &mut Dice, kind: u64) -> (String, String) {
    const MIXED: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    const HEX: &[u8] = b"0123456789abcdef";
    const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut mixed = |n: usize| format!("{}q7K{}", made(dice, n / 2, MIXED), made(dice, n - n / 2 - 3, MIXED));
    let value = match kind {
        0 => format!("AIza{}", mixed(35)),
        1 => format!("ghp_{}", mixed(36)),
        2 => format!("xoxb-123456789012-{}", mixed(24)),
        3 => format!("sk_live_{}", mixed(24)),
        4 => format!("glpat-{}", mixed(20)),
        5 => format!("SG.{}.{}", mixed(22), mixed(43)),
        6 => format!("ya29.{}", mixed(60)),
        7 => format!("npm_{}", mixed(36)),
        8 => format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.{}", mixed(43)),
        9 => format!("AKIA{}", made(dice, 16, UPPER)),
        10 => format!("GOCSPX-{}", mixed(28)),
        11 => format!("hf_{}", mixed(34)),
        12 => format!("dop_v1_{}", made(dice, 64, HEX)),
        13 => format!("sk-ant-api03-{}", mixed(80)),
        25 | 30 => format!("7{}", made(dice, 13, b"0123456789")),
        _ => mixed(20),
    };
    let words = match kind {
        14 => "password=VALUE",
        15 => "Authorization: Bearer VALUE",
        16 => "\"api_key\": \"VALUE\"",
        17 => "postgres://app:VALUE@db.internal:5432/app",
        18 => "Cookie: session=VALUE",
        19 => "client_secret=VALUE&x=1",
        20 => "DB_PASSWORD='VALUE'",
        21 => "--token VALUE",
        22 => "x-api-key: VALUE",
        23 => "https://x.example/cb?access_token=VALUE",
        24 => "\"token\": [\"VALUE\"]",
        25 => "\"apiKey\": VALUE",
        26 => "\"credentials\": {\"value\": \"VALUE\"}",
        27 => "\"headers\": {\"authorization\": [\"Bearer VALUE\"]}",
        28 => "\"env\": [{\"name\": \"DB_PASSWORD\", \"value\": \"VALUE\"}]",
        29 => "\"sent\": [\"Cookie\", \"session=VALUE\"]",
        30 => "\"token\": [VALUE, VALUE]",
        31 => "map[Accept:[*/*] Authorization:[Bearer VALUE]]",
        _ => "got VALUE from it",
    };
    (words.replace("VALUE", &value), value)
}

const KINDS: u64 = 32;
const PLACES: u64 = 14;

/// A log that holds these words in one place.
pub(crate) fn log(words: &str, place: u64) -> Vec<u8> {
    let entry = |n: u32, severity: &str, key: &str, value: Value| {
        let mut entry = json!({"timestamp": format!("2025-03-02T10:00:{n:02}Z"), "severity": severity, "insertId": format!("i{n}"),
            "logName": "projects/demo/logs/run.googleapis.com%2Fstderr",
            "resource": {"type": "cloud_run_revision", "labels": {"service_name": "quay", "revision_name": "quay-1", "location": "europe-west1"}}});
        entry[key] = value;
        if place == 15 {
            entry["labels"] = json!({"note": words});
        }
        entry
    };
    let ready = (0..6).map(|n| entry(n, "INFO", "textPayload", json!(format!("ready {n}"))));
    let planted = (10..14).map(|n| {
        let (key, value) = payload(words, place, n);
        entry(n, if place == 8 { "INFO" } else { "ERROR" }, key, value)
    });
    let texts: Vec<Vec<u8>> = ready.chain(planted).map(|entry| entry.to_string().into_bytes()).collect();
    join(Form::Lines, &texts).0
}

/// The payload that holds these words in a place.
fn payload(words: &str, place: u64, n: u32) -> (&'static str, Value) {
    let request = |url: &str, agent: &str| json!({"requestMethod": "GET", "requestUrl": url, "status": 503, "latency": "0.5s", "userAgent": agent});
    if place == 14 {
        return ("jsonPayload", json!({"message": "failed", "headers": {"x-note": words}}));
    }
    let plain = |c: char| if c.is_ascii_alphanumeric() || "_.-=&:/?".contains(c) { c } else { '+' };
    let query: String = words.chars().map(plain).collect();
    let quoted = if words.starts_with('"') { words.to_owned() } else { json!(words).to_string() + ": 1" };
    match place {
        1 => return ("jsonPayload", json!({"message": format!("failed: {words}"), "level": "error"})),
        2 => return ("jsonPayload", json!({"message": "failed", "detail": words, "at": n})),
        4 => {
            let stack = format!("Error: {words}\n    at run (/srv/a.js:1:2)");
            return ("jsonPayload", json!({"message": "failed", "stack": stack}));
        }
        6 => return ("jsonPayload", json!({"message": "failed", "error": {"message": words}})),
        5 => return ("httpRequest", request(&format!("https://quay.example.com/a?{query}"), "probe")),
        12 => return ("httpRequest", request("https://quay.example.com/a", words)),
        _ => {}
    }
    let text = match place {
        0 => format!("could not connect: {words}"),
        3 => format!(
            "Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    connect(\"x\")\nConnectionError: {words}"
        ),
        7 => format!("[warn] {n} retry {words} again in {n} s"),
        8 => format!("starting with {words}"),
        9 => format!("{{\"config\": {{{quoted}}}}}"),
        10 => format!("File \"/app/x.py\", line 3, in run\n    login({words})\nValueError: {words}"),
        11 => format!("panic: {words}\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:7 +0x1d"),
        _ => format!("Exception in thread \"main\" a.b.CException: {words}\n\tat a.b.C.run(C.java:4)"),
    };
    ("textPayload", json!(text))
}

/// Gives whether the value stood in an export at all when nothing was taken out.
fn planted(seed: u64) -> Result<bool, String> {
    let mut dice = Dice(seed);
    let (kind, place) = (seed % KINDS, seed / KINDS % PLACES);
    let (words, value) = secret(&mut dice, kind);
    let told = report(digest_named("export.json", &log(&words, place)));
    for level in [Level::Secrets, Level::Standard, Level::Strict] {
        for format in FORMATS {
            let text = render(&told, format, level);
            if let Some(at) = text.find(&value) {
                let from = text[..at].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
                return Err(format!(
                    "kind {kind}, place {place}, {format:?}, {level:?}: left in {:?}",
                    &text[from..at + value.len()]
                ));
            }
        }
    }
    Ok(render(&told, Format::Json, Level::Off).contains(&value))
}

/// Places that no report holds, since a digest keeps no query of a URL and no agent. All others have to be seen without redaction, else
/// nothing was tried; but for a field beside the message, which is kept where its value is short and plain.
const NOT_KEPT: [u64; 2] = [5, 12];
const MAY_BE_KEPT: u64 = 2;

#[test]
fn no_planted_secret_is_left_in_any_export() {
    let (mut n, mut n_shown) = (0, 0);
    cases("planted secrets", KINDS * PLACES, |seed| {
        n += 1;
        let is_shown = planted(seed)?;
        n_shown += u64::from(is_shown);
        let place = seed / KINDS % PLACES;
        let wanted = !NOT_KEPT.contains(&place);
        if is_shown == wanted || place == MAY_BE_KEPT {
            Ok(())
        } else {
            Err(format!("place {place}: shown without redaction: {is_shown}"))
        }
    });
    println!("proved: {n_shown} of {n} planted values stand in the export when redaction is off");
}

/// The kinds that are members of a JSON object.
fn member(seed: u64) -> (Value, String) {
    let kind = [14, 16, 24, 25, 26, 28, 29, 30][(seed % 8) as usize];
    let (words, value) = secret(&mut Dice(seed), kind);
    let words = if kind == 14 { format!("\"password\": \"{value}\"") } else { words };
    (serde_json::from_str(&format!("{{{words}}}")).unwrap(), value)
}

/// Exports of entries, and one entry as the page shows it: payload as an object, as a text in an object, labels.
fn planted_in_entry(seed: u64) -> Result<(), String> {
    let (object, value) = member(seed);
    let label = json!({"labels": {"note": object.to_string()}, "textPayload": "failed"});
    let record = match seed / 8 % 4 {
        0 => json!({"jsonPayload": object}),
        1 => json!({"jsonPayload": {"message": "failed", "at": [1, object]}}),
        2 => json!({"jsonPayload": {"message": object.to_string()}}),
        _ => label,
    };
    for (indented, record) in
        [(false, record.to_string()), (true, serde_json::to_string_pretty(&record).unwrap())]
    {
        let told = [Told { record: record.clone(), message: object.to_string(), ..Told::default() }];
        for level in [Level::Secrets, Level::Standard, Level::Strict] {
            let shown = Memory::new(level, &[]).redact(&record).into_owned();
            let mut all = vec![("entry view".to_owned(), shown)];
            for format in [EntryFormat::Csv, EntryFormat::Ndjson, EntryFormat::Text] {
                let mut text = String::new();
                entries(&told, format, &mut Memory::new(level, &[]), &mut |piece| text.push_str(piece));
                if format == EntryFormat::Ndjson {
                    let _: Value = serde_json::from_str(&text).map_err(|e| format!("{e}: {text}"))?;
                }
                all.push((format!("{format:?}"), text));
            }
            if let Some((name, text)) = all.iter().find(|(_, text)| text.contains(&value)) {
                return Err(format!("{name}, {level:?}, indented {indented}: left in {text}"));
            }
        }
    }
    Ok(())
}

#[test]
fn no_planted_secret_is_left_in_any_entry() {
    cases("planted secrets in entries", 64, planted_in_entry);
}

/// A label whose key tells of a secret, with a text, a list or a number.
#[test]
fn no_planted_secret_is_left_in_labels() {
    for (key, text) in [
        ("apiKey", "[\"VALUE\"]"),
        ("token.0", "VALUE"),
        ("credentials.value", "VALUE"),
        ("note", "{\"token\":[\"VALUE\"]}"),
    ] {
        let value = "Zk3Qw9Lm2Xv7Bt5R";
        let line = |n: u32| {
            json!({"timestamp": format!("2025-03-02T10:00:{n:02}Z"), "severity": "ERROR", "insertId": format!("i{n}"),
            "logName": "projects/demo/logs/x", "resource": {"type": "cloud_run_revision", "labels": {"service_name": "quay"}},
            "labels": {key: text.replace("VALUE", value)}, "textPayload": format!("failed {n}")})
        };
        let texts: Vec<Vec<u8>> = (0..8).map(|n| line(n).to_string().into_bytes()).collect();
        let told = report(digest_named("export.json", &join(Form::Lines, &texts).0));
        assert!(render(&told, Format::Json, Level::Off).contains(value), "{key} is in no report");
        for (format, level) in
            FORMATS.into_iter().flat_map(|f| [(f, Level::Secrets), (f, Level::Standard), (f, Level::Strict)])
        {
            assert!(!render(&told, format, level).contains(value), "{key}, {format:?}, {level:?}");
        }
    }
}

/// What looks a little like a secret and is none.
const HARMLESS: &[&str] = &[
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 deployed",
    "request id 7f3a9c2e-1b4d-4e8f-9a6b-5c7d8e9f0a1b took 5 ms",
    "image sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 pulled",
    "password is required",
    "token expired",
    "invalid api key",
    "secret not found: projects/demo/secrets/db-password",
    "missing environment variable DB_PASSWORD",
    "key 'user_id' not found",
    "primary key violated: orders_pkey",
    "session closed after 30 s",
    "the cookie banner was shown",
    "auth failed for user app",
    "public key loaded from /etc/keys/public.pem",
    "cache key orders:42:items evicted",
    "loaded 312 keys in 5 ms",
    "foreign key constraint fails",
    "token bucket refilled: 100",
    "basic auth is disabled",
    "KeyError: 'password'",
    "pass 3 of 5",
    "passed 12 tests",
    "author: nobody",
    "hash map grown to 65536",
    "{\"tokens\":[\"SELECT\",\"FROM\"],\"session\":{\"user\":\"bob\",\"active\":true}}",
    "{\"token\":true,\"session\":12,\"signature\":{\"valid\":false,\"alg\":\"RS256\"}}",
    "{\"cookie\":{\"path\":\"/\",\"httpOnly\":true,\"originalMaxAge\":86400000}}",
    "{\"errors\":{\"password\":[\"is too short (minimum is 8 characters)\"]}}",
    "{\"credentials\":{\"type\":\"authorized_user\",\"projectId\":\"demo-12345\"}}",
    "{\"name\":\"PORT\",\"value\":\"8080\"}",
    "[\"Content-Type\",\"application/json\",\"ETag\",\"abc123def456\"]",
    "password: [hidden by policy]",
    "Token types: [BEARER, MAC]",
    "session: 12345678 rows were read",
];

#[test]
fn what_is_no_secret_stays() {
    let mut replaced = Vec::new();
    for words in HARMLESS {
        for place in [0, 1, 3, 8] {
            let told = report(digest_named("export.json", &log(words, place)));
            let text = render(&told, Format::Markdown, Level::Secrets);
            if !text.contains("nothing had to be replaced") {
                replaced.push(format!("{words} (place {place})"));
            }
        }
    }
    println!("proved: {} of {} harmless texts were changed", replaced.len(), HARMLESS.len() * 4);
    assert!(replaced.is_empty(), "{replaced:#?}");
}
