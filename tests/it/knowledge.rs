//! The built-in signatures, proved: every example matches, no counterexample does, none lacks either, anchors cover
//! their regexes, overlaps are settled, and no text names what must not stand in the repository.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)] // a test that fails may panic, and tells figures

use fivewhys::diagnose::knowledge::model::{Role, Rule};
use fivewhys::diagnose::knowledge::{Knowledge, prove, rules};
use std::collections::BTreeSet;

fn all() -> Vec<Rule> {
    rules::self_rules(&Knowledge::builtin())
}

#[test]
fn references_and_placeholders_hold() {
    let faults = prove::references(&all(), &[]);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn examples_match_and_counterexamples_do_not() {
    let all = all();
    for rule in &all {
        let id = &rule.signature.id;
        assert!(!rule.samples.examples.is_empty(), "{id} has no example");
        assert!(!rule.samples.counterexamples.is_empty(), "{id} has no counterexample");
    }
    let faults = prove::samples(&all);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn overlaps_of_different_roles_are_settled() {
    let all = all();
    let own: BTreeSet<&str> = all.iter().map(|rule| rule.signature.id.as_str()).collect();
    let faults = prove::overlaps(&all, &own);
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The first match of an example is its own signature, or one that says it wins.
#[test]
fn an_example_is_recognised_as_what_it_stands_for() {
    let knowledge = Knowledge::builtin();
    let mut wrong = Vec::new();
    for rule in all() {
        for text in &rule.samples.examples {
            let found = knowledge.matches(text);
            let ids: Vec<&str> =
                found.iter().map(|found| knowledge.signatures()[found.signature].id.as_str()).collect();
            let first = ids.first().copied().unwrap_or("nothing");
            let wins = knowledge.get(first).is_some_and(|other| {
                other.also.contains(&rule.signature.id) || other.role == rule.signature.role && !other.generic
            });
            if first != rule.signature.id && !wins {
                wrong.push(format!("{} is taken by {ids:?}: {text}", rule.signature.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_explanation_leads_to_a_consequence() {
    let knowledge = Knowledge::builtin();
    for signature in knowledge.signatures() {
        for id in &signature.explains {
            let role = knowledge.get(id).map(|other| other.role);
            assert!(matches!(role, Some(Role::Cause | Role::Symptom)), "{} explains {id}", signature.id);
        }
        for id in &signature.also {
            let back = knowledge.get(id).is_some_and(|other| other.also.contains(&signature.id));
            assert!(!back, "{} and {id} name each other in `also`; only the specific one does", signature.id);
        }
    }
}

#[test]
fn texts_are_plain_and_name_nothing_of_one_machine_or_team() {
    let hosts = ["gcr", "pkg", "docker", "npmjs", "pypi", "crates"].map(|name| format!("{name}."));
    let banned = ["this project's corpus", "/tmp/", "/work/", "/home/"];
    for rule in all() {
        let s = &rule.signature;
        assert!(!s.source.is_empty() && s.title.len() <= 70, "{}", s.id);
        assert!(s.why_candidates.len() <= 3 && s.check.len() <= 2, "{}", s.id);
        let texts = [&s.title, &s.what, &s.action, &s.impact, &s.verify, &s.source];
        let samples = rule.samples.examples.iter().chain(&rule.samples.counterexamples);
        for text in texts.into_iter().chain(samples) {
            assert!(!banned.iter().any(|word| text.contains(word)), "{}: {text}", s.id);
            let host = hosts.iter().any(|host| {
                text.contains(&format!("{host}io"))
                    || text.contains(&format!("{host}dev"))
                    || text.contains(&format!("{host}org"))
            });
            assert!(!host, "{}: {text}", s.id);
        }
    }
}
