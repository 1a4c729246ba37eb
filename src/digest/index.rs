//! A finished digest: rows in time order without duplicates, dictionaries in a fixed order.
//!
//! Order of rows: time; then the file (by base name, size and token); then the place in the file, backwards where the file is
//! newest first. Rows without a time take that of the row before them in their file. Numbers of rows, shapes, sources,
//! paths and files are the same however the input was split.

use super::block::Numbers;
use super::builder::file_key;
use super::dictionary::OTHER;
use super::dictionary::{Dictionary, Key};
use super::fold::Groups;
use super::labels::Labels;
use super::marks::Marks;
use super::rows::{FigureRow, RequestRow, Row, Rows, Side};
use super::unpacked::unpacked;
use super::{Digest, Shape};
use crate::entry::http::is_request_line;
use crate::entry::{Nanos, Severity, Source, Span};
use crate::hands::Hands;
use crate::ingest::FileFacts;
use crate::order::Order as _;
use crate::trace::Look;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// In which order a file has its entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Never back in time.
    #[default]
    Ascending,
    /// Never forward in time.
    Descending,
    /// Both.
    Mixed,
}

impl Order {
    /// The name that `inspect` prints.
    pub fn name(self) -> &'static str {
        match self {
            Order::Ascending => "ascending",
            Order::Descending => "descending",
            Order::Mixed => "mixed",
        }
    }
}

/// The finished form.
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub(super) files: Vec<FileFacts>,
    pub(super) orders: Vec<Order>,
    pub(super) shapes: Arc<Vec<Shape>>,
    /// The key of each shape, by which digests know it.
    pub(super) shape_keys: Arc<Vec<Key>>,
    pub(super) sources: Vec<Source<'static>>,
    pub(super) paths: Arc<Vec<String>>,
    pub(super) asides: Vec<String>,
    pub(super) figures: Arc<Vec<String>>,
    pub(super) labels: Labels,
    pub(super) rows: Rows,
    pub(super) n_duplicates: u64,
    pub(super) n_untimed: u64,
    /// Row numbers by shape: those of shape `n` are `postings[starts[n]..starts[n + 1]]`.
    pub(super) starts: Vec<u32>,
    pub(super) postings: Vec<u32>,
    /// Rows by rank of their effective severity.
    pub(super) by_severity: [u64; 16],
    /// The same by rank of the recorded severity.
    pub(super) by_recorded: [u64; 16],
    pub(super) capped: Vec<&'static str>,
    /// Where the side tables hold what stands beside a row.
    pub(super) of_request: Marks,
    pub(super) of_trace: Marks,
    /// What each shape is to the traces of its stream, once somebody asked; nothing of those that no row has.
    pub(super) looks: OnceLock<Vec<Option<Look>>>,
    /// Which rows say something together, once somebody asked.
    pub(super) groups: OnceLock<Groups>,
}

impl Index {
    pub(crate) fn of(mut digest: Digest, hands: Hands) -> Index {
        digest.prune();
        let mut capped = Vec::new();
        for (is_capped, what) in [
            (digest.shapes.is_capped(), "distinct messages"),
            (digest.sources.is_capped(), "distinct sources"),
            (digest.paths.is_capped(), "distinct request paths"),
            (digest.asides.is_capped(), "distinct nested errors"),
            (digest.figures.is_capped(), "distinct names of figures"),
        ] {
            if is_capped {
                capped.push(what);
            }
        }
        let mut files: Vec<FileFacts> = digest.files.iter().map(super::FileDigest::whole).collect();
        files.order_by(|a, b| a.id.cmp(&b.id));
        digest.seal();
        let blocks = std::mem::take(&mut digest.blocks);
        let (shapes, shape_numbers) = sorted(digest.shapes, |(key, _)| *key);
        let mut shape_keys: Vec<Key> = shape_numbers.keys().copied().collect();
        shape_keys.order();
        let (sources, source_numbers) = sorted(digest.sources, |(_, source)| source.clone());
        let (paths, path_numbers) = sorted(digest.paths, |(_, path)| path.clone());
        let (asides, aside_numbers) = sorted(digest.asides, |(_, aside)| aside.clone());
        let (figures, figure_numbers) = sorted(digest.figures, |(_, name)| name.clone());
        let file_numbers: HashMap<u64, u16> =
            (0u16..).zip(&files).map(|(number, file)| (file_key(&file.id), number)).collect();
        let numbers = Numbers {
            file: &|key| file_numbers.get(&key).copied().unwrap_or(u16::MAX),
            shape: &|key| shape_numbers.get(&key).copied().unwrap_or(OTHER),
            source: &|key| source_numbers.get(&key).copied().unwrap_or(OTHER),
            path: &|key| path_numbers.get(&key).copied().unwrap_or(OTHER),
            aside: &|key| aside_numbers.get(&key).copied().unwrap_or(OTHER),
            figure: &|key| figure_numbers.get(&key).copied().unwrap_or(OTHER),
        };
        let (rows, loose) = unpacked(blocks, &numbers, hands);
        let mut index = Index {
            files,
            shapes: shapes.into(),
            shape_keys: shape_keys.into(),
            sources,
            paths: paths.into(),
            asides,
            figures: figures.into(),
            labels: digest.labels,
            rows,
            capped,
            ..Index::default()
        };
        index.sort(loose);
        index.post();
        index
    }

