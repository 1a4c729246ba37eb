//! Each restriction of a filter is one chip, and taking it off leaves the others.

use super::{CHIPS, words};
use crate::entry::{Nanos, Severity};
use crate::query::Filter;

#[test]
fn every_restriction_but_the_text_has_a_chip_that_takes_it_off() {
    let full = Filter {
        severities: vec![Severity::Error, Severity::Critical],
        recorded: vec![Severity::Warning],
        from: Nanos::parse("2026-03-10T09:00:00Z"),
        until: Nanos::parse("2026-03-10T10:00:00Z"),
        services: vec!["shop".into()],
        revisions: vec!["shop-1".into()],
        instances: vec!["i1".into()],
        logs: vec!["stderr".into()],
        shapes: vec![1, 2],
        files: vec![0],
        statuses: vec![(500, 599), (404, 404)],
        request: Some(true),
        rows: vec![7],
        text: "x".into(),
    };
    let said: Vec<String> = words(&full).into_iter().map(|(_, words)| words).collect();
    assert_eq!(said.len(), CHIPS.len());
    assert_eq!(said[0], "ERROR, CRITICAL");
    assert_eq!(said[2], "2026-03-10 09:00:00 to 10:00:00");
    assert_eq!(said[9], "status 500–599, 404");
    let mut rest = full;
    for (n, (_, take_off)) in CHIPS.iter().enumerate() {
        take_off(&mut rest);
        assert_eq!(words(&rest).len(), CHIPS.len() - n - 1);
    }
    assert_eq!(rest, Filter { text: "x".into(), ..Filter::default() });
}
