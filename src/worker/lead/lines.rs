//! A filter in, its entries as the page lists them out: with their own words, their origins, and the field in which a text was
//! found that the words do not show; or as the steps of a trace.

use super::super::spot::spot;
use super::super::{scope, sketch};
use super::current::Current;
use super::{Lead, again, gate};
use crate::limits;
use crate::order::Order as _;
use crate::protocol::{FromWorker, Line, Spot, Step};
use crate::query::search::Needle;
use crate::query::{Filter, Term};
use crate::redact::Level;
use crate::report::model::Quote;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Bytes of records that one page of entries may hold.
const PAGE_BYTES: usize = 16 * 1024 * 1024;
/// Steps of a trace that are drawn.
const STEPS: usize = 200;
/// Longest record that is looked through for the field of a match.
const SPOT_BYTES: usize = 16 * 1024;
/// Said where a match stands in what redaction took out.
const HIDDEN: &str = "a replaced value";

/// A page of the entries behind a filter.
pub(super) struct Page {
    pub(super) ask: u32,
    pub(super) filter: Filter,
    pub(super) offset: u64,
    pub(super) limit: u32,
}

/// Message and record of rows, by number.
type Words = BTreeMap<u32, (String, String)>;

/// Answers with entries in their own words where their file is at hand and need not be read from end to end.
pub(super) async fn entries(lead: &Rc<RefCell<Lead>>, page: Page, level: Level) {
    let Some(all) = rows(lead, &page.filter, level) else { return };
    let skip = usize::try_from(page.offset).unwrap_or(usize::MAX);
    let rows: Vec<u32> = all.iter().skip(skip).take(page.limit as usize).copied().collect();
    let words = again::words(lead, &rows, true, PAGE_BYTES).await.unwrap_or_default();
    let mut lead = lead.borrow_mut();
    let Some(current) = &mut lead.current else { return };
    let terms: Vec<(Term, Vec<Needle>)> =
        page.filter.texts.iter().map(|term| (term.clone(), Needle::of_term(term))).collect();
    let quotes = quotes(current, &rows, &words, level);
    let lines = quotes.into_iter().map(|quote| line(current, quote, &words, &terms, level)).collect();
    scope::post(&FromWorker::Entries {
        ask: page.ask,
        total: all.len() as u64,
        offset: page.offset,
        rows: lines,
    });
}

/// Answers with the steps of a trace, the earliest first.
pub(super) async fn steps(lead: &Rc<RefCell<Lead>>, filter: Filter, level: Level) {
    let Some(all) = rows(lead, &filter, level) else { return };
    let rows: Vec<u32> = all.iter().take(STEPS).copied().collect();
    let words = again::words(lead, &rows, true, PAGE_BYTES).await.unwrap_or_default();
    let mut lead = lead.borrow_mut();
    let Some(current) = &mut lead.current else { return };
    let index = Rc::clone(&current.index);
    let quotes = quotes(current, &rows, &words, level);
    let step = |quote: Quote| {
        let (from, micros) = sketch::step(&index, quote.row)?;
        let place = all.partition_point(|row| *row < quote.row) as u64;
        Some(Step { quote, place, from, micros })
    };
    let mut steps: Vec<Step> = quotes.into_iter().filter_map(step).collect();
    // What lasts longest comes first: it holds the others.
    steps.order_by_key(|step| (step.from, std::cmp::Reverse(step.micros), step.quote.row));
    let more = (all.len() - rows.len()) as u64;
    scope::post(&FromWorker::Steps { filter: Box::new(filter), steps, more });
}

fn rows(lead: &Rc<RefCell<Lead>>, filter: &Filter, level: Level) -> Option<Rc<Vec<u32>>> {
    lead.borrow_mut().current.as_mut().map(|current| current.rows(filter, level))
}

/// Rows as quotes, redacted.
fn quotes(current: &mut Current, rows: &[u32], words: &Words, level: Level) -> Vec<Quote> {
    let quote = |row: &u32| {
        let mut quote = current.index.quote(*row)?;
        if let Some((message, _)) = words.get(row) {
            quote.text = crate::digest::cut(message, limits::SAMPLE_BYTES).to_owned();
        }
        Some(quote)
    };
    let quotes = rows.iter().filter_map(quote).collect();
    gate::quotes(quotes, current.memory(level))
}

fn line(
    current: &mut Current,
    quote: Quote,
    words: &Words,
    terms: &[(Term, Vec<Needle>)],
    level: Level,
) -> Line {
    let index = Rc::clone(&current.index);
    let row = index.row(quote.row);
    let source = row.and_then(|row| index.source_of(row));
    let memory = current.memory(level);
    let origins = source.map_or_else(Default::default, |source| {
        [&source.service, &source.revision, &source.instance, &source.log]
            .map(|name| memory.redact(name).into_owned())
    });
    let record = words.get(&quote.row).map(|(_, record)| record.as_str());
    let is_shown = |needles: &[Needle]| needles.iter().any(|needle| needle.is_in(quote.text.as_bytes()));
    let hidden = terms.iter().find(|(_, needles)| !is_shown(needles));
    let found =
        hidden.zip(record.filter(|record| record.len() <= SPOT_BYTES)).map(|((term, needles), record)| {
            // A value is told as a secret by its key, so the record is redacted before it is taken apart.
            let shown = gate::record(record.to_owned(), current.memory(level));
            let hidden = || Spot { field: HIDDEN.into(), text: String::new() };
            spot(&shown, needles, &term.any).unwrap_or_else(hidden)
        });
    let shape = row.map(crate::digest::Row::shape).filter(|shape| index.shape(*shape).is_some());
    Line { quote, origins, shape, found }
}
