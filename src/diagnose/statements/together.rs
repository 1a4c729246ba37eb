//! Warnings that no signature knows and that are always said together → one trouble: a program that starts says several
//! things in one breath, and one look settles all of them.

use super::time;
use crate::diagnose::knowledge::Role;
use crate::diagnose::troubles::{Kind, Occurring, Trouble};
use crate::digest::Index;
use crate::entry::time::SECOND;
use crate::order::Order as _;

/// More unknown warnings than this are left as they are.
const MOST: usize = 60;

/// Unites them, the one said first leading; and wordings of a signature that leave out what it is about with those that
/// name it at the same time and place.
pub(crate) fn unite(index: &Index, troubles: Vec<Trouble>) -> Vec<Trouble> {
    let troubles = named_elsewhere(index, troubles);
    let is_warning = |t: &Trouble| t.kind == Kind::Message && t.role == Role::Warning;
    if troubles.iter().filter(|t| is_warning(t)).count() > MOST {
        return troubles;
    }
    let (mut warnings, mut rest): (Vec<Trouble>, Vec<Trouble>) = troubles.into_iter().partition(is_warning);
    warnings.order_by_key(|t| t.occurrences.first().map(super::Occurrence::first));
    let mut united: Vec<(Trouble, Occurring)> = Vec::new();
    for warning in warnings {
        let times = occurring(index, &warning);
        match united.iter_mut().find(|(_, known)| covers(known, &times) && covers(&times, known)) {
            Some((host, _)) => host.take_in(warning),
            None => united.push((warning, times)),
        }
    }
    rest.extend(united.into_iter().map(|(trouble, _)| trouble));
    rest
}

/// Source and time of each occurrence, sorted.
fn occurring(index: &Index, trouble: &Trouble) -> Occurring {
    let mut found: Occurring = trouble
        .occurrences
        .iter()
        .filter_map(|o| Some((index.row(o.first())?.source(), time(index, o.first())?.0)))
        .collect();
    found.order();
    found
}

/// Whether each of `some` has one of `all` within a second at the same source.
fn covers(all: &Occurring, some: &Occurring) -> bool {
    !some.is_empty()
        && some.iter().all(|&(source, at)| {
            let from = all.partition_point(|&known| known < (source, at - SECOND));
            all.get(from).is_some_and(|&(there, then)| there == source && then <= at + SECOND)
        })
}

/// `Error: ImagePullBackOff` belongs to the image that the entry beside it names.
fn named_elsewhere(index: &Index, troubles: Vec<Trouble>) -> Vec<Trouble> {
    let is_bare = |t: &Trouble| matches!(t.kind, Kind::Signature(_)) && t.captures.is_empty();
    let (bare, mut rest): (Vec<Trouble>, Vec<Trouble>) = troubles.into_iter().partition(is_bare);
    for trouble in bare {
        let times = occurring(index, &trouble);
        let mut hosts: Vec<&mut Trouble> = rest
            .iter_mut()
            .filter(|host| {
                host.kind == trouble.kind
                    && !host.captures.is_empty()
                    && overlaps(&occurring(index, host), &times)
            })
            .collect();
        match hosts.as_mut_slice() {
            [host] => host.take_in(trouble),
            _ => rest.push(trouble),
        }
    }
    rest
}

/// Whether half of `some` have one of `all` within two seconds at the same source.
fn overlaps(all: &Occurring, some: &Occurring) -> bool {
    let near = some.iter().filter(|&&(source, at)| {
        let from = all.partition_point(|&known| known < (source, at - 2 * SECOND));
        all.get(from).is_some_and(|&(there, then)| there == source && then <= at + 2 * SECOND)
    });
    !some.is_empty() && near.count() * 2 >= some.len()
}
