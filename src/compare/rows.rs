//! Judged units → rows of the table: both sides with their figures and filters, one example, and why.

use super::judge::{Judged, thousandths, times};
use super::side::View;
use super::units::{Unit, Units};
use crate::digest::Index;
use crate::entry::{Nanos, Severity, number};
use crate::order::Gather as _;
use crate::query::Filter;
use crate::report::model::{Direction, PatternChange, Rich, Side};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of an example.
const EXAMPLE: usize = 600;
/// Characters of a template that is named inside a sentence.
const NAMED: usize = 100;
/// Most shapes that a filter names.
const SHAPES: usize = 400;

/// Everything that rows are made from.
#[derive(Clone, Copy)]
pub(super) struct Context<'c, 'i> {
    pub(super) sides: [&'c View<'i>; 2],
    pub(super) units: &'c Units,
    pub(super) seconds: [u64; 2],
    pub(super) judged: &'c [Judged],
}

impl Context<'_, '_> {
    pub(super) fn unit(&self, unit: u32) -> Option<&Unit> {
        self.units.units.get(unit as usize)
    }

    pub(super) fn service(&self, unit: u32) -> &str {
        let service = self.unit(unit).map_or(0, |unit| unit.service);
        self.units.services.get(service as usize).map_or("", String::as_str)
    }

