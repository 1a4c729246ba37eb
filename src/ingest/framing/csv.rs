//! CSV rows → objects: dotted headers unfolded, the apostrophe guard taken off, empty cells left out.
//!
//! Logs Explorer writes a header of dotted paths with quoted parts (`labels."run.googleapis.com/x"`), and since 2025
//! sets an apostrophe before cells and headers that a spreadsheet could take for a formula. Cells stay texts; the
//! columns named in [`JSON_COLUMNS`] are parsed where they hold an object (Railway's dashboard writes such). PostgreSQL's csvlog
//! has no header: its columns are known.

use super::piece::Lines;
use super::{Cut, Range, Raw, TOO_LONG, Take, too_long};
use crate::ingest::json;
use crate::ingest::value::Value;
use csv_core::{ReadRecordResult, Reader};
use std::borrow::Cow;

/// Columns whose cells hold JSON objects.
const JSON_COLUMNS: &[&str] =
    &["attributes", "tags", "labels", "resource", "metadata", "fields", "jsonPayload"];
/// Columns that always hold a `-` or `/`: an apostrophe before their cell says that the row is guarded.
const GUARD_COLUMNS: &[&str] = &["timestamp", "receiveTimestamp", "logName"];

/// Reader of rows.
pub(crate) struct Csv {
    reader: Reader,
    /// Text of the open row as it stands, as far as it came in earlier pieces.
    raw: Vec<u8>,
    cells: Vec<u8>,
    n_cell_bytes: usize,
    ends: Vec<usize>,
    n_ends: usize,
    offset: u64,
    lines: Lines,
    header: Option<Vec<Column>>,
    /// The open row is too long: the rest of it is passed over.
    dropping: bool,
}

struct Column {
    path: Vec<String>,
    guards: bool,
    json: bool,
}

impl std::fmt::Debug for Csv {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Csv").field("offset", &self.offset).finish_non_exhaustive()
    }
}

impl Csv {
    pub(super) fn new(range: Range) -> Csv {
        Csv {
            reader: Reader::new(),
            raw: Vec::new(),
            cells: vec![0; 4096],
            n_cell_bytes: 0,
            ends: vec![0; 64],
            n_ends: 0,
            offset: range.start,
            lines: Lines::default(),
            header: None,
            dropping: false,
        }
    }

