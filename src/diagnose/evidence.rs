//! The entries behind sentences: every sentence that is observed or derived points into one list of evidence.

use crate::digest::Index;
use crate::limits;
use crate::order::Order as _;
use crate::query::Filter;
use crate::report::model::{Evidence, Grade, Quote, Rich, Sentence};
use std::collections::BTreeMap;

/// Collects evidence; equal sets of rows are kept once.
#[derive(Debug)]
pub(crate) struct Book<'i> {
    index: &'i Index,
    list: Vec<Evidence>,
    known: BTreeMap<Vec<u32>, u32>,
}

impl<'i> Book<'i> {
    pub(crate) fn new(index: &'i Index) -> Book<'i> {
        Book { index, list: Vec::new(), known: BTreeMap::new() }
    }

    /// Goes on with the list of a report that is told already.
    pub(crate) fn resumed(index: &'i Index, list: Vec<Evidence>) -> Book<'i> {
        Book { index, list, known: BTreeMap::new() }
    }

    /// Evidence for these rows (ascending).
    pub(crate) fn rows(&mut self, rows: &[u32]) -> Option<u32> {
        if rows.is_empty() {
            return None;
        }
        let key: Vec<u32> =
            rows.iter().copied().take(limits::EVIDENCE_ROWS).chain([rows.len() as u32]).collect();
        if let Some(known) = self.known.get(&key) {
            return Some(*known);
        }
        let filter = filter_of_rows(self.index, rows);
        let quotes = quotes(self.index, rows, 3);
        let id = self.push(Evidence { filter, entries: rows.len() as u64, quotes });
        self.known.insert(key, id);
        Some(id)
    }

    /// Evidence for a filter that stands for itself (a row of the severity table, a path).
    pub(crate) fn filter_of(&mut self, filter: Filter, entries: u64) -> Option<u32> {
        (entries > 0).then(|| self.push(Evidence { filter, entries, quotes: Vec::new() }))
    }

    /// The same with quotes of those of its rows whose words are known exactly: a sample of another entry may differ in what
    /// the sentence is about.
    pub(crate) fn quoted(&mut self, filter: Filter, entries: u64) -> Option<u32> {
        let rows = self.index.select(&filter);
        let mut quotes = quotes(self.index, &rows, 3);
        quotes.retain(|quote| rows.binary_search(&quote.row).is_ok());
        (entries > 0).then(|| self.push(Evidence { filter, entries, quotes }))
    }

    fn push(&mut self, evidence: Evidence) -> u32 {
        self.list.push(evidence);
        u32::try_from(self.list.len() - 1).unwrap_or(u32::MAX)
    }

    pub(crate) fn into_list(self) -> Vec<Evidence> {
        self.list
    }
}

/// Shapes where they say exactly these rows, else the rows themselves.
pub(crate) fn filter_of_rows(index: &Index, rows: &[u32]) -> Filter {
    let mut shapes: Vec<u32> =
        rows.iter().filter_map(|&n| index.row(n)).map(crate::digest::Row::shape).collect();
    shapes.order();
    shapes.dedup();
    let all: usize = shapes.iter().map(|&shape| index.rows_of_shape(shape).len()).sum();
    if all == rows.len() && shapes.len() <= 200 {
        Filter::of_shapes(shapes)
    } else {
        Filter { rows: rows.iter().copied().take(limits::EVIDENCE_ROWS).collect(), ..Filter::default() }
    }
}

/// Up to `most` quotes from these rows, one a shape, each the exact words of its row.
pub(crate) fn quotes(index: &Index, rows: &[u32], most: usize) -> Vec<Quote> {
    let mut shapes = Vec::new();
    let mut quotes = Vec::new();
    for &number in rows {
        if quotes.len() >= most {
            break;
        }
        let Some(row) = index.row(number) else { continue };
        if shapes.contains(&row.shape()) {
            continue;
        }
        shapes.push(row.shape());
        quotes.extend(quote(index, row.shape(), number));
        if shapes.len() > 64 {
            break;
        }
    }
    quotes
}

/// One occurrence as a quote: the lines of a trace that was split over entries are joined again.
pub(crate) fn quote_of(index: &Index, occurrence: super::statements::Occurrence<'_>) -> Option<Quote> {
    if occurrence.rows.len() == 1 {
        return quotes(index, occurrence.rows, 1).pop();
    }
    let mut quote = index.quote(occurrence.first())?;
    let mut text = String::new();
    for row in occurrence.rows.iter().filter_map(|&n| index.row(n)) {
        if text.len() > limits::QUOTE_BYTES {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(index.shape(row.shape()).map_or("", |shape| shape.text()));
    }
    quote.text = clean(crate::digest::cut(&text, limits::QUOTE_BYTES));
    Some(quote)
}

/// A quote of a shape, preferably of this row: the row whose words are known exactly.
fn quote(index: &Index, shape: u32, number: u32) -> Option<Quote> {
    // A request line is known by its own path and status, whatever the shape masks; so is what is said in one wording alone.
    let of_shape = index.shape(shape);
    let is_exact = || {
        let sample = of_shape.map_or("", |shape| shape.text());
        index.text_of(number) != sample || of_shape.is_some_and(|s| s.others().all(|text| text == sample))
    };
    let exact = match index.request_of(number) {
        Some(_) if is_exact() => number,
        None if index.exact_text_of(number).is_some() => number,
        _ => index.first_row(shape).unwrap_or(number),
    };
    let mut quote = index.quote(exact)?;
    if let Some(text) =
        index.exact_text_of(number).filter(|_| exact == number && index.first_row(shape) != Some(number))
    {
        quote.text = text.to_owned();
    }
    quote.text = clean(crate::digest::cut(&quote.text, limits::QUOTE_BYTES));
    Some(quote)
}

/// Log text without terminal colours and trailing blanks.
pub(crate) fn clean(text: &str) -> String {
    if memchr::memchr2(0x1b, b'\r', text.as_bytes()).is_none() {
        return text.trim_end().to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            if chars.next_if_eq(&'[').is_some() {
                for next in chars.by_ref() {
                    if next.is_ascii_alphabetic() || !(next.is_ascii_digit() || matches!(next, ';' | '?')) {
                        break;
                    }
                }
            }
        } else if c != '\r' {
            out.push(c);
        }
    }
    out.trim_end().to_owned()
}

/// An observed sentence.
pub(crate) fn observed(text: Rich, evidence: Option<u32>) -> Sentence {
    Sentence { grade: Grade::Observed, text, rule: String::new(), evidence }
}

/// A derived sentence and the rule behind it.
pub(crate) fn derived(text: Rich, rule: &str, evidence: Option<u32>) -> Sentence {
    Sentence { grade: Grade::Derived, text, rule: rule.to_owned(), evidence }
}

/// A hypothesis.
pub(crate) fn hypothesis(text: Rich) -> Sentence {
    Sentence { grade: Grade::Hypothesis, text, rule: String::new(), evidence: None }
}
