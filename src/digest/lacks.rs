//! What could not be read of the files of an index, as warnings.

use super::index::Index;
use crate::entry::number;
use crate::error::{Code, Problem};

impl Index {
    /// Records that were passed over and files that end too early, by file.
    pub fn lacks(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for facts in self.files() {
            let name = &facts.id.name;
            if facts.n_skipped > 0 {
                let lines: Vec<String> = facts.skipped.iter().map(|s| s.line.to_string()).collect();
                let more = if facts.n_skipped > lines.len() as u64 { " …" } else { "" };
                let noun = if facts.n_skipped == 1 { "record" } else { "records" };
                let detail =
                    format!("{} {noun}, at lines {}{more}.", number(facts.n_skipped), lines.join(", "));
                problems.push(Problem::of_file(Code::WSkipped, name, detail));
            }
            if facts.truncated {
                problems.push(Problem::of_file(Code::WTruncated, name, ""));
            }
        }
        problems
    }
}