    /// The same index with only the rows that a filter lets through.
    pub fn narrowed(&self, filter: &crate::query::Filter) -> Index {
        self.with_rows(&self.select(filter))
    }

    /// The same index with only these rows, which ascend.
    pub(crate) fn with_rows(&self, rows: &[u32]) -> Index {
        let mut index = Index {
            files: self.files.clone(),
            orders: self.orders.clone(),
            shapes: self.shapes.clone(),
            shape_keys: self.shape_keys.clone(),
            sources: self.sources.clone(),
            paths: self.paths.clone(),
            asides: self.asides.clone(),
            figures: self.figures.clone(),
            labels: self.labels.clone(),
            rows: self.rows.of(rows),
            n_duplicates: self.n_duplicates,
            n_untimed: self.n_untimed,
            capped: self.capped.clone(),
            looks: self.looks.clone(),
            groups: self
                .groups
                .get()
                .and_then(|groups| groups.of(self, rows))
                .map(OnceLock::from)
                .unwrap_or_default(),
            ..Index::default()
        };
        index.post();
        index
    }

    /// A shape as another digest holds it: there its samples are those of the other's entries alone.
    pub(crate) fn shape_in<'d>(&self, other: &'d Digest, number: u32) -> Option<&'d Shape> {
        other.shapes.value(*self.shape_keys.get(number as usize)?)
    }

    /// All rows in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows.rows
    }

    /// Number of rows with at least this effective severity.
    pub fn n_at_least(&self, severity: Severity) -> u64 {
        self.by_severity.iter().skip(usize::from(severity.rank())).sum()
    }

    /// Number of rows that were recorded with at least this severity; rows without a recorded one don't count.
    pub fn n_recorded_at_least(&self, severity: Severity) -> u64 {
        let is_meant = |rank: u8| super::rows::recorded(rank).is_some_and(|recorded| recorded >= severity);
        (0u8..).zip(self.by_recorded).filter(|(rank, _)| is_meant(*rank)).map(|(_, n)| n).sum()
    }

    /// Times of the first and of the last row that have one.
    pub fn span(&self) -> Option<[Nanos; 2]> {
        let mut times = self.rows.rows.iter().filter_map(Row::time);
        let first = times.next()?;
        Some([first, times.next_back().unwrap_or(first)])
    }

    /// One row.
    pub fn row(&self, number: u32) -> Option<&Row> {
        self.rows.rows.get(number as usize)
    }

    /// Files in the order of their names.
    pub fn files(&self) -> &[FileFacts] {
        &self.files
    }

    /// Order of the entries of a file.
    pub fn order(&self, file: usize) -> Order {
        self.orders.get(file).copied().unwrap_or_default()
    }

    /// Shapes, the most severe first.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// One shape.
    pub fn shape(&self, number: u32) -> Option<&Shape> {
        self.shapes.get(number as usize)
    }

    /// Rows of a shape, ascending.
    pub fn rows_of_shape(&self, shape: u32) -> &[u32] {
        let from = self.starts.get(shape as usize).copied().unwrap_or(0) as usize;
        let to = self.starts.get(shape as usize + 1).copied().unwrap_or(0) as usize;
        self.postings.get(from..to).unwrap_or(&[])
    }

    /// Sources, sorted.
    pub fn sources(&self) -> &[Source<'static>] {
        &self.sources
    }

    /// Source of a row.
    pub fn source_of(&self, row: &Row) -> Option<&Source<'static>> {
        self.sources.get(row.source() as usize)
    }

    /// Method and masked path of a request.
    pub fn path(&self, number: u32) -> Option<&str> {
        self.paths.get(number as usize).map(String::as_str)
    }

    /// Requests by row.
    pub fn requests(&self) -> &[RequestRow] {
        &self.rows.requests
    }

    /// Request of a row.
    pub fn request_of(&self, row: u32) -> Option<&RequestRow> {
        self.rows.requests.get(self.of_request.find(row)?)
    }

    /// Hashes of trace ids by row.
    pub fn trace_ids(&self) -> &[Side<u64>] {
        &self.rows.traces
    }

    /// Hash of the trace id of a row.
    pub fn trace_id_of(&self, row: u32) -> Option<u64> {
        self.rows.traces.get(self.of_trace.find(row)?).map(|side| side.value)
    }

    /// The words of a row as far as they are known without its file: the sample of its shape; of a request line, its own
    /// (masked) path and status, since the shape stands for many paths.
    pub fn text_of(&self, row: u32) -> std::borrow::Cow<'_, str> {
        let text = self.row(row).and_then(|row| self.shape(row.shape())).map_or("", |shape| shape.text());
        if let Some(request) = self.request_of(row)
            && let Some(path) = self.path(request.path)
        {
            let same_method = text.split(' ').next() == path.split(' ').next();
            if same_method && is_request_line(text) {
                return format!("{path} {}", request.status).into();
            }
        }
        text.into()
    }

    /// The very words of a row, where they are known: those of the first one of its shape, and of samples that no other entry of the
    /// shape shares its time with.
    pub fn exact_text_of(&self, row: u32) -> Option<&str> {
        let entry = self.row(row)?;
        let shape = self.shape(entry.shape())?;
        if self.first_row(entry.shape()) == Some(row) {
            return Some(shape.text());
        }
        let text = shape.said_at(entry.time()?)?;
        let rows = self.rows_of_shape(entry.shape());
        let at = rows.partition_point(|other| self.row(*other).and_then(Row::time) < entry.time());
        let same =
            rows.get(at..)?.iter().take_while(|other| self.row(**other).and_then(Row::time) == entry.time());
        (same.count() == 1).then_some(text)
    }

    /// Durations that messages state, in microseconds, by row.
    pub fn durations(&self) -> &[Side<u64>] {
        &self.rows.durations
    }

    /// Numbers that entries state, by row.
    pub fn figures(&self) -> &[FigureRow] {
        &self.rows.figures
    }

    /// Kind, name and companion of a figure, see [`crate::entry::figure::Figure::key`].
    pub fn figure_name(&self, number: u32) -> Option<&str> {
        self.figures.get(number as usize).map(String::as_str)
    }

    /// Messages of nested error objects, with the rows they stand in.
    pub fn asides(&self) -> impl Iterator<Item = (&str, Vec<u32>)> {
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); self.asides.len()];
        for side in &self.rows.asides {
            rows.get_mut(side.value as usize).into_iter().for_each(|rows| rows.push(side.row));
        }
        self.aside_texts().zip(rows)
    }

    /// Messages of nested error objects.
    pub fn aside_texts(&self) -> impl Iterator<Item = &str> {
        self.asides.iter().map(String::as_str)
    }

    /// Entries whose nested error the cap left out.
    pub fn n_asides_left_out(&self) -> usize {
        self.rows.asides.iter().filter(|side| side.value == OTHER).count()
    }

    /// Labels.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// Entries counted once although they occur more often.
    pub fn n_duplicates(&self) -> u64 {
        self.n_duplicates
    }

    /// Entries without a time of their own.
    pub fn n_untimed(&self) -> u64 {
        self.n_untimed
    }

    /// What the caps left out, in words.
    pub fn capped(&self) -> &[&'static str] {
        &self.capped
    }

    /// Place of a row: file number, span.
    pub fn place(&self, row: u32) -> Option<(u32, Span)> {
        let row = self.row(row)?;
        Some((u32::from(row.file), Span { offset: row.offset(), len: row.len() }))
    }

    /// The row that a shape's first message stands in.
    pub fn first_row(&self, shape: u32) -> Option<u32> {
        let sample = &self.shape(shape)?.first;
        let rows = self.rows_of_shape(shape);
        let same_time = |n: &&u32| self.row(**n).is_some_and(|row| row.time == sample.time);
        let same_place = |n: &&u32| {
            self.row(**n).is_some_and(|row| {
                row.offset() == sample.offset
                    && self
                        .files
                        .get(usize::from(row.file))
                        .is_some_and(|file| file_key(&file.id) == sample.file_key)
            })
        };
        rows.iter().find(same_place).or_else(|| rows.iter().find(same_time)).or_else(|| rows.first()).copied()
    }
}

/// The things of a dictionary in a fixed order, and the number of each key in it.
fn sorted<V, K: Ord>(
    dictionary: Dictionary<V>,
    order: impl Fn(&(Key, V)) -> K,
) -> (Vec<V>, HashMap<Key, u32, FixedState>) {
    let (mut things, _) = dictionary.into_parts();
    things.order_by_cached_key(order);
    let numbers = (0u32..).zip(&things).map(|(number, (key, _))| (*key, number)).collect();
    (things.into_iter().map(|(_, value)| value).collect(), numbers)
}
