//! Valid exports, made wrong from a seed: nothing panics or hangs, any split gives the same report, and damage to one record
//! costs that record and no other.

use crate::bodies::{any_text, one_record};
use crate::invariant::{digest, report};
use crate::prove::cases;

#[test]
fn damage_to_one_record_costs_no_other() {
    cases("one record damaged", 60, one_record);
}

#[test]
fn any_damage_is_survived_and_no_split_changes_the_report() {
    cases("text damaged", 60, any_text);
}

/// Entries that have no severity but that of their group.
fn groups(damage: impl Fn(usize, String) -> String) -> Vec<u8> {
    let line = |n: usize| {
        let time = format!("2025-03-02T10:00:{n:02}Z");
        let text = format!(
            "{{\"timestamp\":\"{time}\",\"insertId\":\"i{n}\",\"textPayload\":\"quay {n}\",\"resource\":{{\"type\":\"gae_app\"}}}}"
        );
        damage(n, text)
    };
    let list = |range: std::ops::Range<usize>| range.map(line).collect::<Vec<_>>().join(",");
    format!("{{\"logs_by_severity\":{{\"ERROR\":[{}],\"INFO\":[{}]}}}}", list(0..6), list(6..16)).into_bytes()
}

fn severities(bytes: &[u8]) -> Vec<(String, u64)> {
    let told = report(digest(bytes, &mut || usize::MAX));
    told.severity.iter().map(|row| (row.name.clone(), row.entries)).collect()
}

#[test]
fn a_broken_element_at_the_end_of_a_group_takes_no_other_into_it() {
    let has = |all: &[(String, u64)], name: &str| all.iter().find(|row| row.0 == name).map_or(0, |row| row.1);
    let whole = severities(&groups(|_, text| text));
    assert_eq!((has(&whole, "ERROR"), has(&whole, "INFO")), (6, 10), "{whole:?}");
    // A quote is lost, a bracket is lost, a bracket is too much.
    for (lost, found) in [("\"quay 5", "quay 5"), ("app\"}}", "app\"}"), ("quay 5\"", "quay 5\"]}")] {
        let damaged = severities(&groups(|n, text| if n == 5 { text.replace(lost, found) } else { text }));
        assert_eq!((has(&damaged, "ERROR"), has(&damaged, "INFO")), (5, 10), "{lost}: {damaged:?}");
    }
    // Where the first of a group is broken, nobody knows where the group begins; its entries are there all the same.
    let damaged =
        severities(&groups(|n, text| if n == 5 || n == 6 { text.replace("\"quay", "quay") } else { text }));
    assert_eq!(
        (has(&damaged, "ERROR"), damaged.iter().map(|row| row.1).sum::<u64>()),
        (5, 14),
        "{damaged:?}"
    );
}

#[test]
fn brackets_too_many_hide_no_group() {
    let damaged = groups(|n, text| if n == 3 { text[60..].to_owned() } else { text });
    assert_eq!(severities(&damaged).iter().map(|row| row.1).sum::<u64>(), 15);
}
