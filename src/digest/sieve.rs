//! A filter made ready for an index: its texts looked up once, so that a row is a few table look-ups.
//!
//! Each row gets a mask with a bit for every dimension in which it fails: 0 passes; one bit alone says that the row belongs to
//! what a facet offers beside what is chosen in it.

use super::{Bits, Index, RequestRow, Row};
use crate::query::search::Needle;
use crate::query::{Filter, Term};

/// The row's severity is not wanted.
pub(super) const SEVERITY: u16 = 1;
/// Its time is not.
pub(super) const TIME: u16 = 2;
/// Its service is not; the next three bits are revision, instance and log.
pub(super) const SERVICE: u16 = 4;
/// Its status is not.
pub(super) const STATUS: u16 = 64;
/// Its pattern is not.
pub(super) const PATTERN: u16 = 128;
/// Something else is not.
pub(super) const REST: u16 = 256;
/// Its file is not.
pub(super) const FILE: u16 = 512;
/// It belongs to none of the findings that are.
pub(super) const FINDING: u16 = 1024;
/// The bit of each origin.
const ORIGINS: [u16; 9] = [REST, REST, SERVICE, SERVICE << 1, SERVICE << 2, REST, REST, SERVICE << 3, REST];
/// Statuses have three digits.
const STATUSES: usize = 1_000;

/// Rows in which a term was found by reading files again.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// What was searched for.
    pub term: Term,
    /// Rows that hold it.
    pub rows: Bits,
    /// Which files were searched, by number; of others the samples of shapes are looked at.
    pub files: Vec<bool>,
}

/// What a filter may speak of and an index does not know.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// Findings of the report: id and entries.
    pub findings: &'a [(String, Filter)],
    /// Searches that were made.
    pub found: &'a [Found],
}

/// A filter made ready.
pub(super) struct Sieve<'a> {
    /// By the byte of severities.
    levels: Vec<u16>,
    from: i64,
    until: i64,
    /// By number; what the tables do not hold gets the last value.
    sources: Vec<u16>,
    shapes: Vec<u16>,
    /// By number; empty where every file is wanted.
    files: Vec<u16>,
    statuses: Option<Vec<bool>>,
    latency: Option<(u32, u32)>,
    request: Option<bool>,
    rest: Vec<Test<'a>>,
}

