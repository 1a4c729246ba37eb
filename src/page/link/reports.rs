//! Reports in JSON among the dropped files: one is shown alone, in the place of no log; a log takes its place.

use super::Link;
use crate::error::{Code, Problem};
use crate::page::state::LoadedFile;
use crate::protocol::{FileKey, ToWorker};

/// Why a report is not taken in beside other files.
const ALONE: &str = "A report can't be shown together with a log or another report. Take out what is loaded, then drop it alone.";

impl Link {
    /// The lead has opened a report.
    pub(super) fn take_report(&mut self, key: FileKey) {
        self.queue.forget(key);
        if self.files.contains_key(&key) {
            self.reports.insert(key);
        } else {
            // Cancelled while the lead was looking.
            self.to_lead(&ToWorker::Remove { keys: vec![key] });
        }
    }

    /// Before a batch is judged: of several reports the last one stays, beside a log none. Those of this batch say why not; one
    /// that was shown before gives way. What could not be read beside a report is refused here too.
    pub(super) fn settle_reports(&mut self, batch: &mut Vec<FileKey>) {
        self.reports.retain(|key| self.files.contains_key(key));
        let Some(last) = self.reports.last().copied() else { return };
        let is_useless = |key: &FileKey| batch.contains(key) && self.is_useless(*key);
        let others = self.files.keys().filter(|key| !self.reports.contains(key));
        let (useless, logs): (Vec<FileKey>, Vec<FileKey>) = others.copied().partition(is_useless);
        let mut gone: Vec<FileKey> =
            self.reports.iter().copied().filter(|key| !logs.is_empty() || *key != last).collect();
        for file in gone.iter().filter(|key| batch.contains(key)).filter_map(|key| self.files.get(key)) {
            self.state.complain(Problem::of_file(Code::EReport, &file.name(), ALONE));
        }
        if logs.is_empty() {
            for problem in useless.iter().filter_map(|key| self.problems.get(key)).flatten() {
                self.state.complain(problem.clone());
            }
            gone.extend(useless);
        }
        for key in &gone {
            self.files.remove(key);
            self.reports.remove(key);
            self.problems.remove(key);
        }
        batch.retain(|key| !gone.contains(key));
        if !gone.is_empty() {
            self.to_lead(&ToWorker::Remove { keys: gone });
        }
    }

    /// The report that is shown without its log, of the files that are.
    pub(super) fn reopened(&self, files: &[LoadedFile]) -> Option<LoadedFile> {
        match files {
            [one] if self.reports.contains(&one.key) => Some(one.clone()),
            _ => None,
        }
    }
}
