//! Groups do not depend on order; values merge, outcomes and codes do not.
use proptest::prelude::*;

use super::*;
use crate::pattern::{Collector, mask, patterns};

fn groups(lines: &[&str]) -> Vec<String> {
    patterns(&mut lines.iter().copied()).templates
}

#[test]
fn names_merge_and_outcomes_do_not() {
    let lines = [
        "login of user anna failed",
        "login of user ben failed",
        "login of user cy failed",
        "login of user di succeeded",
    ];
    assert_eq!(groups(&lines), ["login of user <*> failed", "login of user di succeeded"]);
}

#[test]
fn assigned_values_merge_but_not_what_happened() {
    let lines = [
        "lvl=info msg=started pool=main owner=ann",
        "lvl=info msg=started pool=side owner=bob",
        "lvl=info msg=stalled pool=main owner=ann",
    ];
    assert_eq!(
        groups(&lines),
        ["lvl=info msg=stalled pool=main owner=ann", "lvl=info msg=started pool=<*> owner=<*>",]
    );
}

#[test]
fn printed_objects_merge_over_several_values() {
    let lines = [
        r#"{"msg": "saved", "owner": "ann", "city": "Oslo"}"#,
        r#"{"msg": "saved", "owner": "bob", "city": "Rome"}"#,
        r#"{"msg": "refused", "owner": "bob", "city": "Rome"}"#,
    ];
    assert_eq!(
        groups(&lines),
        [
            r#"{"msg": "refused", "owner": "bob", "city": "Rome"}"#,
            r#"{"msg": "saved", "owner": "<*>", "city": "<*>"}"#,
        ]
    );
}

#[test]
fn numbers_of_devices_merge_but_protocols_do_not() {
    assert_eq!(groups(&["link eth0 ready now", "link eth1 ready now"]), ["link <*> ready now"]);
    assert_eq!(groups(&["bound to IPv4 socket", "bound to IPv6 socket"]).len(), 2);
}

#[test]
fn lists_of_any_length_are_one_group() {
    assert_eq!(
        groups(&["asked for 10.0.0.1:80", "asked for 10.0.0.1", "asked for 10.0.0.1"]),
        ["asked for <*>"]
    );
}

#[test]
fn kept_codes_keep_groups_apart() {
    let texts = ["exit(1) seen", "exit(3) seen", "exit(137) seen", "exit(0) seen"];
    let shapes: Vec<String> = texts
        .iter()
        .map(|text| {
            let mut shape = String::new();
            mask(text, &mut shape);
            shape
        })
        .collect();
    let shapes: Vec<Shape<'_>> = shapes.iter().map(|text| Shape { text, count: 1, severity: 0 }).collect();
    assert_eq!(cluster(&shapes).texts.len(), 4);
    assert_eq!(groups(&texts), ["exit(<*>) seen"]);
}

#[test]
fn severities_stay_apart() {
    let shape = |severity| Shape { text: "pool drained", count: 1, severity };
    let found = cluster(&[shape(2), shape(1)]);
    assert_eq!(found.texts, ["pool drained", "pool drained"]);
    assert_eq!(found.of_shape, [1, 0]);
}

#[test]
fn parts_appended_are_the_whole() {
    let lines = ["a 1", "b x=1", "a 2", "c 10.0.0.1", "a 3"];
    let whole = patterns(&mut lines.iter().copied());
    let mut parts = lines.chunks(2).map(|part| {
        let mut collector = Collector::default();
        part.iter().for_each(|line| collector.push(line));
        collector
    });
    let mut first = parts.next().unwrap_or_default();
    parts.for_each(|part| first.append(&part));
    assert_eq!(first.finish(), whole);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_does_not_matter(
        lines in prop::collection::vec("((user|for|a|x=|'|FOO|bar|\\(|ok|[0-9]{1,3}|eth[0-9]|<\\*>)[ :]?){1,5}", 1..24),
        turn in 0_usize..24,
    ) {
        let forward = patterns(&mut lines.iter().map(String::as_str));
        let mut other: Vec<&str> = lines.iter().map(String::as_str).collect();
        other.reverse();
        let turn = turn % other.len();
        other.rotate_left(turn);
        let moved = patterns(&mut other.iter().copied());
        prop_assert_eq!(&forward.templates, &moved.templates);
        let mut back: Vec<&str> = moved.lines().collect();
        back.rotate_right(turn);
        back.reverse();
        let forward: Vec<&str> = forward.lines().collect();
        prop_assert_eq!(forward, back);
    }

    #[test]
    fn tokens_are_the_text(text in "\\PC{0,40}") {
        let joined: String = tokens(&text).collect();
        prop_assert_eq!(joined, text);
    }
}
