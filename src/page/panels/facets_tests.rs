//! Choosing a value twice leaves the filter as it was, and counts become the facets that have any.

use super::{Value, choose, counted};
use crate::entry::Severity;
use crate::protocol::message::{Facet, Selected};
use crate::query::Filter;

#[test]
fn a_value_is_chosen_and_taken_off() {
    let values = [
        Value::Severity(Severity::Error),
        Value::Status(5),
        Value::Origin(3, "shop-1".into()),
        Value::Shape(7),
    ];
    let mut filter = Filter::default();
    for value in &values {
        assert!(!choose(&mut filter, value, true));
        assert!(choose(&mut filter, value, false));
    }
    assert_eq!(filter.statuses, [(500, 599)]);
    assert_eq!(filter.revisions, ["shop-1"]);
    for value in &values {
        assert!(choose(&mut filter, value, true));
    }
    assert!(filter.is_empty());
}

#[test]
fn facets_without_entries_are_left_out() {
    let mut counts = Selected::default();
    counts.severities[5] = 3;
    counts.severities[2] = 9;
    counts.origins[0] = Facet { values: vec![("shop".into(), 12)], more: 2 };
    let all = counted(&counts);
    let titles: Vec<&str> = all.iter().map(|(title, ..)| *title).collect();
    assert_eq!(titles, ["Severity", "Service"]);
    assert_eq!(all[0].1[0], (Value::Severity(Severity::Error), "ERROR".into(), 3));
    assert_eq!(all[1].2, 2);
}
