//! Traces of one fault are one group, whatever their messages; the chain is followed to its root, and what is left out is told.

use super::*;
use crate::diagnose::knowledge::Knowledge;
use crate::diagnose::{Options, alone_with_panels, diagnose};
use crate::digest::Builder;
use crate::ingest::{FileId, Ingest};

fn index_of(said: &[(&str, &str, String)]) -> Index {
    let line = |(n, (severity, service, text)): (usize, &(&str, &str, String))| {
        let entry = serde_json::json!({
            "timestamp": format!("2026-03-02T10:{:02}:{:02}Z", n / 60, n % 60),
            "severity": severity,
            "insertId": format!("i{n}"),
            "textPayload": text,
            "logName": "projects/p/logs/run.googleapis.com%2Fstderr",
            "resource": { "type": "cloud_run_revision", "labels": { "service_name": service } },
        });
        format!("{entry}\n")
    };
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: "a.json".into(), ..FileId::default() });
    ingest.push(said.iter().enumerate().map(line).collect::<String>().as_bytes(), &mut builder);
    let _ = ingest.finish(&mut builder);
    builder.finish().finish()
}

fn found(index: &Index) -> Exceptions {
    alone_with_panels(index, &Knowledge::builtin(), &Options::default()).1.exceptions
}

fn exceptions_of(said: &[(&str, &str, String)]) -> Exceptions {
    found(&index_of(said))
}

/// A trace of one exception, raised in a function of the user's below one of a library.
fn raised(function: &str, kind: &str, message: &str) -> String {
    format!(
        "Traceback (most recent call last):\n  File \"/usr/local/lib/python3.12/site-packages/flask/app.py\", line 880, in full_dispatch_request\n    rv = self.dispatch_request()\n  File \"/srv/shop/orders.py\", line 41, in {function}\n    charge(order)\n{kind}: {message}"
    )
}

#[test]
fn traces_of_one_fault_are_one_group_whatever_their_messages() {
    let said: Vec<_> = (0..6)
        .map(|n| {
            let service = if n % 2 == 0 { "shop" } else { "basket" };
            ("ERROR", service, raised("checkout", "ValueError", &format!("no order {n}")))
        })
        .collect();
    let Exceptions { groups, more } = exceptions_of(&said);
    assert_eq!((groups.len(), more), (1, 0));
    let group = &groups[0];
    assert_eq!((group.times, group.entries, group.severity), (6, 6, Severity::Error));
    assert_eq!(
        (group.services.as_slice(), group.more_services),
        (["basket", "shop"].map(String::from).as_slice(), 0)
    );
    assert_eq!(group.buckets.iter().sum::<u64>(), 6);
    let [first, last] = group.seen.map(|time| time.map(Nanos::clock));
    assert_eq!((first.as_deref(), last.as_deref()), (Some("10:00:00"), Some("10:00:05")));
    let thrown = &group.chain[0];
    assert_eq!((thrown.kind.as_str(), thrown.message.as_str()), ("ValueError", "no order 0"));
    assert_eq!(thrown.own, ["/srv/shop/orders.py:41 in checkout"]);
    assert_eq!(thrown.library.len(), 1);
}

#[test]
fn its_filter_lets_through_its_entries_and_no_other() {
    let mut said = vec![("INFO", "shop", "order taken".to_owned())];
    said.extend(
        (0..3).map(|n| ("ERROR", "shop", raised("checkout", "ValueError", &format!("no order {n}")))),
    );
    said.push(("ERROR", "shop", raised("refund", "KeyError", "'id'")));
    let index = index_of(&said);
    let rows: Vec<_> = found(&index).groups.iter().map(|group| index.select(&group.filter)).collect();
    assert_eq!(rows, [vec![1, 2, 3], vec![4]]);
}

#[test]
fn the_chain_leads_to_its_root() {
    let text = format!(
        "{}\n\nThe above exception was the direct cause of the following exception:\n\n{}",
        raised("read", "KeyError", "'id'"),
        raised("checkout", "OrderError", "order is broken")
    );
    let groups = exceptions_of(&[("ERROR", "shop", text)]).groups;
    let kinds: Vec<_> =
        groups[0].chain.iter().map(|thrown| (thrown.kind.as_str(), thrown.relation.as_str())).collect();
    assert_eq!(kinds, [("OrderError", ""), ("KeyError", "cause")]);
    assert_eq!(groups[0].root, 1);
}

#[test]
fn of_a_long_chain_the_middle_is_left_out_and_the_root_stays() {
    let causes: String = (0..20)
        .map(|n| format!("\nCaused by: com.shop.E{n}: step {n}\n\tat com.shop.Step.run{n}(Step.java:{n})"))
        .collect();
    let text = format!("com.shop.Outer: failed\n\tat com.shop.Main.main(Main.java:3){causes}");
    let groups = exceptions_of(&[("ERROR", "shop", text)]).groups;
    let group = &groups[0];
    assert_eq!((group.chain.len(), group.more_links, group.root), (LINKS, 13, 7));
    assert_eq!(group.chain[7].kind, "com.shop.E19");
    assert_eq!(group.chain[6].kind, "com.shop.E5");
}

#[test]
fn the_severe_and_frequent_stand_first_and_those_beyond_the_cap_are_counted() {
    let mut said: Vec<_> = (0..30)
        .map(|n| ("WARNING", "shop", raised(&format!("step{}", char::from(b'a' + n)), "ValueError", "no")))
        .collect();
    said.extend([
        ("ERROR", "shop", raised("checkout", "KeyError", "'id'")),
        ("ERROR", "shop", raised("refund", "TypeError", "no")),
    ]);
    said.push(("ERROR", "shop", raised("refund", "TypeError", "no")));
    let Exceptions { groups, more } = exceptions_of(&said);
    let kinds: Vec<_> = groups.iter().take(3).map(|group| group.chain[0].kind.as_str()).collect();
    assert_eq!(kinds, ["TypeError", "KeyError", "ValueError"]);
    assert_eq!((groups.len(), more), (GROUPS, 12));
}

#[test]
fn a_log_without_exceptions_has_none_and_the_report_is_the_same() {
    let said = [("INFO", "shop", "order taken".to_owned()), ("ERROR", "shop", "order lost".to_owned())];
    assert_eq!(exceptions_of(&said), Exceptions::default());
    let index = index_of(&[("ERROR", "shop", raised("checkout", "ValueError", "no"))]);
    let options = Options::default();
    let beside = alone_with_panels(&index, &Knowledge::builtin(), &options).0;
    assert_eq!(
        crate::diagnose::unasked(beside, &index, None),
        diagnose(&index, &Knowledge::builtin(), &options)
    );
}

#[test]
fn every_text_of_a_log_is_handed_to_the_gate() {
    let mut found = exceptions_of(&[("ERROR", "shop", raised("checkout", "ValueError", "no order"))]);
    found.texts_mut().into_iter().for_each(String::clear);
    let told = serde_json::to_string(&found).unwrap_or_default();
    for text in ["shop", "checkout", "ValueError", "no order", "flask"] {
        assert!(!told.contains(text), "{text} in {told}");
    }
}
