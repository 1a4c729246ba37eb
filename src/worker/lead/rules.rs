//! Rule files of the reader's own: files in, knowledge that holds their signatures out, or what is wrong with them.

use super::super::{scope, words_of};
use super::Lead;
use crate::diagnose::knowledge::{self, Knowledge};
use crate::error::{Code, Problem};
use crate::limits::RULES_BYTES;
use crate::protocol::{FileKey, FromWorker};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use web_sys::File;

/// Name and text of each rule file, in the order in which they were dropped: a later one may refer to an earlier one.
pub(super) type RuleFiles = BTreeMap<FileKey, (String, String)>;

/// Reads a rule file and takes it in, in the place of one of the same name; a file with a fault changes nothing.
pub(super) async fn take(lead: &Rc<RefCell<Lead>>, key: FileKey, file: File) {
    let name = file.name();
    let text = match text(&file, &name).await {
        Ok(text) => text,
        Err(problem) => return post(key, 0, None, vec![problem]),
    };
    let mut lead = lead.borrow_mut();
    let mut rules = lead.rules.clone();
    let replaced = rules.iter().find(|(_, (other, _))| *other == name).map(|(key, _)| *key);
    if let Some(old) = replaced {
        rules.remove(&old);
    }
    rules.insert(key, (name, text));
    let (knowledge, mut faults) = with_builtin(&rules);
    match faults.remove(&key) {
        Some(problems) => post(key, 0, None, problems),
        None => {
            lead.knowledge = Some(knowledge);
            lead.rules = rules;
            post(key, count(&lead.rules, key), replaced, Vec::new());
            drop_faulty(&mut lead, faults);
        }
    }
}

/// Forgets rule files.
pub(super) fn remove(lead: &mut Lead, keys: &[FileKey]) {
    let before = lead.rules.len();
    lead.rules.retain(|key, _| !keys.contains(key));
    if lead.rules.len() < before {
        let (knowledge, faults) = with_builtin(&lead.rules);
        lead.knowledge = Some(knowledge);
        drop_faulty(lead, faults);
    }
}

/// Files that stood on what is gone now go too, and say why.
fn drop_faulty(lead: &mut Lead, faults: BTreeMap<FileKey, Vec<Problem>>) {
    for (key, problems) in faults {
        lead.rules.remove(&key);
        post(key, 0, None, problems);
    }
}

/// What is built in with all rule files, and the faults of those that could not be added.
fn with_builtin(rules: &RuleFiles) -> (Knowledge, BTreeMap<FileKey, Vec<Problem>>) {
    let mut knowledge = Knowledge::builtin();
    let mut faults = BTreeMap::new();
    for (key, (name, text)) in rules {
        if let Err(problems) = knowledge.add(name, text) {
            faults.insert(*key, problems);
        }
    }
    (knowledge, faults)
}

/// How many signatures a file holds.
fn count(rules: &RuleFiles, key: FileKey) -> u32 {
    let parsed = rules.get(&key).and_then(|(_, text)| knowledge::file::parse(text).ok());
    u32::try_from(parsed.map_or(0, |list| list.len())).unwrap_or(u32::MAX)
}

async fn text(file: &File, name: &str) -> Result<String, Problem> {
    // A file's size is a whole number below 2^53.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let size = file.size() as u64;
    if size > RULES_BYTES {
        return Err(Problem::of_file(
            Code::ERules,
            name,
            format!("has {size} bytes; at most {RULES_BYTES} are read"),
        ));
    }
    let read = scope::read(file, 0, size).await;
    let bytes = read.map_err(|error| Problem::of_file(Code::EFileGone, name, words_of(&error)))?;
    String::from_utf8(bytes).map_err(|_| Problem::of_file(Code::ERules, name, "is not in UTF-8"))
}

fn post(key: FileKey, signatures: u32, replaced: Option<FileKey>, problems: Vec<Problem>) {
    scope::post(&FromWorker::Rules { key, signatures, replaced, problems });
}
