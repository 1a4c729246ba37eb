//! Units and their events → counts on both sides, how they lie in time, and what they are measured against.

use super::stats::{Table, ln};
use super::units::{NONE, Units};
use crate::order::Order as _;
use foldhash::fast::FixedState;
use std::cmp::Ordering;
use std::collections::HashMap;

/// Stretches of equally many entries into which a side is cut to see how bursty a message is.
pub(super) const WINDOWS: usize = 12;
/// Entries on each side that a reference needs; below, a wider one is taken.
const REFERENCE: u64 = 10;
/// Units that a service needs so that its own spread of ratios is taken, and not that of the whole log.
const SPREAD_UNITS: usize = 6;
/// Least standard deviation of ln(ratio) between any two stretches of one service: what people want differs by a quarter from
/// one hour to the next, although nothing is wrong.
const LEAST_SPREAD: f64 = 0.25;
/// Quartiles of a normal distribution, in standard deviations.
const QUARTILE: f64 = 0.674_489_75;
/// Weight of what is usual in this log, in degrees of freedom, when the burstiness of one message is estimated.
const PRIOR: f64 = 6.0;

/// Counts by window of one side.
pub(super) type Windows = [u32; WINDOWS];

/// Counts of everything.
#[derive(Debug)]
pub(super) struct Tally {
    /// Events of each unit, before and during.
    pub(super) counts: Vec<[u64; 2]>,
    /// Events of each unit by window.
    windows: Vec<[Windows; 2]>,
    /// Events of each service by window.
    services: Vec<[Windows; 2]>,
    of_unit: Vec<u32>,
    /// How often a unit follows another: (before, unit) → before and during.
    pub(super) pairs: HashMap<(u32, u32), [u64; 2], FixedState>,
    /// How often a unit is followed by anything.
    pub(super) followed: Vec<[u64; 2]>,
    /// Reference of each service and, last, of the whole log: its sum and its members.
    references: Vec<Reference>,
    /// What is usual in this log: variance of counts by what chance alone gives.
    usual: f64,
    seconds: [u64; 2],
}

#[derive(Clone, Debug, Default)]
struct Reference {
    sum: [u64; 2],
    members: Vec<u32>,
    /// Variance of ln(ratio) between units beyond what their counts explain, and how many units tell it.
    spread: f64,
    units: usize,
}

impl Tally {
    /// Counts; `seconds` is the logged time of each side.
    pub(super) fn of(all: &Units, seconds: [u64; 2]) -> Tally {
        let n = all.units.len();
        let mut tally = Tally {
            counts: vec![[0; 2]; n],
            windows: vec![[[0; WINDOWS]; 2]; n],
            services: vec![[[0; WINDOWS]; 2]; all.services.len()],
            of_unit: all.units.iter().map(|unit| unit.service).collect(),
            pairs: HashMap::default(),
            followed: vec![[0; 2]; n],
            references: Vec::new(),
            usual: 1.0,
            seconds: seconds.map(|s| s.max(1)),
        };
        for (side, events) in all.events.iter().enumerate() {
            for (at, event) in events.iter().enumerate() {
                let window = at * WINDOWS / events.len();
                let service = tally.of_unit.get(event.unit as usize).copied().unwrap_or(0);
                bump(&mut tally.counts, event.unit, side);
                if let Some(windows) = tally.windows.get_mut(event.unit as usize) {
                    add(windows, side, window);
                }
                if let Some(windows) = tally.services.get_mut(service as usize) {
                    add(windows, side, window);
                }
                if event.before != NONE {
                    bump(&mut tally.followed, event.before, side);
                    let pair = tally.pairs.entry((event.before, event.unit)).or_default();
                    if let Some(slot) = pair.get_mut(side) {
                        *slot += 1;
                    }
                }
            }
        }
        tally.usual = tally.usual_dispersion();
        tally.references = tally.all_references();
        tally
    }

    pub(super) fn count(&self, unit: u32) -> [u64; 2] {
        self.counts.get(unit as usize).copied().unwrap_or_default()
    }

