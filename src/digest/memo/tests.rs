//! What is told by the skeleton of a message is what the message tells by itself.

use super::ShapeMemo;
use crate::entry::{effective, figure, measure};
use crate::hash;
use crate::pattern::mask::mask_lines;
use crate::trace;
use proptest::prelude::*;

/// Pieces of messages with all that is told by digits, and separators.
const PIECES: [&str; 52] = [
    "worker 92:",
    "took 35 ms",
    "rows=0",
    "port 5432",
    "port=6379",
    "db_port: 22",
    "utf-16",
    "sha256",
    "SHA257 12345",
    "200 OK",
    "600 OK",
    "HTTP/1.1",
    "status 404",
    "error 1213",
    "E1102",
    "TS2305:",
    "(111: Refused)",
    "<7d>",
    "<1 sec>",
    "3fab12cd34",
    "<1234567d>",
    "0b54cfe2-9d1c-4b0e-8f9c-0c7a5b1f2d3e",
    "0xdeadbeef",
    "1xdeadbeef",
    "eth1",
    "us-east1",
    "/orders/17?id=3fab12cd34",
    "https://a.de/9f?x=3fab12cd99",
    "10.0.0.7:8080",
    "2025-09-15T13:03:25Z",
    "15 Jun 2005abcd",
    "07:07:00",
    "gunicorn 21.2.0",
    "a1@b2.com",
    "fe80::1",
    "1301 bytes (1.27 KB)",
    "v1.2.3",
    "pid=3fab12cd34",
    "order#451",
    "a.B#451",
    "exited with 137",
    "1,234,567",
    "abc-1234abcd",
    "1e5",
    "\u{1b}[31mfailed\u{1b}[0m exit code 137",
    "2025-09-15 13:03:25",
    "13:03:25",
    "<5",
    "d1234567",
    "12ab34cd",
    "0b54cfe209d1c04b0e08f9c00c7a5b1f2d3e",
    "\t",
];

fn message() -> impl Strategy<Value = String> {
    let piece = (
        prop::sample::select(&PIECES[..]),
        prop::sample::select(&[" ", ",", ", ", ": ", "\"", "(", "-", "/", "\n", "="][..]),
    );
    prop::collection::vec(piece, 1..6)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, mark)| [piece, mark]).collect())
}

/// The same message with other digits, and other letters and digits in what is hexadecimal.
fn varied(text: &str, seed: u64) -> String {
    let mut state = seed | 1;
    let mut next = move |n: u64| {
        state = hash::mix(state, 0x9E37_79B9);
        (state >> 20) % n
    };
    let pick = |from: &[u8], at: u64| char::from(from[at as usize % from.len()]);
    text.split_inclusive(|c: char| !c.is_ascii_hexdigit())
        .flat_map(|run| {
            let is_id = run.len() > 8 && run.bytes().any(|b| b.is_ascii_digit());
            let changed = run.chars().map(|c| match c {
                '0'..='9' | 'a'..='f' if is_id && next(2) == 0 => pick(b"0123456789abcdef", next(16)),
                '0'..='9' if next(3) > 0 => pick(b"0123456789", next(10)),
                c => c,
            });
            changed.collect::<Vec<char>>()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_memory_over_many_messages_tells_what_each_tells_alone(
        text in message(),
        seeds in prop::array::uniform8(any::<u64>()),
    ) {
        let (mut memo, mut room) = (ShapeMemo::default(), String::new());
        for seed in seeds {
            let text = varied(&text, seed);
            let (signs, shape) = memo.message(&text, &mut room);
            let mut masked = String::new();
            mask_lines(&text, trace::is_fragment, &mut masked);
            if let Some(shape) = shape {
                prop_assert_eq!(shape, hash::bytes(masked.as_bytes()), "{}", &text);
            }
            prop_assert_eq!(signs.level, effective::text_level(&text), "{}", &text);
            let durations = signs.mentions.as_ref().map_or(&[][..], |mentions| &mentions.durations);
            let micros = measure::duration_micros(&text);
            prop_assert_eq!(measure::duration_at(&text, durations), micros, "{}", &text);
            let figures = signs.mentions.as_ref().map_or(Vec::new(), |mentions| {
                figure::in_text_at(&text, &mentions.figures, micros, None)
            });
            prop_assert_eq!(figures, figure::in_text(&text, micros, None), "{}", &text);
        }
    }
}
