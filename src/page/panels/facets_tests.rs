//! Choosing or leaving out a value twice leaves the filter as it was, and counts become the facets that have any.

use super::{FACETS, Row, Value, choose, exclude, rows};
use crate::entry::Severity;
use crate::protocol::selected::{Facet, FacetOf, Seek, Selected};
use crate::query::{Filter, parse, print};

fn values() -> [Value; 6] {
    [
        Value::Severity(Severity::Error),
        Value::Status(5),
        Value::Origin(3, "shop-1".into()),
        Value::Shape(7),
        Value::Finding("F1".into()),
        Value::File(2),
    ]
}

#[test]
fn a_value_is_chosen_and_taken_off() {
    let mut filter = Filter::default();
    for value in &values() {
        assert!(!choose(&mut filter, value, true));
        assert!(choose(&mut filter, value, false));
    }
    assert_eq!(filter.statuses, [(500, 599)]);
    assert_eq!(filter.revisions, ["shop-1"]);
    for value in &values() {
        assert!(choose(&mut filter, value, true));
    }
    assert!(filter.is_empty());
}

#[test]
fn a_value_is_left_out_as_the_query_says() {
    let mut filter = Filter::default();
    for value in &values() {
        choose(&mut filter, value, true);
        assert!(!exclude(&mut filter, value));
        assert!(!choose(&mut filter, value, false), "what is left out is not chosen");
    }
    let text = print(&filter);
    for line in ["NOT severity=ERROR", "NOT resource.labels.revision_name=\"shop-1\"", "NOT file=2"] {
        assert!(text.lines().any(|found| found == line), "{text}");
    }
    assert_eq!(parse(&text).expect(&text), filter);
    choose(&mut filter, &Value::File(2), true);
    assert_eq!((filter.files.as_slice(), filter.not.len()), (&[2][..], 5));
    choose(&mut filter, &Value::File(2), true);
    for value in &values()[..5] {
        assert!(exclude(&mut filter, value));
    }
    assert!(filter.is_empty());
}

fn counts() -> Selected {
    let mut counts = Selected::default();
    counts.severities[5] = 3;
    counts.severities[2] = 9;
    let services = (0..50).map(|n| (format!("shop-{n}"), 50 - n)).collect();
    counts.origins[0] = Facet { values: services, more: 2 };
    counts
}

#[test]
fn facets_without_entries_are_left_out() {
    let shown = |of| rows(of, &counts(), None, &Filter::default(), None);
    let titles = FACETS.iter().filter(|(_, of)| !shown(*of).0.is_empty()).map(|(title, _)| *title);
    assert_eq!(titles.collect::<Vec<_>>(), ["Severity", "Service"]);
    let error = Value::Severity(Severity::Error);
    let row = Row { value: error, words: "ERROR".into(), entries: Some(3), is_on: false };
    assert_eq!(shown(FacetOf::Severity).0[0], row);
    let (first, more) = shown(FacetOf::Origin(0));
    assert_eq!((first.len(), more), (6, 46));
}

#[test]
fn more_values_are_found_and_those_left_out_stand_last() {
    let mut filter = Filter::default();
    exclude(&mut filter, &Value::Origin(2, "gone".into()));
    exclude(&mut filter, &Value::Origin(4, "of another facet".into()));
    let seek = |text: &str| Seek { facet: FacetOf::Origin(0), text: text.into(), values: 20 };
    let (open, more) = rows(FacetOf::Origin(0), &counts(), None, &filter, Some(&seek("")));
    assert_eq!((open.len(), more), (21, 32));
    assert_eq!((open[20].words.as_str(), open[20].entries), ("gone", None));
    let (found, _) = rows(FacetOf::Origin(0), &counts(), None, &filter, Some(&seek("HOP-41")));
    assert_eq!(found.iter().map(|row| row.words.as_str()).collect::<Vec<_>>(), ["shop-41", "gone"]);
}