    /// What a unit is measured against: messages of its service whose share moved least; of the whole log where the service has
    /// too few; else time. Traffic differs between any two stretches, and it moves all of them alike. A flood of one message
    /// moves none of them, as it would a share of all entries.
    pub(super) fn reference(&self, unit: u32) -> [u64; 2] {
        let service = self.of_unit.get(unit as usize).copied().unwrap_or(0) as usize;
        let own = self.count(unit);
        let usable = |reference: &Reference| {
            let is_member = reference.members.binary_search(&unit).is_ok();
            let [b, i] = own.map(|n| if is_member { n } else { 0 });
            let sum = reference.sum;
            let rest = [sum.first().copied().unwrap_or(0) - b, sum.last().copied().unwrap_or(0) - i];
            rest.iter().all(|n| *n >= REFERENCE).then_some(rest)
        };
        let found = self.references.get(service).and_then(usable);
        found.or_else(|| self.references.last().and_then(usable)).unwrap_or(self.seconds)
    }

    /// Variance of ln(ratio) between the two sides that is usual for messages of this one's service: the mix of what is asked
    /// for differs from day to day. There are no further days to learn it from, so the messages of the two sides stand in for
    /// them (the blind estimate of Anders & Huber 2010); when most of them changed, that is a change of mix.
    pub(super) fn between(&self, unit: u32) -> f64 {
        let service = self.of_unit.get(unit as usize).copied().unwrap_or(0) as usize;
        let own = self.references.get(service).filter(|reference| reference.units >= SPREAD_UNITS);
        let spread = own.or(self.references.last()).map_or(0.0, |reference| reference.spread);
        spread.max(LEAST_SPREAD * LEAST_SPREAD)
    }

    fn all_references(&self) -> Vec<Reference> {
        let mut of_service: Vec<Vec<u32>> = vec![Vec::new(); self.services.len() + 1];
        for (unit, service) in (0u32..).zip(&self.of_unit) {
            if self.count(unit).contains(&0) {
                continue;
            }
            for slot in [*service as usize, self.services.len()] {
                if let Some(list) = of_service.get_mut(slot) {
                    list.push(unit);
                }
            }
        }
        of_service.into_iter().map(|units| self.middle(units)).collect()
    }

    /// The middle half of units by ratio, weighted by evidence: what a median of ratios does (Anders & Huber 2010), kept as
    /// counts so that its own uncertainty stays in the table.
    fn middle(&self, mut units: Vec<u32>) -> Reference {
        let ratio = |unit: &u32| self.count(*unit);
        units.order_by(|a, b| {
            let ([b1, i1], [b2, i2]) = (ratio(a), ratio(b));
            let order = (u128::from(i1) * u128::from(b2)).cmp(&(u128::from(i2) * u128::from(b1)));
            if order == Ordering::Equal { a.cmp(b) } else { order }
        });
        // Thousandths, so that sums are integers.
        let weight = |unit: &u32| {
            let [b, i] = ratio(unit);
            (u128::from(b) * u128::from(i) * 1000 / u128::from((b + i).max(1))).max(1)
        };
        let total: u128 = units.iter().map(weight).sum();
        let (mut before, mut found) = (0u128, Reference::default());
        let mut at = 0;
        while at < units.len() {
            // Units of one ratio stand or fall together, so that the order of equal ones does not matter.
            let head = units.get(at).map(ratio).unwrap_or_default();
            let same = |unit: &&u32| {
                let [b, i] = ratio(unit);
                let [b0, i0] = head;
                u128::from(i) * u128::from(b0) == u128::from(i0) * u128::from(b)
            };
            let group: Vec<u32> = units.iter().skip(at).take_while(same).copied().collect();
            let after = before + group.iter().map(weight).sum::<u128>();
            if after * 4 >= total && before * 4 <= total * 3 {
                for unit in &group {
                    let own = self.count(*unit);
                    found.sum.iter_mut().zip(own).for_each(|(sum, n)| *sum += n);
                    found.members.push(*unit);
                }
            }
            before = after;
            at += group.len().max(1);
        }
        let ln_ratio = |unit: Option<&u32>| {
            let [b, i] = unit.map_or([1, 1], ratio);
            ln(i as f64) - ln(b as f64)
        };
        let width = ln_ratio(found.members.last()) - ln_ratio(found.members.first());
        let deviation = width / 2.0 / QUARTILE;
        let by_chance = self.usual * units.len() as f64 * 1000.0 / (total as f64).max(1.0);
        found.spread = (deviation * deviation - by_chance).max(0.0);
        found.units = units.len();
        found.members.order();
        found
    }

