//! Counts of units → which changes are beyond chance, how strong the evidence is, and which way they go.
//!
//! Two questions are asked of each unit. Volume: is it said more or less often than its reference lets expect? Flow: does it
//! still follow what it used to follow? Volume moves with traffic and comes in bursts; a step that always followed another
//! and never does now is no matter of traffic, so flow says more where a unit is such a step.

use super::stats::{self, Table};
use super::tally::Tally;
use super::units::Units;
use crate::order::Order as _;
use crate::report::model::Direction;
use std::collections::{BTreeMap, BTreeSet};

/// Share of false discoveries among claimed messages; together with those of answers and latencies one in a hundred.
pub(super) const Q: f64 = 0.005;
/// Least change of a frequency that is told, as a factor; smaller ones may be real, but explain no incident.
const FACTOR: f64 = 2.0;
/// Times that something comes after another before that is called a step.
const STEPS: u64 = 5;
/// Changes whose scores differ by less than this factor are about as strong.
const NEAR: f64 = 2.0;
/// Times that an error is said on one side alone from which it is told whatever its spread is: an outage that began a moment ago is
/// one stretch of a log, and whether it comes again nobody can know yet.
pub(super) const ERRORS: u64 = 10;
/// Entries of a side below which nothing but such errors is told if the other side has so many times as many: what is usual has not been
/// said on it yet.
const SHORT: usize = 60;
const LONG: usize = 10;

/// Whether one of two sides is so short beside the other.
pub(super) fn is_short(entries: [usize; 2]) -> bool {
    let [one, other] = entries;
    let (least, most) = (one.min(other), one.max(other));
    least < SHORT && most >= least.saturating_mul(LONG)
}
/// Degrees of freedom of the usual dispersion, which comes from the whole log.
const USUAL_DF: f64 = 1e4;

/// What came before a unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    /// The unit that came before it most often, over both sides.
    pub(super) after: u32,
    pub(super) table: Table,
    /// Whether it is a step: on one of the sides it nearly always came after the other one.
    is_step: bool,
    /// Whether it is such a step on both sides.
    is_kept: bool,
}

/// The verdict on a unit.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) unit: u32,
    pub(super) counts: [u64; 2],
    pub(super) reference: [u64; 2],
    pub(super) direction: Direction,
    /// Twice the log-likelihood ratio, corrected for dispersion.
    pub(super) score: f64,
    /// Its score, or that of the strongest row below.
    pub(super) rank: f64,
    p: f64,
    /// Adjusted for the number of questions asked.
    pub(super) q: f64,
    pub(super) claimed: bool,
    /// When it showed first during the incident, where that can be told; nanoseconds.
    pub(super) since: Option<i64>,
    /// Set where flow decided.
    pub(super) flow: Option<Flow>,
    /// The unit that came before it on each side, nearly always.
    pub(super) leaders: [Option<u32>; 2],
}

/// Judges all units that occur; the best evidence first, and a cause before what follows from it. `is_short`: one side is so, see
/// [`is_short`]. `since` tells when a unit was first said during the incident.
pub(super) fn judge(
    all: &Units,
    tally: &Tally,
    is_short: bool,
    since: impl Fn(u32) -> Option<i64>,
) -> Vec<Judged> {
    let before = Before::of(tally);
    let mut judged: Vec<Judged> = (0u32..)
        .zip(&all.units)
        .filter(|(unit, _)| tally.count(*unit) != [0, 0])
        .map(|(unit, _)| one(unit, tally, &before))
        .collect();
    let p: Vec<f64> = judged.iter().map(|j| j.p).collect();
    for (j, q) in judged.iter_mut().zip(stats::adjusted(&p)) {
        j.q = q;
        let is_error = all.units.get(j.unit as usize).is_some_and(super::units::Unit::is_error);
        let alone = j.counts.contains(&0) && j.counts.iter().sum::<u64>() >= ERRORS;
        // What does not follow from its rounds being fewer: a broken step is told by its flow.
        j.claimed = q <= Q && is_large(j) && !is_short || is_error && alone;
    }
    moved(&mut judged);
    judged.order_by(|a, b| {
        let rank = |j: &Judged| {
            (!j.claimed, std::cmp::Reverse(thousandths(j.score)), j.direction == Direction::Moved)
        };
        let entries = |j: &Judged| std::cmp::Reverse(j.counts.iter().sum::<u64>());
        rank(a).cmp(&rank(b)).then_with(|| entries(a).cmp(&entries(b))).then(a.unit.cmp(&b.unit))
    });
    for j in judged.iter_mut().filter(|j| j.claimed) {
        j.since = match (j.direction, j.flow) {
            (Direction::New, _) => since(j.unit),
            // What leads to it was said, and it was not.
            (Direction::Gone, Some(flow)) => since(flow.after),
            _ => None,
        };
    }
    causes_first(&mut judged);
    judged
}

