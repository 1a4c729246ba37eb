//! Rows as they were read → rows in time order, each once, with what only their order tells: how a file is ordered, times of
//! rows that have none, counts of files, rows by shape.

use super::Index;
use super::index::Order;
use super::rows::{NO_SEVERITY, NO_TIME, Row};
use crate::entry::Severity;

impl Index {
    /// Brings rows into the order of their files, drops rows read twice, sees how each file is ordered, gives rows without a
    /// time that of the row before.
    pub(super) fn sort_by_place(&mut self) {
        let rows = &self.rows.rows;
        let place = |n: u32| rows.get(n as usize).map(|row| (row.file, row.offset, row.nth));
        let mut order: Vec<u32> = (0..u32::try_from(rows.len()).unwrap_or(u32::MAX)).collect();
        // Two files may pass for one (equal name, size, head and tail): rows of one place that differ all stay, in an order of
        // their content.
        let content = |n: u32| (rows.get(n as usize), self.rows.beside(n));
        let is_sorted = rows.is_sorted_by(|a, b| (a.file, a.offset, a.nth) < (b.file, b.offset, b.nth));
        if !is_sorted {
            order
                .sort_unstable_by(|&a, &b| place(a).cmp(&place(b)).then_with(|| content(a).cmp(&content(b))));
        }
        let before = order.len();
        order.dedup_by(|a, b| place(*a) == place(*b) && content(*a) == content(*b));
        self.n_duplicates += (before - order.len()) as u64;
        self.rows.reorder(&order);
        self.count_by_file();
        let mut steps = vec![(0u64, 0u64); self.files.len()];
        let mut last: Option<(u16, i64)> = None;
        let mut first_of_file: Vec<i64> = vec![NO_TIME; self.files.len()];
        for row in &self.rows.rows {
            if row.time == NO_TIME {
                continue;
            }
            if let Some(first) =
                first_of_file.get_mut(usize::from(row.file)).filter(|first| **first == NO_TIME)
            {
                *first = row.time;
            }
            if let (Some((file, time)), Some((up, down))) = (last, steps.get_mut(usize::from(row.file)))
                && file == row.file
            {
                *up += u64::from(row.time > time);
                *down += u64::from(row.time < time);
            }
            last = Some((row.file, row.time));
        }
        self.orders = steps
            .iter()
            .map(|(up, down)| match (up, down) {
                (_, 0) => Order::Ascending,
                (0, _) => Order::Descending,
                _ => Order::Mixed,
            })
            .collect();
        let backwards: Vec<bool> = steps.iter().map(|(up, down)| down > up).collect();
        let mut last: Option<(u16, i64)> = None;
        for row in &mut self.rows.rows {
            if row.time == NO_TIME {
                self.n_untimed += 1;
                row.flags |= 1;
                row.time = match last {
                    Some((file, time)) if file == row.file => time,
                    _ => first_of_file.get(usize::from(row.file)).copied().unwrap_or(NO_TIME),
                };
            }
            last = Some((row.file, row.time));
            // From here on the place only breaks ties; of a file that is newest first the later place is the earlier entry.
            if backwards.get(usize::from(row.file)).copied().unwrap_or(false) {
                row.nth = u16::MAX - row.nth;
            }
        }
        let key = |row: &Row| {
            let back = backwards.get(usize::from(row.file)).copied().unwrap_or(false);
            (row.time, row.file, if back { u64::MAX - row.offset } else { row.offset }, row.nth)
        };
        let mut order: Vec<u32> = (0..u32::try_from(self.rows.rows.len()).unwrap_or(u32::MAX)).collect();
        if !self.rows.rows.is_sorted_by_key(key) {
            let rows = &self.rows.rows;
            order.sort_unstable_by_key(|&n| rows.get(n as usize).map(key));
            self.rows.reorder(&order);
        }
    }

    /// Counts what the files hold from their rows, so that a file that was read twice does not count twice.
    fn count_by_file(&mut self) {
        let mut counts = vec![[0u64; 16]; self.files.len()];
        for row in &self.rows.rows {
            let count = counts
                .get_mut(usize::from(row.file))
                .and_then(|counts| counts.get_mut(usize::from(row.severities & NO_SEVERITY)));
            if let Some(count) = count {
                *count += 1;
            }
        }
        for (facts, counts) in self.files.iter_mut().zip(&counts) {
            facts.entries = counts.iter().sum();
            facts.severities = (0u8..)
                .zip(counts)
                .filter(|(_, n)| **n > 0)
                .map(|(rank, n)| {
                    let name = if rank == NO_SEVERITY { "none" } else { Severity::from_rank(rank).name() };
                    (name.to_owned(), *n)
                })
                .collect();
        }
    }

    /// Drops rows equal in log, time and insert id; the first in order stays.
    pub(super) fn sort_by_time(&mut self) {
        let rows = &self.rows.rows;
        let mut order = Vec::with_capacity(rows.len());
        let mut run: Vec<(u64, u32)> = Vec::new();
        let mut at = 0u32;
        for same_time in rows.chunk_by(|a, b| a.time == b.time) {
            if same_time.len() == 1 {
                order.push(at);
            } else {
                // Rows that cannot be told apart by an identity get one of their own.
                let identity = |(n, row): (u32, &Row)| {
                    let known = row.identity != 0 && row.flags & 1 == 0;
                    known.then_some((row.identity, n))
                };
                run.clear();
                run.extend((at..).zip(same_time).filter_map(identity));
                run.sort_unstable();
                run.dedup_by_key(|(identity, _)| *identity);
                let begin = order.len();
                order.extend(run.iter().map(|(_, n)| *n));
                order.extend((at..).zip(same_time).filter(|pair| identity(*pair).is_none()).map(|(n, _)| n));
                if let Some(new) = order.get_mut(begin..) {
                    new.sort_unstable();
                }
            }
            at = at.saturating_add(u32::try_from(same_time.len()).unwrap_or(u32::MAX));
        }
        if order.len() < rows.len() {
            self.n_duplicates += (rows.len() - order.len()) as u64;
            self.rows.reorder(&order);
        }
    }

    /// Row numbers by shape, and numbers of rows by severity.
    pub(super) fn post(&mut self) {
        let mut counts = vec![0u32; self.shapes.len() + 1];
        self.by_severity = [0; 16];
        for row in &self.rows.rows {
            if let Some(count) = self.by_severity.get_mut(usize::from(row.severities >> 4)) {
                *count += 1;
            }
            if let Some(count) = counts.get_mut(row.shape as usize) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut counts {
            let here = *count;
            *count = sum;
            sum += here;
        }
        self.starts = counts.clone();
        self.postings = vec![0; sum as usize];
        for (n, row) in (0u32..).zip(&self.rows.rows) {
            if (row.shape as usize) < self.shapes.len()
                && let Some(next) = counts.get_mut(row.shape as usize)
                && let Some(slot) = self.postings.get_mut(*next as usize)
            {
                *slot = n;
                *next += 1;
            }
        }
    }
}
