//! The field that holds a match is told by its keys; values come before names.

use super::spot;
use crate::query::search::Needle;

fn found(record: &str, wanted: &str) -> Option<(String, String)> {
    let needles: Vec<Needle> = Needle::text(wanted).into_iter().collect();
    spot(record, &needles, &[wanted.to_owned()]).map(|spot| (spot.field, spot.text))
}

#[test]
fn a_field_is_told_by_its_keys() {
    let record = r#"{"textPayload":"ready","labels":{"team":"Checkout"},"list":[{"n":42}],"checkouts":1},"#;
    assert_eq!(found(record, "checkout"), Some(("labels.team".into(), "Checkout".into())));
    assert_eq!(found(record, "42"), Some(("list.n".into(), "42".into())));
    assert_eq!(found(record, "checkouts"), Some(("checkouts".into(), String::new())));
    assert_eq!(found(record, "absent"), None);
}

#[test]
fn a_long_value_is_cut_around_its_match() {
    let record = format!(r#"{{"a":"{}needle{}"}}"#, "ä".repeat(500), "b".repeat(500));
    let (field, text) = found(&record, "NEEDLE").unwrap_or_default();
    assert_eq!(field, "a");
    assert!(text.starts_with("… ä") && text.contains("needle") && text.len() < 170, "{text}");
}

#[test]
fn a_record_without_fields_has_one_name() {
    let (field, text) = found("2026-03-10 plain words here", "words").unwrap_or_default();
    assert_eq!((field.as_str(), text.as_str()), ("record", "2026-03-10 plain words here"));
}