/// Puts what changed first before what changed about as strongly, since that may follow from it. Ranks are raised to those of
/// the rows below, so that the order of ranks is the order of reading.
fn causes_first(judged: &mut [Judged]) {
    let claimed = judged.iter().take_while(|j| j.claimed).count();
    let (mut rest, _) = judged.split_at_mut(claimed);
    while let Some(top) = rest.first().map(|j| j.score) {
        let near = rest.iter().take_while(|j| j.score * NEAR >= top).count().max(1);
        let (group, after) = rest.split_at_mut(near);
        group.order_by_key(|j| (j.since.is_none(), j.since));
        rest = after;
    }
    let mut least = 0.0f64;
    for j in judged.iter_mut().rev() {
        least = least.max(j.score);
        j.rank = least;
    }
}

/// A score or ratio as it is shown.
pub(super) fn thousandths(value: f64) -> u64 {
    (value * 1000.0).round().clamp(0.0, 1e15) as u64
}

/// What came before what.
struct Before {
    /// Of each unit, what came before it most often over both sides, with the counts of the pair.
    most: BTreeMap<u32, (u32, [u64; 2])>,
    /// Of each unit and side, what came before it most often there.
    of_side: [BTreeMap<u32, (u32, u64)>; 2],
}

impl Before {
    fn of(tally: &Tally) -> Before {
        let mut pairs: Vec<((u32, u32), [u64; 2])> = tally.pairs.iter().map(|(k, v)| (*k, *v)).collect();
        pairs.order();
        let mut found = Before { most: BTreeMap::new(), of_side: Default::default() };
        for ((after, unit), counts) in pairs {
            let slot = found.most.entry(unit).or_insert((after, counts));
            if counts.iter().sum::<u64>() > slot.1.iter().sum::<u64>() {
                *slot = (after, counts);
            }
            for (side, n) in found.of_side.iter_mut().zip(counts) {
                let slot = side.entry(unit).or_insert((after, n));
                if n > slot.1 {
                    *slot = (after, n);
                }
            }
        }
        found
    }

    /// How a unit hangs on the one that came before it most often; nothing where that came too seldom on one of the sides.
    fn flow(&self, unit: u32, tally: &Tally) -> Option<Flow> {
        let (after, together) = *self.most.get(&unit)?;
        let followed = tally.followed.get(after as usize).copied()?;
        if after == unit || followed.iter().any(|n| *n < STEPS) {
            return None;
        }
        let [b, i] = together;
        let [all_b, all_i] = followed;
        let table = Table { this: together, rest: [all_b - b, all_i - i] };
        let counts = tally.count(unit);
        let step = together
            .iter()
            .zip(followed)
            .zip(counts)
            .map(|((pair, all), own)| *pair >= STEPS && pair * 5 >= all * 4 && pair * 2 >= own);
        let steps: Vec<bool> = step.collect();
        let is_step = steps.contains(&true);
        Some(Flow { after, table, is_step, is_kept: !steps.contains(&false) })
    }

    /// What came before a unit at least four times in five on a side.
    fn leader(&self, unit: u32, side: usize, count: u64) -> Option<u32> {
        let (after, n) = *self.of_side.get(side)?.get(&unit)?;
        (n >= STEPS && n * 5 >= count * 4).then_some(after)
    }
}

