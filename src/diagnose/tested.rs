//! What tests print while they run: takes an incident, tells whether it is only that, in a run whose tests all passed.

use super::causality::{Incident, Scene};
use crate::digest::Index;

/// The signatures of a test runner's sums, and of what makes a run of a build machine fail.
const PASSED: &str = "tests-passed";
const FAILED: [&str; 4] = ["tests-failed", "gha-step-failed", "gcb-step-failed", "gha-runner-stopped"];

/// Whether all of it was said in files of a console, before tests passed there and without any that failed: a test of an error
/// prints that error.
pub(super) fn is_of_tests(scene: &Scene<'_>, incident: &Incident) -> bool {
    let mut passed: Vec<(u32, u32)> = Vec::new();
    let mut failed: Vec<u32> = Vec::new();
    for statement in scene.statements {
        let Some((known, _)) = statement.signature(scene.knowledge) else { continue };
        let rows = statement.occurrences.firsts();
        if known.id == PASSED {
            passed.extend(rows.iter().filter_map(|&row| Some((file(scene.index, row)?, row))));
        } else if FAILED.contains(&known.id.as_str()) {
            failed.extend(rows.iter().filter_map(|&row| file(scene.index, row)));
        }
    }
    if passed.is_empty() || incident.collapse.is_some() {
        return false;
    }
    let troubles = incident.root.iter().chain(&incident.symptoms).filter_map(|&n| scene.troubles.get(n));
    let mut rows = troubles.flat_map(|trouble| trouble.occurrences.firsts()).peekable();
    rows.peek().is_some()
        && rows.all(|&row| {
            is_console(scene.index, row)
                && file(scene.index, row).is_some_and(|of| {
                    passed.iter().any(|(file, sum)| *file == of && row < *sum) && !failed.contains(&of)
                })
        })
}

fn file(index: &Index, row: u32) -> Option<u32> {
    index.row(row).map(crate::digest::Row::file)
}

/// Whether nobody is named as the one who says it: a service that tells of tests is another matter.
fn is_console(index: &Index, row: u32) -> bool {
    let source = index.row(row).and_then(|row| index.source_of(row));
    source.is_some_and(|source| {
        source.resource == "build"
            || source.resource.is_empty() && source.service.is_empty() && source.instance.is_empty()
    })
}
