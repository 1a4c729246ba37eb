//! A finding's rule is told with what it matched, and the filter of a revision or build lets through what the report counted.

use super::{deployments, rules};
use crate::diagnose::knowledge::Knowledge;
use crate::diagnose::{Options, diagnose};
use crate::digest::{Builder, Index};
use crate::ingest::{FileId, Ingest};

const LOGS: [&str; 3] = [
    include_str!("../../tests/data/same/crash_loop.ndjson"),
    include_str!("../../tests/data/incidents/one_revision_fails.ndjson"),
    include_str!("../../tests/data/incidents/job_without_work.ndjson"),
];

fn index(log: &str) -> Index {
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: "log.ndjson".into(), size: log.len() as u64, token: 1 });
    ingest.push(log.as_bytes(), &mut builder);
    let _ = ingest.finish(&mut builder);
    builder.finish().finish()
}

#[test]
fn filters_of_deployments_let_through_what_was_counted() {
    let mut seen = 0;
    for log in LOGS {
        let index = index(log);
        let report = diagnose(&index, &Knowledge::builtin(), &Options::default());
        for (row, filter) in report.deployments.iter().zip(deployments(&index, &report)) {
            assert_eq!(index.count(&filter), row.entries, "{}: {filter:?}", row.name);
            seen += 1;
        }
    }
    assert!(seen >= LOGS.len(), "{seen} rows");
}

#[test]
fn a_finding_names_its_rule_and_what_it_matched() {
    let (index, knowledge) = (index(LOGS[0]), Knowledge::builtin());
    let report = diagnose(&index, &knowledge, &Options::default());
    let told = rules(&index, &report, &knowledge);
    let rule = told.iter().find(|rule| rule.finding == "F1").expect("F1 has a rule");
    assert_eq!(report.findings[0].signatures, std::slice::from_ref(&rule.id));
    assert!(!rule.is_own && rule.entries > 0 && index.count(&rule.filter) == rule.entries, "{rule:?}");
    assert!(rule.what.contains("{module}") && !rule.regex.is_empty(), "{rule:?}");
}