    /// Burstiness of a unit on one side.
    fn chi(&self, unit: u32, side: usize) -> (f64, f64) {
        let service = self.of_unit.get(unit as usize).copied().unwrap_or(0) as usize;
        match (self.windows.get(unit as usize), self.services.get(service)) {
            (Some(own), Some(all)) => chi(own, all, side),
            _ => (0.0, 0.0),
        }
    }

    /// The median over all units that are said often enough.
    fn usual_dispersion(&self) -> f64 {
        let mut all: Vec<f64> = Vec::new();
        for (unit, counts) in (0u32..).zip(&self.counts) {
            for (side, n) in counts.iter().enumerate() {
                let (chi, df) = self.chi(unit, side);
                if *n >= 10 && df >= 3.0 {
                    all.push(chi / df);
                }
            }
        }
        all.order_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(1.0).max(1.0)
    }

    /// How many times as much as chance alone the counts of a unit vary, and with how many degrees of freedom that is known.
    /// Never less than chance: entries of one request come together, and few are seen.
    pub(super) fn dispersion(&self, unit: u32) -> (f64, f64) {
        spread(&[self.chi(unit, 0), self.chi(unit, 1)], self.usual)
    }

    /// Windows in which the service of a unit says anything, with and without the unit. Windows, not entries, are what is counted
    /// here, so bursts inside them do not matter.
    pub(super) fn presence(&self, unit: u32) -> Table {
        let service = self.of_unit.get(unit as usize).copied().unwrap_or(0) as usize;
        let count = |side: usize, present: bool| {
            let own = self.windows.get(unit as usize).and_then(|w| w.get(side));
            let all = self.services.get(service).and_then(|w| w.get(side));
            let pairs = own.into_iter().flatten().zip(all.into_iter().flatten());
            pairs.filter(|(own, all)| **all > 0 && (**own > 0) == present).count() as u64
        };
        Table { this: [0, 1].map(|side| count(side, true)), rest: [0, 1].map(|side| count(side, false)) }
    }

    /// The usual dispersion.
    pub(super) fn usual(&self) -> f64 {
        self.usual
    }
}

/// Pearson's χ² of counts over the windows of a side, against those of all that they are a part of; and its degrees of freedom.
pub(super) fn chi(own: &[Windows; 2], all: &[Windows; 2], side: usize) -> (f64, f64) {
    let (Some(own), Some(all)) = (own.get(side), all.get(side)) else { return (0.0, 0.0) };
    let [n, total] = [own, all].map(|windows| windows.iter().map(|n| f64::from(*n)).sum::<f64>());
    if n == 0.0 || n >= total {
        return (0.0, 0.0);
    }
    // Given the whole, counts are binomial: their variance is smaller by the share of the others.
    let term = |(own, all): (&u32, &u32)| {
        let expected = n * f64::from(*all) / total;
        (*all > 0).then(|| (f64::from(*own) - expected) * (f64::from(*own) - expected) / expected)
    };
    let terms: Vec<f64> = own.iter().zip(all).filter_map(term).collect();
    (terms.iter().sum::<f64>() / (1.0 - n / total), (terms.len() as f64 - 1.0).max(0.0))
}

/// Dispersion from both sides, drawn towards what is usual, and its degrees of freedom; never less than chance.
pub(super) fn spread(sides: &[(f64, f64); 2], usual: f64) -> (f64, f64) {
    let [(a, df_a), (b, df_b)] = *sides;
    let df = df_a + df_b + PRIOR;
    (((a + b + PRIOR * usual) / df).max(1.0), df)
}

fn bump(counts: &mut [[u64; 2]], unit: u32, side: usize) {
    if let Some(slot) = counts.get_mut(unit as usize).and_then(|sides| sides.get_mut(side)) {
        *slot += 1;
    }
}

fn add(windows: &mut [Windows; 2], side: usize, window: usize) {
    if let Some(slot) = windows.get_mut(side).and_then(|windows| windows.get_mut(window)) {
        *slot += 1;
    }
}
