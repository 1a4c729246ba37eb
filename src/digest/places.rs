//! Rows by the place of their records: file and byte in, rows out.

use super::Index;
use super::builder::file_key;
use crate::ingest::FileId;

/// Rows looked at beside the last one found, before the whole file is.
const NEAR: usize = 16;

/// Row numbers in the order of file and place.
#[derive(Clone, Debug, Default)]
pub struct Places {
    order: Vec<u32>,
    /// Those of file `n` are `order[starts[n]..starts[n + 1]]`.
    starts: Vec<usize>,
}

impl Places {
    /// Brings the rows of an index into that order.
    pub fn of(index: &Index) -> Places {
        let n_rows = u32::try_from(index.rows().len()).unwrap_or(u32::MAX);
        let key = |n: &u32| index.row(*n).map(|row| (row.file, row.offset(), *n));
        let mut order: Vec<u32> = (0..n_rows).collect();
        if !order.is_sorted_by_key(key) {
            // Of a file that is newest first only the rows of one record stand the wrong way round.
            order.reverse();
            order.sort_by_key(key);
        }
        let n_files = index.files().len();
        let before = |file: usize| {
            order.partition_point(|n| index.row(*n).is_some_and(|row| usize::from(row.file) < file))
        };
        let starts = (0..=n_files).map(before).collect();
        Places { order, starts }
    }

    /// Rows of a file in the order of their places.
    pub fn of_file(&self, file: u32) -> &[u32] {
        let from = self.starts.get(file as usize).copied().unwrap_or(0);
        let to = self.starts.get(file as usize + 1).copied().unwrap_or(0);
        self.order.get(from..to).unwrap_or(&[])
    }

    /// Rows whose record holds this byte. `near` is where to look first: what the last call left there, or 0.
    pub fn around(&self, index: &Index, file: u32, byte: u64, near: &mut usize) -> &[u32] {
        let rows = self.of_file(file);
        let offset =
            |at: usize| rows.get(at).and_then(|n| index.row(*n)).map_or(u64::MAX, super::rows::Row::offset);
        let is_near = offset(*near) <= byte && offset(*near + NEAR) > byte;
        let (from, to) = if is_near { (*near, (*near + NEAR).min(rows.len())) } else { (0, rows.len()) };
        let within = rows.get(from..to).unwrap_or(&[]);
        let end = from + within.partition_point(|n| index.row(*n).is_some_and(|row| row.offset() <= byte));
        let Some(row) = end.checked_sub(1).and_then(|last| rows.get(last)).and_then(|n| index.row(*n)) else {
            return &[];
        };
        let mut begin = end - 1;
        while begin > 0 && offset(begin - 1) == row.offset() {
            begin -= 1;
        }
        *near = begin;
        if byte < row.offset() + u64::from(row.len()).max(1) {
            rows.get(begin..end).unwrap_or(&[])
        } else {
            &[]
        }
    }
}

impl Index {
    /// The number of a file.
    pub fn file_number(&self, id: &FileId) -> Option<u32> {
        self.file_of_key(file_key(id))
    }

    /// The number of the file with this [`key`].
    pub fn file_of_key(&self, key: u64) -> Option<u32> {
        (0u32..).zip(self.files()).find(|(_, file)| file_key(&file.id) == key).map(|(n, _)| n)
    }
}

/// What stands for a file where numbers are not known yet: a hash of its identity.
pub fn key(id: &FileId) -> u64 {
    file_key(id)
}
