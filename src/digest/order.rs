//! Rows as they were read → rows in time order, each once, with what only their order tells: how a file is ordered, times of
//! rows that have none, counts of files, rows by shape.

use super::Index;
use super::index::Order;
use super::marks::Marks;
use super::rows::{NO_SEVERITY, NO_TIME};
use crate::entry::Severity;
use crate::entry::http::is_request_line;
use crate::entry::time::SECOND;
use std::collections::HashMap;

/// Lines of one request: when the last one was said, and the shapes of all, by trace, source, path and status.
type OfRequest = HashMap<(u64, u32, u32, u16), (i64, Vec<u32>), foldhash::fast::FixedState>;

/// Longest time between the first and the last line of one request.
const ONE: i64 = 30 * SECOND;

/// What only sorting needs of a row.
#[derive(Debug, Default)]
pub(super) struct Loose {
    /// Which of the entries of one record; empty so long as all are 0.
    nth: Vec<u16>,
    /// What tells entries of one time apart, 0 for nothing; empty so long as all are 0.
    identities: Vec<[u8; 5]>,
}

impl Loose {
    pub(super) fn push(&mut self, row: u32, nth: u16, identity: u64) {
        let at = row as usize;
        if nth != 0 || !self.nth.is_empty() {
            self.nth.resize(at, 0);
            self.nth.push(nth);
        }
        if identity != 0 || !self.identities.is_empty() {
            self.identities.resize(at, [0; 5]);
            let [a, b, c, d, e, ..] = identity.to_le_bytes();
            self.identities.push([a, b, c, d, e]);
        }
    }

    /// Puts what follows behind what there is of so many rows.
    pub(super) fn append(&mut self, n_rows: usize, more: Loose) {
        if !more.nth.is_empty() {
            self.nth.resize(n_rows, 0);
            self.nth.extend(more.nth);
        }
        if !more.identities.is_empty() {
            self.identities.resize(n_rows, [0; 5]);
            self.identities.extend(more.identities);
        }
    }

    fn nth(&self, row: u32) -> u16 {
        self.nth.get(row as usize).copied().unwrap_or(0)
    }

    fn identity(&self, row: u32) -> [u8; 5] {
        self.identities.get(row as usize).copied().unwrap_or_default()
    }

    fn reorder(&mut self, order: &[u32]) {
        if !self.nth.is_empty() {
            self.nth = order.iter().map(|&old| self.nth(old)).collect();
        }
        if !self.identities.is_empty() {
            self.identities = order.iter().map(|&old| self.identity(old)).collect();
        }
    }
}

impl Index {
    /// Brings the rows into their order, each once.
    pub(super) fn sort(&mut self, mut loose: Loose) {
        self.sort_by_place(&mut loose);
        self.count_by_file();
        let backwards = self.see_orders();
        self.inherit_times();
        self.order_by_time(&mut loose, &backwards);
        self.drop_duplicates(&loose);
    }

    fn put_in_order(&mut self, loose: &mut Loose, order: &[u32]) {
        self.rows.reorder(order);
        loose.reorder(order);
    }

    /// Brings rows into the order of their files and drops rows read twice.
    fn sort_by_place(&mut self, loose: &mut Loose) {
        let rows = &self.rows.rows;
        let n_rows = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let place = |n: u32| rows.get(n as usize).map(|row| (row.file, row.offset(), loose.nth(n)));
        if (1..n_rows).all(|n| place(n - 1) < place(n)) {
            return;
        }
        // Two files may pass for one (equal name, size, head and tail): rows of one place that differ all stay, in an order of
        // their content.
        let content = |n: u32| (rows.get(n as usize), loose.identity(n), self.rows.beside(n));
        let mut order: Vec<u32> = (0..n_rows).collect();
        order.sort_unstable_by(|&a, &b| place(a).cmp(&place(b)).then_with(|| content(a).cmp(&content(b))));
        let before = order.len();
        order.dedup_by(|a, b| place(*a) == place(*b) && content(*a) == content(*b));
        self.n_duplicates += (before - order.len()) as u64;
        self.put_in_order(loose, &order);
    }