    /// Rows of a unit on one side, ascending.
    pub(super) fn rows_of(&self, unit: u32, side: usize) -> impl Iterator<Item = u32> + '_ {
        let rows = self.units.rows.get(side).and_then(|rows| rows.get(unit as usize));
        rows.map_or(&[][..], Vec::as_slice).iter().copied()
    }

    pub(super) fn index(&self, side: usize) -> Option<&Index> {
        self.sides.get(side).map(|view| view.index())
    }

    /// First time of a unit on one side.
    pub(super) fn first(&self, unit: u32, side: usize) -> Option<Nanos> {
        let index = self.index(side)?;
        self.rows_of(unit, side).find_map(|row| index.row(row)?.time())
    }

    /// The row of the table.
    pub(super) fn row(&self, j: &Judged) -> PatternChange {
        let unit = self.unit(j.unit);
        let [b, i] = j.counts;
        let baseline = self.side(j.unit, 0, b);
        let incident = self.side(j.unit, 1, i);
        // Shown in the words of the side where it is said more.
        let shown = usize::from(j.direction != Direction::Gone && i > 0);
        PatternChange {
            template: unit.map_or(String::new(), |unit| unit.template.clone()),
            service: self.service(j.unit).to_owned(),
            severity: unit.map_or(Severity::Default, |unit| unit.severity),
            exception: unit.map_or(String::new(), |unit| unit.exception.clone()),
            score: thousandths(j.rank),
            evidence: thousandths(j.score),
            direction: j.direction,
            claimed: j.claimed,
            chance_ppm: (j.q * 1e6).round().clamp(0.0, 1e6) as u64,
            times: times(j).map(thousandths),
            baseline,
            incident,
            example: self.example(j.unit, shown),
            reason: self.reason(j),
        }
    }

    fn side(&self, unit: u32, side: usize, entries: u64) -> Side {
        let Some(view) = self.sides.get(side) else { return Side::default() };
        let seconds = self.seconds.get(side).copied().unwrap_or(1).max(1);
        let requests = view.index().requests().len() as u64;
        Side {
            entries,
            per_1000_minutes: (entries * 60_000 + seconds / 2) / seconds,
            per_1000_requests: (requests > 0).then(|| (entries * 1000 + requests / 2) / requests),
            first: self.first(unit, side),
            filter: if entries > 0 { self.filter(unit, side) } else { Filter::default() },
        }
    }

    /// The entries of a unit on one side; empty where it has none.
    pub(super) fn entries(&self, unit: u32, side: usize) -> Filter {
        let is_said = self.rows_of(unit, side).next().is_some();
        if is_said { self.filter(unit, side) } else { Filter::default() }
    }

    /// Shapes and service where they say what the unit says, else its rows.
    fn filter(&self, unit: u32, side: usize) -> Filter {
        let Some(view) = self.sides.get(side) else { return Filter::default() };
        let index = view.index();
        let rows: Vec<u32> = self.rows_of(unit, side).collect();
        let shapes: BTreeSet<u32> =
            rows.iter().filter_map(|row| index.row(*row)).map(crate::digest::Row::shape).gathered();
        let named = |row: &u32| index.row(*row).and_then(|row| index.source_of(row));
        let services: BTreeSet<&str> =
            rows.iter().filter_map(named).map(|source| source.service.as_ref()).gathered();
        let is_request = self.unit(unit).is_some_and(|unit| unit.is_request);
        if is_request || shapes.len() > SHAPES || services.contains("") && services.len() > 1 {
            return self.of_rows(rows.into_iter(), side);
        }
        let services = services.into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Filter { shapes: shapes.into_iter().collect(), services, ..view.filter().clone() }
    }

    /// Rows of one side as a filter; many are cut to the first ones.
    pub(super) fn of_rows(&self, rows: impl Iterator<Item = u32>, side: usize) -> Filter {
        let Some(view) = self.sides.get(side) else { return Filter::default() };
        let rows = rows.take(crate::limits::EVIDENCE_ROWS).map(|row| view.row_of_whole(row)).collect();
        Filter { rows, ..view.filter().clone() }
    }

    /// The first message in its own words.
    fn example(&self, unit: u32, side: usize) -> String {
        let Some(index) = self.index(side) else { return String::new() };
        let Some(row) = self.rows_of(unit, side).next() else { return String::new() };
        crate::digest::cut(&index.text_of(row), EXAMPLE).to_owned()
    }

    /// Why it is more than traffic.
    fn reason(&self, j: &Judged) -> Rich {
        let named = |unit: u32| self.unit(unit).map_or(String::new(), |unit| brief(&unit.template, NAMED));
        if j.direction == Direction::Moved {
            let [Some(before), Some(during)] = j.leaders else { return Rich::default() };
            return Rich::text("It came after ")
                .c(named(before))
                .t(" and comes after ")
                .c(named(during))
                .t(" now.");
        }
        // What it came after is no change where the same words came there before.
        let level = self.at_another_level(j);
        let Some(flow) = j.flow.filter(|_| j.claimed && level.is_empty()) else { return level };
        let [[b, i], [rest_b, rest_i]] = [flow.table.this, flow.table.rest];
        Rich::text("After ").c(named(flow.after)).t(format!(
            " it came {b} of {} times before and {i} of {} times during.",
            b + rest_b,
            i + rest_i
        ))
    }

    /// That an error is new by its level only.
    fn at_another_level(&self, j: &Judged) -> Rich {
        let is_error = |unit: &&Unit| j.direction == Direction::New && unit.severity >= Severity::Error;
        let Some(unit) = self.unit(j.unit).filter(is_error) else { return Rich::default() };
        let mut said: BTreeMap<Severity, [u64; 2]> = BTreeMap::new();
        for (at, other) in (0u32..).zip(&self.units.units) {
            let is_same = other.service == unit.service && other.template == unit.template;
            if is_same && other.severity != unit.severity {
                let counts = said.entry(other.severity).or_default();
                for (side, n) in counts.iter_mut().enumerate() {
                    *n += self.rows_of(at, side).count() as u64;
                }
            }
        }
        let most = said.into_iter().map(|(severity, counts)| (counts, severity)).max();
        let Some(([before, during], severity)) = most.filter(|([before, _], _)| *before > 0) else {
            return Rich::default();
        };
        let counts = format!(" ({} before, {} during).", number(before), number(during));
        Rich::text("The same words are said as ").c(severity.name()).t(" too").t(counts)
    }
}

/// At most `limit` characters, with an ellipsis.
pub(super) fn brief(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text).trim_end()),
        None => text.to_owned(),
    }
}
