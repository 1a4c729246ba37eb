//! A finding on its way through the stages: with its incident, and with what whys and actions are made of.

use crate::diagnose::causality::Incident;
use crate::entry::Nanos;
use crate::report::model::{Action, Class, Finding, Priority, Why};
use std::collections::BTreeMap;

/// A finding with what later stages (whys, actions) need of its incident.
pub(crate) struct Told {
    pub(crate) finding: Finding,
    pub(crate) incident: Incident,
    pub(crate) priority: Priority,
    pub(crate) failures: Vec<(Nanos, u32)>,
    /// All rows, symptoms included.
    pub(crate) rows: Vec<u32>,
    /// Values for the placeholders of signatures.
    pub(crate) values: BTreeMap<String, String>,
    /// The error in its own words.
    pub(crate) words: String,
    /// What to do and why, where the finding comes with its own.
    pub(crate) advice: Option<Action>,
    pub(crate) whys: Vec<Why>,
}

impl Told {
    /// Makes it more urgent, if it is not yet.
    pub(crate) fn raise(&mut self, to: Priority) {
        if to < self.priority {
            self.priority = to;
            self.finding.class = class(to);
        }
    }
}

/// How much it weighs.
pub(crate) fn class(priority: Priority) -> Class {
    match priority {
        Priority::P0 => Class::Critical,
        Priority::P1 => Class::Warning,
        Priority::P2 => Class::Notice,
    }
}
