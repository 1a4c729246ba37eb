//! Numbers that entries state → series in time: one for each name, what it is about, and message of a service.

use super::beats::masked;
use super::causality::Scene;
use super::evidence::quotes;
use super::words;
use crate::digest::Index;
use crate::entry::figure::{Figure, Kind};
use crate::entry::{Nanos, Severity};
use crate::order::Order as _;
use crate::report::model::{Quote, Rich};
use foldhash::fast::FixedState;
use std::collections::{BTreeMap, HashMap};

/// Series that are looked at, the longest first.
const SERIES: usize = 2_000;

/// One value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) time: i64,
    pub(super) row: u32,
    /// In thousandths.
    pub(super) value: i64,
}

/// A series, its points in time order.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// What it is about; of a date the date.
    pub(super) of: String,
    /// The message, masked, whatever its severity.
    pub(super) said: String,
    pub(super) service: String,
    /// Whether a job says it, which ends when it is done.
    pub(super) batch: bool,
    /// Whether that is known by its own words alone, and not by the platform.
    pub(super) told: bool,
    pub(super) points: Vec<Point>,
}

/// All series of these kinds.
pub(super) fn collect(scene: &Scene<'_>, kinds: &[Kind]) -> Vec<Series> {
    let index = scene.index;
    let mut of_numbers: Vec<([u32; 3], Vec<Point>)> = by_numbers(index, kinds).into_iter().collect();
    of_numbers.sort_unstable_by_key(|(numbers, _)| *numbers);
    // Equal words and equal names of services get one number each: they are compared once for each message and source.
    let mut texts: BTreeMap<String, u32> = BTreeMap::new();
    let mut number = |text: String| {
        let next = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        *texts.entry(text).or_insert(next)
    };
    let words = |shape: u32| index.shape(shape).map_or(String::new(), |shape| masked(shape.message()));
    let mut said: HashMap<u32, u32, FixedState> = HashMap::default();
    let mut sayers: HashMap<u32, (u32, bool), FixedState> = HashMap::default();
    let mut found: BTreeMap<(u32, u32, u32, bool), Vec<Point>> = BTreeMap::new();
    for ([name, shape, source], points) in of_numbers {
        let said = *said.entry(shape).or_insert_with(|| number(words(shape)));
        let (service, batch) = *sayers.entry(source).or_insert_with(|| {
            let source = index.sources().get(source as usize);
            let service = source.map_or("", |s| if s.service.is_empty() { &s.instance } else { &s.service });
            let batch = source.is_some_and(|s| !s.execution.is_empty() || s.resource.ends_with("_job"));
            (number(service.to_owned()), batch)
        });
        found.entry((name, said, service, batch)).or_default().extend(points);
    }
    let mut of_number: Vec<&str> = vec![""; texts.len()];
    for (text, number) in &texts {
        of_number.get_mut(*number as usize).into_iter().for_each(|slot| *slot = text);
    }
    let text = |number: u32| of_number.get(number as usize).copied().unwrap_or_default();
    let mut all: Vec<(Name<'_>, Vec<Point>)> = found
        .into_iter()
        .map(|((name, said, service, batch), points)| ((name, text(said), text(service), batch), points))
        .collect();
    all.order_by(|(a, points), (b, others)| others.len().cmp(&points.len()).then_with(|| a.cmp(b)));
    all.truncate(SERIES);
    let series = |((name, said, service, batch), mut points): (Name<'_>, Vec<Point>)| {
        let (kind, name, of) = Figure::parse(index.figure_name(name)?)?;
        if !points.is_sorted_by_key(|point| (point.time, point.row)) {
            points.order_by_key(|point| (point.time, point.row));
        }
        let (name, of) = (name.to_owned(), of.to_owned());
        Some(Series {
            kind,
            name,
            of,
            said: said.to_owned(),
            service: service.to_owned(),
            batch,
            told: false,
            points,
        })
    };
    all.into_iter().filter_map(series).collect()
}

/// Points of the wanted kinds by the numbers of name, message and source: there are many figures and few of these.
fn by_numbers(index: &Index, kinds: &[Kind]) -> HashMap<[u32; 3], Vec<Point>, FixedState> {
    let kind = |name: u32| index.figure_name(name).and_then(Figure::parse).map(|(kind, ..)| kind);
    let mut wanted: Vec<Option<bool>> = Vec::new();
    let mut of_numbers: HashMap<[u32; 3], Vec<Point>, FixedState> = HashMap::default();
    for figure in index.figures() {
        let name = figure.name;
        if wanted.len() <= name as usize {
            wanted.resize(name as usize + 1, None);
        }
        let Some(known) = wanted.get_mut(name as usize) else { continue };
        if !*known.get_or_insert_with(|| kind(name).is_some_and(|kind| kinds.contains(&kind))) {
            continue;
        }
        let Some(row) = index.row(figure.row) else { continue };
        let Some(time) = row.time() else { continue };
        let points = of_numbers.entry([name, row.shape(), row.source()]).or_default();
        points.push(Point { time: time.0, row: figure.row, value: figure.value });
    }
    of_numbers
}

/// Number of the figure, message, service, and whether it is a job.
type Name<'t> = (u32, &'t str, &'t str, bool);

impl Series {
    pub(super) fn rows(&self) -> Vec<u32> {
        super::findings::sorted(self.points.iter().map(|point| point.row).collect())
    }

    /// Whether its numbers are shares of a hundred.
    pub(super) fn is_percent(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        ["percent", "pct", "utiliz", "utilis"].iter().any(|word| name.contains(word))
    }

    /// A value as a reader wants it.
    pub(super) fn words(&self, value: i64) -> String {
        let unit = if self.is_percent() { " %" } else { "" };
        format!("{}{unit}", plain(value))
    }

    /// `` `usedPercent` of `disk usage` (`data-0`) ``.
    pub(super) fn title(&self) -> Rich {
        let text = Rich::default().c(&self.name).t(" of ").c(words::brief(&self.said, 80));
        if self.of.is_empty() { text } else { text.t(" (").c(&self.of).t(")") }
    }
}

/// A number of thousandths: `41,180`, `95.4`.
pub(super) fn plain(value: i64) -> String {
    let tenths = value.unsigned_abs().saturating_add(50) / 100;
    let sign = if value < 0 { "-" } else { "" };
    let whole = words::number(tenths / 10);
    if tenths.is_multiple_of(10) || tenths >= 10_000 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{}", tenths % 10)
    }
}

