//! The report that is shown, with what answers to questions about it need again and again.

use super::super::{origins, sketch};
use super::gate;
use crate::diagnose::knowledge::Knowledge;
use crate::diagnose::{self, told_with};
use crate::digest::{Axis, Beside, Counts, Found, Index, Places};
use crate::order::Gather as _;
use crate::protocol::{FileKey, Rule, Sketch};
use crate::query::Filter;
use crate::redact::{Level, Memory};
use crate::report::model::{Comparison, Report, Why};
use crate::report::render::Redacted;
use std::collections::BTreeSet;
use std::rc::Rc;

pub(super) struct Current {
    pub(super) index: Rc<Index>,
    pub(super) report: Report,
    /// The reader's own words, which go as secrets do.
    pub(super) words: Vec<String>,
    /// The file whose JSON it was opened from: then the index is empty.
    pub(super) reopened: Option<FileKey>,
    /// Its whys without what a comparison of revisions tells, which it holds unasked.
    pub(super) whys: Vec<Why>,
    /// What the page shows beside it, not redacted.
    pub(super) panels: diagnose::Panels,
    /// Searches that were made, the latest first.
    pub(super) found: Vec<Found>,
    /// The rows of the filter asked for last.
    pub(super) chosen: Option<(Filter, Rc<Vec<u32>>)>,
    findings: Vec<(String, Filter)>,
    /// For each row a bit for each of the first eight findings, once they were asked for.
    of_findings: Option<Vec<u8>>,
    places: Option<Rc<Places>>,
    gate: Option<Gate>,
}

/// What was replaced on one level.
struct Gate {
    level: Level,
    memory: Memory,
    /// Names of origins as they are shown and as they are, where these differ.
    masked: Option<Vec<(String, String)>>,
}

impl Gate {
    fn masked(&mut self, index: &Index) -> &[(String, String)] {
        let Gate { memory, masked, .. } = self;
        masked.get_or_insert_with(|| {
            let values: BTreeSet<&str> =
                index.sources().iter().flat_map(crate::entry::source::Source::fields).gathered();
            let shown = |value: &str| (memory.redact(value).into_owned(), value.to_owned());
            values.into_iter().map(shown).filter(|(shown, value)| shown != value).collect()
        })
    }
}

impl Current {
    pub(super) fn new(index: Index, report: Report, whys: Vec<Why>) -> Current {
        let entries = |finding: &crate::report::model::Finding| {
            let evidence = report.evidence.get(finding.evidence? as usize)?;
            Some((finding.id.clone(), evidence.filter.clone()))
        };
        let findings = report.findings.iter().filter_map(entries).collect();
        Current {
            index: Rc::new(index),
            report,
            words: Vec::new(),
            reopened: None,
            whys,
            panels: diagnose::Panels::default(),
            found: Vec::new(),
            chosen: None,
            findings,
            of_findings: None,
            places: None,
            gate: None,
        }
    }

    /// The report for the page; what is asked later on the same level has the same placeholders.
    pub(super) fn redacted(&mut self, level: Level) -> Redacted {
        let (redacted, memory) = gate::report(&self.report, level, &self.words);
        self.gate = Some(Gate { level, memory, masked: None });
        redacted
    }

    /// The report with what a comparison tells, in place of what it tells unasked.
    pub(super) fn told_with(&self, told: &Comparison) -> Report {
        let bare = Report { whys: self.whys.clone(), ..self.report.clone() };
        told_with(bare, &self.index, told)
    }

    /// The memory of a level.
    pub(super) fn memory(&mut self, level: Level) -> &mut Memory {
        if self.gate.as_ref().is_none_or(|gate| gate.level != level) {
            self.redacted(level);
        }
        let words = &self.words;
        let new = || Gate { level, memory: Memory::new(level, words).for_screen(), masked: None };
        &mut self.gate.get_or_insert_with(new).memory
    }