/// A test that few filters have.
enum Test<'a> {
    Rows(Bits),
    /// Rows by search, which files it covers, and shapes by sample for the others.
    Text(&'a Found, Vec<bool>),
    /// The rows of the findings that are wanted.
    Findings(Bits),
    /// None of these does.
    Not(Vec<Sieve<'a>>),
}

impl<'a> Sieve<'a> {
    pub(super) fn new(index: &Index, filter: &Filter, beside: Beside<'a>) -> Sieve<'a> {
        let mut sieve = Sieve {
            levels: levels(filter),
            from: filter.from.map_or(i64::MIN, |time| time.0),
            until: filter.until.map_or(i64::MAX, |time| time.0),
            sources: sources(index, filter),
            shapes: vec![0; index.shapes().len() + 1],
            files: files(index, filter),
            statuses: None,
            latency: filter.latency_micros,
            request: filter.request,
            rest: Vec::new(),
        };
        if !filter.shapes.is_empty() {
            sieve.shapes.fill(PATTERN);
            for shape in &filter.shapes {
                if let Some(slot) =
                    sieve.shapes.get_mut(*shape as usize).filter(|_| (*shape as usize) < index.shapes().len())
                {
                    *slot = 0;
                }
            }
        }
        if !filter.statuses.is_empty() {
            let within = |status: usize| {
                filter
                    .statuses
                    .iter()
                    .any(|(low, high)| (usize::from(*low)..=usize::from(*high)).contains(&status))
            };
            sieve.statuses = Some((0..STATUSES).map(within).collect());
        }
        sieve.add_tests(index, filter, beside);
        sieve
    }

    fn add_tests(&mut self, index: &Index, filter: &Filter, beside: Beside<'a>) {
        let n = index.rows().len();
        if !filter.rows.is_empty() {
            self.rest.push(Test::Rows(Bits::of(n, filter.rows.iter().copied())));
        }
        if !filter.traces.is_empty() {
            let wanted: Vec<u64> = filter.traces.iter().map(|id| super::block::trace_key(id)).collect();
            let sides = index.trace_ids().iter().filter(|side| wanted.contains(&side.value));
            self.rest.push(Test::Rows(Bits::of(n, sides.map(|side| side.row))));
        }
        for term in &filter.texts {
            self.add_term(index, term, beside);
        }
        if !filter.findings.is_empty() {
            let named = beside.findings.iter().filter(|(id, _)| filter.findings.contains(id));
            // Found once by their patterns, instead of asked of every row.
            let rows = named.flat_map(|(_, filter)| index.select_with(filter, beside));
            self.rest.push(Test::Findings(Bits::of(n, rows)));
        }
        let not: Vec<&Filter> = filter.not.iter().filter(|not| !not.is_empty()).collect();
        // What is left out by pattern alone costs nothing a row.
        let (patterns, others): (Vec<&Filter>, Vec<&Filter>) = not
            .into_iter()
            .partition(|not| !not.shapes.is_empty() && **not == Filter::of_shapes(not.shapes.clone()));
        for shape in patterns.iter().flat_map(|not| &not.shapes) {
            if let Some(slot) = self.shapes.get_mut(*shape as usize) {
                *slot |= PATTERN;
            }
        }
        if !others.is_empty() {
            self.rest.push(Test::Not(others.iter().map(|not| Sieve::new(index, not, beside)).collect()));
        }
    }

    /// A text is looked for in what a search found, else in the samples of shapes.
    fn add_term(&mut self, index: &Index, term: &Term, beside: Beside<'a>) {
        if term.any.is_empty() || term.any.iter().any(String::is_empty) {
            return;
        }
        let needles = Needle::of_term(term);
        let occurs = |text: &str| needles.iter().any(|needle| needle.is_in(text.as_bytes()));
        let found = beside.found.iter().find(|found| found.term == *term);
        let is_whole = found.is_some_and(|found| found.files.iter().all(|searched| *searched));
        let shapes = index.shapes().iter();
        let samples: Vec<bool> = if is_whole {
            Vec::new()
        } else {
            shapes.map(|shape| occurs(shape.text()) || shape.others().any(occurs)).collect()
        };
        match found {
            Some(found) => self.rest.push(Test::Text(found, samples)),
            None => {
                let all = samples.into_iter().chain([false]);
                self.shapes
                    .iter_mut()
                    .zip(all)
                    .filter(|(_, occurs)| !occurs)
                    .for_each(|(slot, _)| *slot |= REST);
            }
        }
    }

    /// Whether a row alone tells whether it passes.
    pub(super) fn is_simple(&self) -> bool {
        self.statuses.is_none() && self.latency.is_none() && self.request.is_none() && self.rest.is_empty()
    }

    /// In which dimensions a row fails by what it holds itself.
    pub(super) fn row(&self, row: &Row) -> u16 {
        let look = |table: &[u16], at: u32| table.get(at as usize).or(table.last()).copied().unwrap_or(0);
        let mask = look(&self.levels, u32::from(row.severities))
            | look(&self.sources, row.source())
            | look(&self.shapes, row.shape())
            | self.files.get(row.file() as usize).copied().unwrap_or(0);
        if row.time < self.from || row.time > self.until { mask | TIME } else { mask }
    }

    /// In which dimensions a row fails.
    pub(super) fn mask(&self, number: u32, row: &Row, request: Option<&RequestRow>) -> u16 {
        let mut mask = self.row(row);
        if let Some(statuses) = &self.statuses {
            let is_in =
                request.is_some_and(|r| statuses.get(usize::from(r.status)).copied().unwrap_or(false));
            mask |= if is_in { 0 } else { STATUS };
        }
        if self.request.is_some_and(|wanted| wanted != request.is_some())
            || self.latency.is_some_and(|range| !is_within(range, request))
        {
            mask |= REST;
        }
        // Where two dimensions fail nobody asks for a third.
        for test in &self.rest {
            if mask & (mask.wrapping_sub(1)) != 0 {
                break;
            }
            // Of what else is wanted nobody asks how much of it fails.
            if (test.bit() != REST || mask & REST == 0) && !test.passes(number, row, request) {
                mask |= test.bit();
            }
        }
        mask
    }
}

impl Test<'_> {
    /// The dimension that it tests.
    fn bit(&self) -> u16 {
        if matches!(self, Test::Findings(_)) { FINDING } else { REST }
    }

    fn passes(&self, number: u32, row: &Row, request: Option<&RequestRow>) -> bool {
        let lets_through = |sieve: &Sieve<'_>| sieve.mask(number, row, request) == 0;
        match self {
            Test::Rows(rows) | Test::Findings(rows) => rows.has(number),
            Test::Text(found, samples) => {
                if found.files.get(row.file() as usize).copied().unwrap_or(false) {
                    found.rows.has(number)
                } else {
                    samples.get(row.shape() as usize).copied().unwrap_or(false)
                }
            }
            Test::Not(sieves) => !sieves.iter().any(lets_through),
        }
    }
}

fn is_within((low, high): (u32, u32), request: Option<&RequestRow>) -> bool {
    let latency = request.and_then(RequestRow::latency);
    latency.is_some_and(|micros| (u64::from(low)..=u64::from(high)).contains(&micros))
}

fn files(index: &Index, filter: &Filter) -> Vec<u16> {
    if filter.files.is_empty() {
        return Vec::new();
    }
    let n = u32::try_from(index.files().len()).unwrap_or(u32::MAX);
    (0..n).map(|file| if filter.files.contains(&file) { 0 } else { FILE }).collect()
}

fn levels(filter: &Filter) -> Vec<u16> {
    let is_out = |list: &[crate::entry::Severity], rank: u8| {
        !list.is_empty() && !list.iter().any(|severity| severity.rank() == rank)
    };
    (0..=u8::MAX)
        .map(|byte| {
            let recorded = super::rows::recorded(byte & 15).map_or(0, crate::entry::Severity::rank);
            let effective = u16::from(is_out(&filter.severities, byte >> 4)) * SEVERITY;
            effective | (u16::from(is_out(&filter.recorded, recorded)) * REST)
        })
        .collect()
}

/// The last one is for sources that the cap left out.
fn sources(index: &Index, filter: &Filter) -> Vec<u16> {
    let wanted = filter.origins();
    let mask = |fields: [&str; 9]| {
        wanted.iter().zip(fields).zip(ORIGINS).fold(0, |mask, ((list, value), bit)| {
            if list.is_empty() || list.iter().any(|wanted| wanted == value) { mask } else { mask | bit }
        })
    };
    let known = index.sources().iter().map(|source| mask(source.fields()));
    // Of these nothing is known: they pass no list, not even for an empty name.
    let other = wanted
        .iter()
        .zip(ORIGINS)
        .fold(0, |mask, (list, bit)| if list.is_empty() { mask } else { mask | bit });
    known.chain([other]).collect()
}
