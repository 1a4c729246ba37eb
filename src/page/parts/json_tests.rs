//! Pieces join to the text, and keys are told from strings.

use super::{Kind, PART_BYTES, parts, pieces};

#[test]
fn pieces_join_to_the_text() {
    for text in [
        "{\n  \"a\": 1,\n  \"b\": [true, null, -2.5e+3]\n}",
        "{\"a\\\"b\": \"c\\\\\"}",
        "[",
        "{\"open",
        "{\"é\": \"ü\"}",
    ] {
        assert_eq!(pieces(text).into_iter().map(|(_, piece)| piece).collect::<String>(), text);
    }
}

#[test]
fn a_string_before_a_colon_is_a_key() {
    let kinds: Vec<Kind> = pieces("{\"a\": \"b\"}")
        .into_iter()
        .map(|(kind, _)| kind)
        .filter(|kind| *kind != Kind::Rest)
        .collect();
    assert_eq!(kinds, [Kind::Key, Kind::String]);
}

#[test]
fn parts_join_to_the_text_and_end_with_lines() {
    let lines = "a line of a dump that goes on\n".repeat(2_000);
    assert!(parts(&lines).all(|part| part.ends_with('\n')));
    for text in [lines.as_str(), &"é".repeat(50_000), "", "short"] {
        assert_eq!(parts(text).collect::<String>(), text);
        assert!(parts(text).all(|part| !part.is_empty() && part.len() <= PART_BYTES));
    }
}