    /// Figures for the small drawings of the report, exceptions, and what findings and revisions lead to, redacted.
    pub(super) fn sketch(&mut self, knowledge: &Knowledge, level: Level) -> Sketch {
        let mut deployments = origins::deployments(&self.index, &self.report);
        let mut rules = origins::rules(&self.index, &self.report, knowledge);
        let diagnose::Panels { mut lanes, mut exceptions } = self.panels.clone();
        let mut sketch = sketch::sketch(&self.index, &self.report);
        let slowest = sketch.slowest.iter_mut().flat_map(|(_, quote)| [&mut quote.source, &mut quote.text]);
        let shown = lanes.lanes.iter_mut().map(|lane| &mut lane.name);
        gate::texts(shown.chain(exceptions.texts_mut()).chain(slowest).collect(), self.memory(level));
        let names = deployments.iter_mut().flat_map(Filter::origins_mut).flatten();
        // Rules of the reader's own may quote a log; the others are public.
        let own = rules.iter_mut().filter(|rule| rule.is_own).flat_map(|rule| {
            let Rule { title, what, impact, regex, anchors, .. } = rule;
            [title, what, impact, regex].into_iter().chain(anchors)
        });
        let memory = self.memory(level);
        for text in names.chain(own) {
            *text = memory.redact(text).into_owned();
        }
        Sketch { lanes, exceptions, deployments, rules, ..sketch }
    }

    /// Rows by place.
    pub(super) fn places(&mut self) -> Rc<Places> {
        Rc::clone(self.places.get_or_insert_with(|| Rc::new(Places::of(&self.index))))
    }

    /// The filter with the names that stand behind placeholders: what the page shows it may ask for.
    fn unmasked(&mut self, filter: &Filter, level: Level) -> Filter {
        let mut filter = filter.clone();
        self.memory(level);
        if let Some(gate) = self.gate.as_mut().filter(|_| has_placeholder(&filter)) {
            unmask(&mut filter, gate.masked(&self.index));
        }
        filter
    }

    /// Rows that a filter lets through.
    pub(super) fn rows(&mut self, filter: &Filter, level: Level) -> Rc<Vec<u32>> {
        let filter = self.unmasked(filter, level);
        match &self.chosen {
            Some((same, rows)) if *same == filter => Rc::clone(rows),
            _ => {
                let rows = Rc::new(self.index.select_with(&filter, self.beside()));
                self.chosen = Some((filter, Rc::clone(&rows)));
                rows
            }
        }
    }

    /// What a filter lets through, counted.
    pub(super) fn counts(&mut self, filter: &Filter, axis: Axis, level: Level) -> Counts {
        let filter = self.unmasked(filter, level);
        let mut counts = self.index.counts(&filter, self.beside(), axis);
        self.chosen = Some((filter, Rc::new(std::mem::take(&mut counts.rows))));
        counts
    }

    /// Entries of each finding among the rows of the present filter and these beside them.
    pub(super) fn by_finding(&mut self, others: &[u32]) -> Vec<(String, u64)> {
        let bits = self.of_findings.take().unwrap_or_else(|| {
            let mut bits = vec![0u8; self.index.rows().len()];
            for (bit, (_, filter)) in (0..u8::BITS).zip(&self.findings) {
                for row in self.index.select_with(filter, self.beside()) {
                    bits.get_mut(row as usize).into_iter().for_each(|bits| *bits |= 1 << bit);
                }
            }
            bits
        });
        // How many rows have which bits: one look a row.
        let mut counts = [0u64; 256];
        for row in self.chosen.iter().flat_map(|(_, rows)| rows.iter()).chain(others) {
            let of = bits.get(*row as usize).copied().unwrap_or(0);
            counts.get_mut(usize::from(of)).into_iter().for_each(|n| *n += 1);
        }
        self.of_findings = Some(bits);
        let count = |bit: u32| -> u64 {
            (0usize..).zip(counts).filter(|(of, _)| of >> bit & 1 == 1).map(|(_, n)| n).sum()
        };
        let counted = (0..u8::BITS).zip(&self.findings).map(|(bit, (id, _))| (id.clone(), count(bit)));
        counted.filter(|(_, n)| *n > 0).collect()
    }

    fn beside(&self) -> Beside<'_> {
        Beside { findings: &self.findings, found: &self.found }
    }
}

/// Whether a name of an origin may be a placeholder, or shown with escapes.
fn has_placeholder(filter: &Filter) -> bool {
    filter.origins().iter().any(|list| list.iter().any(|value| value.contains(['<', '\\'])))
        || filter.not.iter().any(has_placeholder)
}

fn unmask(filter: &mut Filter, masked: &[(String, String)]) {
    for list in filter.origins_mut() {
        let hidden = masked.iter().filter(|(shown, _)| list.contains(shown));
        let more: Vec<String> = hidden.map(|(_, value)| value.clone()).collect();
        list.extend(more);
    }
    filter.not.iter_mut().for_each(|not| unmask(not, masked));
}
