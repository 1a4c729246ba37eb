//! Requests and durations of both sides → answers whose mix changed, and latencies that shifted.

use super::judge::thousandths;
use super::rows::Context;
use super::stats::{self, Table};
use super::tally::{Tally, WINDOWS, Windows, chi, spread};
use super::units;
use crate::digest::Index;
use crate::order::Order as _;
use crate::report::model::{LatencyChange, StatusChange};
use std::collections::BTreeMap;

/// Share of false discoveries of each of the two families of questions here.
const Q: f64 = 0.0025;
/// Answers on each side from which a mix is compared, and the least change of a share: a factor and, in per mille, a distance.
const ANSWERS: u64 = 20;
const FACTOR: u64 = 2;
const PER_MILLE: u64 = 10;
/// Measurements on each side from which latencies are compared.
const MEASURED: usize = 20;
/// Least shift that is told, in tenths: of the median, of the 95th percentile.
const MEDIAN_TENTHS: u64 = 15;
const TAIL_TENTHS: u64 = 20;
/// Rows of each table.
const ROWS: usize = 30;

/// Where requests go: service, and method with masked path.
type Place = (String, String);

/// What changed in answers and in latencies, the best evidence first.
pub(super) fn shifts(context: &Context<'_, '_>, tally: &Tally) -> (Vec<StatusChange>, Vec<LatencyChange>) {
    (statuses(context, tally), latencies(context, tally))
}

/// Answers of one class among all answers, by side and window.
#[derive(Clone, Default)]
struct Answers {
    of_class: BTreeMap<u16, [Windows; 2]>,
    all: [Windows; 2],
}

/// Answers of every path, and of all paths of a service together.
fn answered(context: &Context<'_, '_>) -> BTreeMap<Place, Answers> {
    let mut found: BTreeMap<Place, Answers> = BTreeMap::new();
    for side in [0, 1] {
        let Some(index) = context.index(side) else { continue };
        let n = index.requests().len();
        for (at, request) in index.requests().iter().enumerate().filter(|(_, r)| r.status >= 100) {
            let service = service_of(index, request.row);
            let path = index.path(request.path).unwrap_or_default().to_owned();
            for path in [String::new(), path] {
                let answers = found.entry((service.clone(), path)).or_default();
                let class = answers.of_class.entry(request.status / 100).or_default();
                for windows in [class, &mut answers.all] {
                    if let Some(slot) = windows.get_mut(side).and_then(|w| w.get_mut(at * WINDOWS / n)) {
                        *slot += 1;
                    }
                }
            }
        }
    }
    found
}

fn statuses(context: &Context<'_, '_>, tally: &Tally) -> Vec<StatusChange> {
    let mut rows: Vec<(StatusChange, f64)> = Vec::new();
    for ((service, path), answers) in answered(context) {
        let total = answers.all.map(sum);
        // The mix of 2xx and 3xx tells of caches and redirects; what fails or is refused tells of incidents.
        for (class, windows) in answers.of_class.iter().filter(|(class, _)| (4..6).contains(*class)) {
            let this = windows.map(sum);
            if total.iter().any(|n| *n < ANSWERS) {
                continue;
            }
            let [t_b, t_i] = total;
            let [b, i] = this;
            let table = Table { this, rest: [t_b - b, t_i - i] };
            let (dispersion, df) =
                spread(&[0, 1].map(|side| chi(windows, &answers.all, side)), tally.usual());
            // As of messages: answers of this kind that one side does not know are told whatever their spread is.
            let alone = *class == 5 && this.contains(&0) && b + i >= super::judge::ERRORS;
            let p = if alone { 0.0 } else { table.p(dispersion, df) };
            let row = StatusChange {
                service: service.clone(),
                path: path.clone(),
                class: format!("{class}xx"),
                answers: this,
                total,
                score: thousandths(table.g() / dispersion),
                filters: Default::default(),
            };
            rows.push((row, p));
        }
    }
    let claimed = claim(rows, |row| {
        let ([b, i], [t_b, t_i]) = (row.answers, row.total);
        let (before, during) = (b * 1000 / t_b.max(1), i * 1000 / t_i.max(1));
        let [low, high] = [before.min(during), before.max(during)];
        high >= low + PER_MILLE && high >= FACTOR * low
    });
    let mut rows: Vec<StatusChange> = claimed;
    rows.order_by(|a, b| {
        b.score
            .cmp(&a.score)
            .then_with(|| (&a.service, &a.path, &a.class).cmp(&(&b.service, &b.path, &b.class)))
    });
    rows.truncate(ROWS);
    for row in &mut rows {
        row.filters = [0, 1].map(|side| filter(context, side, row));
    }
    rows
}

/// The answers of a row on one side.
fn filter(context: &Context<'_, '_>, side: usize, row: &StatusChange) -> crate::query::Filter {
    let (Some(view), Some(index)) = (context.sides.get(side), context.index(side)) else {
        return Default::default();
    };
    let class = row.class.bytes().next().map_or(0, |b| u16::from(b - b'0') * 100);
    let statuses = vec![(class, class + 99)];
    let mut filter = crate::query::Filter { statuses, request: Some(true), ..view.filter().clone() };
    if row.path.is_empty() {
        filter.services = Some(row.service.clone()).filter(|s| !s.is_empty()).into_iter().collect();
        return filter;
    }
    let is_of = |r: &&crate::digest::RequestRow| {
        r.status / 100 * 100 == class
            && index.path(r.path) == Some(&row.path)
            && service_of(index, r.row) == row.service
    };
    let rows = index.requests().iter().filter(is_of).map(|r| view.row_of_whole(r.row));
    filter.rows = rows.take(crate::limits::EVIDENCE_ROWS).collect();
    filter
}

