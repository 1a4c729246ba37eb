//! `fivewhys rules`, and rule files of a team's own for `report --rules`.

use crate::args::Rules;
use crate::inputs::{self, Input};
use crate::output::{Exit, Failure, print};
use crate::streams;
use fivewhys::diagnose::knowledge::{Knowledge, rules};

/// Runs it.
pub(crate) fn run(what: Option<&Rules>) -> Result<Exit, Failure> {
    let knowledge = Knowledge::builtin();
    match what {
        None | Some(Rules::List) => print(&rules::list(&knowledge))?,
        Some(Rules::Explain { id }) => print(&rules::explain(&knowledge, id)?)?,
        Some(Rules::Check { files }) => {
            let mut problems = Vec::new();
            let files = read(files)?;
            for (name, text) in &files {
                problems.extend(rules::check(&knowledge, name, text));
            }
            if !problems.is_empty() {
                return Err(Failure::Problems(problems));
            }
            print(&format!(
                "{} checked, nothing wrong.\n",
                if files.len() == 1 { "1 file".into() } else { format!("{} files", files.len()) }
            ))?;
        }
    }
    Ok(Exit::Made)
}

/// The built-in signatures and those of these files.
pub(crate) fn with(files: &[String]) -> Result<Knowledge, Failure> {
    let mut knowledge = Knowledge::builtin();
    let mut problems = Vec::new();
    for (name, text) in read(files)? {
        problems.extend(knowledge.add(&name, &text).err().into_iter().flatten());
    }
    if problems.is_empty() { Ok(knowledge) } else { Err(Failure::Problems(problems)) }
}

/// Names and texts of the TOML files that arguments name.
fn read(arguments: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let (inputs, mut problems) = inputs::expand(arguments);
    let mut texts = Vec::new();
    for input in inputs {
        match &input {
            Input::File(path) if path.extension().is_some_and(|ending| ending == "toml") => {
                match streams::text(path) {
                    Ok(text) => texts.push((input.name(), text)),
                    Err(problem) => problems.push(problem),
                }
            }
            Input::File(_) | Input::Named(..) | Input::Stdin => {}
        }
    }
    if problems.is_empty() { Ok(texts) } else { Err(Failure::Problems(problems)) }
}
