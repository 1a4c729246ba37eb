//! One index → where it can be split: at a time, around a span, or where a service got a new revision.

use super::side::View;
use crate::digest::Index;
use crate::entry::{Nanos, number};
use crate::error::{Code, Problem};
use crate::order::Order as _;
use crate::query::Filter;
use crate::report::model::Boundary;
use std::collections::BTreeMap;

/// Entries that both revisions must have before the comparison is offered.
const ENTRIES: u64 = 20;

/// Changes of revision that lie this close together, in nanoseconds, are one rollout.
const ROLLOUT: u64 = 600_000_000_000;

/// Revisions of a rollout that its name names.
const NAMED: usize = 3;

/// Revisions that an error lists.
const LISTED: usize = 6;

/// First and last entry of a revision, and how many.
type Seen = (Nanos, u64);

/// Changes of revision, the latest first; services of equal time by name.
pub fn boundaries(index: &Index) -> Vec<Boundary> {
    // Rows by the number of their source first: there are many rows and few sources.
    let mut of_source: Vec<Option<Seen>> = vec![None; index.sources().len()];
    for row in index.rows() {
        let (Some(slot), Some(time)) = (of_source.get_mut(row.source() as usize), row.time()) else {
            continue;
        };
        slot.get_or_insert((time, 0)).1 += 1;
    }
    let mut seen: BTreeMap<(&str, &str), Seen> = BTreeMap::new();
    for (source, found) in index.sources().iter().zip(of_source) {
        let Some((first, n)) = found else { continue };
        if !source.service.is_empty() && !source.revision.is_empty() {
            let slot = seen.entry((&source.service, &source.revision)).or_insert((first, 0));
            *slot = (slot.0.min(first), slot.1 + n);
        }
    }
    let mut of_service: BTreeMap<&str, Vec<(Seen, &str)>> = BTreeMap::new();
    for ((service, revision), found) in seen.into_iter().filter(|(_, (_, n))| *n >= ENTRIES) {
        of_service.entry(service).or_default().push((found, revision));
    }
    let mut all = Vec::new();
    for (service, mut revisions) in of_service {
        revisions.order();
        all.extend(revisions.windows(2).filter_map(|pair| {
            let ([((_, before), old), ..], [.., ((at, after), new)]) = (pair, pair) else { return None };
            Some(Boundary {
                service: service.to_owned(),
                before: (*old).to_owned(),
                after: (*new).to_owned(),
                at: Some(*at),
                entries: [*before, *after],
            })
        }));
    }
    all.order_by(|a, b| b.at.cmp(&a.at).then_with(|| a.service.cmp(&b.service)));
    all
}

/// Splits an index at a time into before and after.
///
/// # Errors
///
/// [`Code::EQuery`] where one side has no entries.
pub fn split(index: &Index, at: Nanos) -> Result<[View<'_>; 2], Problem> {
    let before = Filter { until: Some(Nanos(at.0.saturating_sub(1))), ..Filter::default() };
    let after = Filter { from: Some(at), ..Filter::default() };
    let name = at.date_time();
    let sides = [(format!("before {name} UTC"), before), (format!("from {name} UTC"), after)];
    views(index, sides, "the time of --split")
}

/// The latest new revision of an index beside the one before it: of this service and with this name, where they are given.
///
/// # Errors
///
/// [`Code::EQuery`] where there is none with enough entries, with the revisions that there are.
pub fn by_revision<'i>(
    index: &'i Index,
    service: Option<&str>,
    revision: Option<&str>,
) -> Result<[View<'i>; 2], Problem> {
    let is_meant = |row: &&Boundary| {
        service.is_none_or(|name| row.service == name) && revision.is_none_or(|name| row.after == name)
    };
    let all = boundaries(index);
    match all.iter().find(is_meant) {
        Some(found) => at_boundary(index, found),
        None => Err(Problem::new(Code::EQuery, without(index, service, revision))),
    }
}

/// Why there is nothing to compare: what was asked for, and which revisions of how many entries there are.
fn without(index: &Index, service: Option<&str>, revision: Option<&str>) -> String {
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let sources = index.sources();
    let with_time = index.rows().iter().filter(|row| row.time().is_some());
    for source in with_time.filter_map(|row| sources.get(row.source() as usize)) {
        if !source.revision.is_empty() {
            *counts.entry((&source.service, &source.revision)).or_default() += 1;
        }
    }
    let meant = match (service, revision) {
        (None, None) => String::new(),
        (Some(service), None) => format!(" of {service}"),
        (None, Some(revision)) => format!(" that ends with {revision}"),
        (Some(service), Some(revision)) => format!(" of {service} that ends with {revision}"),
    };
    let mut listed: Vec<String> = counts
        .iter()
        .take(LISTED)
        .map(|((service, revision), n)| match *service {
            "" => format!("{revision} without a service ({})", entries(*n)),
            service => format!("{revision} of {service} ({})", entries(*n)),
        })
        .collect();
    if counts.len() > LISTED {
        listed.push(format!("{} more", counts.len() - LISTED));
    }
    let found = match listed.is_empty() {
        true => "No entry with a time names a revision.".to_owned(),
        false => format!("It has {}.", listed.join(", ")),
    };
    format!(
        "The log holds no change of revision{meant}: two revisions of one service with at least {ENTRIES} entries each. {found} Give two files, or --split TIME."
    )
}

