//! Two finished digests → what changed between them: messages, services, answers, latencies, settings, paces.
//!
//! [`compare`] mines both sides jointly, counts, asks of every difference whether it is beyond chance, and tells what is left.
//! `docs/compare.md` explains how it decides.

mod boundary;
mod guesses;
mod judge;
mod normal;
mod pace;
mod rows;
mod services;
mod settings;
mod side;
mod stats;
mod story;
mod tally;
mod traffic;
mod units;
mod words;

pub use boundary::{around, at_boundary, at_rollout, boundaries, by_revision, spans, split};
pub use side::View;

use crate::entry::Nanos;
use crate::entry::time::SECOND;
use crate::error::Problem;
use crate::order::Order as _;
use crate::report::model::{Comparison, PatternChange, SCHEMA_VERSION, SettingChange};

/// What the caller decides.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Time of generation; the core reads no clock.
    pub generated_at: Option<Nanos>,
    /// Problems met while reading, shown beside the comparison.
    pub problems: Vec<Problem>,
}

/// Messages that are listed.
const ROWS: usize = 60;

/// Compares. Swapped sides give the mirrored result; sides without any difference give no finding.
pub fn compare(baseline: &View<'_>, incident: &View<'_>, options: &Options) -> Comparison {
    let sides = [baseline, incident];
    let units = units::mine(sides.map(View::index));
    let seconds = sides.map(|side| side::logged_seconds(side.index()));
    let tally = tally::Tally::of(&units, seconds);
    let during = incident.index();
    let since = |unit: u32| {
        let rows = units.rows.last().and_then(|rows| rows.get(unit as usize));
        rows.into_iter().flatten().find_map(|row| during.row(*row)?.time()).map(|time| time.0)
    };
    let is_short = judge::is_short(sides.map(|side| side.index().rows().len()));
    let judged = judge::judge(&units, &tally, is_short, since);
    let context = rows::Context { sides, units: &units, seconds, judged: &judged };
    let (statuses, latencies) = traffic::shifts(&context, &tally);
    let listed: Vec<&judge::Judged> = judged.iter().filter(|j| j.claimed || j.score > 0.0).collect();
    let mut told = Comparison {
        schema: SCHEMA_VERSION,
        generator: format!("fivewhys {}", env!("CARGO_PKG_VERSION")),
        generated_at: options.generated_at,
        baseline: side::told(baseline, seconds.first().copied().unwrap_or(0)),
        incident: side::told(incident, seconds.last().copied().unwrap_or(0)),
        services: services::rank(&context, &statuses, &latencies),
        patterns: listed.iter().take(ROWS).map(|j| context.row(j)).collect(),
        more_patterns: listed.len().saturating_sub(ROWS) as u64,
        settings: settings::differences(sides),
        statuses,
        latencies,
        rhythms: pace::changes(&context),
        boundaries: sides.iter().flat_map(|side| side.boundaries()).collect(),
        warnings: warnings(sides, options),
        ..Comparison::default()
    };
    words::conclude(&mut told);
    story::tell(&mut told, &context, &listed);
    told
}

/// Problems met while reading, and what could not be read of either side, each once.
fn warnings(sides: [&View<'_>; 2], options: &Options) -> Vec<Problem> {
    let lacks = sides.into_iter().flat_map(|side| side.index().lacks());
    let mut warnings: Vec<Problem> = options.problems.iter().cloned().chain(lacks).collect();
    warnings.order();
    warnings.dedup();
    warnings
}

/// Longest pause between the last entry of the side before and the first one of a revision that is still taken for its beginning.
const SEEN: i64 = 600 * SECOND;

/// The change of revision of a service, and when the new one began, if the logs show that: the first entry of a revision is its
/// beginning only where the time just before was logged, without it. Between two exports anything may have happened.
pub fn new_revision<'t>(told: &'t Comparison, service: &str) -> Option<(&'t SettingChange, Nanos)> {
    let row = story::revision_of(told, service)?;
    let (since, before) = (row.since?, &told.baseline);
    let is_beside = row.during.iter().any(|name| row.before.contains(name));
    let is_logged = before.first? < since && before.last?.0 >= since.0.saturating_sub(SEEN);
    (is_beside || is_logged).then_some((row, since))
}

/// The errors and exceptions that were not said before, the most frequent first: what `--fail-on new-error` asks for.
pub fn new_errors(comparison: &Comparison) -> Vec<&PatternChange> {
    let mut rows: Vec<_> = comparison.patterns.iter().filter(|row| row.is_new_error()).collect();
    rows.order_by_key(|row| std::cmp::Reverse(row.incident.entries));
    rows
}