    /// Sees how each file is ordered; gives which ones are newest first.
    fn see_orders(&mut self) -> Vec<bool> {
        let mut steps = vec![(0u64, 0u64); self.files.len()];
        let mut last: Option<(u16, i64)> = None;
        for row in self.rows.rows.iter().filter(|row| row.time != NO_TIME) {
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
        steps.iter().map(|(up, down)| down > up).collect()
    }

    /// Gives rows without a time that of the row before in their file, else the first of their file.
    fn inherit_times(&mut self) {
        let mut first_of_file: Vec<i64> = vec![NO_TIME; self.files.len()];
        for row in self.rows.rows.iter().filter(|row| row.time != NO_TIME) {
            let first = first_of_file.get_mut(usize::from(row.file)).filter(|first| **first == NO_TIME);
            if let Some(first) = first {
                *first = row.time;
            }
        }
        let mut last: Option<(u16, i64)> = None;
        for row in &mut self.rows.rows {
            if row.time == NO_TIME {
                self.n_untimed += 1;
                row.inherit(match last {
                    Some((file, time)) if file == row.file => time,
                    _ => first_of_file.get(usize::from(row.file)).copied().unwrap_or(NO_TIME),
                });
            }
            last = Some((row.file, row.time));
        }
    }

    /// Brings rows into the order of time. From here on the place only breaks ties; of a file that is newest first the later
    /// place is the earlier entry.
    fn order_by_time(&mut self, loose: &mut Loose, backwards: &[bool]) {
        let rows = &self.rows.rows;
        // Rows stand in the order of their places, so the number of a row is its place; those of a file that is newest first count from its end.
        let mut ends: Vec<Option<u32>> = vec![None; self.files.len()];
        let mut times: Vec<(i64, u32)> = Vec::with_capacity(rows.len());
        for of_file in rows.chunk_by(|a, b| a.file == b.file) {
            let first = u32::try_from(times.len()).unwrap_or(u32::MAX);
            let last = first.saturating_add(u32::try_from(of_file.len() - 1).unwrap_or(u32::MAX));
            let file = of_file.first().map_or(0, |row| usize::from(row.file));
            let is_back = backwards.get(file).copied().unwrap_or(false);
            if let Some(end) = ends.get_mut(file).filter(|_| is_back) {
                *end = Some(first.saturating_add(last));
            }
            let place = |n: u32| if is_back { last - (n - first) } else { n };
            times.extend((first..=last).zip(of_file).map(|(n, row)| (row.time, place(n))));
        }
        if times.is_sorted() {
            return;
        }
        times.sort_unstable();
        // A place has the file of the row that it is the number of.
        let row_at = |place: u32| {
            let file = rows.get(place as usize).map_or(0, |row| usize::from(row.file));
            ends.get(file).copied().flatten().map_or(place, |ends| ends.saturating_sub(place))
        };
        let order: Vec<u32> = times.into_iter().map(|(_, place)| row_at(place)).collect();
        self.put_in_order(loose, &order);
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
            facts.severities.clear();
            for (rank, n) in (0u8..).zip(counts).filter(|(_, n)| **n > 0) {
                let name = super::rows::recorded(rank).map_or("none", Severity::name);
                *facts.severities.entry(name.to_owned()).or_default() += n;
            }
        }
    }

