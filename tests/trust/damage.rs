//! Damage: one record of an export, or the whole text, made wrong in one of many ways.

use crate::dice::Dice;
use crate::exports::{Export, join, text};
use serde_json::{Value, json};

/// Bytes that mean something to a reader of logs.
const SHARP: &[u8] = b"{}[],:\"\\'\x00\xff\xc3\x80\x1b -0#<=\t";

/// Damages one record as bytes, so that what stands around it is untouched. Never puts a line end into it: that would
/// make two records of it.
pub(crate) fn of_bytes(record: &[u8], other: &[u8], dice: &mut Dice) -> (Vec<u8>, String) {
    let mut bytes = record.to_vec();
    let at = dice.below(bytes.len() as u64) as usize;
    let to = at + dice.below((bytes.len() - at) as u64 + 1) as usize;
    let sharp = SHARP[dice.below(SHARP.len() as u64) as usize];
    let how = match dice.below(10) {
        0 => {
            bytes[at] = sharp;
            format!("byte {at} is {sharp:#x}")
        }
        1 => {
            bytes.insert(at, sharp);
            format!("{sharp:#x} is put at {at}")
        }
        2 => {
            let gone = bytes.remove(at);
            format!("{:?} at {at} is gone", char::from(gone))
        }
        3 => {
            bytes.truncate(at.max(1));
            format!("cut off at {at}")
        }
        4 => {
            bytes.drain(..at.min(bytes.len() - 1));
            format!("begins at {at}")
        }
        5 => {
            bytes.drain(at..to.min(at + 1 + bytes.len() / 2));
            format!("{at}..{to} is gone")
        }
        6 => {
            let twice = bytes[at..to].to_vec();
            bytes.splice(at..at, twice);
            format!("{at}..{to} stands twice")
        }
        7 => {
            bytes.splice(at..at, other.iter().copied());
            format!("another record stands at {at}")
        }
        8 => {
            let bit = dice.below(8);
            bytes[at] ^= 1 << bit;
            format!("bit {bit} of byte {at} is flipped")
        }
        _ => {
            bytes.splice(at..to, (0..to - at).map(|n| SHARP[(n * 7 + at) % SHARP.len()]));
            format!("{at}..{to} is noise")
        }
    };
    bytes.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
    // A record that is empty now would change nothing but the separators.
    if bytes.trim_ascii().is_empty() {
        bytes = b"{".to_vec();
    }
    (bytes, how)
}

/// A value of another kind, or one beyond what anybody expects.
fn odd(dice: &mut Dice) -> (String, &'static str) {
    let pick = |list: &[(&'static str, &'static str)], dice: &mut Dice| {
        let (text, what) = list[dice.below(list.len() as u64) as usize];
        (text.to_owned(), what)
    };
    match dice.below(9) {
        0 => {
            let depth = [5, 119, 121, 2_000][dice.below(4) as usize];
            ("[".repeat(depth) + &"]".repeat(depth), "deep lists")
        }
        1 => {
            let depth = [5, 119, 121, 2_000][dice.below(4) as usize];
            ("{\"message\":".repeat(depth) + "1" + &"}".repeat(depth), "deep objects")
        }
        2 => {
            let keys: Vec<String> = (0..200 + dice.below(2_000)).map(|n| format!("\"k{n}\":{n}")).collect();
            (format!("{{{}}}", keys.join(",")), "many keys")
        }
        3 => ("\"".to_owned() + &"x".repeat(1 + dice.below(70_000) as usize) + "\"", "long text"),
        4 => pick(NUMBERS, dice),
        5 => pick(TIMES, dice),
        6 => pick(TEXTS, dice),
        _ => pick(KINDS, dice),
    }
}

const NUMBERS: &[(&str, &str)] = &[
    ("1e400", "number"),
    ("-1e400", "number"),
    ("1e-400", "number"),
    ("99999999999999999999999999999999999999999", "number"),
    ("-9223372036854775808", "number"),
    ("9223372036854775807", "number"),
    ("18446744073709551615", "number"),
    ("0.0000000000000000000000000000001", "number"),
    ("253402300800000", "number"),
    ("-62135596800", "number"),
];