/// Quotes of these points, with the number beside the words where it stands in a field of its own.
pub(super) fn quoted(scene: &Scene<'_>, points: &[(&Series, Point)]) -> Vec<Quote> {
    let quote = |(series, point): &(&Series, Point)| {
        let mut quote = scene.index.quote(point.row)?;
        // A text that states the number itself is quoted as it is.
        let after = quote.text.split_once(series.name.as_str()).map(|(_, after)| after);
        if after.is_some_and(|after| after.starts_with(['=', ':', '"']))
            || quote.text.bytes().any(|b| b.is_ascii_digit()) && after.is_some()
        {
            return quotes(scene.index, &[point.row], 1).pop();
        }
        let value = if series.kind == Kind::Ahead { series.of.clone() } else { series.words(point.value) };
        let about = if series.kind == Kind::Ahead || series.of.is_empty() {
            String::new()
        } else {
            format!(", {}", series.of)
        };
        quote.text = format!(
            "{} ({}: {value}{about})",
            super::evidence::clean(words::headline(&quote.text, 300).as_str()),
            series.name
        );
        Some(quote)
    };
    points.iter().filter_map(quote).collect()
}

/// Words of something that is said once and changes how a program works from then on.
const CHANGES: [&str; 29] = [
    "swapped",
    "dropped",
    "altered",
    "renamed",
    "loaded",
    "reload",
    "reloaded",
    "reloading",
    "config",
    "configuration",
    "flag",
    "flags",
    "feature",
    "reindex",
    "reindexing",
    "migration",
    "migrating",
    "migrated",
    "rollout",
    "switched",
    "switching",
    "enabled",
    "disabled",
    "rotated",
    "scaled",
    "failover",
    "promoted",
    "backfill",
    "rebalance",
];
/// How often each instance says it at most, and how many say it.
const ONCE: usize = 2;
const SAYERS: usize = 8;

/// How long a program takes to start at most.
const STARTING: i64 = 60 * crate::entry::time::SECOND;

/// When each instance first said something.
pub(super) fn first_of_instances<'s>(scene: &Scene<'s>) -> BTreeMap<&'s str, i64> {
    let mut of_source: Vec<Option<i64>> = vec![None; scene.index.sources().len()];
    for row in scene.index.rows() {
        if let (Some(slot @ None), Some(time)) = (of_source.get_mut(row.source() as usize), row.time()) {
            *slot = Some(time.0);
        }
    }
    let mut first: BTreeMap<&str, i64> = BTreeMap::new();
    for (source, time) in scene.index.sources().iter().zip(of_source) {
        let Some(time) = time else { continue };
        let known = first.entry(source.instance.as_ref()).or_insert(time);
        *known = (*known).min(time);
    }
    first
}

/// What was said once, or once by each instance, in the time before a failure or a step began, and tells of a change.
pub(super) fn said_before(scene: &Scene<'_>, from: i64, until: i64) -> Option<(String, Nanos, Vec<u32>)> {
    let began = scene.index.rows().first()?.time()?.0;
    if from <= began {
        return None;
    }
    let ran = std::cell::OnceCell::new();
    let is_word = |text: &str| {
        let line = words::headline(text, 200).to_ascii_lowercase();
        !line.contains("deprecat")
            && line.split(|c: char| !c.is_ascii_alphabetic()).any(|word| CHANGES.contains(&word))
    };
    let candidates = scene.statements.iter().filter(|statement| {
        statement.severity <= Severity::Notice
            && !statement.audit
            && statement.occurrences.len() <= ONCE * SAYERS
            && is_word(&statement.text)
    });
    let fits = candidates.filter_map(|statement| {
        let mut instances = std::collections::BTreeSet::new();
        let mut rows = Vec::new();
        for &row in statement.occurrences.firsts() {
            let entry = scene.index.row(row)?;
            if scene.index.request_of(row).is_some() {
                return None;
            }
            instances.insert(scene.index.source_of(entry).map_or("", |source| source.instance.as_ref()));
            let is_in = entry.time().is_some_and(|time| (from..=until).contains(&time.0));
            // What a program says as it starts is no change; a run of a job does its work from the start.
            let is_run = scene
                .index
                .source_of(entry)
                .is_some_and(|s| !s.execution.is_empty() || s.resource.ends_with("_job"));
            let ran = ran.get_or_init(|| first_of_instances(scene));
            let source = scene.index.source_of(entry).map_or("", |source| source.instance.as_ref());
            let first = ran.get(source).copied().unwrap_or(began);
            if is_in && !is_run && entry.time().is_some_and(|time| time.0 < first.saturating_add(STARTING)) {
                return None;
            }
            rows.extend(is_in.then_some(row));
        }
        let at = super::statements::time(scene.index, *rows.last()?)?;
        (statement.occurrences.len() <= ONCE * instances.len())
            .then(|| (words::headline(&scene.index.text_of(*rows.last().unwrap_or(&0)), 200), at, rows))
    });
    fits.max_by_key(|(text, at, _)| (*at, text.clone()))
}
