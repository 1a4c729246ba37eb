//! What parts work that fails from work that succeeds. Logs of our own, and beside them the log that must not raise it.

use super::signals::{entry, of_files};
use fivewhys::report::model::Report;
use serde_json::{Value, json};

/// A reader of parcels: one in four comes in another layout since the second hour, which it can not read, and comes again.
fn parcels(layout: impl Fn(u64, bool) -> &'static str, fails: impl Fn(u64) -> bool) -> Report {
    let mut entries: Vec<Value> = Vec::new();
    for n in 0..400u64 {
        let at = n * 20_000 + n * 37 % 900;
        let failing = fails(n);
        let id = if failing { 7_000 + n / 4 % 2 } else { n };
        let weight = if failing { format!("1{},{}", n % 7, n % 9) } else { format!("1{}.{}", n % 7, n % 9) };
        let mut taken = entry(at, "reader", "INFO", "");
        taken.as_object_mut().unwrap().remove("textPayload");
        taken["insertId"] = json!(format!("t{n}"));
        taken["logName"] = json!("projects/acme/logs/run.googleapis.com%2Fstdout");
        taken["jsonPayload"] = json!({ "message": "parcel taken up", "parcelId": id, "layout": layout(n, failing),
            "hub": format!("h{}", n % 3), "weight": weight });
        entries.push(taken);
        if failing {
            let text = "Traceback (most recent call last):\n  File \"/srv/read.py\", line 9, in read\n    return float(text)\nValueError: could not convert string to float";
            entries.push(entry(at + 40, "reader", "ERROR", text));
        }
    }
    of_files(&[("log.ndjson", &entries)])
}

fn told(report: &Report) -> String {
    let sentences = report.findings.iter().flat_map(|finding| &finding.cause);
    sentences.map(|sentence| sentence.text.plain()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_value_that_only_failing_work_has_is_told_and_that_it_comes_again() {
    let fails = |n: u64| n > 180 && n.is_multiple_of(4);
    let report = parcels(|_, failing| if failing { "wide" } else { "slim" }, fails);
    let cause = told(&report);
    assert!(cause.contains("54 of 400 parcel taken up are followed by it"), "{cause}");
    assert!(cause.contains("layout=wide (elsewhere slim)"), "{cause}");
    assert!(cause.contains("with its , (elsewhere 1"), "{cause}");
    assert!(!cause.contains("hub="), "{cause}");
    assert!(cause.contains("tried again and again (delivered again): parcelId has"), "{cause}");
    let quotes = &report.findings[0].quotes;
    assert!(quotes.iter().any(|quote| quote.text.contains("layout=wide")), "{quotes:?}");
    let steps: Vec<String> =
        report.actions[0].steps.iter().map(fivewhys::report::model::Rich::plain).collect();
    assert!(steps.iter().any(|step| step.contains("Only work with these values fails")), "{steps:?}");
}

#[test]
fn a_value_that_both_sides_have_is_not_told_nor_any_where_all_fails() {
    let fails = |n: u64| n > 180 && n.is_multiple_of(4);
    let cause = told(&parcels(|_, _| "slim", fails));
    assert!(!cause.contains("layout="), "{cause}");
    let cause = told(&parcels(|_, _| "slim", |_| true));
    assert!(!cause.contains("What parts it"), "{cause}");
}