fn one(unit: u32, tally: &Tally, before: &Before) -> Judged {
    let counts = tally.count(unit);
    let reference = tally.reference(unit);
    let volume = Table { this: counts, rest: reference };
    let (mut dispersion, df) = tally.dispersion(unit);
    let [b, i] = counts;
    if b > 0 && i > 0 {
        // Variance of a count with a mix that differs: of the Poisson kind, and growing with the square of the count.
        dispersion += tally.between(unit) * (b as f64 * i as f64) / (b + i) as f64;
    }
    let [rest_b, rest_i] = reference;
    let more = u128::from(i) * u128::from(rest_b) > u128::from(b) * u128::from(rest_i);
    let direction = match (b, i) {
        (0, _) => Direction::New,
        (_, 0) => Direction::Gone,
        _ if more => Direction::More,
        _ => Direction::Fewer,
    };
    let (mut score, mut p) = (volume.g() / dispersion, volume.p(dispersion, df));
    let is_absent = matches!(direction, Direction::New | Direction::Gone);
    let mut asked = 1.0;
    if is_absent {
        // Three questions may be asked of what is new or gone; the smallest p of them pays for all.
        (p, asked) = (p.min(tally.presence(unit).fisher()), 2.0);
    }
    let mut flow = before.flow(unit, tally).filter(|flow| flow.is_step);
    if let Some(found) = flow {
        let g = found.table.g() / tally.usual();
        let flow_p = found.table.p(tally.usual(), USUAL_DF);
        if found.is_kept && flow_p > Q {
            // It comes as often as what leads to it lets expect: that is the change, if there is one.
            (score, p) = (score.min(g), 1.0);
        } else if is_absent {
            (score, p, asked) = (score.max(g), p.min(flow_p), 3.0);
        } else {
            flow = None;
        }
    }
    p = (p * asked).min(1.0);
    let leaders = [(0, b), (1, i)].map(|(side, n)| before.leader(unit, side, n));
    Judged {
        unit,
        counts,
        reference,
        direction,
        score,
        rank: score,
        p,
        q: 1.0,
        claimed: false,
        since: None,
        flow,
        leaders,
    }
}

/// How many times as often as the reference lets expect; none where it is new.
pub(super) fn times(j: &Judged) -> Option<f64> {
    let ([b, i], [rest_b, rest_i]) = (j.counts, j.reference);
    (b > 0).then(|| i as f64 * rest_b as f64 / (b as f64 * rest_i.max(1) as f64))
}

fn is_large(j: &Judged) -> bool {
    let ([b, i], [rest_b, rest_i]) = (j.counts, j.reference);
    let (during, before) = (i as f64 * rest_b as f64, b as f64 * rest_i as f64);
    during >= FACTOR * before || before >= FACTOR * during
}

/// What is said as often as before but has another message before it now, because that one is new or the former one gone.
fn moved(judged: &mut [Judged]) {
    let mut of: BTreeMap<u32, (Direction, f64, f64)> = BTreeMap::new();
    let mut contexts: BTreeSet<(u32, u32)> = BTreeSet::new();
    for j in judged.iter().filter(|j| j.claimed) {
        of.insert(j.unit, (j.direction, j.score, j.q));
        contexts.extend(j.flow.map(|flow| (flow.after, j.unit)));
    }
    for j in judged.iter_mut().filter(|j| !j.claimed && !is_large(j)) {
        let [Some(before), Some(during)] = j.leaders else { continue };
        // Swapped sides must choose the same.
        // What leads to the mover comes after it only because the next round begins.
        if contexts.contains(&(j.unit, during)) || contexts.contains(&(j.unit, before)) {
            continue;
        }
        let new = of.get(&during).filter(|(direction, ..)| *direction == Direction::New);
        let gone = of.get(&before).filter(|(direction, ..)| *direction == Direction::Gone);
        let movers = || new.into_iter().chain(gone);
        if before != during && movers().count() > 0 {
            // It is claimed together with what moved it, and is no stronger.
            let [b, i] = j.counts;
            let most = movers().map(|(_, score, _)| *score).fold(0.0, f64::max);
            j.score = Table { this: [b, 0], rest: [0, i] }.g().min(most);
            j.q = movers().map(|(.., q)| *q).fold(1.0, f64::min);
            (j.direction, j.claimed, j.flow) = (Direction::Moved, true, None);
        }
    }
}
