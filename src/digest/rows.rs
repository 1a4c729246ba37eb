//! The rows of a finished digest: 24 bytes an entry, and side tables for what few entries have.

use super::dictionary::OTHER;
use crate::entry::{Nanos, Native, Severity, severity::Origin};

/// Time of a row that has none.
pub(crate) const NO_TIME: i64 = i64::MIN;
/// Recorded severity of a row that has none.
pub(crate) const NO_SEVERITY: u8 = 15;
/// Above the severities of Cloud Logging stand levels of other names.
const NATIVE: u8 = 9;

/// A recorded level as it is kept: the rank of its severity, or of its own name.
pub(super) fn written(severity: Option<Severity>, name: Option<Native>) -> u8 {
    let Some(severity) = severity else { return NO_SEVERITY };
    let natives = (NATIVE..).zip(Native::ALL);
    let named =
        natives.into_iter().find(|(_, native)| name == Some(*native) && native.severity() == severity);
    named.map_or(severity.rank(), |(rank, _)| rank)
}

/// The severity of a recorded level as it is kept.
pub(super) fn recorded(rank: u8) -> Option<Severity> {
    match native(rank) {
        Some(native) => Some(native.severity()),
        None => (rank != NO_SEVERITY).then(|| Severity::from_rank(rank)),
    }
}

fn native(rank: u8) -> Option<Native> {
    rank.checked_sub(NATIVE).and_then(|at| Native::ALL.get(usize::from(at))).copied()
}
/// Bits of a place that hold the length: as many as a record may have bytes ([`crate::limits::RECORD_BYTES`] and its end).
const LEN_BITS: u32 = 28;
/// Largest length and offset (64 GB of decoded text in one file) that a place holds; beyond, evidence can't be reopened.
const LEN_MASK: u64 = (1 << LEN_BITS) - 1;
const OFFSET_MASK: u64 = (1 << (64 - LEN_BITS)) - 1;
/// [`OTHER`] in sixteen bits.
const OTHER_16: u16 = u16::MAX;

/// One entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub(crate) time: i64,
    place: u64,
    shape: u16,
    source: u16,
    pub(crate) file: u16,
    /// Recorded severity in the low four bits, effective in the high four.
    pub(crate) severities: u8,
    /// Where the severity came from in the low bits; [`Row::INHERITED`].
    flags: u8,
}

/// What a row is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    pub(crate) time: i64,
    pub(crate) offset: u64,
    pub(crate) len: u32,
    pub(crate) shape: u32,
    pub(crate) source: u32,
    pub(crate) file: u16,
    pub(crate) severities: u8,
    pub(crate) origin: u8,
}

impl Row {
    /// Flag: the time was inherited from the entry before it in the file.
    const INHERITED: u8 = 128;

    pub(crate) fn of(parts: Parts) -> Row {
        let short = |number: u32| u16::try_from(number).unwrap_or(OTHER_16);
        Row {
            time: parts.time,
            place: parts.offset.min(OFFSET_MASK) << LEN_BITS | u64::from(parts.len).min(LEN_MASK),
            shape: short(parts.shape),
            source: short(parts.source),
            file: parts.file,
            severities: parts.severities,
            flags: parts.origin & !Row::INHERITED,
        }
    }

    /// Time of the entry.
    pub fn time(&self) -> Option<Nanos> {
        (self.time != NO_TIME).then_some(Nanos(self.time))
    }

    /// Number of its shape, [`super::dictionary::OTHER`] where the cap left the shape out.
    pub fn shape(&self) -> u32 {
        if self.shape == OTHER_16 { OTHER } else { u32::from(self.shape) }
    }

    /// Number of its source, [`super::dictionary::OTHER`] where the cap left the source out.
    pub fn source(&self) -> u32 {
        if self.source == OTHER_16 { OTHER } else { u32::from(self.source) }
    }

    /// Number of its file.
    pub fn file(&self) -> u32 {
        u32::from(self.file)
    }

    /// First byte of its record in the decoded text of its file.
    pub(crate) fn offset(&self) -> u64 {
        self.place >> LEN_BITS
    }

    /// Length of its record in bytes.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.place & LEN_MASK).unwrap_or(u32::MAX)
    }

    /// Recorded severity.
    pub fn recorded(&self) -> Option<Severity> {
        recorded(self.severities & 15)
    }

    /// The name of its recorded level, where that is none of Cloud Logging's.
    pub fn native(&self) -> Option<Native> {
        native(self.severities & 15)
    }

    /// Effective severity.
    pub fn severity(&self) -> Severity {
        Severity::from_rank(self.severities >> 4)
    }

    /// Where the effective severity came from.
    pub fn origin(&self) -> Origin {
        match self.flags & !Row::INHERITED {
            1 => Origin::Field,
            2 => Origin::Payload,
            3 => Origin::Text,
            4 => Origin::Status,
            _ => Origin::None,
        }
    }

    /// Whether its time is that of the entry before it.
    pub(crate) fn is_inherited(&self) -> bool {
        self.flags & Row::INHERITED != 0
    }

    /// Gives it the time of another entry.
    pub(crate) fn inherit(&mut self, time: i64) {
        self.time = time;
        self.flags |= Row::INHERITED;
    }
}

/// The request of an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestRow {
    /// Its row.
    pub row: u32,
    /// Number of method and masked path.
    pub path: u32,
    /// Status, 0 for none.
    pub status: u16,
    /// Latency in microseconds, `u32::MAX` for none (or more than an hour).
    pub latency_micros: u32,
}

impl RequestRow {
    /// Latency, if the log has it.
    pub fn latency(&self) -> Option<u64> {
        (self.latency_micros != u32::MAX).then_some(u64::from(self.latency_micros))
    }
}

