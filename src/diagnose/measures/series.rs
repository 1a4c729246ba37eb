//! Numbers that entries state → series in time: one for each name, what it is about, and message of a service.

use super::beats::masked;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{self, quotes};
use crate::diagnose::statements::{self, Statement};
use crate::diagnose::{findings, lifecycle, words};
use crate::digest::{Index, Row};
use crate::entry::figure::{Figure, Kind};
use crate::entry::{Nanos, Severity};
use crate::order::Order as _;
use crate::report::model::{Quote, Rich};
use foldhash::fast::FixedState;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Series that are looked at, the longest first.
const SERIES: usize = 2_000;

/// One value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub(crate) time: i64,
    pub(crate) row: u32,
    /// In thousandths.
    pub(crate) value: i64,
}

/// A series, its points in time order.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// What it is about; of a date the date.
    pub(crate) of: String,
    /// The message, masked, whatever its severity.
    pub(crate) said: String,
    pub(crate) service: String,
    /// Whether a job says it, which ends when it is done.
    pub(crate) batch: bool,
    pub(crate) points: Vec<Point>,
}

/// Kinds that make series, each of which is looked at.
const KINDS: [Kind; 7] =
    [Kind::Work, Kind::Level, Kind::Limit, Kind::Took, Kind::Ahead, Kind::Cleared, Kind::Found];

/// The series of these kinds.
pub(crate) fn collect<'s>(scene: &'s Scene<'_>, kinds: &[Kind]) -> Vec<&'s Series> {
    scene.series().iter().filter(|series| kinds.contains(&series.kind)).take(SERIES).collect()
}

/// Number of the figure, message and service, each by its number or as text, and whether it is a job.
type Name<T> = (u32, T, T, bool);

/// The series of all kinds, the longest first, no more of a kind than are ever looked at.
pub(crate) fn all(index: &Index) -> Vec<Series> {
    let (of_figure, names, texts) = named(index);
    let mut lengths: Vec<usize> = vec![0; names.len()];
    for number in &of_figure {
        lengths.get_mut(*number as usize).into_iter().for_each(|n| *n += 1);
    }
    let text = |number: u32| texts.get(number as usize).map_or("", String::as_str);
    let mut order: Vec<(Reverse<usize>, Name<&str>, usize)> = names
        .iter()
        .zip(&lengths)
        .enumerate()
        .map(|(at, ((name, said, service, batch), n))| {
            (Reverse(*n), (*name, text(*said), text(*service), *batch), at)
        })
        .collect();
    order.order();
    let mut left = KINDS.map(|_| SERIES);
    // Which series each name became; those beyond the cap became none.
    let mut place: Vec<usize> = vec![usize::MAX; names.len()];
    let mut all: Vec<Series> = Vec::new();
    for (Reverse(n), (name, said, service, batch), at) in order {
        let Some((kind, name, of)) = index.figure_name(name).and_then(Figure::parse) else { continue };
        let left = KINDS.iter().zip(&mut left).find(|(known, _)| **known == kind).map(|(_, left)| left);
        let Some(left) = left.filter(|left| **left > 0) else { continue };
        *left -= 1;
        place.get_mut(at).into_iter().for_each(|slot| *slot = all.len());
        let [name, of, said, service] = [name, of, said, service].map(str::to_owned);
        all.push(Series { kind, name, of, said, service, batch, points: Vec::with_capacity(n) });
    }
    // Rows come in the order of time, and so do points.
    for (figure, number) in index.figures().iter().zip(of_figure) {
        let series = place.get(number as usize).and_then(|at| all.get_mut(*at));
        let time = index.row(figure.row).and_then(Row::time);
        if let (Some(series), Some(time)) = (series, time) {
            series.points.push(Point { time: time.0, row: figure.row, value: figure.value });
        }
    }
    all
}

/// No series: of a kind that makes none, or without a time.
const NONE: u32 = u32::MAX;

