//! One packed row an entry, and the side tables for what few entries have.

use crate::entry::{Nanos, Severity, severity::Origin};
use serde::{Deserialize, Serialize};

/// Time of a row that has none.
pub(crate) const NO_TIME: i64 = i64::MIN;
/// Recorded severity of a row that has none.
pub(crate) const NO_SEVERITY: u8 = 15;

/// One entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    pub(crate) time: i64,
    pub(crate) offset: u64,
    /// Hash of log and insert id, 0 where there is no insert id.
    pub(crate) identity: u64,
    pub(crate) len: u32,
    pub(crate) shape: u32,
    pub(crate) source: u32,
    pub(crate) file: u16,
    /// Which of the entries of one record (OTLP batches hold many).
    pub(crate) nth: u16,
    /// Recorded severity in the low four bits, effective in the high four.
    pub(crate) severities: u8,
    pub(crate) origin: u8,
    /// 1: the time was inherited from the entry before it in the file.
    pub(crate) flags: u8,
}

impl Row {
    /// Time of the entry.
    pub fn time(&self) -> Option<Nanos> {
        (self.time != NO_TIME).then_some(Nanos(self.time))
    }

    /// Whether the record had a time of its own.
    pub(crate) fn has_time(&self) -> bool {
        self.time != NO_TIME && self.flags & 1 == 0
    }

    /// Its place in its file; of files that are newest first the entries of one record stand the other way round.
    pub(crate) fn place(&self) -> (u64, u16) {
        (self.offset, self.nth)
    }

    /// Number of its shape, [`super::dictionary::OTHER`] where the cap left the shape out.
    pub fn shape(&self) -> u32 {
        self.shape
    }

    /// Number of its source.
    pub fn source(&self) -> u32 {
        self.source
    }

    /// Number of its file.
    pub fn file(&self) -> u32 {
        u32::from(self.file)
    }

    /// Recorded severity.
    pub fn recorded(&self) -> Option<Severity> {
        let rank = self.severities & 15;
        (rank != NO_SEVERITY).then(|| Severity::from_rank(rank))
    }

    /// Effective severity.
    pub fn severity(&self) -> Severity {
        Severity::from_rank(self.severities >> 4)
    }

    /// Where the effective severity came from.
    pub fn origin(&self) -> Origin {
        match self.origin {
            1 => Origin::Field,
            2 => Origin::Payload,
            3 => Origin::Text,
            4 => Origin::Status,
            _ => Origin::None,
        }
    }
}

/// The request of an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Side<T> {
    /// Its row.
    pub row: u32,
    /// The value.
    pub value: T,
}

/// Rows in the order they were read, with their side tables.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rows {
    pub(crate) rows: Vec<Row>,
    pub(crate) requests: Vec<RequestRow>,
    pub(crate) traces: Vec<Side<u64>>,
    pub(crate) asides: Vec<Side<u32>>,
    /// Durations that messages state, in microseconds.
    pub(crate) durations: Vec<Side<u64>>,
}

impl Rows {
    /// Appends other rows, whose dictionary numbers were translated before.
    pub(crate) fn append(&mut self, mut other: Rows) {
        let base = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.rows.append(&mut other.rows);
        self.requests.extend(other.requests.into_iter().map(|r| RequestRow { row: r.row + base, ..r }));
        self.traces.extend(other.traces.into_iter().map(|s| Side { row: s.row + base, ..s }));
        self.durations.extend(other.durations.into_iter().map(|s| Side { row: s.row + base, ..s }));
        self.asides.extend(other.asides.into_iter().map(|s| Side { row: s.row + base, ..s }));
    }

    /// What the side tables hold of a row, as long as they are in the order of rows.
    pub(crate) fn beside(&self, row: u32) -> [Option<u64>; 6] {
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
        ]
    }

    /// Puts rows into this order (old numbers; those not named are dropped) and renumbers the side tables.
    pub(crate) fn reorder(&mut self, order: &[u32]) {
        let mut new_number = vec![u32::MAX; self.rows.len()];
        let mut rows = Vec::with_capacity(order.len());
        for (new, &old) in order.iter().enumerate() {
            if let (Some(row), Some(slot)) = (self.rows.get(old as usize), new_number.get_mut(old as usize)) {
                *slot = u32::try_from(new).unwrap_or(u32::MAX);
                rows.push(*row);
            }
        }
        let at = |old: u32| new_number.get(old as usize).copied().filter(|&new| new != u32::MAX);
        self.requests =
            self.requests.iter().filter_map(|r| Some(RequestRow { row: at(r.row)?, ..*r })).collect();
        self.traces = self.traces.iter().filter_map(|s| Some(Side { row: at(s.row)?, ..*s })).collect();
        self.asides = self.asides.iter().filter_map(|s| Some(Side { row: at(s.row)?, ..*s })).collect();
        self.durations = self.durations.iter().filter_map(|s| Some(Side { row: at(s.row)?, ..*s })).collect();
        self.durations.sort_unstable();
        self.requests.sort_unstable();
        self.traces.sort_unstable();
        self.asides.sort_unstable();
        self.rows = rows;
    }
}

/// Translates a dictionary number.
pub(crate) fn translate(number: u32, moved: &[u32]) -> u32 {
    moved.get(number as usize).copied().unwrap_or(super::dictionary::OTHER)
}
