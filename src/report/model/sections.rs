//! A document of sections: what every form of a comparison is written from, and what the page draws.

use super::{Rich, Sentence};
use crate::query::Filter;
use serde::{Deserialize, Serialize};

/// A heading and what stands under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// Its body in order.
    pub parts: Vec<Part>,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// A paragraph.
    Said(Rich),
    /// A list.
    List(Vec<Sentence>),
    /// A table: names of columns, the first column of numbers, rows.
    Table(Vec<String>, usize, Vec<Vec<Cell>>),
}

/// A cell of a table. Text forms write its words only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// What stands in it.
    pub text: Rich,
    /// The entries behind it, where there are any.
    pub filter: Option<Filter>,
    /// Bars beside it: one is a share in thousandths, several are heights over time.
    pub bars: Vec<u64>,
}

impl From<Rich> for Cell {
    fn from(text: Rich) -> Cell {
        Cell { text, ..Cell::default() }
    }
}

impl Cell {
    /// Words with the entries behind them, if there are any.
    pub(crate) fn opening(text: String, entries: u64, filter: &Filter) -> Cell {
        Cell { text: Rich::text(text), filter: (entries > 0).then(|| filter.clone()), bars: Vec::new() }
    }
}
