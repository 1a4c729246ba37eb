//! An index, its report and what is known in; the rules behind the findings, and the entries of each revision, job or build out.

use crate::diagnose::knowledge::{Knowledge, Signature};
use crate::digest::{Index, Row};
use crate::entry::Source;
use crate::order::Gather as _;
use crate::protocol::Rule;
use crate::query::Filter;
use crate::report::model::{Deployment, Report};
use std::collections::BTreeSet;

/// The rules that the findings name, with what each matched of its finding.
pub fn rules(index: &Index, report: &Report, knowledge: &Knowledge) -> Vec<Rule> {
    let mut all = Vec::new();
    for finding in &report.findings {
        let known = finding.signatures.iter().filter_map(|id| knowledge.get(id));
        let rows = finding.evidence.and_then(|n| report.evidence.get(n as usize));
        let rows = rows.map(|evidence| index.select(&evidence.filter)).unwrap_or_default();
        let shapes: BTreeSet<u32> = rows.iter().filter_map(|n| index.row(*n)).map(Row::shape).gathered();
        for signature in known {
            let matched = |shape: &u32| is_match(index, knowledge, signature, *shape);
            let filter = Filter::of_shapes(shapes.iter().copied().filter(matched));
            let entries = if filter.shapes.is_empty() { 0 } else { index.count(&filter) };
            all.push(Rule { finding: finding.id.clone(), filter, entries, ..told(knowledge, signature) });
        }
    }
    all
}

fn is_match(index: &Index, knowledge: &Knowledge, signature: &Signature, shape: u32) -> bool {
    let Some(shape) = index.shape(shape) else { return false };
    let number = knowledge.position(&signature.id);
    knowledge.matches(shape.text()).iter().any(|found| Some(found.signature) == number)
}

/// A rule as a reader meets it; placeholders such as `{module}` stand for what differs from log to log.
fn told(knowledge: &Knowledge, signature: &Signature) -> Rule {
    Rule {
        id: signature.id.clone(),
        title: signature.label(),
        role: signature.role.name().to_owned(),
        what: signature.what.clone(),
        impact: signature.impact.clone(),
        anchors: signature.anchor.clone(),
        regex: signature.regex.clone(),
        is_own: knowledge.is_own(&signature.id),
        ..Rule::default()
    }
}

/// The entries of each row of the report's table, as the lifecycles behind it take them: those of a revision, else of an
/// execution, in its service, else in its container.
pub fn deployments(index: &Index, report: &Report) -> Vec<Filter> {
    report.deployments.iter().map(|row| deployment(index.sources(), row)).collect()
}

fn deployment(sources: &[Source<'static>], row: &Deployment) -> Filter {
    let (name, service) = (vec![row.name.clone()], vec![row.service.clone()]);
    let mut filter = Filter::default();
    if sources.iter().any(|source| source.revision == row.name) {
        filter.revisions = name;
    } else {
        filter.executions = name;
    }
    if sources.iter().any(|source| source.service == row.service) {
        filter.services = service;
    } else {
        filter.containers = service;
    }
    filter
}

#[cfg(test)]
#[path = "origins_tests.rs"]
mod tests;
