//! Patterns that a reader marked in, a rule file that makes them known noise out. What it quotes has passed the gate.

use super::super::scope;
use super::current::Current;
use super::{Lead, gate};
use crate::diagnose::knowledge::Knowledge;
use crate::diagnose::knowledge::noise::{self, Marked, Message};
use crate::protocol::{FromWorker, NOISE_FILE};
use crate::redact::Level;
use std::collections::BTreeSet;

/// Messages of a pattern that its rule is tried on.
const MESSAGES: usize = 40;

/// Answers with the rules of these patterns, by their numbers in the report, behind those that are in use already.
pub(super) fn answer(lead: &mut Lead, patterns: &[u32], level: Level) {
    let before = lead.rules.values().find(|(name, _)| name == NOISE_FILE).map(|(_, text)| text.clone());
    let knowledge = lead.knowledge.get_or_insert_with(Knowledge::builtin);
    let Some(current) = lead.current.as_mut() else { return };
    let marked: Vec<Marked> = patterns.iter().filter_map(|number| marked(current, *number, level)).collect();
    let written = noise::write(knowledge, &before.unwrap_or_default(), &marked);
    scope::post(&FromWorker::Noise {
        toml: written.toml,
        made: written.made as u64,
        left_out: written.left_out.len() as u64,
    });
}

/// A pattern of the report with messages as they are kept, of all its kinds.
fn marked(current: &mut Current, number: u32, level: Level) -> Option<Marked> {
    let row = current.report.patterns.get(number as usize)?;
    let evidence = current.report.evidence.get(row.evidence? as usize)?;
    let (template, rows) = (row.template.clone(), current.index.select(&evidence.filter));
    let mut seen = BTreeSet::new();
    let mut raws: Vec<String> = Vec::new();
    for number in rows {
        if raws.len() >= MESSAGES {
            break;
        }
        let text = current.index.text_of(number);
        if !text.is_empty() && seen.insert(text.clone().into_owned()) {
            raws.push(text.into_owned());
        }
        let shape = current.index.row(number).and_then(|row| current.index.shape(row.shape()));
        // A request line is told by its own path, so that samples of its shape may be other requests.
        if current.index.request_of(number).is_none() {
            let others = shape.into_iter().flat_map(crate::digest::Shape::others);
            raws.extend(others.filter(|text| seen.insert((*text).to_owned())).map(str::to_owned));
        }
    }
    let messages = current.memory(level).for_files(|memory| {
        raws.into_iter().map(|raw| Message { redacted: gate::one(raw.clone(), memory), raw }).collect()
    });
    Some(Marked { template, messages })
}
