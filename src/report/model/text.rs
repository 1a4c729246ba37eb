//! What sentences are made of, and the entries behind them.

#[cfg(doc)]
use super::{RawData, Report};
use crate::entry::{Nanos, Severity};
use crate::query::Filter;
use serde::{Deserialize, Serialize};

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Inline {
    /// Words of ours.
    Text(String),
    /// Text of the log, a file name, a command: shown as code.
    Code(String),
}

/// A run of [`Inline`] pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Rich(pub Vec<Inline>);

impl Rich {
    /// Words of ours alone.
    pub fn text(text: impl Into<String>) -> Rich {
        Rich(vec![Inline::Text(text.into())])
    }

    /// Words of ours, or nothing at all where there are none.
    pub fn maybe(text: impl AsRef<str>) -> Rich {
        Rich::default().t(text)
    }

    /// Adds words of ours.
    #[must_use]
    pub fn t(mut self, text: impl AsRef<str>) -> Rich {
        if !text.as_ref().is_empty() {
            if let Some(Inline::Text(last)) = self.0.last_mut() {
                last.push_str(text.as_ref());
            } else {
                self.0.push(Inline::Text(text.as_ref().to_owned()));
            }
        }
        self
    }

    /// Adds text of the log.
    #[must_use]
    pub fn c(mut self, code: impl AsRef<str>) -> Rich {
        self.0.push(Inline::Code(code.as_ref().to_owned()));
        self
    }

    /// The pieces joined without any markup; for sorting, titles and tests.
    pub fn plain(&self) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Inline::Text(text) | Inline::Code(text) => text.as_str(),
            })
            .collect()
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

model! {
/// How a sentence is known.
pub enum Grade {
    /// Entries say so.
    #[default]
    Observed,
    /// A count, an order, a rule over entries.
    Derived,
    /// What would fit; the sentence says what would confirm or refute it.
    Hypothesis,
}}

model! {
/// A graded sentence. Observed and derived sentences link to evidence.
pub struct Sentence {
    /// How it is known.
    pub grade: Grade,
    /// The sentence.
    pub text: Rich,
    /// For derived sentences: the rule, in a few words.
    pub rule: String,
    /// Index into [`Report::evidence`].
    pub evidence: Option<u32>,
}}

model! {
/// The entries behind a sentence, a count or a row.
pub struct Evidence {
    /// Which entries, as a filter.
    pub filter: Filter,
    /// How many.
    pub entries: u64,
    /// The first of them, as quotes (at most five).
    pub quotes: Vec<Quote>,
}}

model! {
/// One entry, quoted.
pub struct Quote {
    /// Row number in time order over all files, from 0.
    pub row: u32,
    /// Number of the file in [`RawData::files`].
    pub file: u32,
    /// Byte offset of the record in the decoded text of its file.
    pub offset: u64,
    /// Length of the record in bytes.
    pub len: u32,
    /// Its time.
    pub time: Option<Nanos>,
    /// Its effective severity.
    pub severity: Severity,
    /// Service, revision or log, whatever tells most.
    pub source: String,
    /// The message, cut to a sensible length with an ellipsis.
    pub text: String,
}}