    /// Reads a header that stands elsewhere.
    pub(super) fn prime(&mut self, header: &[u8]) {
        let place = (self.offset, self.lines);
        self.push(header, &mut |_| {});
        (self.offset, self.lines) = place;
        self.raw.clear();
    }

    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = self.read(rest, take);
        }
    }

    pub(super) fn finish(&mut self, take: Take<'_>) {
        let quotes = memchr::memchr_iter(b'"', &self.raw).count();
        if quotes % 2 == 1 && self.header.is_some() {
            take(Cut::Unended);
        } else if !self.raw.trim_ascii().is_empty() {
            // csv-core takes an empty input as the end of the text.
            while !self.read_once(&[], take).1 {}
        }
    }

    /// Reads up to the end of a row or of the input; gives what is left of it.
    fn read<'b>(&mut self, bytes: &'b [u8], take: Take<'_>) -> &'b [u8] {
        let used = self.plain_row(bytes, take).unwrap_or_else(|| self.read_once(bytes, take).0);
        bytes.get(used..).unwrap_or(&[])
    }

    /// The short way for a row that is here as a whole and has no quotes, as nearly all have none; gives its length.
    fn plain_row(&mut self, bytes: &[u8], take: Take<'_>) -> Option<usize> {
        let is_begin = self.raw.is_empty() && self.n_ends == 0 && !self.dropping;
        let header = self.header.as_deref().filter(|_| is_begin)?;
        let lead = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let row = bytes.get(lead..)?;
        let row = row.get(..memchr::memchr(b'\n', row)?)?;
        let end = lead + row.len() + 1;
        let row = row.strip_suffix(b"\r").unwrap_or(row);
        if row.is_empty() || too_long(end) || memchr::memchr2(b'"', b'\r', row).is_some() {
            return None;
        }
        let text = std::str::from_utf8(row).ok()?;
        let mut cells: Vec<Cow<'_, str>> = Vec::with_capacity(header.len());
        let mut from = 0;
        // Cells are short, and most are empty: looking at each byte costs less than a search for each comma.
        for (at, _) in row.iter().enumerate().filter(|(_, byte)| **byte == b',') {
            cells.push(Cow::Borrowed(text.get(from..at)?));
            from = at + 1;
        }
        cells.push(Cow::Borrowed(text.get(from..)?));
        let mut lines = self.lines;
        lines.pass(bytes.get(..lead).unwrap_or(&[]));
        let offset = self.offset + lead as u64;
        let place = Raw { bytes: row.trim_ascii_end(), offset, line: lines.line, group: None };
        take(Cut::Value(place, object(header, &cells)));
        self.pass_row(bytes.get(..end).unwrap_or(bytes));
        Some(end)
    }

    fn read_once(&mut self, bytes: &[u8], take: Take<'_>) -> (usize, bool) {
        let cells = self.cells.get_mut(self.n_cell_bytes..).unwrap_or(&mut []);
        let ends = self.ends.get_mut(self.n_ends..).unwrap_or(&mut []);
        let (result, n_in, n_out, n_ends) = self.reader.read_record(bytes, cells, ends);
        self.n_cell_bytes += n_out;
        self.n_ends += n_ends;
        let read = bytes.get(..n_in).unwrap_or(bytes);
        let grown = |len: usize| (len * 2).max(64);
        match result {
            ReadRecordResult::Record => {
                let is_long = too_long(self.raw.len() + read.len());
                if self.dropping || is_long {
                    self.drop_row(read, take);
                    self.dropping = false;
                } else {
                    self.row(read, take);
                }
                return (n_in, true);
            }
            ReadRecordResult::OutputFull => self.cells.resize(grown(self.cells.len()), 0),
            ReadRecordResult::OutputEndsFull => self.ends.resize(grown(self.ends.len()), 0),
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::End => return (n_in, true),
        }
        if self.dropping || too_long(self.raw.len() + read.len()) {
            self.drop_row(read, take);
        } else {
            self.raw.extend_from_slice(read);
        }
        (n_in, false)
    }

    /// Passes over a part of a row that is longer than any record may be, which is said once.
    fn drop_row(&mut self, part: &[u8], take: Take<'_>) {
        if !std::mem::replace(&mut self.dropping, true) {
            let raw = Raw { bytes: &[], offset: self.offset, line: self.lines.line, group: None };
            take(Cut::Bad(raw, TOO_LONG));
        }
        self.pass_row(part);
    }

    /// A row is complete; `last` are its last bytes.
    fn row(&mut self, last: &[u8], take: Take<'_>) {
        let mut raw = std::mem::take(&mut self.raw);
        let text = if raw.is_empty() {
            last
        } else {
            raw.extend_from_slice(last);
            &raw
        };
        match &self.header {
            None => {
                let cells: Vec<Cow<'_, str>> = self.cells().collect();
                let postgres = super::csvlog::columns(&cells);
                let is_row = postgres.is_some();
                let header: Vec<Column> = match postgres {
                    Some(names) => names.iter().map(|name| column(name)).collect(),
                    None => cells.iter().map(|cell| column(cell)).collect(),
                };
                if is_row {
                    let place = Raw {
                        bytes: text.trim_ascii(),
                        offset: self.offset,
                        line: self.lines.line,
                        group: None,
                    };
                    take(Cut::Value(place, object(&header, &cells)));
                }
                self.header = Some(header);
            }
            Some(header) => {
                // The line feed of the row before is read with this row.
                let lead = text.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
                let body = text.get(lead..).unwrap_or(text).trim_ascii_end();
                let mut lines = self.lines;
                lines.pass(text.get(..lead).unwrap_or(&[]));
                let place =
                    Raw { bytes: body, offset: self.offset + lead as u64, line: lines.line, group: None };
                let mut cells: Vec<Cow<'_, str>> = Vec::with_capacity(self.n_ends);
                cells.extend(self.cells());
                take(Cut::Value(place, object(header, &cells)));
            }
        }
        self.pass_row(text);
        raw.clear();
        self.raw = raw;
    }

    fn pass_row(&mut self, text: &[u8]) {
        self.offset += (self.raw.len() + text.len()) as u64;
        self.lines.pass(&self.raw);
        self.lines.pass(text);
        self.raw.clear();
        self.n_cell_bytes = 0;
        self.n_ends = 0;
    }

    fn cells(&self) -> impl Iterator<Item = Cow<'_, str>> {
        // Nearly all rows are UTF-8, which is told of all cells at once.
        let all = std::str::from_utf8(self.cells.get(..self.n_cell_bytes).unwrap_or(&[])).ok();
        let mut start = 0;
        self.ends.iter().take(self.n_ends).map(move |end| {
            let range = start..*end;
            start = *end;
            match all.and_then(|all| all.get(range.clone())) {
                Some(cell) => Cow::Borrowed(cell),
                None => String::from_utf8_lossy(self.cells.get(range).unwrap_or(&[])),
            }
        })
    }
}

/// `'labels."a.b/c"` → `labels`, `a.b/c`.
fn column(header: &str) -> Column {
    let header = header.trim();
    let name = header.strip_prefix('\'').unwrap_or(header);
    let mut path = Vec::new();
    let mut part = String::new();
    let mut quoted = false;
    for c in name.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => path.push(std::mem::take(&mut part)),
            _ => part.push(c),
        }
    }
    path.push(part);
    if path.iter().any(String::is_empty) {
        path = vec![name.to_owned()];
    }
    Column { path, guards: GUARD_COLUMNS.contains(&name), json: JSON_COLUMNS.contains(&name) }
}

fn object<'c>(header: &'c [Column], cells: &'c [Cow<'_, str>]) -> Value<'c> {
    let guarded = header.iter().zip(cells).any(|(column, cell)| column.guards && cell.starts_with('\''));
    let mut members = Vec::with_capacity(16);
    for (column, cell) in header.iter().zip(cells) {
        let mut text = cell.as_ref();
        if guarded {
            text = text.strip_prefix('\'').unwrap_or(text);
        }
        if text.is_empty() {
            continue;
        }
        let parsed = (column.json && text.starts_with('{')).then(|| json::parse(text).ok()).flatten();
        insert(&mut members, &column.path, parsed.unwrap_or(Value::Text(Cow::Borrowed(text))));
    }
    Value::Object(members)
}

/// Sets a value down a path. Where a part of the path is no object already, the rest of it becomes one dotted key.
fn insert<'c>(members: &mut Vec<(Cow<'c, str>, Value<'c>)>, path: &'c [String], value: Value<'c>) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        members.push((Cow::Borrowed(first), value));
        return;
    }
    let known = members.iter().rposition(|(key, _)| key == first);
    match known.and_then(|at| members.get_mut(at)) {
        Some((_, Value::Object(inner))) => insert(inner, rest, value),
        Some(_) => members.push((Cow::Owned(path.join(".")), value)),
        None => {
            let mut inner = Vec::with_capacity(8);
            insert(&mut inner, rest, value);
            members.push((Cow::Borrowed(first), Value::Object(inner)));
        }
    }
}
