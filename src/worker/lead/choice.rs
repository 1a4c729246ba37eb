//! A filter → what it lets through: counted for the page, or written to a file.

use super::super::scope;
use super::current::Current;
use super::{Lead, again};
use crate::digest::Axis;
use crate::error::{Code, Problem};
use crate::protocol::FromWorker;
use crate::protocol::message::{Facet, PatternCount, Selected};
use crate::query::{self, Filter};
use crate::redact::Level;
use crate::report::render::{self, EntryFormat};
use js_sys::{Array, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::File;

/// Values of a facet that are shown.
const VALUES: usize = 50;
/// Characters of a pattern.
const PATTERN_CHARS: usize = 200;
/// Bytes of messages and records that an export holds.
const EXPORT_BYTES: usize = 256 * 1024 * 1024;
/// Bytes handed to the browser at a time.
const BLOCK_BYTES: usize = 1024 * 1024;

/// Counts for the page, redacted.
pub(super) fn selected(
    current: &mut Current,
    ask: u32,
    filter: &Filter,
    axis: Axis,
    level: Level,
) -> Selected {
    let counts = current.counts(filter, axis, level);
    let total = current.chosen.as_ref().map_or(0, |(_, rows)| rows.len() as u64);
    let sampled = filter.terms().iter().any(|term| !current.found.iter().any(|found| found.term == **term));
    let index = Rc::clone(&current.index);
    let memory = current.memory(level);
    let origins = counts.origins.map(|values| {
        let more = values.len().saturating_sub(VALUES) as u64;
        let shown = values.into_iter().take(VALUES);
        Facet { values: shown.map(|(value, n)| (memory.redact(&value).into_owned(), n)).collect(), more }
    });
    let more_patterns = counts.shapes.len().saturating_sub(VALUES) as u64;
    let patterns = counts.shapes.iter().take(VALUES).filter_map(|(shape, entries)| {
        let of = index.shape(*shape)?;
        let text = memory.redact(of.message()).chars().take(PATTERN_CHARS).collect();
        Some(PatternCount { shape: *shape, severity: of.severity(), text, entries: *entries })
    });
    Selected {
        ask,
        total,
        severities: counts.severities,
        statuses: counts.statuses,
        origins,
        patterns: patterns.collect(),
        more_patterns,
        buckets: counts.buckets,
        text: query::print(filter),
        sampled,
    }
}

/// Writes the entries of a filter to a file for the page to save.
pub(super) async fn export(lead: &Rc<RefCell<Lead>>, filter: &Filter, format: EntryFormat, level: Level) {
    let Some(rows) = lead.borrow_mut().current.as_mut().map(|current| current.rows(filter, level)) else {
        return;
    };
    let problem = |detail: String| {
        let problem = Problem::new(Code::EFileGone, detail);
        scope::post(&FromWorker::Problem { job: None, key: None, problem });
    };
    let words = match again::words(lead, &rows, false, EXPORT_BYTES).await {
        Ok(words) => words,
        Err(error) => return problem(super::words_of(&error)),
    };
    let mut lead = lead.borrow_mut();
    let Some(current) = &mut lead.current else { return };
    let index = Rc::clone(&current.index);
    let told = again::told(&index, &rows, words);
    let parts = Array::new();
    let mut block = String::new();
    let hand_over = |block: &mut String| {
        parts.push(&Uint8Array::from(block.as_bytes()));
        block.clear();
    };
    let mut write = |text: &str| {
        block.push_str(text);
        if block.len() >= BLOCK_BYTES {
            hand_over(&mut block);
        }
    };
    current.memory(level).for_files(|memory| render::entries(&told, format, memory, &mut write));
    hand_over(&mut block);
    match File::new_with_u8_array_sequence(&parts, "entries") {
        Ok(file) => {
            let entries = told.len() as u64;
            let left_out = rows.len() as u64 - entries;
            scope::post_file(&FromWorker::EntriesExport { entries, left_out }, &file);
        }
        Err(error) => problem(super::words_of(&error)),
    }
}