/// The number of the name of each figure, the names, and the texts that they name by number. Equal words and equal names of
/// services have one number each: they are compared once for each message and source.
fn named(index: &Index) -> (Vec<u32>, Vec<Name<u32>>, Vec<String>) {
    let is_wanted = |name: &str| Figure::parse(name).is_some_and(|(kind, ..)| KINDS.contains(&kind));
    let wanted: Vec<bool> = (0u32..).map_while(|number| index.figure_name(number)).map(is_wanted).collect();
    let mut texts: HashMap<String, u32, FixedState> = HashMap::default();
    let mut number = |text: String| {
        let next = u32::try_from(texts.len()).unwrap_or(NONE);
        *texts.entry(text).or_insert(next)
    };
    let mut said: HashMap<u32, u32, FixedState> = HashMap::default();
    let mut sayers: HashMap<u32, (u32, bool), FixedState> = HashMap::default();
    let mut numbers: HashMap<Name<u32>, u32, FixedState> = HashMap::default();
    let mut of_rows: HashMap<[u32; 3], u32, FixedState> = HashMap::default();
    let of_figure = index.figures().iter().map(|figure| {
        let name = figure.name;
        let row = index.row(figure.row).filter(|row| row.time().is_some());
        let Some(row) = row.filter(|_| wanted.get(name as usize) == Some(&true)) else { return NONE };
        *of_rows.entry([name, row.shape(), row.source()]).or_insert_with(|| {
            let said = *said.entry(row.shape()).or_insert_with(|| number(words(index, row.shape())));
            let (service, batch) = *sayers.entry(row.source()).or_insert_with(|| {
                let (service, batch) = sayer(index, row.source());
                (number(service), batch)
            });
            let next = u32::try_from(numbers.len()).unwrap_or(NONE);
            *numbers.entry((name, said, service, batch)).or_insert(next)
        })
    });
    let of_figure: Vec<u32> = of_figure.collect();
    let names = in_order(numbers);
    (of_figure, names, in_order(texts))
}

/// The keys of a table by their numbers.
fn in_order<K>(table: HashMap<K, u32, FixedState>) -> Vec<K> {
    let mut keys: Vec<(K, u32)> = table.into_iter().collect();
    keys.order_by_key(|(_, number)| *number);
    keys.into_iter().map(|(key, _)| key).collect()
}

/// The words of a message.
fn words(index: &Index, shape: u32) -> String {
    index.shape(shape).map_or(String::new(), |shape| masked(shape.message()))
}

/// The service of a source, and whether it is a job.
fn sayer(index: &Index, source: u32) -> (String, bool) {
    let Some(source) = index.sources().get(source as usize) else { return (String::new(), false) };
    let service = if source.service.is_empty() { &source.instance } else { &source.service };
    // A scheduler's tasks are runs as well.
    let is_batch = source.resource.ends_with("_job") || source.resource == lifecycle::repaired::UNITS;
    (service.to_string(), !source.execution.is_empty() || is_batch)
}

impl Series {
    pub(crate) fn rows(&self) -> Vec<u32> {
        findings::sorted(self.points.iter().map(|point| point.row).collect())
    }

    /// Whether its numbers are shares of a hundred.
    pub(crate) fn is_percent(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        ["percent", "pct", "utiliz", "utilis"].iter().any(|word| name.contains(word))
    }

    /// A value as a reader wants it.
    pub(crate) fn words(&self, value: i64) -> String {
        let unit = if self.is_percent() { " %" } else { "" };
        format!("{}{unit}", plain(value))
    }

    /// `` `usedPercent` of `disk usage` (`data-0`) ``.
    pub(crate) fn title(&self) -> Rich {
        let text = Rich::default().c(&self.name).t(" of ").c(words::brief(&self.said, 80));
        if self.of.is_empty() { text } else { text.t(" (").c(&self.of).t(")") }
    }
}