fn entries(n: u64) -> String {
    format!("{} {}", number(n), if n == 1 { "entry" } else { "entries" })
}

/// The two revisions of a [`Boundary`], the older one first.
///
/// # Errors
///
/// [`Code::EQuery`] where one of them has no entries.
pub fn at_boundary<'i>(index: &'i Index, found: &Boundary) -> Result<[View<'i>; 2], Problem> {
    let sides = [&found.before, &found.after].map(|revision| {
        let services = vec![found.service.clone()];
        (revision.clone(), Filter { services, revisions: vec![revision.clone()], ..Filter::default() })
    });
    let views = views(index, sides, "the change of revision")?;
    // What else could be compared is said once, by the side during.
    let [before, during] = views;
    let elsewhere = boundaries(index).into_iter().filter(|row| row != found).collect();
    Ok([before, during.beside(elsewhere)])
}

/// The revisions of a change together with those of other services that changed within ten minutes of it: what was rolled out at
/// once is compared at once, since the cause may lie in any of them. Services with several changes in that time are left out.
///
/// # Errors
///
/// [`Code::EQuery`] where one side has no entries.
pub fn at_rollout<'i>(
    index: &'i Index,
    found: &Boundary,
    all: &[Boundary],
) -> Result<[View<'i>; 2], Problem> {
    let near = |other: &&Boundary| match (other.at, found.at) {
        (Some(a), Some(b)) => a.0.abs_diff(b.0) <= ROLLOUT,
        _ => false,
    };
    let near: Vec<&Boundary> = all.iter().filter(near).collect();
    let is_once = |other: &&Boundary| near.iter().filter(|row| row.service == other.service).count() == 1;
    let mut together: Vec<&Boundary> = near.iter().copied().filter(is_once).collect();
    together.order_by_key(|row| (row.service != found.service, row.service.clone()));
    if together.len() < 2 || together.first().is_none_or(|first| *first != found) {
        return at_boundary(index, found);
    }
    let sides: [fn(&Boundary) -> &String; 2] = [|row| &row.before, |row| &row.after];
    let sides = sides.map(|of| {
        let revisions: Vec<String> = together.iter().map(|row| of(row).clone()).collect();
        let services = together.iter().map(|row| row.service.clone()).collect();
        let named = revisions.get(..NAMED.min(revisions.len())).unwrap_or_default().join(", ");
        let name = match revisions.len().saturating_sub(NAMED) {
            0 => named,
            more => format!("{named} and {more} more"),
        };
        (name, Filter { services, revisions, ..Filter::default() })
    });
    views(index, sides, "the change of revision")
}

/// A span, both ends included, as the second side; the first is all that lies before it or, with `rest`, all else.
///
/// # Errors
///
/// [`Code::EQuery`] where one side has no entries.
pub fn around(index: &Index, span: [Nanos; 2], rest: bool) -> Result<[View<'_>; 2], Problem> {
    let [from, until] = span;
    let name = format!("{} to {} UTC", from.date_time(), until.date_time());
    let inside = Filter { from: Some(from), until: Some(until), ..Filter::default() };
    let outside = if rest {
        (format!("all but {name}"), Filter { not: vec![inside.clone()], ..Filter::default() })
    } else {
        let until = Some(Nanos(from.0.saturating_sub(1)));
        (format!("before {} UTC", from.date_time()), Filter { until, ..Filter::default() })
    };
    views(index, [outside, (name, inside)], "the span")
}

/// Two spans, all ends included; the first is the side before, wherever it lies. What both hold belongs to both.
///
/// # Errors
///
/// [`Code::EQuery`] where one side has no entries.
pub fn spans(index: &Index, sides: [[Nanos; 2]; 2]) -> Result<[View<'_>; 2], Problem> {
    let sides = sides.map(|[from, until]| {
        let name = format!("{} to {} UTC", from.date_time(), until.date_time());
        (name, Filter { from: Some(from), until: Some(until), ..Filter::default() })
    });
    match views(index, sides, "the span") {
        Ok(sides) => Ok(sides),
        Err(_) => {
            let what = "One of the two spans holds no entry. Choose one inside the log.";
            Err(Problem::new(Code::EQuery, what))
        }
    }
}

fn views<'i>(index: &'i Index, sides: [(String, Filter); 2], cut: &str) -> Result<[View<'i>; 2], Problem> {
    let [before, after] = sides.map(|(name, filter)| View::part(index, &name, filter));
    match [&before, &after].map(|side| side.index().rows().is_empty()) {
        [false, false] => Ok([before, after]),
        [is_before, _] => {
            let which = if is_before { "before" } else { "at or after" };
            let span = index.span().map_or("None of its entries has a time".to_owned(), |[first, last]| {
                format!("It reaches from {} to {} UTC", first.date_time(), last.date_time())
            });
            let what = format!("No entry lies {which} {cut}. {span}: choose one inside the log.");
            Err(Problem::new(Code::EQuery, what))
        }
    }
}