    /// Drops rows equal in log, time and insert id; the first in order stays.
    fn drop_duplicates(&mut self, loose: &Loose) {
        if loose.identities.is_empty() {
            return;
        }
        let rows = &self.rows.rows;
        let mut dropped: Vec<u32> = Vec::new();
        let mut run: Vec<([u8; 5], u32)> = Vec::new();
        let mut at = 0u32;
        for same_time in rows.chunk_by(|a, b| a.time == b.time) {
            let n = u32::try_from(same_time.len()).unwrap_or(u32::MAX);
            if n > 1 {
                // Rows that cannot be told apart by an identity get one of their own.
                let known = (at..).zip(same_time).filter(|(_, row)| !row.is_inherited());
                run.clear();
                run.extend(
                    known.map(|(n, _)| (loose.identity(n), n)).filter(|(identity, _)| *identity != [0; 5]),
                );
                run.sort_unstable();
                let same = |pair: &&[([u8; 5], u32)]| matches!(pair, [(a, _), (b, _)] if a == b);
                dropped.extend(run.windows(2).filter(same).filter_map(|pair| pair.last()).map(|(_, n)| *n));
            }
            at = at.saturating_add(n);
        }
        if dropped.is_empty() {
            return;
        }
        dropped.sort_unstable();
        self.n_duplicates += dropped.len() as u64;
        let mut dropped = dropped.into_iter().peekable();
        let stays = |n: &u32| dropped.next_if_eq(n).is_none();
        let order: Vec<u32> = (0..u32::try_from(rows.len()).unwrap_or(u32::MAX)).filter(stays).collect();
        self.rows.reorder(&order);
    }

    /// A program that writes its request beside each of its lines has one request for all of them: of lines of one source and trace with
    /// the same path and status, of which no two say the same and all are said within half a minute, the last one keeps it, which says
    /// how it ended. Lines that are no more than a request, and those of a platform's log of requests, are requests each: a caller
    /// may try again within one trace.
    fn one_each(&mut self) {
        if self.rows.requests.is_empty() || self.rows.traces.is_empty() {
            return;
        }
        let is_line: Vec<bool> = self.shapes.iter().map(|shape| is_request_line(shape.text())).collect();
        let is_log: Vec<bool> = self.sources.iter().map(|source| source.log.ends_with("requests")).collect();
        let mut groups = OfRequest::default();
        let (rows, traces) = (&self.rows.rows, &self.rows.traces);
        let mut requests = std::mem::take(&mut self.rows.requests);
        requests.reverse();
        let mut at = traces.len();
        requests.retain(|request| {
            let Some(row) = rows.get(request.row as usize) else { return true };
            let is = |list: &[bool], at: u32| list.get(at as usize).copied().unwrap_or(true);
            if is(&is_line, row.shape()) || is(&is_log, row.source()) {
                return true;
            }
            while at > 0 && traces.get(at - 1).is_some_and(|trace| trace.row > request.row) {
                at -= 1;
            }
            let trace =
                at.checked_sub(1).and_then(|at| traces.get(at)).filter(|trace| trace.row == request.row);
            let Some(trace) = trace else { return true };
            let (last, said) = groups
                .entry((trace.value, row.source(), request.path, request.status))
                .or_insert((row.time, Vec::new()));
            let is_same =
                !said.is_empty() && !said.contains(&row.shape()) && last.saturating_sub(row.time) <= ONE;
            if !is_same {
                (*last, *said) = (row.time, Vec::new());
            }
            said.push(row.shape());
            !is_same
        });
        requests.reverse();
        self.rows.requests = requests;
    }

    /// Row numbers by shape, numbers of rows by severity, and where side tables hold what stands beside a row.
    pub(super) fn post(&mut self) {
        self.one_each();
        self.of_request = Marks::of(self.rows.requests.iter().map(|request| request.row));
        self.of_trace = Marks::of(self.rows.traces.iter().map(|side| side.row));
        let mut counts = vec![0u32; self.shapes.len() + 1];
        (self.by_severity, self.by_recorded) = ([0; 16], [0; 16]);
        for row in &self.rows.rows {
            if let Some(count) = self.by_severity.get_mut(usize::from(row.severities >> 4)) {
                *count += 1;
            }
            if let Some(count) = self.by_recorded.get_mut(usize::from(row.severities & 15)) {
                *count += 1;
            }
            if let Some(count) = counts.get_mut(row.shape() as usize) {
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
            if (row.shape() as usize) < self.shapes.len()
                && let Some(next) = counts.get_mut(row.shape() as usize)
                && let Some(slot) = self.postings.get_mut(*next as usize)
            {
                *slot = n;
                *next += 1;
            }
        }
    }
}
