//! An entry leads to those of its pattern, trace, request, path and instance, as far as it names them.

use super::{alike, path};
use crate::protocol::Line;
use crate::query::print;

#[test]
fn links_are_those_that_an_entry_names() {
    let line = Line {
        origins: [String::new(), String::new(), "i-1".into(), String::new()],
        shape: Some(3),
        ..Line::default()
    };
    let record = r#"{"trace": "projects/p/traces/abc", "httpRequest": {"requestUrl": "https://x.example/cart/7?a=b"}, "jsonPayload": {"request_id": "r-9"}}"#;
    let links: Vec<(&str, String)> =
        alike(Some(&line), record).iter().map(|(words, filter)| (*words, print(filter))).collect();
    let expected = [
        ("Like this", "pattern=3"),
        ("Same trace", "trace=\"abc\""),
        ("Same request", "\"r-9\""),
        ("Same path", "request=true\n\"/cart/7\""),
        ("Same instance", "labels.instanceId=\"i-1\""),
    ];
    assert_eq!(links, expected.map(|(words, text)| (words, text.to_owned())));
    assert!(alike(None, "plain text").is_empty());
    assert!(alike(None, r#"{"trace": "projects/p/traces/<id-1>"}"#).is_empty());
}

#[test]
fn an_address_gives_its_path() {
    assert_eq!(path("https://x.example/a/b?c=d#e"), "/a/b");
    assert_eq!(path("/a?b"), "/a");
    assert_eq!(path("x.example"), "");
}
