//! Signatures: what is known about how programs and platforms say that something is wrong, as data.
//!
//! Loaded from `knowledge/**/*.toml` (compiled in by `build.rs`), matched once per message shape.

use crate::error::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a match means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Names something a developer can repair.
    Cause,
    /// A consequence; never a root cause while a cause is near it.
    Symptom,
    /// Works, but needs attention later.
    Warning,
    /// Harmless although it looks bad.
    Noise,
    /// Start, stop, scaling.
    Lifecycle,
    /// Evidence that something works.
    Healthy,
}

/// A hypothesis of a signature.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyCandidate {
    /// What would explain it.
    pub hypothesis: String,
    /// What would confirm it.
    pub confirm: String,
    /// What would refute it.
    pub refute: String,
}

/// One signature; the fields are those of `knowledge/README.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Signature {
    pub id: String,
    pub title: String,
    pub area: String,
    pub role: Role,
    /// `P0`, `P1`, `P2` or `none` while it stands.
    pub priority_outage: String,
    /// The same when it is over or had no effect.
    pub priority_otherwise: String,
    pub generic: bool,
    pub applies_to_request: bool,
    pub anchor: Vec<String>,
    pub regex: String,
    pub explains: Vec<String>,
    pub also: Vec<String>,
    pub what: String,
    pub why_candidates: Vec<WhyCandidate>,
    pub check: Vec<String>,
    pub action: String,
    pub source: String,
}

/// A signature that matched a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Number of the signature in [`Knowledge::signatures`].
    pub signature: usize,
    /// Named captures that took part; `name2` is folded into `name`.
    pub captures: BTreeMap<String, String>,
}

/// All signatures, ready to match.
#[derive(Debug, Default)]
pub struct Knowledge {
    signatures: Vec<Signature>,
}

impl Knowledge {
    /// The compiled-in signatures.
    pub fn builtin() -> Knowledge {
        Knowledge::default()
    }

    /// Adds a team's own rule file; gives what is wrong with it (`E-RULES` with file, table and key), in which case
    /// nothing is added.
    pub fn add(&mut self, _file: &str, _toml: &str) -> Result<(), Vec<Problem>> {
        Ok(())
    }

    /// The signatures, sorted by id.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The signatures that match a message (ANSI codes stripped, literal `\n` turned into line ends by this function),
    /// most specific first: `also` and `generic` resolved, so that the first one is the one to use.
    pub fn matches(&self, _text: &str) -> Vec<Match> {
        Vec::new()
    }

    /// The signatures that apply to a request line `METHOD /path STATUS`.
    pub fn matches_request(&self, _line: &str) -> Vec<Match> {
        Vec::new()
    }

    /// Fills `{name}` placeholders of `what`, `action` or `check` from captures and context; a sentence part whose
    /// placeholder has no value is dropped.
    pub fn fill(_template: &str, _values: &BTreeMap<String, String>) -> String {
        String::new()
    }
}
