//! The cycles of a collapse: takes an instance or a time, gives the first cycle that holds it, without a look at each of the others.

use super::Cycle;
use std::collections::BTreeMap;
use std::ops::{Deref, RangeInclusive};
use std::sync::OnceLock;

/// Cycles, and where they lie once somebody asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cycles {
    all: Vec<Cycle>,
    places: OnceLock<Places>,
}

#[derive(Clone, Debug)]
struct Places {
    /// A tree in the order of the cycles; the first half are joints, the second half the cycles themselves.
    tree: Vec<Bounds>,
    /// By instance: each cycle with the latest end up to it.
    by_instance: BTreeMap<String, Vec<(i64, usize)>>,
}

/// The earliest beginning, the earliest end and the latest end of the cycles below.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    from: i64,
    until: (i64, i64),
}

const NOTHING: Bounds = Bounds { from: i64::MAX, until: (i64::MAX, i64::MIN) };

impl Bounds {
    fn join(self, other: Bounds) -> Bounds {
        let until = (self.until.0.min(other.until.0), self.until.1.max(other.until.1));
        Bounds { from: self.from.min(other.from), until }
    }
}

impl From<Vec<Cycle>> for Cycles {
    fn from(all: Vec<Cycle>) -> Cycles {
        Cycles { all, places: OnceLock::new() }
    }
}

impl Deref for Cycles {
    type Target = [Cycle];

    fn deref(&self) -> &[Cycle] {
        &self.all
    }
}

impl Cycles {
    /// The cycles, to be changed.
    pub(crate) fn edit(&mut self) -> &mut Vec<Cycle> {
        self.places = OnceLock::new();
        &mut self.all
    }

    /// The cycles alone.
    pub(crate) fn into_vec(self) -> Vec<Cycle> {
        self.all
    }

    /// Number of the first cycle that begins at `from` at the latest and ends within `until`.
    pub(crate) fn first_around(&self, from: i64, until: &RangeInclusive<i64>) -> Option<usize> {
        let tree = &self.places().tree;
        let may = |b: &Bounds| b.from <= from && b.until.0 <= *until.end() && b.until.1 >= *until.start();
        first(tree, 1, &may)
    }

    /// Number of the first cycle of an instance that ends at `until` or later.
    pub(crate) fn first_of(&self, instance: &str, until: i64) -> Option<usize> {
        let list = self.places().by_instance.get(instance)?;
        list.get(list.partition_point(|(latest, _)| *latest < until)).map(|(_, number)| *number)
    }

    fn places(&self) -> &Places {
        self.places.get_or_init(|| {
            let leaves = self.all.len().next_power_of_two();
            let mut tree = vec![NOTHING; leaves * 2];
            let of = |cycle: &Cycle| Bounds { from: cycle.from.0, until: (cycle.until.0, cycle.until.0) };
            for (leaf, cycle) in tree.iter_mut().skip(leaves).zip(&self.all) {
                *leaf = of(cycle);
            }
            for joint in (1..leaves).rev() {
                let below = |at: usize| tree.get(at).copied().unwrap_or(NOTHING);
                let bounds = below(joint * 2).join(below(joint * 2 + 1));
                if let Some(slot) = tree.get_mut(joint) {
                    *slot = bounds;
                }
            }
            let mut by_instance: BTreeMap<String, Vec<(i64, usize)>> = BTreeMap::new();
            for (number, cycle) in self.all.iter().enumerate().filter(|(_, cycle)| !cycle.instance.is_empty())
            {
                let list = by_instance.entry(cycle.instance.clone()).or_default();
                let latest = list.last().map_or(cycle.until.0, |(latest, _)| cycle.until.0.max(*latest));
                list.push((latest, number));
            }
            Places { tree, by_instance }
        })
    }
}

/// The first cycle at or below a joint that passes; joints that hold none are not gone into.
fn first(tree: &[Bounds], at: usize, may: &impl Fn(&Bounds) -> bool) -> Option<usize> {
    let leaves = tree.len() / 2;
    if !tree.get(at).is_some_and(may) {
        return None;
    }
    if at >= leaves {
        return Some(at - leaves);
    }
    first(tree, at * 2, may).or_else(|| first(tree, at * 2 + 1, may))
}

#[cfg(test)]
#[path = "cycles_tests.rs"]
mod tests;
