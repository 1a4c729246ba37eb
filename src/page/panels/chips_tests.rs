//! Each restriction of a filter is one chip, and taking it off leaves the others.

use super::{take_off, words};
use crate::entry::{Nanos, Severity};
use crate::query::{Filter, Term};

fn one(text: &str) -> Term {
    Term { any: vec![text.into()], regex: false }
}

#[test]
fn every_restriction_but_the_typed_text_has_a_chip_that_takes_it_off() {
    let mut filter = Filter {
        severities: vec![Severity::Error, Severity::Critical],
        recorded: vec![Severity::Warning],
        from: Nanos::parse("2026-03-10T09:00:00Z"),
        until: Nanos::parse("2026-03-10T10:00:00Z"),
        services: vec!["shop".into()],
        logs: vec!["stderr".into()],
        traces: vec!["t1".into()],
        findings: vec!["F1".into()],
        shapes: vec![1, 2],
        files: vec![0],
        statuses: vec![(500, 599), (404, 404)],
        latency_micros: Some((200_000, u32::MAX)),
        request: Some(true),
        rows: vec![7],
        texts: vec![one("typed"), one("other")],
        not: vec![Filter::of_shapes([3])],
        ..Filter::default()
    };
    let said: Vec<String> = words(&filter).into_iter().map(|(_, words)| words).collect();
    assert_eq!(
        said,
        [
            "ERROR, CRITICAL",
            "recorded WARNING",
            "2026-03-10 09:00:00 to 10:00:00",
            "trace t1",
            "F1",
            "2 message patterns",
            "1 file",
            "status 500–599, 404",
            "took 200 ms or longer",
            "requests",
            "1 chosen entry",
            "shop",
            "log stderr",
            "\"other\"",
            "not 1 message pattern",
        ]
    );
    for left in (0..said.len()).rev() {
        let (number, _) = words(&filter).remove(0);
        take_off(&mut filter, number);
        assert_eq!(words(&filter).len(), left);
    }
    assert_eq!(filter, Filter { texts: vec![one("typed")], ..Filter::default() });
}
