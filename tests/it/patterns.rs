//! The table of patterns: what differs only by values is one row, whatever the order; values pass the redaction gate.

use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::Builder;
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::pattern::{mask, patterns};
use fivewhys::redact::Level;
use fivewhys::report::model::{Count, PatternRow, Report, VariableKind};
use fivewhys::report::render::{Format, render};
use proptest::prelude::*;
use serde_json::json;
use std::sync::LazyLock;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(Knowledge::builtin);

/// The report over these messages: number of the second, severity, text. Each line is an entry, in the order given.
fn report(messages: &[(u32, &str, String)]) -> Report {
    let mut builder = Builder::default();
    for (number, part) in messages.chunks(7).enumerate() {
        let mut text = String::new();
        for (second, severity, message) in part {
            let entry = json!({
                "timestamp": format!("2026-03-02T10:{:02}:{:02}Z", second / 60, second % 60),
                "severity": severity, "insertId": format!("i{second}"), "textPayload": message,
                "resource": { "type": "cloud_run_revision", "labels": { "service_name": "ledger", "revision_name": "ledger-1" } },
            });
            text.push_str(&format!("{entry}\n"));
        }
        let id = FileId { name: format!("{number}.ndjson"), size: text.len() as u64, token: 5 };
        let mut ingest = Ingest::new(id);
        ingest.push(text.as_bytes(), &mut builder);
        ingest.finish(&mut builder);
    }
    diagnose(&builder.finish().finish(), &KNOWLEDGE, &Options::default())
}

fn messages() -> Vec<(u32, &'static str, String)> {
    let names = ["alice", "bob", "carol", "dave", "alice", "erin"];
    let carts = (0..12).map(|n| (n, "INFO", format!("cart opened for user {}", names[n as usize % 6])));
    let slow = (20..32).map(|n| (n, "WARNING", format!("ledger wrote {} rows in {} ms", n * 3, n * n)));
    let calm = (40..46).map(|n| (n, "INFO", "ledger keeps still".to_owned()));
    carts.chain(slow).chain(calm).collect()
}

fn row<'r>(report: &'r Report, begin: &str) -> &'r PatternRow {
    let found: Vec<&PatternRow> =
        report.patterns.iter().filter(|row| row.template.starts_with(begin)).collect();
    assert_eq!(found.len(), 1, "{begin}: {:?}", report.patterns);
    found[0]
}

#[test]
fn a_variable_token_makes_one_row_with_counted_values() {
    let report = report(&messages());
    let carts = row(&report, "cart opened");
    assert_eq!((carts.template.as_str(), carts.entries), ("cart opened for user <*>", 12));
    let [names] = carts.variables.as_slice() else { panic!("{carts:?}") };
    assert_eq!((names.kind, names.distinct, names.complete), (VariableKind::Word, 5, true));
    let value = |what: &str, n| Count { what: what.to_owned(), n, evidence: None };
    assert_eq!(names.top.first(), Some(&value("alice", 4)));
    assert_eq!(names.top.len(), 5);
    let slow = row(&report, "ledger wrote");
    let kinds: Vec<_> = slow.variables.iter().map(|v| (v.kind, v.complete, v.range.is_some())).collect();
    assert_eq!(kinds, [(VariableKind::Number, false, true), (VariableKind::Duration, false, true)]);
    assert!(row(&report, "ledger keeps still").variables.is_empty());
}

#[test]
fn all_renderers_tell_the_values() {
    let report = report(&messages());
    let markdown = render(&report, Format::Markdown, Level::Secrets);
    assert!(
        markdown
            .contains("| `cart opened for user <*>` | word `alice` (4), `bob` (2), `carol` (2) and 2 more |")
    );
    let html = render(&report, Format::Html, Level::Secrets);
    assert!(html.contains("word <code>alice</code> (4), <code>bob</code> (2)"));
    let json = render(&report, Format::Json, Level::Secrets);
    assert!(json.contains("\"what\": \"alice\""));
}

#[test]
fn a_value_is_redacted_by_the_key_in_its_template() {
    let said = ["hunter2x9", "sesame44q", "letmein77", "trustno11", "opensesame5"];
    let list: Vec<_> = (0..5)
        .map(|n| (n, "INFO", format!("ledger signs in, password={} tries={n}", said[n as usize])))
        .collect();
    let report = report(&list);
    let shown = |level| {
        [Format::Markdown, Format::Html, Format::Json, Format::Chat]
            .map(|format| render(&report, format, level))
            .concat()
    };
    assert!(said.iter().all(|word| !shown(Level::Secrets).contains(word)), "{:?}", report.patterns);
    let mails: Vec<_> =
        (0..5).map(|n| (n, "INFO", format!("ledger mails to user bob{n}@acme.example now"))).collect();
    let report = self::report(&mails);
    assert!(render(&report, Format::Markdown, Level::Secrets).contains("acme.example"));
    assert!(!render(&report, Format::Markdown, Level::Standard).contains("@acme.example"));
}

#[test]
fn many_shapes_are_bounded() {
    let list: Vec<_> = (0..3000u32)
        .map(|n| {
            (
                n,
                "INFO",
                format!("ledger step{} of batch{} went {}", n % 7, n, if n % 2 == 0 { "up" } else { "down" }),
            )
        })
        .collect();
    let report = report(&list);
    assert!(report.patterns.len() <= 25);
    let listed: u64 = report.patterns.iter().map(|row| row.entries).sum();
    assert!(listed > 1000, "{:?}", report.patterns);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Neither the order of the lines nor where files begin changes the table.
    #[test]
    fn order_and_splits_do_not_matter(shuffled in Just(messages()).prop_shuffle()) {
        prop_assert_eq!(report(&shuffled).patterns.iter().map(plain).collect::<Vec<_>>(),
            report(&messages()).patterns.iter().map(plain).collect::<Vec<_>>());
    }
}

/// A row without the number of its evidence.
fn plain(row: &PatternRow) -> PatternRow {
    PatternRow { evidence: None, ..row.clone() }
}

fn templates(lines: &[&str]) -> Vec<String> {
    patterns(&mut lines.iter().copied()).templates
}

#[test]
fn what_differs_in_its_first_word_as_well_is_another_message() {
    let lines = ["cart of user anna closed", "shop of user ben closed", "till of user cy closed"];
    assert_eq!(templates(&lines), lines);
}

#[test]
fn six_words_in_one_place_are_values() {
    let lines = ["amber", "birch", "cedar", "dune", "ember", "fjord", "grove"]
        .map(|name| format!("shelf {name} was counted again"));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!(templates(&lines), ["shelf <*> was counted again"]);
    let of = |text: &str| -> Vec<String> {
        let lines: Vec<String> = lines
            .iter()
            .filter_map(|line| line.split(' ').nth(1))
            .map(|name| text.replace('_', name))
            .collect();
        templates(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert_eq!(of("shelf _ counted"), ["shelf <*> counted"]);
    // One other word is too little to know.
    assert_eq!(of("counted _").len(), 7);
}

#[test]
fn a_time_below_a_bound_is_a_value_with_its_sign_and_names_in_mixed_case_are_none() {
    let shape = |text: &str| {
        let mut out = String::new();
        mask(text, &mut out);
        out
    };
    assert_eq!(shape("ping took <12 ms in all"), "ping took <*> in all");
    assert_eq!(shape("no method parseHTMLtoJSONa here"), "no method parseHTMLtoJSONa here");
    assert_eq!(shape("saved as basket~old.com here"), "saved as basket~old.com here");
}
