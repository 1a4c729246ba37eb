//! A filter → what it lets through: counted for the page, or written to a file.

use super::super::scope;
use super::current::Current;
use super::{Lead, again};
use crate::digest::Axis;
use crate::error::{Code, Problem};
use crate::protocol::FromWorker;
use crate::protocol::selected::{Facet, FacetOf, PatternCount, Seek, Selected};
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

/// What of a filter is asked for.
pub(super) struct Wanted {
    /// Number of the question.
    pub(super) ask: u32,
    /// The buckets of the timeline.
    pub(super) axis: Axis,
    /// The facet of which more is wanted.
    pub(super) seek: Option<Seek>,
}

impl Wanted {
    /// What is looked for in a facet, if anything.
    fn of(&self, facet: FacetOf) -> Option<&Seek> {
        self.seek.as_ref().filter(|seek| seek.facet == facet)
    }
}

/// Counts for the page, redacted.
pub(super) fn selected(current: &mut Current, filter: &Filter, wanted: &Wanted, level: Level) -> Selected {
    let counts = current.counts(filter, wanted.axis, level);
    let findings = current.by_finding(&counts.of_other_findings);
    let total = current.chosen.as_ref().map_or(0, |(_, rows)| rows.len() as u64);
    let sampled = filter.terms().iter().any(|term| !current.found.iter().any(|found| found.term == **term));
    let index = Rc::clone(&current.index);
    let memory = current.memory(level);
    let mut place = 0;
    let origins = counts.origins.map(|values| {
        let seek = wanted.of(FacetOf::Origin(place));
        place += 1;
        let shown = |(value, n): (String, u64)| Some((memory.redact(&value).into_owned(), n));
        let (values, more) = sought(values, seek, shown, |(value, _)| value);
        Facet { values, more }
    });
    let pattern = |(shape, entries): (u32, u64)| {
        let of = index.shape(shape)?;
        let text = memory.redact(of.message()).chars().take(PATTERN_CHARS).collect();
        Some(PatternCount { shape, severity: of.severity(), text, entries })
    };
    let (patterns, more_patterns) =
        sought(counts.shapes, wanted.of(FacetOf::Pattern), pattern, |pattern| &pattern.text);
    Selected {
        ask: wanted.ask,
        total,
        severities: counts.severities,
        statuses: counts.statuses,
        origins,
        patterns,
        more_patterns,
        findings,
        files: counts.files,
        buckets: counts.buckets,
        text: query::print(filter),
        sampled,
    }
}

/// The values of a facet that are wanted, as they are shown, and how many are left out. Without a text to look for only those
/// that are shown pass the gate.
fn sought<V, S>(
    values: Vec<V>,
    seek: Option<&Seek>,
    shown: impl FnMut(V) -> Option<S>,
    words: impl Fn(&S) -> &String,
) -> (Vec<S>, u64) {
    let most = seek.map_or(VALUES, |seek| seek.values.max(VALUES));
    let Some(seek) = seek.filter(|seek| !seek.text.is_empty()) else {
        let more = values.len().saturating_sub(most) as u64;
        return (values.into_iter().take(most).filter_map(shown).collect(), more);
    };
    let mut fitting: Vec<S> =
        values.into_iter().filter_map(shown).filter(|value| seek.fits(words(value))).collect();
    let more = fitting.len().saturating_sub(most) as u64;
    fitting.truncate(most);
    (fitting, more)
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
