//! What is shown in place of entries is what the report quotes of them.

use super::*;
use crate::report::model::{Evidence, Finding};

fn quote(text: &str) -> Quote {
    Quote { text: text.into(), ..Quote::default() }
}

#[test]
fn quotes_of_the_evidence_come_before_those_of_its_finding() {
    let of =
        |shape: u32, quotes: Vec<Quote>| Evidence { filter: Filter::of_shapes([shape]), entries: 3, quotes };
    let finding = Finding { evidence: Some(1), quotes: vec![quote("b")], ..Finding::default() };
    let report = Report {
        evidence: vec![of(1, vec![quote("a")]), of(2, Vec::new()), of(3, Vec::new())],
        findings: vec![finding],
        ..Report::default()
    };
    assert_eq!(quoted(&report, &Filter::of_shapes([1])), [quote("a")]);
    assert_eq!(quoted(&report, &Filter::of_shapes([2])), [quote("b")]);
    assert_eq!(quoted(&report, &Filter::of_shapes([3])), []);
    assert_eq!(quoted(&report, &Filter::default()), []);
}
