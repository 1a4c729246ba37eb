//! JSON texts in, borrowed values out.

use super::*;
use proptest::prelude::*;

#[track_caller]
fn fails(text: &str, at: usize) {
    assert_eq!(parse(text).map_err(|fault| fault.at), Err(at), "{text}");
}

#[test]
fn texts_without_escapes_are_borrowed_and_numbers_stay_as_written() {
    let value = parse(r#" {"a":"b","n":-12.50e+3,"u":"\u00e9\ud83d\ude00","l":[1,true,null,]} "#).unwrap();
    assert!(matches!(value.get("a"), Some(Value::Text(Cow::Borrowed("b")))));
    assert_eq!(value.get("n").unwrap().scalar(), Some("-12.50e+3"));
    assert_eq!(value.get("u").unwrap().text(), Some("é😀"));
    assert_eq!(
        value.get("l"),
        Some(&Value::List(vec![Value::Number("1".into()), Value::Bool(true), Value::Null]))
    );
}

#[test]
fn repeated_keys_are_kept_and_the_last_is_found() {
    let value = parse(r#"{"k":1,"k":2}"#).unwrap();
    assert_eq!(value.get("k").unwrap().scalar(), Some("2"));
    assert!(matches!(&value, Value::Object(members) if members.len() == 2));
}

#[test]
fn lone_surrogates_become_replacement_characters() {
    assert_eq!(parse(r#""a\ud800b""#).unwrap().text(), Some("a\u{FFFD}b"));
    assert_eq!(parse(r#""\udc00\ud83d\u0041""#).unwrap().text(), Some("\u{FFFD}\u{FFFD}A"));
}

#[test]
fn faults_name_their_byte() {
    fails("", 0);
    fails("{\"a\" 1}", 5);
    fails("{\"a\":1", 6);
    fails("[1 2]", 3);
    fails("\"abc", 4);
    fails("{} x", 3);
    fails("01x", 2);
    fails("-", 0);
    fails(r#""\x""#, 2);
}

#[test]
fn nesting_is_followed_to_the_limit_and_no_deeper() {
    let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(parse(&deep(JSON_DEPTH)).is_ok());
    assert_eq!(parse(&deep(100_000)).unwrap_err().what, "the nesting is too deep");
}

proptest! {
    #[test]
    fn what_is_passed_over_is_what_is_read(text in "[\\[\\]{}\",:1ae\\\\u -]{0,24}") {
        let mut reader = Parser { text: &text, bytes: text.as_bytes(), at: 0 };
        let mut passer = Parser { text: &text, bytes: text.as_bytes(), at: 0 };
        let read = reader.value(0).is_ok();
        prop_assert_eq!(passer.pass(0).is_ok(), read);
        if read { prop_assert_eq!(passer.at, reader.at); }
    }

    #[test]
    fn any_text_gives_a_value_or_a_fault_inside_it(text in ".{0,60}") {
        if let Err(fault) = parse(&text) { prop_assert!(fault.at <= text.len()); }
    }

    #[test]
    fn strings_agree_with_serde_json(text in ".*") {
        let quoted = serde_json::to_string(&text).unwrap();
        let value = parse(&quoted).unwrap();
        prop_assert_eq!(value.text(), Some(text.as_str()));
    }
}
