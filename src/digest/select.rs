//! Which rows a filter lets through, and what is known of a row without reading its file again.

use super::{Index, Row};
use crate::entry::Severity;
use crate::query::Filter;
use crate::report::model::Quote;

/// A filter with its texts looked up once, so that a row is a few comparisons.
struct Compiled<'f> {
    filter: &'f Filter,
    severities: u16,
    recorded: u16,
    sources: Option<Vec<bool>>,
    shapes: Option<Vec<bool>>,
}

impl Index {
    /// Row numbers that a filter lets through, ascending. Text is searched in the samples of the rows' shapes.
    pub fn select(&self, filter: &Filter) -> Vec<u32> {
        let compiled = self.compile(filter);
        if !filter.rows.is_empty() {
            return filter
                .rows
                .iter()
                .copied()
                .filter(|&n| self.row(n).is_some_and(|row| self.passes(&compiled, n, row)))
                .collect();
        }
        (0u32..).zip(self.rows()).filter(|(n, row)| self.passes(&compiled, *n, row)).map(|(n, _)| n).collect()
    }

    /// Number of rows that a filter lets through.
    pub fn count(&self, filter: &Filter) -> u64 {
        if filter.rows.is_empty() {
            let compiled = self.compile(filter);
            (0u32..).zip(self.rows()).filter(|(n, row)| self.passes(&compiled, *n, row)).count() as u64
        } else {
            self.select(filter).len() as u64
        }
    }

    fn compile<'f>(&self, filter: &'f Filter) -> Compiled<'f> {
        let bits = |severities: &[Severity]| {
            severities.iter().fold(0u16, |bits, severity| bits | 1 << severity.rank())
        };
        let by_source = !(filter.services.is_empty()
            && filter.revisions.is_empty()
            && filter.instances.is_empty()
            && filter.logs.is_empty());
        let sources = by_source.then(|| {
            let any = |wanted: &[String], value: &str| wanted.is_empty() || wanted.iter().any(|w| w == value);
            self.sources()
                .iter()
                .map(|source| {
                    any(&filter.services, &source.service)
                        && any(&filter.revisions, &source.revision)
                        && any(&filter.instances, &source.instance)
                        && any(&filter.logs, &source.log)
                })
                .collect()
        });
        let by_shape = !(filter.shapes.is_empty() && filter.text.is_empty());
        let shapes = by_shape.then(|| {
            let text = filter.text.to_ascii_lowercase();
            let mut wanted = vec![filter.shapes.is_empty(); self.shapes().len()];
            for shape in &filter.shapes {
                if let Some(slot) = wanted.get_mut(*shape as usize) {
                    *slot = true;
                }
            }
            if !text.is_empty() {
                for (slot, shape) in wanted.iter_mut().zip(self.shapes()) {
                    *slot = *slot
                        && (shape.text().to_ascii_lowercase().contains(&text)
                            || shape.others().any(|other| other.to_ascii_lowercase().contains(&text)));
                }
            }
            wanted
        });
        Compiled {
            filter,
            severities: bits(&filter.severities),
            recorded: bits(&filter.recorded),
            sources,
            shapes,
        }
    }

    fn passes(&self, compiled: &Compiled<'_>, number: u32, row: &Row) -> bool {
        let filter = compiled.filter;
        let time = row.time();
        (compiled.severities == 0 || compiled.severities & (1 << row.severity().rank()) != 0)
            && (compiled.recorded == 0
                || compiled.recorded & (1 << row.recorded().unwrap_or_default().rank()) != 0)
            && filter.from.is_none_or(|from| time.is_some_and(|time| time >= from))
            && filter.until.is_none_or(|until| time.is_some_and(|time| time <= until))
            && compiled
                .sources
                .as_ref()
                .is_none_or(|sources| sources.get(row.source() as usize).copied().unwrap_or(false))
            && compiled
                .shapes
                .as_ref()
                .is_none_or(|shapes| shapes.get(row.shape() as usize).copied().unwrap_or(false))
            && (filter.files.is_empty() || filter.files.contains(&row.file()))
            && (filter.request.is_none() && filter.statuses.is_empty() || {
                let request = self.request_of(number);
                filter.request.is_none_or(|wanted| wanted == request.is_some())
                    && (filter.statuses.is_empty()
                        || request.is_some_and(|r| {
                            filter.statuses.iter().any(|(low, high)| (*low..=*high).contains(&r.status))
                        }))
            })
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
        let text = self.text_of(number);
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
