//! A trouble that lies in collapses of several services → one of each service.

use super::Trouble;
use crate::diagnose::lifecycle::collapse::Collapse;
use crate::diagnose::statements::Statement;
use crate::digest::Index;

/// Splits a trouble that lies in collapses of several services by service: each of them has to name its own cause.
pub(super) fn split(
    index: &Index,
    statements: &[Statement],
    troubles: &mut Vec<Trouble>,
    collapses: &[Collapse],
) {
    let mut parts = Vec::new();
    let one = collapses
        .windows(2)
        .all(|pair| pair.iter().all(|c| Some(&c.service) == collapses.first().map(|c| &c.service)));
    if one {
        return;
    }
    for trouble in troubles.iter_mut() {
        let mut services: Vec<&str> = Vec::new();
        for collapse in collapses {
            let is_in = trouble.occurrences.iter().any(|o| collapse.cycle_of(index, o.first()).is_some());
            if is_in && !collapse.service.is_empty() && !services.contains(&collapse.service.as_str()) {
                services.push(&collapse.service);
            }
        }
        for service in services.iter().skip(1) {
            let of_service = |row: u32| {
                let source = index.row(row).and_then(|row| index.source_of(row));
                source.is_some_and(|s| s.service == *service)
            };
            let (theirs, rest) = trouble.occurrences.partition(of_service);
            let said_in = |number: &usize, firsts: &[u32]| {
                statements.get(*number).is_some_and(|s| {
                    s.occurrences.firsts().iter().any(|row| firsts.binary_search(row).is_ok())
                })
            };
            let mut own = trouble.statements.clone();
            own.retain(|number| said_in(number, theirs.firsts()));
            trouble.statements.retain(|number| said_in(number, rest.firsts()));
            trouble.occurrences = rest;
            if !theirs.is_empty() {
                parts.push(Trouble { statements: own, occurrences: theirs, ..trouble.clone() });
            }
        }
    }
    troubles.extend(parts);
}
