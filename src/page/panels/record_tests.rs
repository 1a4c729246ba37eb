//! Strings are found by their key in the text of a record.

use super::string_of;

#[test]
fn a_string_is_found_by_its_key() {
    let text = "{\n  \"n\": 1,\n  \"insertId\": \"a\\\"b\",\n  \"other\": \"insertId\"\n}";
    assert_eq!(string_of(text, "insertId"), Some("\"a\\\"b\""));
    assert_eq!(string_of(text, "n"), None);
    assert_eq!(string_of("no json", "insertId"), None);
}
