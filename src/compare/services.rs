//! Judged units → services, the oddest first, each with a reason: what is odd in it and whether it moved first.

use super::judge::{Judged, thousandths};
use super::rows::{Context, brief};
use crate::entry::Nanos;
use crate::order::Order as _;
use crate::report::model::{Direction, LatencyChange, Rich, ServiceChange, StatusChange};
use std::collections::BTreeMap;

/// Characters of the message that a reason names.
const NAMED: usize = 120;

#[derive(Default)]
struct Service<'j> {
    best: Option<&'j Judged>,
    strongest: Option<&'j Judged>,
    changed: u64,
    since: Option<Nanos>,
    entries: u64,
    answers: u64,
    slower: u64,
}

/// Ranks. Services without any change stand last, by name.
pub(super) fn rank(
    context: &Context<'_, '_>,
    statuses: &[StatusChange],
    latencies: &[LatencyChange],
) -> Vec<ServiceChange> {
    let mut found: BTreeMap<&str, Service<'_>> = BTreeMap::new();
    for j in context.judged {
        let service = found.entry(context.service(j.unit)).or_default();
        service.entries += j.counts.iter().sum::<u64>();
        // They come in the order of their ranks.
        service.strongest = service.strongest.or(Some(j));
        if j.claimed {
            service.best = service.best.or(Some(j));
            service.changed += 1;
            service.since = service.since.into_iter().chain(j.since.map(Nanos)).min();
        }
    }
    for row in statuses {
        let service = found.entry(&row.service).or_default();
        service.answers = service.answers.max(row.score);
    }
    for row in latencies {
        let service = found.entry(&row.service).or_default();
        service.slower = service.slower.max(row.score);
    }
    let mut order: Vec<Nanos> = found.values().filter_map(|service| service.since).collect();
    order.order();
    order.dedup();
    let mut rows: Vec<ServiceChange> =
        found.into_iter().map(|(name, service)| row(context, name, &service, &order)).collect();
    // Messages stand in the order of causes; answers and latencies show where it hurts.
    let place = |row: &ServiceChange| {
        let of = |j: &Judged| row.claimed && j.claimed && context.service(j.unit) == row.name;
        context.judged.iter().position(of).unwrap_or(usize::MAX)
    };
    rows.order_by_cached_key(|row| {
        (!row.claimed, place(row), std::cmp::Reverse(row.score), row.name.clone())
    });
    let mut least = 0;
    for row in rows.iter_mut().rev() {
        least = least.max(row.score);
        row.score = least;
    }
    rows
}

fn row(context: &Context<'_, '_>, name: &str, service: &Service<'_>, order: &[Nanos]) -> ServiceChange {
    let place = service.since.and_then(|since| order.binary_search(&since).ok()).map_or(0, |at| at + 1);
    let moved = u32::try_from(place).unwrap_or(u32::MAX);
    let claimed = service.best.is_some() || service.answers > 0 || service.slower > 0;
    // What is claimed in it counts; of a service without a claim, what would come next.
    let message = service.best.or(service.strongest.filter(|_| !claimed));
    let score = message.map_or(service.answers.max(service.slower), |j| thousandths(j.rank));
    let reason = match service.best {
        Some(best) => {
            let what = context.unit(best.unit).map_or(String::new(), |unit| brief(&unit.template, NAMED));
            let [b, i] = best.counts;
            let how = match best.direction {
                Direction::New => format!("New, {i} times: "),
                Direction::Gone => format!("Gone, {b} times before: "),
                Direction::More => format!("More often, {b} before and {i} during: "),
                Direction::Fewer => format!("Less often, {b} before and {i} during: "),
                Direction::Moved => "Said at another place: ".to_owned(),
            };
            let first =
                if moved == 1 && order.len() > 1 { " It was the first service to change." } else { "" };
            Rich::text(how).c(what).t(if first.is_empty() { String::new() } else { format!(".{first}") })
        }
        None if service.answers > 0 => Rich::text("Requests are answered otherwise."),
        None if service.slower > 0 => Rich::text("It takes another time than before."),
        None => Rich::text("Nothing beyond chance."),
    };
    ServiceChange {
        name: name.to_owned(),
        score,
        claimed,
        changed: service.changed,
        moved,
        since: service.since,
        reason,
    }
}