/// A number beside an entry: the hash of its trace id, or the number of its aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Side<T> {
    /// Its row.
    pub row: u32,
    /// The value.
    pub value: T,
}

/// A number that an entry states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureRow {
    /// Its row.
    pub row: u32,
    /// Number of its name.
    pub name: u32,
    /// In thousandths.
    pub value: i64,
}

/// Rows with their side tables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub(crate) rows: Vec<Row>,
    pub(crate) requests: Vec<RequestRow>,
    pub(crate) traces: Vec<Side<u64>>,
    pub(crate) asides: Vec<Side<u32>>,
    /// Durations that messages state, in microseconds.
    pub(crate) durations: Vec<Side<u64>>,
    pub(crate) figures: Vec<FigureRow>,
}

impl Rows {
    /// What the side tables hold of a row, as long as they are in the order of rows.
    pub(crate) fn beside(&self, row: u32) -> [Option<u64>; 7] {
        let value = |sides: &[Side<u64>]| {
            let at = sides.binary_search_by_key(&row, |side| side.row).ok()?;
            sides.get(at).map(|side| side.value)
        };
        let request = self.requests.binary_search_by_key(&row, |request| request.row).ok();
        let request = request.and_then(|at| self.requests.get(at));
        let aside = self.asides.binary_search_by_key(&row, |side| side.row).ok();
        [
            request.map(|r| u64::from(r.path)),
            request.map(|r| u64::from(r.status)),
            request.map(|r| u64::from(r.latency_micros)),
            value(&self.traces),
            value(&self.durations),
            aside.and_then(|at| self.asides.get(at)).map(|side| u64::from(side.value)),
            self.figures_of(row)
                .map(|f| crate::hash::mix(u64::from(f.name), f.value.cast_unsigned()))
                .reduce(crate::hash::mix),
        ]
    }

    /// The figures of a row, as long as they are in the order of rows.
    fn figures_of(&self, row: u32) -> impl Iterator<Item = &FigureRow> {
        let from = self.figures.partition_point(|figure| figure.row < row);
        self.figures.iter().skip(from).take_while(move |figure| figure.row == row)
    }

    /// Puts rows behind these, with what stands beside them.
    pub(crate) fn append(&mut self, more: Rows) {
        let n = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let moved = |row: u32| row.saturating_add(n);
        self.rows.extend(more.rows);
        self.requests.extend(more.requests.into_iter().map(|r| RequestRow { row: moved(r.row), ..r }));
        self.traces.extend(more.traces.into_iter().map(|s| Side { row: moved(s.row), ..s }));
        self.asides.extend(more.asides.into_iter().map(|s| Side { row: moved(s.row), ..s }));
        self.durations.extend(more.durations.into_iter().map(|s| Side { row: moved(s.row), ..s }));
        self.figures.extend(more.figures.into_iter().map(|f| FigureRow { row: moved(f.row), ..f }));
    }

    /// Only these rows, which ascend, with what stands beside them.
    pub(crate) fn of(&self, rows: &[u32]) -> Rows {
        let mut figures = beside(rows, &self.figures, |f| f.row, |f, row| FigureRow { row, ..f });
        figures.sort_unstable();
        Rows {
            rows: rows.iter().filter_map(|&row| self.rows.get(row as usize)).copied().collect(),
            requests: beside(rows, &self.requests, |r| r.row, |r, row| RequestRow { row, ..r }),
            traces: beside(rows, &self.traces, |s| s.row, |s, row| Side { row, ..s }),
            asides: beside(rows, &self.asides, |s| s.row, |s, row| Side { row, ..s }),
            durations: beside(rows, &self.durations, |s| s.row, |s, row| Side { row, ..s }),
            figures,
        }
    }

    /// Puts rows into this order (old numbers; those not named are dropped) and renumbers the side tables.
    pub(crate) fn reorder(&mut self, order: &[u32]) {
        let mut new_number = vec![u32::MAX; self.rows.len()];
        for (new, &old) in (0u32..).zip(order) {
            if let Some(slot) = new_number.get_mut(old as usize) {
                *slot = new;
            }
        }
        // In an order that only drops rows, everything moves in place.
        if order.is_sorted() {
            let mut numbers = new_number.iter();
            self.rows.retain(|_| numbers.next().is_some_and(|&new| new != u32::MAX));
        } else {
            self.rows = order.iter().filter_map(|&old| self.rows.get(old as usize)).copied().collect();
        }
        let at = |old: &mut u32| {
            *old = new_number.get(*old as usize).copied().unwrap_or(u32::MAX);
            *old != u32::MAX
        };
        self.requests.retain_mut(|r| at(&mut r.row));
        self.traces.retain_mut(|s| at(&mut s.row));
        self.asides.retain_mut(|s| at(&mut s.row));
        self.durations.retain_mut(|s| at(&mut s.row));
        self.figures.retain_mut(|f| at(&mut f.row));
        self.figures.sort_unstable();
        self.requests.sort_unstable();
        self.traces.sort_unstable();
        self.asides.sort_unstable();
        self.durations.sort_unstable();
    }
}

/// Of a side table in the order of rows, what stands beside the named rows, under their new numbers.
fn beside<T: Copy>(rows: &[u32], table: &[T], row_of: fn(&T) -> u32, numbered: fn(T, u32) -> T) -> Vec<T> {
    let mut named = (0u32..).zip(rows).peekable();
    let mut kept = Vec::new();
    for side in table {
        let row = row_of(side);
        while named.next_if(|(_, old)| **old < row).is_some() {}
        if let Some((new, _)) = named.peek().filter(|(_, old)| **old == row) {
            kept.push(numbered(*side, *new));
        }
    }
    kept
}