/// A number of thousandths: `41,180`, `95.4`.
pub(crate) fn plain(value: i64) -> String {
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
pub(crate) fn quoted(scene: &Scene<'_>, points: &[(&Series, Point)]) -> Vec<Quote> {
    let quote = |(series, point): &(&Series, Point)| {
        let mut quote = scene.index.quote(point.row)?;
        // A text that states the number itself is quoted as it is.
        let after = quote.text.split_once(series.name.as_str()).map(|(_, after)| after);
        if after.is_some_and(|after| after.starts_with(['=', ':', '"']))
            || quote.text.bytes().any(|b| b.is_ascii_digit()) && after.is_some()
        {
            // Its own words, or as much of them as is known: the number, among others that are not.
            if scene.index.exact_text_of(point.row).is_none()
                && let Some(text) = stated(&quote.text, &series.name, &series.words(point.value))
            {
                quote.text = evidence::clean(&text);
                return Some(quote);
            }
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
            evidence::clean(words::headline(&quote.text, 300).as_str()),
            series.name
        );
        Some(quote)
    };
    points.iter().filter_map(quote).collect()
}

/// A message of the same kind with the value that is known of this one: the number beside the name is replaced, and others are left
/// out, since they are another message's.
fn stated(text: &str, name: &str, value: &str) -> Option<String> {
    let line = text.lines().next()?;
    let is_digit = |c: char| c.is_ascii_digit() || c == ',' || c == '.';
    let is_bound = |at: &usize| {
        let within = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        line.get(at + name.len()..).is_some_and(|rest| rest.starts_with(['=', ':', '"']))
            && !line.get(..*at).is_some_and(|before| before.ends_with(within))
    };
    let named = line.match_indices(name).map(|(at, _)| at).find(is_bound);
    let at = named.or_else(|| line.find(name))?;
    let before = line.get(..at)?.trim_end();
    let number = before.trim_end_matches(is_digit);
    // What stands before `name=4` is the value of another name.
    let range = if named.is_none() && number.len() < before.len() {
        number.len()..before.len()
    } else {
        let from = at + name.len();
        let rest = line.get(from..)?;
        let begin = from + rest.find(|c: char| c.is_ascii_digit()).filter(|gap| *gap <= 3)?;
        let len = line.get(begin..)?.find(|c: char| !is_digit(c)).unwrap_or(line.len() - begin);
        begin..begin + len
    };
    let (head, tail) = (line.get(..range.start)?, line.get(range.end..)?);
    Some(format!("{}{value}{}", without_numbers(head), without_numbers(tail)))
}

/// A text with `…` in place of its numbers.
pub(crate) fn without_numbers(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match (c.is_ascii_digit(), out.ends_with('…')) {
            (true, true) => {}
            (true, false) => out.push('…'),
            _ => out.push(c),
        }
    }
    out
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
pub(crate) fn first_of_instances<'s>(scene: &Scene<'s>) -> BTreeMap<&'s str, i64> {
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

/// Statements that are said seldom and tell of a change.
pub(crate) fn changes(statements: &[Statement]) -> Vec<usize> {
    let is_word = |text: &str| {
        let line = words::headline(text, 200).to_ascii_lowercase();
        !line.contains("deprecat")
            && line.split(|c: char| !c.is_ascii_alphabetic()).any(|word| CHANGES.contains(&word))
    };
    let tells = |statement: &Statement| {
        statement.severity <= Severity::Notice
            && !statement.audit
            && statement.occurrences.len() <= ONCE * SAYERS
            && is_word(&statement.text)
    };
    statements.iter().enumerate().filter(|(_, statement)| tells(statement)).map(|(n, _)| n).collect()
}

/// What was said once, or once by each instance, in the time before a failure or a step began, and tells of a change.
pub(crate) fn said_before(scene: &Scene<'_>, from: i64, until: i64) -> Option<(String, Nanos, Vec<u32>)> {
    let began = scene.index.rows().first()?.time()?.0;
    if from <= began {
        return None;
    }
    let ran = std::cell::OnceCell::new();
    let candidates = scene.changes().iter().filter_map(|number| scene.statements.get(*number));
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
        let at = statements::time(scene.index, *rows.last()?)?;
        (statement.occurrences.len() <= ONCE * instances.len())
            .then(|| (words::headline(&scene.index.text_of(*rows.last().unwrap_or(&0)), 200), at, rows))
    });
    fits.max_by_key(|(text, at, _)| (*at, text.clone()))
}

#[cfg(test)]
mod tests {
    use super::stated;

    #[test]
    fn a_value_is_put_beside_its_own_name() {
        for (text, name, value, said) in [
            (
                "redis=cache-0:6379 used_mb=309.1 size=4",
                "used_mb",
                "311.4",
                "redis=cache-…:… used_mb=311.4 size=…",
            ),
            ("batch_size=50 size=2", "size", "2,800", "batch_size=… size=2,800"),
            ("12 rows written in 3 s", "rows", "17", "17 rows written in … s"),
        ] {
            assert_eq!(stated(text, name, value).as_deref(), Some(said), "{text}");
        }
    }
}
