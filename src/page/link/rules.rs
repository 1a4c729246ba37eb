//! Rule files of the reader's own: takes dropped `.toml` files and what the lead says of them, gives the list of them.

use super::{Link, now_millis};
use crate::error::Problem;
use crate::order::Order as _;
use crate::page::format;
use crate::page::state::{LoadedRules, Stage};
use crate::protocol::{FileKey, ToWorker};
use leptos::prelude::*;
use web_sys::File;

/// Whether a dropped file holds rules, by its name: no log is written in TOML.
pub(super) fn is_rules(file: &File) -> bool {
    file.name().to_ascii_lowercase().ends_with(".toml")
}

impl Link {
    /// Hands rule files to the lead, by name, so that the order of a folder does not matter.
    pub(super) fn open_rules(&mut self, mut files: Vec<File>) {
        files.order_by_key(File::name);
        for file in files {
            let key = super::next_key();
            self.batch.push(key);
            self.queue.expect(key, 0);
            self.reading_rules.insert(key, file.name());
            self.send(&self.lead, &ToWorker::Rules { key }, Some(&file));
            self.rule_files.insert(key, file);
        }
    }

    /// The lead has looked at a rule file, or drops one whose ground is gone.
    pub(super) fn take_rules(
        &mut self,
        key: FileKey,
        signatures: u32,
        replaced: Option<FileKey>,
        problems: Vec<Problem>,
    ) {
        let is_good = problems.is_empty();
        if let Some(gone) = if is_good { replaced } else { Some(key) } {
            self.rule_files.remove(&gone);
        }
        for problem in problems {
            self.state.complain(problem);
        }
        let Some(name) = self.reading_rules.remove(&key) else {
            if is_good {
                // Cancelled while the lead was reading.
                self.to_lead(&ToWorker::Remove { keys: vec![key] });
            }
            self.state.rules.update(|rules| rules.retain(|file| file.key != key));
            return;
        };
        self.queue.forget(key);
        self.batch.retain(|other| *other != key);
        if is_good {
            let signatures_said = format::counted(u64::from(signatures), "rule", "rules");
            self.state.said.set(format!("{signatures_said} from {name} loaded."));
            self.state.rules.update(|rules| {
                rules.retain(|file| Some(file.key) != replaced);
                rules.push(LoadedRules { key, name, signatures });
            });
            self.rules_changed = true;
        } else {
            self.state.said.set(format!("{name} has errors; nothing of it is used."));
        }
        if self.batch.is_empty() {
            self.rules_settled();
        }
    }

    /// Nothing else is being read: the report is made anew, or what was shown before comes back.
    pub(super) fn rules_settled(&mut self) {
        if self.files.is_empty() {
            let is_shown = self.state.report.with_untracked(Option::is_some);
            self.state.stage.set(if is_shown { Stage::Report } else { Stage::Landing });
        } else if std::mem::take(&mut self.rules_changed) {
            self.started = now_millis();
            self.show_figures();
            self.diagnose();
        } else {
            self.state.stage.set(Stage::Report);
        }
    }

    /// Takes a rule file out; the report is made anew without it.
    pub(super) fn remove_rules(&mut self, key: FileKey) {
        self.state.rules.update(|rules| rules.retain(|file| file.key != key));
        self.rule_files.remove(&key);
        self.to_lead(&ToWorker::Remove { keys: vec![key] });
        // While something is being read a report follows anyway.
        if !self.files.is_empty() && self.batch.is_empty() {
            self.diagnose();
        }
    }
}
