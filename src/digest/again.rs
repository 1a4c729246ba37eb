//! A file read once more → the rows of an index with their own words, which a digest keeps only samples of.

use super::{Index, Places};
use crate::entry::{Entry, Nanos};
use crate::ingest::{FileFacts, FileId, Sink};
use crate::report::model::Told;

/// Takes what a reader reads, gives the rows that are wanted.
pub struct Again<'a> {
    index: &'a Index,
    places: &'a Places,
    wanted: &'a dyn Fn(u32) -> bool,
    /// Row, entry, and the text of its record.
    take: &'a mut dyn FnMut(u32, &Entry<'_>, &str),
    file: Option<u32>,
    near: usize,
    record: String,
    /// Rows of the present record that no entry was found for yet.
    open: Vec<u32>,
}

impl<'a> Again<'a> {
    /// A sink for one file or for several, one after the other.
    pub fn new(
        index: &'a Index,
        places: &'a Places,
        wanted: &'a dyn Fn(u32) -> bool,
        take: &'a mut dyn FnMut(u32, &Entry<'_>, &str),
    ) -> Again<'a> {
        Again { index, places, wanted, take, file: None, near: 0, record: String::new(), open: Vec::new() }
    }

    /// The row of an entry: of those of its record the next one with its time.
    fn row(&mut self, time: Option<Nanos>) -> Option<u32> {
        let has = |n: &u32| self.index.row(*n).is_some_and(|row| row.is_inherited() || row.time() == time);
        let at = self.open.iter().position(has)?;
        Some(self.open.remove(at))
    }
}

impl Sink for Again<'_> {
    fn begin(&mut self, file: &FileId) {
        self.file = self.index.file_number(file);
        self.near = 0;
    }

    fn record(&mut self, offset: u64, text: &str) {
        self.open.clear();
        let Some(file) = self.file else { return };
        let rows = self.places.around(self.index, file, offset, &mut self.near);
        if rows.iter().any(|n| (self.wanted)(*n)) {
            self.open.extend(
                rows.iter().filter(|n| self.index.row(**n).is_some_and(|row| row.offset() == offset)),
            );
            self.record.clear();
            self.record.push_str(text);
        }
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        if let Some(row) = self.row(entry.time).filter(|row| (self.wanted)(*row)) {
            (self.take)(row, entry, &self.record);
        }
    }

    fn end(&mut self, _: FileFacts) {
        self.file = None;
    }
}

impl Index {
    /// What is told of a row: its own message and record where they were read again, else the sample of its kind.
    pub fn told(&self, number: u32, again: Option<(String, String)>) -> Option<Told> {
        let row = self.row(number)?;
        let source = self.source_of(row);
        let of = |at: usize| {
            source.and_then(|source| source.fields().get(at).copied()).unwrap_or_default().to_owned()
        };
        let is_sample = again.is_none();
        let (message, record) = again.unwrap_or_else(|| (self.text_of(number).into_owned(), String::new()));
        Some(Told {
            row: number,
            time: row.time(),
            severity: row.severity(),
            service: of(2),
            revision: of(3),
            instance: of(4),
            log: of(7),
            status: self.request_of(number).map(|request| request.status).filter(|status| *status > 0),
            message,
            record,
            is_sample,
        })
    }
}
