//! Indenting changes blanks only.

use super::indent;

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(indent(text), expected);
}

#[test]
fn objects_and_lists_open_on_their_own_lines() {
    check(
        r#"{"a":1,"b":[],"c":{"d":[1,2]}},"#,
        "{\n  \"a\": 1,\n  \"b\": [],\n  \"c\": {\n    \"d\": [\n      1,\n      2\n    ]\n  }\n}",
    );
}

#[test]
fn strings_and_long_numbers_stay_as_they_are() {
    check(
        r#"{ "a": "x, {y}: \"z\" \\", "n": 12345678901234567890 }"#,
        "{\n  \"a\": \"x, {y}: \\\"z\\\" \\\\\",\n  \"n\": 12345678901234567890\n}",
    );
}

#[test]
fn other_text_is_left_alone() {
    check("  plain, text: here \n", "plain, text: here");
}