const TIMES: &[(&str, &str)] = &[
    ("\"0000-00-00T00:00:00Z\"", "time"),
    ("\"9999-12-31T23:59:59.999999999Z\"", "time"),
    ("\"10000-01-01T00:00:00Z\"", "time"),
    ("\"1677-09-21T00:12:43.145224192Z\"", "time"),
    ("\"2262-04-11T23:47:16.854775807Z\"", "time"),
    ("\"2262-04-11T23:47:17Z\"", "time"),
    ("\"2025-02-30T25:61:61Z\"", "time"),
    ("\"2025-03-02T10:00:00+99:99\"", "time"),
    ("\"-0001-01-01T00:00:00Z\"", "time"),
    ("\"2016-12-31T23:59:60Z\"", "time"),
    ("\"1970-01-01T00:00:00Z\"", "time"),
    ("{\"seconds\": 99999999999999, \"nanos\": -5}", "time"),
    ("\"999999999.999999999s\"", "duration"),
    ("\"-5s\"", "duration"),
    ("\"nans\"", "duration"),
];

const TEXTS: &[(&str, &str)] = &[
    ("\"\\ud800\"", "half of a pair"),
    ("\"\\udc00\\ud800 x\"", "pair the wrong way round"),
    ("\"\\u0000\"", "NUL"),
    ("\"a\\u0000b\\u001b[31m\\u202e\"", "controls"),
    ("\"\\r\\n\\r\\n\\t\"", "line ends"),
    ("\"<script>alert(1)</script>\"", "markup"),
    ("\"\u{feff}\u{fffe}\"", "marks"),
    ("\"{\\\"message\\\": \\\"inner\\\", \\\"level\\\": 50}\"", "JSON in a text"),
    ("\"%s%n%x %99999999d\"", "format"),
    ("\"projects//logs/%2F%2F%\"", "escapes"),
];

const KINDS: &[(&str, &str)] = &[
    ("null", "null"),
    ("true", "truth"),
    ("[]", "empty list"),
    ("{}", "empty object"),
    ("\"\"", "empty text"),
    ("0", "zero"),
    ("-1", "minus one"),
    ("[1,\"a\",null,{\"b\":[]}]", "mixed list"),
    ("NaN", "NaN"),
    ("{\"a\":1,\"a\":2,\"a\":{\"a\":3}}", "the same key again"),
    ("600", "status"),
    ("99", "status"),
];

/// Changes one value of an object, or a key, and gives the text of it; it stays one JSON object.
pub(crate) fn of_value(value: &Value, other: &Value, dice: &mut Dice) -> (Vec<u8>, String) {
    let mut value = value.clone();
    let mut paths = Vec::new();
    collect(&value, &mut String::new(), &mut paths);
    let path = paths[dice.below(paths.len() as u64) as usize].clone();
    const HOLE: &str = "\u{1}hole\u{1}";
    let (filling, what) = match dice.below(8) {
        0 => (other.to_string(), "another record"),
        1 => (
            value.pointer(&paths[dice.below(paths.len() as u64) as usize]).unwrap().to_string(),
            "another value",
        ),
        _ => odd(dice),
    };
    if let Some(place) = value.pointer_mut(&path) {
        *place = json!(HOLE);
    }
    let text = value.to_string().replace("\"\\u0001hole\\u0001\"", &filling);
    (text.into_bytes(), format!("{path} is {what}"))
}

fn collect(value: &Value, at: &mut String, paths: &mut Vec<String>) {
    let mut go = |key: &str, inner: &Value| {
        let before = at.len();
        at.push('/');
        at.push_str(&key.replace('~', "~0").replace('/', "~1"));
        paths.push(at.clone());
        collect(inner, at, paths);
        at.truncate(before);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, inner)| go(key, inner)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, inner)| go(&n.to_string(), inner)),
        _ => {}
    }
}

