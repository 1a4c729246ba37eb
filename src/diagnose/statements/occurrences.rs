//! Times something was said: four bytes each, as there may be millions, and nearly all are one row.

use crate::order::Order as _;
/// One time something was said: its rows, ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Occurrence<'o> {
    pub(crate) rows: &'o [u32],
}

impl Occurrence<'_> {
    /// The row it begins with.
    pub(crate) fn first(self) -> u32 {
        self.rows.first().copied().unwrap_or(0)
    }
}

/// Occurrences, ascending by their first rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Occurrences {
    firsts: Vec<u32>,
    /// Those of several rows, ascending by their first rows.
    together: Vec<Box<[u32]>>,
}

impl Occurrences {
    /// Occurrences of one row each; the rows stand in order.
    pub(crate) fn of_rows(firsts: Vec<u32>) -> Occurrences {
        Occurrences { firsts, together: Vec::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.firsts.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.firsts.is_empty()
    }

    /// Adds an occurrence of one row, which stands behind all others.
    pub(crate) fn push(&mut self, row: u32) {
        self.firsts.push(row);
    }

    /// Adds an occurrence of several rows, which stands behind all others.
    pub(crate) fn push_together(&mut self, rows: Box<[u32]>) {
        self.firsts.extend(rows.first());
        self.together.push(rows);
    }

    /// Takes in other occurrences; [`settle`](Self::settle) has to follow.
    pub(crate) fn gather(&mut self, other: &Occurrences) {
        self.firsts.extend_from_slice(&other.firsts);
        self.together.extend(other.together.iter().cloned());
    }

    /// Puts what was gathered in order.
    pub(crate) fn settle(&mut self) {
        self.firsts.sort();
        self.together.order_by_key(|rows| rows.first().copied());
    }

    pub(crate) fn first(&self) -> Option<Occurrence<'_>> {
        self.firsts.first().map(|row| self.at(row))
    }

    pub(crate) fn last(&self) -> Option<Occurrence<'_>> {
        self.firsts.last().map(|row| self.at(row))
    }

    fn at<'o>(&'o self, row: &'o u32) -> Occurrence<'o> {
        let place = self.together.binary_search_by_key(row, |rows| rows.first().copied().unwrap_or(0));
        let several = place.ok().and_then(|at| self.together.get(at));
        Occurrence { rows: several.map_or(std::slice::from_ref(row), |rows| rows) }
    }

    /// All, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Occurrence<'_>> {
        let mut together = self.together.iter().peekable();
        self.firsts.iter().map(move |row| {
            let several = together.next_if(|rows| rows.first() == Some(row));
            Occurrence { rows: several.map_or(std::slice::from_ref(row), |rows| rows) }
        })
    }

    /// Those whose first row is of a kind, and the others.
    pub(crate) fn partition(&self, is_one: impl Fn(u32) -> bool) -> (Occurrences, Occurrences) {
        let (mut ones, mut others) = (Occurrences::default(), Occurrences::default());
        for occurrence in self.iter() {
            let side = if is_one(occurrence.first()) { &mut ones } else { &mut others };
            match occurrence.rows {
                [_] => side.push(occurrence.first()),
                rows => side.push_together(rows.into()),
            }
        }
        (ones, others)
    }

    /// Their first rows, ascending.
    pub(crate) fn firsts(&self) -> &[u32] {
        &self.firsts
    }

    /// Number of all rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.firsts.len() + self.together.iter().map(|rows| rows.len().saturating_sub(1)).sum::<usize>()
    }

    /// All rows, ascending and each once.
    pub(crate) fn rows(&self) -> Vec<u32> {
        let mut rows = self.firsts.clone();
        if !self.together.is_empty() {
            rows.extend(self.together.iter().flat_map(|rows| rows.iter().skip(1)));
            rows.sort_unstable();
        }
        rows.dedup();
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_and_rows() {
        let mut one = Occurrences::default();
        one.push(1);
        one.push_together([4, 6, 9].into());
        one.push(7);
        let mut other = Occurrences::default();
        other.push_together([2, 3].into());
        other.push(5);
        one.gather(&other);
        one.settle();
        assert_eq!(one.firsts(), [1, 2, 4, 5, 7]);
        assert_eq!(one.rows(), [1, 2, 3, 4, 5, 6, 7, 9]);
        assert_eq!((one.len(), one.n_rows()), (5, 8));
        let all: Vec<&[u32]> = one.iter().map(|occurrence| occurrence.rows).collect();
        assert_eq!(all, [&[1][..], &[2, 3], &[4, 6, 9], &[5], &[7]]);
        assert_eq!(one.last().map(|occurrence| occurrence.rows), Some(&[7][..]));
        assert_eq!(one.first().map(Occurrence::first), Some(1));
    }
}