fn service_of(index: &Index, row: u32) -> String {
    units::service(index.row(row).and_then(|row| index.source_of(row)))
}

fn sum(windows: Windows) -> u64 {
    windows.iter().map(|n| u64::from(*n)).sum()
}

/// The rows beyond chance whose change is large.
fn claim<T>(rows: Vec<(T, f64)>, is_large: impl Fn(&T) -> bool) -> Vec<T> {
    let p: Vec<f64> = rows.iter().map(|(_, p)| *p).collect();
    let adjusted = stats::adjusted(&p);
    let rows = rows.into_iter().zip(adjusted).filter(|((row, _), q)| *q <= Q && is_large(row));
    rows.map(|((row, _), _)| row).collect()
}

/// A measured value, its window, and the row it stands in.
type Value = (u64, usize, u32);

/// Measurements of one thing, by side.
type Measured = [Vec<Value>; 2];

fn latencies(context: &Context<'_, '_>, tally: &Tally) -> Vec<LatencyChange> {
    let mut found: BTreeMap<Place, Measured> = BTreeMap::new();
    for side in [0, 1] {
        let Some(index) = context.index(side) else { continue };
        let n = index.requests().len();
        for (at, request) in index.requests().iter().enumerate() {
            let Some(latency) = request.latency() else { continue };
            let path = index.path(request.path).unwrap_or_default().to_owned();
            let slot = found.entry((service_of(index, request.row), path)).or_default();
            let value = (latency, at * WINDOWS / n, request.row);
            slot.get_mut(side).into_iter().for_each(|list| list.push(value));
        }
        let events = context.units.events.get(side).map_or(&[][..], Vec::as_slice);
        let mut durations = index.durations().iter().peekable();
        for (at, event) in events.iter().enumerate() {
            while durations.next_if(|duration| duration.row < event.row).is_some() {}
            let Some(duration) = durations.next_if(|duration| duration.row == event.row) else { continue };
            let Some(unit) = context.unit(event.unit).filter(|unit| !unit.is_request) else { continue };
            let place = (context.service(event.unit).to_owned(), unit.template.clone());
            let slot = found.entry(place).or_default();
            let value = (duration.value, at * WINDOWS / events.len(), event.row);
            slot.get_mut(side).into_iter().for_each(|list| list.push(value));
        }
    }
    let rows = found.into_iter().filter(|(_, sides)| sides.iter().all(|list| list.len() >= MEASURED));
    let rows: Vec<(LatencyChange, f64)> =
        rows.map(|(place, sides)| latency(context, place, sides, tally)).collect();
    let mut rows = claim(rows, |row| {
        let [before, during] = row.p50;
        let [tail_before, tail_during] = row.p95;
        let shifted = |a: u64, b: u64, tenths: u64| a.max(b) * 10 >= a.min(b).max(1) * tenths;
        shifted(before, during, MEDIAN_TENTHS) || shifted(tail_before, tail_during, TAIL_TENTHS)
    });
    rows.order_by(|a, b| {
        b.score.cmp(&a.score).then_with(|| (&a.service, &a.what).cmp(&(&b.service, &b.what)))
    });
    rows.truncate(ROWS);
    rows
}

/// How many lie above the joint median and above the joint 90th percentile on either side (Mood's median test; Westfall's
/// quantile form): quantiles need no shape of the distribution, and the tail often moves alone.
fn latency(
    context: &Context<'_, '_>,
    (service, what): Place,
    sides: Measured,
    tally: &Tally,
) -> (LatencyChange, f64) {
    let mut all: Vec<u64> = sides.iter().flatten().map(|(value, ..)| *value).collect();
    all.order();
    let (mut score, mut p) = (0.0f64, 1.0f64);
    for per_cent in [50, 90] {
        let cut = quantile(&all, per_cent);
        let windows = |above: bool| {
            sides.each_ref().map(|list| {
                let mut windows: Windows = [0; WINDOWS];
                for (_, window, _) in list.iter().filter(|(value, ..)| !above || *value > cut) {
                    windows.get_mut(*window).into_iter().for_each(|slot| *slot += 1);
                }
                windows
            })
        };
        let (above, total) = (windows(true), windows(false));
        let [[b, i], [t_b, t_i]] = [above.map(sum), total.map(sum)];
        let table = Table { this: [b, i], rest: [t_b - b, t_i - i] };
        let (dispersion, df) = spread(&[0, 1].map(|side| chi(&above, &total, side)), tally.usual());
        score = score.max(table.g() / dispersion);
        p = p.min(table.p(dispersion, df));
    }
    let rows_of = |side: usize| sides.get(side).into_iter().flatten().map(|(.., row)| *row);
    let filters = [0, 1].map(|side| context.of_rows(rows_of(side), side));
    let sorted = sides.map(|list| {
        let mut values: Vec<u64> = list.into_iter().map(|(value, ..)| value).collect();
        values.order();
        values
    });
    let of = |per_cent| sorted.each_ref().map(|values| quantile(values, per_cent));
    let n = sorted.each_ref().map(|values| values.len() as u64);
    let row =
        LatencyChange { service, what, n, p50: of(50), p95: of(95), score: thousandths(score), filters };
    (row, (2.0 * p).min(1.0))
}

/// The value below which `per_cent` of the sorted ones lie, by nearest rank.
fn quantile(sorted: &[u64], per_cent: usize) -> u64 {
    sorted.get((sorted.len() * per_cent).div_ceil(100).max(1) - 1).copied().unwrap_or(0)
}