/// Damages the whole text; what may be lost is not known, but nothing may break.
pub(crate) fn of_text(export: &Export, other: &Export, dice: &mut Dice) -> (Vec<u8>, String) {
    let mut bytes = export.bytes.clone();
    let at = dice.below(bytes.len() as u64) as usize;
    let how = match dice.below(14) {
        0 => {
            bytes.truncate(at);
            format!("cut off at {at}")
        }
        1 => {
            bytes.drain(..at);
            format!("begins at {at}")
        }
        2 => {
            let mark: &[u8] = [&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\0\0", b"\xef\xbb"]
                [dice.below(5) as usize];
            bytes.splice(0..0, mark.iter().copied());
            format!("begins with {mark:x?}")
        }
        3 => {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let is_little = dice.below(2) == 0;
            bytes = text
                .encode_utf16()
                .flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() })
                .collect();
            if dice.below(2) == 0 {
                bytes.truncate(at | 1);
            }
            "UTF-16, perhaps cut in half of a unit".to_owned()
        }
        4 => {
            let ends = ["\r", "\r\n", "\n\n", "\n\r", "\u{2028}", "\u{85}"];
            let mut out = Vec::new();
            for byte in bytes {
                if byte == b'\n' {
                    out.extend_from_slice(ends[dice.below(6) as usize].as_bytes());
                } else {
                    out.push(byte);
                }
            }
            bytes = out;
            "mixed line ends".to_owned()
        }
        5..=8 => foreign(other, at, &mut bytes, dice),
        9 => clocks(export, dice, &mut bytes),
        _ => whole(export, at, &mut bytes, dice),
    };
    (bytes, how)
}

/// Something that does not belong there is put into the text.
fn foreign(other: &Export, at: usize, bytes: &mut Vec<u8>, dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => {
            bytes.extend_from_slice(&other.bytes);
            "another export behind it".to_owned()
        }
        1 => {
            bytes.splice(at..at, other.bytes.iter().copied());
            format!("another export at {at}")
        }
        2 => {
            bytes.splice(at..at, [b'\n', b'}', b'\n', b']', b'\n']);
            format!("line ends and brackets at {at}")
        }
        _ => {
            let wild = [0u8, 0xff, 0xc0, 0xed, 0xa0, 0x80, b'\n'];
            for _ in 0..1 + dice.below(20) {
                let n = bytes.len() as u64;
                bytes[dice.below(n) as usize] = wild[dice.below(7) as usize];
            }
            "bytes that are no text".to_owned()
        }
    }
}

/// The whole text becomes something else.
fn whole(export: &Export, at: usize, bytes: &mut Vec<u8>, dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => {
            let texts: Vec<Vec<u8>> = export
                .values
                .iter()
                .map(|value| {
                    let mut value = value.clone();
                    value["insertId"] = json!("same");
                    text(export.form, &value)
                })
                .collect();
            *bytes = join(export.form, &texts).0;
            "all ids the same".to_owned()
        }
        1 => {
            *bytes = format!("{{\"entries\":{}}}", String::from_utf8_lossy(bytes).trim_end()).into_bytes();
            "wrapped".to_owned()
        }
        2 => {
            bytes.splice(0..0, *b"Here is the log:\n```json\n");
            "prose before it".to_owned()
        }
        _ => {
            let to = at + dice.below((bytes.len() - at) as u64) as usize;
            let moved: Vec<u8> = bytes.drain(at..to).collect();
            let to = dice.below(bytes.len() as u64 + 1) as usize;
            bytes.splice(to..to, moved);
            "a part has moved".to_owned()
        }
    }
}

/// Times that run backwards, stand still or leap.
fn clocks(export: &Export, dice: &mut Dice, bytes: &mut Vec<u8>) -> String {
    let way = dice.below(4);
    let n = export.values.len() as u64;
    let texts: Vec<Vec<u8>> = (0u64..)
        .zip(&export.values)
        .map(|(at, value)| {
            let mut value = value.clone();
            let second = match way {
                0 => n - at,
                1 => 0,
                2 => dice.below(1 << 40),
                _ => (at % 2) * 4_000_000_000 + at,
            };
            for key in ["timestamp", "time"] {
                if value.get(key).is_some() {
                    value[key] = match dice.below(3) {
                        0 => json!(second),
                        1 => json!(second * 1_000),
                        _ => json!(format!(
                            "{:04}-03-02T10:{:02}:{:02}Z",
                            1 + second % 9999,
                            second / 60 % 60,
                            second % 60
                        )),
                    };
                }
            }
            text(export.form, &value)
        })
        .collect();
    *bytes = join(export.form, &texts).0;
    format!("clocks, way {way}")
}

/// Puts a damaged record in its place.
pub(crate) fn put(export: &Export, at: usize, record: &[u8]) -> Vec<u8> {
    let mut bytes = export.bytes.clone();
    bytes.splice(export.records[at].clone(), record.iter().copied());
    bytes
}
