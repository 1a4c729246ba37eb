//! Messages that keep a pace on one side → those that keep another one on the other side, or none.

use super::rows::Context;
use crate::entry::time::SECOND;
use crate::order::Order as _;
use crate::report::model::RhythmChange;

/// Beats that make a pace, and beats beyond which a message is traffic.
const BEATS: usize = 8;
const MOST: usize = 20_000;
/// Share of pauses (per cent) that lie within a fifth of the period.
const STEADY_PER_CENT: usize = 85;
/// Shortest period in nanoseconds.
const PERIOD: i64 = SECOND;
/// Least change of a period that is told, in tenths.
const TENTHS: i64 = 15;
/// Rows of the table.
const ROWS: usize = 20;

/// Paces that changed, by service and template.
pub(super) fn changes(context: &Context<'_, '_>) -> Vec<RhythmChange> {
    let spans = context.seconds.map(|s| i64::try_from(s).unwrap_or(i64::MAX).saturating_mul(SECOND));
    let mut rows = Vec::new();
    for (number, unit) in (0u32..).zip(&context.units.units) {
        let [before, during] = [0, 1].map(|side| times(context, number, side));
        let periods = [period(&before), period(&during)];
        let changed = match periods {
            [Some(a), Some(b)] => a.max(b) * 10 >= a.min(b) * TENTHS,
            // Absent although there was time for many beats.
            [Some(a), None] => during.is_empty() && spans.iter().all(|span| *span >= a * BEATS as i64),
            [None, Some(b)] => before.is_empty() && spans.iter().all(|span| *span >= b * BEATS as i64),
            [None, None] => false,
        };
        if changed {
            rows.push(RhythmChange {
                service: context.service(number).to_owned(),
                template: unit.template.clone(),
                period_millis: periods.map(|p| p.and_then(|p| u64::try_from(p / 1_000_000).ok())),
                filters: [0, 1].map(|side| context.entries(number, side)),
            });
        }
    }
    rows.order_by(|a, b| (&a.service, &a.template).cmp(&(&b.service, &b.template)));
    rows.truncate(ROWS);
    rows
}

fn times(context: &Context<'_, '_>, unit: u32, side: usize) -> Vec<i64> {
    let Some(index) = context.index(side) else { return Vec::new() };
    let times = context.rows_of(unit, side).filter_map(|row| index.row(row)?.time());
    times.map(|time| time.0).take(MOST + 1).collect()
}

/// The period of times (ascending), if they keep one.
fn period(times: &[i64]) -> Option<i64> {
    if !(BEATS..=MOST).contains(&times.len()) {
        return None;
    }
    let mut gaps: Vec<i64> = times.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?)).collect();
    gaps.sort_unstable();
    let median = *gaps.get(gaps.len() / 2)?;
    let steady = gaps.iter().filter(|gap| (*gap - median).abs() <= median / 5).count();
    (median >= PERIOD && steady * 100 >= gaps.len() * STEADY_PER_CENT).then_some(median)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_steady() {
        let beats: Vec<i64> = (0..20).map(|n| n * 30 * SECOND + n % 3 * 100).collect();
        assert!(period(&beats).is_some_and(|period| (period - 30 * SECOND).abs() < 1000));
        let bursts: Vec<i64> = (0..20).map(|n| n * n * SECOND).collect();
        assert_eq!(period(&bursts), None);
        assert_eq!(period(&beats[..5]), None);
    }
}
