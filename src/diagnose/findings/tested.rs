//! What tests print while they run: takes an incident, tells whether it is only that, in a run whose tests all passed.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::statements;
use crate::digest::Index;
use std::collections::BTreeMap;

/// The signatures of a test runner's sums, and of what makes a run of a build machine fail.
const PASSED: &str = "tests-passed";
const FAILED: [&str; 4] = ["tests-failed", "gha-step-failed", "gcb-step-failed", "gha-runner-stopped"];
/// How test runners begin (vitest, jest, pytest, cargo, mocha, go, maven), and what stands in a console whose run failed otherwise.
const BEGINS: [&str; 8] = [
    "RUN  v",
    "> vitest",
    "> jest",
    "> mocha",
    "test session starts",
    "=== RUN",
    "T E S T S",
    "Determining test suites to run",
];
const BROKEN: [&str; 12] = [
    "Test Suites: ",
    "Test Files ",
    "FAIL\t",
    "FAIL ",
    "--- FAIL",
    " errors in ",
    " error in ",
    "npm ERR! code",
    "npm error code",
    "Job failed",
    "exit code ",
    "exit status ",
];

/// Runs of tests: by file, the rows between which tests ran that all passed; nothing of a file in which anything failed.
pub(crate) struct Tests {
    runs: BTreeMap<u32, [u32; 2]>,
}

impl Tests {
    pub(crate) fn of(scene: &Scene<'_>) -> Tests {
        let mut runs: BTreeMap<u32, [u32; 2]> = BTreeMap::new();
        for row in statements::rows_of(scene.knowledge, scene.statements, PASSED) {
            let Some(file) = file(scene.index, row) else { continue };
            let [_, last] = runs.entry(file).or_insert([u32::MAX, row]);
            *last = (*last).max(row);
        }
        if runs.is_empty() {
            return Tests { runs };
        }
        let failed = FAILED.iter().flat_map(|id| statements::rows_of(scene.knowledge, scene.statements, id));
        let mut broken: Vec<u32> = failed.filter_map(|row| file(scene.index, row)).collect();
        for (number, shape) in (0u32..).zip(scene.index.shapes()) {
            let text = crate::digest::cut(shape.text(), 400);
            let rows = scene.index.rows_of_shape(number);
            if BEGINS.iter().any(|words| text.contains(words)) && !text.contains("passed") {
                for &row in rows {
                    let run = file(scene.index, row).and_then(|file| runs.get_mut(&file));
                    run.into_iter().for_each(|[first, _]| *first = (*first).min(row));
                }
            }
            // One wording that tells of a failure is enough: `exit code 1` and `exit code 0` are one shape.
            if std::iter::once(shape.text()).chain(shape.others()).any(is_broken) {
                broken.extend(rows.iter().filter_map(|&row| file(scene.index, row)));
            }
        }
        runs.retain(|file, [first, last]| first < last && !broken.contains(file));
        Tests { runs }
    }

    /// Whether all of an incident was said in a console while tests ran that all passed: a test of an error prints that error.
    pub(crate) fn printed(&self, scene: &Scene<'_>, incident: &Incident) -> bool {
        if self.runs.is_empty() || incident.collapse.is_some() {
            return false;
        }
        let troubles = incident.root.iter().chain(&incident.symptoms).filter_map(|&n| scene.troubles.get(n));
        let mut rows = troubles.flat_map(|trouble| trouble.occurrences.firsts()).peekable();
        rows.peek().is_some()
            && rows.all(|&row| {
                let run = file(scene.index, row).and_then(|file| self.runs.get(&file));
                is_console(scene.index, row)
                    && run.is_some_and(|[first, last]| (*first..*last).contains(&row))
            })
    }
}

/// Whether a line of a console tells that its run failed: no sum of what passed, and no end with 0.
fn is_broken(text: &str) -> bool {
    let text = crate::digest::cut(text, 400);
    let is_sum = text.contains(" passed") && !text.contains("failed") && !text.contains(" error");
    BROKEN.iter().any(|words| text.contains(words)) && !is_sum && !text.trim_end().ends_with(" 0")
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
