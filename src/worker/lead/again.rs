//! Rows → the same rows with their own words, read once more from their files.

use super::super::{plan, scope};
use super::Lead;
use crate::digest::{Again, Bits, Index};
use crate::entry::Entry;
use crate::ingest::{FileId, Ingest, Plan, Shard, Sink};
use crate::order::Order as _;
use crate::report::model::Told;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::File;

/// Bytes between two rows that are read over rather than around.
const GAP_BYTES: u64 = 64 * 1024;
/// Bytes behind a range that mostly hold the end of its last line.
const AFTER_BYTES: u64 = 4 * 1024;
/// Ranges asked for before they are needed.
const AHEAD: usize = 32;
/// Bytes before a row that hold the end of the line before it, if they are no more than blanks and a comma.
const BEFORE_BYTES: u64 = 64;

/// A file with the ranges of it that hold rows; none is the whole file.
struct Job {
    file: File,
    id: FileId,
    plan: Plan,
    windows: Vec<Shard>,
}

/// Message and record of rows by number, as far as their files are at hand and `room` bytes suffice. With `cheap` files that
/// would have to be read from end to end are left out.
pub(super) async fn words(
    lead: &Rc<RefCell<Lead>>,
    rows: &[u32],
    cheap: bool,
    room: usize,
) -> Result<BTreeMap<u32, (String, String)>, JsValue> {
    let mut words = BTreeMap::new();
    let (index, places, jobs) = {
        let mut lead = lead.borrow_mut();
        let Some(current) = &mut lead.current else { return Ok(words) };
        let (index, places) = (Rc::clone(&current.index), current.places());
        let jobs = jobs(&lead, &index, rows, cheap);
        (index, places, jobs)
    };
    let wanted = Bits::of(index.rows().len(), rows.iter().copied());
    let is_wanted = |row: u32| wanted.has(row);
    let mut held = 0;
    let mut take = |row: u32, entry: &Entry<'_>, record: &str| {
        let message = entry.full_message();
        held += message.len() + record.len();
        if held <= room {
            words.insert(row, (message, record.to_owned()));
        }
    };
    let mut sink = Again::new(&index, &places, &is_wanted, &mut take);
    for job in &jobs {
        job.read(&mut sink).await?;
    }
    Ok(words)
}

impl Job {
    async fn read(&self, sink: &mut dyn Sink) -> Result<(), JsValue> {
        let Job { file, id, plan, windows } = self;
        let whole = [Shard { start: 0, end: id.size }];
        let shards = if windows.is_empty() { &whole[..] } else { windows };
        let step = plan::chunk_bytes(plan);
        let end =
            |at: u64, shard: &Shard| (at + step.min(shard.end.saturating_sub(at) + AFTER_BYTES)).min(id.size);
        let mut next = shards.iter().map(|shard| scope::request(file, shard.start, end(shard.start, shard)));
        let mut ahead: VecDeque<_> = next.by_ref().take(AHEAD).collect();
        for shard in shards {
            let mut ingest = match windows.as_slice() {
                [] => Ingest::new(id.clone()),
                _ => Ingest::of_shard(id.clone(), plan, *shard),
            };
            let mut at = end(shard.start, shard);
            let mut chunk = ahead.pop_front();
            ahead.extend(next.next());
            while let Some(promise) = chunk.take() {
                ingest.push(&scope::bytes(promise?).await?, sink);
                if at < id.size && !ingest.done() {
                    chunk = Some(scope::request(file, at, end(at, shard)));
                    at = end(at, shard);
                }
            }
            let _ = ingest.finish(sink);
        }
        Ok(())
    }
}

/// What has to be read for these rows.
fn jobs(lead: &Lead, index: &Index, rows: &[u32], cheap: bool) -> Vec<Job> {
    let mut by_file: BTreeMap<u32, Vec<(u64, u64)>> = BTreeMap::new();
    for (file, span) in rows.iter().filter_map(|row| index.place(*row)) {
        by_file.entry(file).or_default().push((span.offset, span.offset + u64::from(span.len)));
    }
    let loaded = lead.files.values().filter(|loaded| !loaded.is_digest);
    loaded
        .filter_map(|loaded| {
            let (id, plan) = (loaded.id.clone(), loaded.plan.clone());
            let number = index.file_number(&id);
            let windows = match number.and_then(|number| by_file.get(&number)) {
                Some(spans) if plan.splittable => windows(spans.clone(), &plan),
                Some(_) if !cheap => Vec::new(),
                None if number.is_none() && !cheap => {
                    let holds = |file: &u32| {
                        let facts = index.files().get(*file as usize);
                        facts.is_some_and(|facts| super::answers::is_of(&facts.id.name, &id.name))
                    };
                    by_file.keys().find(|file| holds(file))?;
                    Vec::new()
                }
                _ => return None,
            };
            Some(Job { file: loaded.file.clone(), id, plan, windows })
        })
        .collect()
}

/// Ranges that hold these spans, those near each other joined.
fn windows(mut spans: Vec<(u64, u64)>, plan: &Plan) -> Vec<Shard> {
    spans.order();
    let mut windows: Vec<Shard> = Vec::new();
    for (offset, end) in spans {
        match windows.last_mut() {
            Some(last) if offset <= last.end + GAP_BYTES => last.end = last.end.max(end),
            _ => {
                let before = BEFORE_BYTES + u64::from(plan.indent);
                windows.push(Shard { start: offset.saturating_sub(before), end });
            }
        }
    }
    windows
}

/// Rows as an export tells them.
pub(super) fn told(index: &Index, rows: &[u32], mut words: BTreeMap<u32, (String, String)>) -> Vec<Told> {
    rows.iter().filter_map(|row| index.told(*row, words.remove(row))).collect()
}
