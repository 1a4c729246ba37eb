//! Signatures: what is known about how programs and platforms say that something is wrong, as data.
//!
//! Loaded from `knowledge/**/*.toml` (compiled in by `build.rs`), matched once per message shape. Takes a text, gives
//! the signatures that match it, the one to use first.

mod expression;
pub mod file;
mod fill;
mod matcher;
pub mod model;
pub mod noise;
pub(crate) mod packed;
pub mod prove;
pub mod rules;
#[cfg(test)]
mod tests;

pub(crate) use expression::{Expression, named};
pub use model::{Phase, Role, Samples, Signature, WhyCandidate};

use crate::error::{Code, Place, Problem};
use crate::order::{Gather as _, Order as _};
use matcher::Matcher;
use model::{Fault, Rule};
use std::collections::BTreeMap;

/// Their examples and counterexamples, in the same order. A program that never asks for them does not link them.
static SAMPLES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/samples.bin"));

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
    /// Samples of the signatures that were added at run time, by id.
    added: BTreeMap<String, Samples>,
    matcher: Matcher,
}

impl Knowledge {
    /// The compiled-in signatures.
    pub fn builtin() -> Knowledge {
        Knowledge::of(packed::signatures())
    }

    fn of(mut signatures: Vec<Signature>) -> Knowledge {
        signatures.order_by(|a, b| a.id.cmp(&b.id));
        let matcher = Matcher::new(&signatures);
        Knowledge { signatures, added: BTreeMap::new(), matcher }
    }

    /// Adds a team's own rule file; gives what is wrong with it (`E-RULES` with file, table and key), in which case
    /// nothing is added. A table with the id of a built-in signature takes its place.
    pub fn add(&mut self, file: &str, toml: &str) -> Result<(), Vec<Problem>> {
        let rules = self.read(file, toml)?;
        let mut signatures = std::mem::take(&mut self.signatures);
        for Rule { signature, samples, .. } in rules {
            signatures.retain(|known| known.id != signature.id);
            self.added.insert(signature.id.clone(), samples);
            signatures.push(signature);
        }
        let added = std::mem::take(&mut self.added);
        *self = Knowledge::of(signatures);
        self.added = added;
        Ok(())
    }

    /// Reads a rule file as far as it can be checked without its samples: keys, regexes, ids that it refers to.
    fn read(&self, file: &str, toml: &str) -> Result<Vec<Rule>, Vec<Problem>> {
        let told = |faults: Vec<Fault>| faults.iter().map(|fault| problem(file, fault)).collect::<Vec<_>>();
        let rules = file::parse(toml).map_err(told)?;
        let faults = prove::references(&rules, &self.signatures);
        if faults.is_empty() { Ok(rules) } else { Err(told(faults)) }
    }

    /// The signatures, sorted by id.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The signature with this id.
    pub fn get(&self, id: &str) -> Option<&Signature> {
        self.position(id).and_then(|number| self.signatures.get(number))
    }

    /// Whether the signature with this id was added, by a team's own rule file.
    pub fn is_own(&self, id: &str) -> bool {
        self.added.contains_key(id)
    }

    /// The number of the signature with this id.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.signatures.binary_search_by(|signature| signature.id.as_str().cmp(id)).ok()
    }

    /// The examples and counterexamples of a signature. Unpacks them all: for `rules` and tests, not for reports.
    pub fn samples(&self, id: &str) -> Samples {
        self.all_samples().remove(id).unwrap_or_default()
    }

    /// The examples and counterexamples of every signature, by id.
    pub fn all_samples(&self) -> BTreeMap<String, Samples> {
        let signatures = packed::signatures();
        let samples: Vec<Samples> = postcard::from_bytes(SAMPLES).unwrap_or_default();
        let mut all: BTreeMap<String, Samples> =
            signatures.into_iter().map(|signature| signature.id).zip(samples).gathered();
        all.extend(self.added.clone());
        all
    }

    /// The signatures that match a message (ANSI codes stripped, literal `\n` turned into line ends by this function),
    /// most specific first: `also` and `generic` resolved, so that the first one is the one to use.
    pub fn matches(&self, text: &str) -> Vec<Match> {
        self.matcher.matches(&self.signatures, &matcher::normal(text), false)
    }

    /// The signatures that apply to a request line `METHOD /path STATUS`.
    pub fn matches_request(&self, line: &str) -> Vec<Match> {
        self.matcher.matches(&self.signatures, &matcher::normal(line), true)
    }

    /// Technical details that a match states (listening port, version, database …), by the names of [`model::FACTS`].
    pub fn facts(&self, found: &Match) -> BTreeMap<String, String> {
        let templates = self.signatures.get(found.signature).map(|signature| signature.facts.iter());
        let filled = templates.into_iter().flatten().filter_map(|(name, template)| {
            fill::whole(template, &found.captures).map(|text| (name.clone(), text))
        });
        filled.gathered()
    }

    /// What a match is about (the values of `subject`), to tell two troubles of one signature apart; often empty.
    pub fn subject(&self, found: &Match) -> Vec<String> {
        let names = self.signatures.get(found.signature).map(|signature| signature.subject.iter());
        names.into_iter().flatten().filter_map(|name| found.captures.get(name).cloned()).collect()
    }

    /// Fills `{name}` placeholders of `what`, `action`, `impact` or `verify` from captures and context; a part in
    /// `[…]`, or else a sentence part, whose placeholder has no value is dropped.
    pub fn fill(template: &str, values: &BTreeMap<String, String>) -> String {
        fill::prose(template, values)
    }

    /// Fills a command of `check` or `actions`: a placeholder without a value becomes its name in capitals.
    pub fn fill_command(template: &str, values: &BTreeMap<String, String>) -> String {
        fill::command(template, values)
    }
}

impl Signature {
    /// The title without what it would name of one log.
    pub fn label(&self) -> String {
        Knowledge::fill(&self.title, &BTreeMap::new())
    }
}

/// A fault as the user meets it.
fn problem(file: &str, fault: &Fault) -> Problem {
    let line = (fault.line > 0).then_some(fault.line);
    let mut detail = fault.table.clone();
    if !fault.key.is_empty() {
        detail = format!("{detail}, {}", fault.key);
    }
    let place = Place { file: Some(file.to_owned()), line, column: None };
    Problem { code: Code::ERules, place, detail: format!("{detail}: {}", fault.text) }
}
