//! Which rows a filter lets through, and what is known of a row without reading its file again.

use super::sieve::Sieve;
use super::{Beside, Index, RequestRow, Row};
use crate::query::Filter;
use crate::report::model::Quote;

/// Looking rows up costs as much as passing over some.
const FEW: usize = 8;

impl Index {
    /// Row numbers that a filter lets through, ascending. Text is searched in the samples of the rows' shapes.
    pub fn select(&self, filter: &Filter) -> Vec<u32> {
        self.select_with(filter, Beside::default())
    }

    /// The same, with what the index does not know.
    pub fn select_with(&self, filter: &Filter, beside: Beside<'_>) -> Vec<u32> {
        let sieve = Sieve::new(self, filter, beside);
        let mut rows = Vec::new();
        if let Some(mut wanted) = self.named(filter) {
            wanted.sort_unstable();
            wanted.dedup();
            let passes =
                |n: &u32| self.row(*n).is_some_and(|row| sieve.mask(*n, row, self.request_of(*n)) == 0);
            wanted.retain(passes);
            return wanted;
        }
        if sieve.is_simple() {
            return (0u32..)
                .zip(self.rows())
                .filter(|(_, row)| sieve.row(row) == 0)
                .map(|(n, _)| n)
                .collect();
        }
        self.each_row(|n, row, request| {
            if sieve.mask(n, row, request) == 0 {
                rows.push(n);
            }
        });
        rows
    }

    /// The rows of which alone a filter can let some through, where it names few: by number, or by shapes that seldom occur.
    fn named(&self, filter: &Filter) -> Option<Vec<u32>> {
        if !filter.rows.is_empty() {
            return Some(filter.rows.clone());
        }
        let of_shapes = || filter.shapes.iter().map(|shape| self.rows_of_shape(*shape));
        let n: usize = of_shapes().map(<[u32]>::len).sum();
        (!filter.shapes.is_empty() && n <= self.rows().len() / FEW)
            .then(|| of_shapes().flatten().copied().collect())
    }

    /// Number of rows that a filter lets through.
    pub fn count(&self, filter: &Filter) -> u64 {
        self.select(filter).len() as u64
    }

    /// Calls for every row with its request; both are in the order of rows.
    pub(super) fn each_row(&self, mut take: impl FnMut(u32, &Row, Option<&RequestRow>)) {
        let mut requests = self.requests().iter().peekable();
        for (n, row) in (0u32..).zip(self.rows()) {
            take(n, row, requests.next_if(|request| request.row == n));
        }
    }

    /// What is known of a row without reading its file again: exact for the first row of a shape, else the shape's sample.
    pub fn quote(&self, number: u32) -> Option<Quote> {
        let row = self.row(number)?;
        let source = self.source_of(row);
        let source = source.map_or(String::new(), |source| {
            [
                &source.revision,
                &source.execution,
                &source.service,
                &source.container,
                &source.log,
                &source.resource,
            ]
            .into_iter()
            .find(|text| !text.is_empty())
            .map_or(String::new(), ToString::to_string)
        });
        let mut text = self.text_of(number);
        let shape = self.shape(row.shape());
        if let Some(fields) =
            shape.and_then(|shape| shape.fields_of(row.time().map_or(0, |t| t.0), row.offset()))
        {
            text = format!("{text}\n  {fields}").into();
        }
        Some(Quote {
            row: number,
            file: row.file(),
            offset: row.offset(),
            len: row.len(),
            time: row.time(),
            severity: row.severity(),
            source,
            text: text.into_owned(),
        })
    }
}
