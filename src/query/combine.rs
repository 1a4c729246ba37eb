//! Two filters → one that lets through what both do, or what either does, where the model can hold that.

use super::Filter;
use crate::entry::Nanos;

/// Why two filters do not become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash {
    /// No entry can pass both.
    Empty,
    /// They restrict different fields, or one that has no list.
    Fields,
}

/// What passes both. Lists meet in what they share, ranges in their overlap; texts and exclusions add up.
pub fn both(mut one: Filter, other: Filter) -> Result<Filter, Clash> {
    let mut meets = meet(&mut one.severities, other.severities.clone())
        && meet(&mut one.recorded, other.recorded.clone())
        && meet(&mut one.traces, other.traces.clone())
        && meet(&mut one.findings, other.findings.clone())
        && meet(&mut one.shapes, other.shapes.clone())
        && meet(&mut one.files, other.files.clone())
        && meet(&mut one.rows, other.rows.clone())
        && overlap(&mut one.statuses, &other.statuses);
    for (mine, theirs) in one.origins_mut().into_iter().zip(other.origins()) {
        meets = meets && meet(mine, theirs.clone());
    }
    one.from = one.from.max(other.from);
    one.until = match (one.until, other.until) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    meets = meets && one.from.zip(one.until).is_none_or(|(Nanos(from), Nanos(until))| from <= until);
    one.latency_micros = match (one.latency_micros, other.latency_micros) {
        (Some(a), Some(b)) => Some((a.0.max(b.0), a.1.min(b.1))),
        (a, b) => a.or(b),
    };
    meets = meets && one.latency_micros.is_none_or(|(low, high)| low <= high);
    meets = meets && one.request.zip(other.request).is_none_or(|(a, b)| a == b);
    one.request = one.request.or(other.request);
    one.texts.extend(other.texts);
    one.not.extend(other.not);
    if meets { Ok(one) } else { Err(Clash::Empty) }
}

/// What passes either, if both restrict one and the same list and nothing else.
pub fn either(mut one: Filter, other: Filter) -> Result<Filter, Clash> {
    let is_lone = |filter: &Filter| {
        let mut bare = filter.clone();
        lists(&mut bare);
        bare.texts.clear();
        bare.is_empty()
    };
    if !is_lone(&one) || !is_lone(&other) {
        return Err(Clash::Fields);
    }
    if let ([mine], [theirs]) = (one.texts.as_mut_slice(), other.texts.as_slice()) {
        let regex = mine.regex;
        mine.any.extend(theirs.any.iter().cloned());
        let others = Filter { texts: Vec::new(), ..other.clone() }.is_empty();
        let mine_only = Filter { texts: Vec::new(), ..one.clone() }.is_empty();
        return if regex == theirs.regex && others && mine_only { Ok(one) } else { Err(Clash::Fields) };
    }
    let (mine, theirs) = (lists(&mut one.clone()), lists(&mut other.clone()));
    let only = |set: &[bool]| set.iter().filter(|set| **set).count() == 1;
    if mine != theirs || !only(&mine) || !one.texts.is_empty() || !other.texts.is_empty() {
        return Err(Clash::Fields);
    }
    for (mine, theirs) in one.origins_mut().into_iter().zip(other.origins()) {
        mine.extend(theirs.iter().cloned());
    }
    one.severities.extend(other.severities);
    one.recorded.extend(other.recorded);
    one.traces.extend(other.traces);
    one.findings.extend(other.findings);
    one.shapes.extend(other.shapes);
    one.files.extend(other.files);
    one.rows.extend(other.rows);
    one.statuses.extend(other.statuses);
    Ok(one)
}

/// Empties the lists that can take alternatives; says which of them held something.
fn lists(filter: &mut Filter) -> Vec<bool> {
    fn took<T>(list: &mut Vec<T>) -> bool {
        !std::mem::take(list).is_empty()
    }
    let mut held: Vec<bool> = filter.origins_mut().into_iter().map(took).collect();
    held.extend([
        took(&mut filter.severities),
        took(&mut filter.recorded),
        took(&mut filter.traces),
        took(&mut filter.findings),
        took(&mut filter.shapes),
        took(&mut filter.files),
        took(&mut filter.rows),
        took(&mut filter.statuses),
    ]);
    held
}

/// Keeps what both lists hold; says whether anything is left.
fn meet<T: PartialEq>(mine: &mut Vec<T>, theirs: Vec<T>) -> bool {
    if mine.is_empty() {
        *mine = theirs;
    } else if !theirs.is_empty() {
        mine.retain(|value| theirs.contains(value));
        return !mine.is_empty();
    }
    true
}

/// Keeps what ranges of both lists share; says whether anything is left.
fn overlap(mine: &mut Vec<(u16, u16)>, theirs: &[(u16, u16)]) -> bool {
    if mine.is_empty() {
        theirs.clone_into(mine);
    } else if !theirs.is_empty() {
        let shared = mine.iter().flat_map(|a| theirs.iter().map(|b| (a.0.max(b.0), a.1.min(b.1))));
        *mine = shared.filter(|(low, high)| low <= high).collect();
        return !mine.is_empty();
    }
    true
}
