//! Values that are stated again and again, as an instance starts or as a run of a job begins → those that are others than before.

use super::switched::{Changed, service};
use crate::diagnose::causality::Scene;
use crate::diagnose::measures::series::first_of_instances;
use crate::diagnose::statements::time;
use crate::diagnose::troubles::beside::pairs as fields;
use crate::digest::Shape;
use crate::entry::time::SECOND;
use crate::entry::{Nanos, Severity};
use crate::order::Order as _;
use crate::redact::is_secret_name;
use std::collections::BTreeMap;

/// Times that something is said that only a start or a change says.
const OFTEN: usize = 24;
/// The same of runs of a job: as many as fields are kept of, so that all of them are known.
const RUNS: usize = crate::limits::FIELDS_PER_SHAPE;
/// How long after its first entry a program tells its settings, and how far apart two generations start.
const STARTING: i64 = 60 * SECOND;
/// Longest value, and values told.
const LONG: usize = 40;
const NAMED: usize = 3;
/// Words of a name before a colon.
const NAME_WORDS: usize = 4;
/// Parts of names that number or time a start, and are no setting.
const OWN: [&str; 22] = [
    "id", "uuid", "pid", "host", "hostname", "pod", "ip", "addr", "address", "time", "date", "at", "took",
    "duration", "elapsed", "uptime", "ms", "seed", "session", "trace", "span", "thread",
];
/// Parts of names that tell what was deployed.
const DEPLOYED: [&str; 8] = ["version", "commit", "build", "image", "release", "revision", "sha", "tag"];

fn parts(name: &str) -> impl Iterator<Item = String> + '_ {
    name.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase)
}

/// What the instances of a service say as they start, where it differs from what those said that started before; settings
/// first, then what was deployed.
pub(crate) fn between_starts(scene: &Scene<'_>, until: i64, mine: &str) -> Vec<Changed> {
    let mut found: Vec<Changed> = Vec::new();
    for &number in scene.said_at_starts() {
        let rows = scene.index.rows_of_shape(number);
        let Some(shape) = scene.index.shape(number) else { continue };
        if rows.first().is_none_or(|row| service(scene, *row) != mine) {
            continue;
        }
        found.extend(differences(shape, until, false).into_iter().map(|mut changed| {
            changed.rows =
                rows.iter().copied().filter(|row| time(scene.index, *row) <= Some(Nanos(until))).collect();
            changed
        }));
    }
    named(found)
}

/// Shapes that one service says as its instances start, by number: within a minute of an instance's first entry, or in the words of a
/// start.
pub(crate) fn said_at_starts(scene: &Scene<'_>) -> Vec<u32> {
    let firsts = first_of_instances(scene);
    let is_said = |(number, shape): &(u32, &Shape)| {
        let rows = scene.index.rows_of_shape(*number);
        let is_calm = shape.severity() < Severity::Warning && !shape.is_audit();
        if !is_calm || !(2..=OFTEN).contains(&rows.len()) {
            return false;
        }
        let mine = rows.first().map_or("", |row| service(scene, *row));
        let as_it_starts = |row: &u32| {
            let source = scene.index.row(*row).and_then(|row| scene.index.source_of(row));
            let began = source.filter(|source| !source.instance.is_empty());
            let began = began.and_then(|source| firsts.get(source.instance.as_ref()));
            time(scene.index, *row)
                .zip(began)
                .is_some_and(|(at, began)| at.0.saturating_sub(*began) <= STARTING)
        };
        rows.iter().all(|row| service(scene, *row) == mine)
            && (rows.iter().all(as_it_starts) || tells_of_start(shape.text()))
    };
    (0u32..).zip(scene.index.shapes()).filter(is_said).map(|(number, _)| number).collect()
}

/// Words of a line by which a program tells its settings as it starts: where no instance is known, or one that starts anew keeps its name.
const STARTS: [&str; 12] = [
    "application started",
    "server started",
    "service started",
    "worker started",
    "starting with",
    "starting up",
    "startup",
    "running with",
    "worker configuration",
    "configuration loaded",
    "config loaded",
    "effective config",
];

fn tells_of_start(text: &str) -> bool {
    let head = crate::digest::cut(text, 200).to_ascii_lowercase();
    STARTS.iter().any(|words| head.contains(words)) || setting(text).is_some()
}

/// `max.poll.records = 500`: a line that is one dotted name and its value, as programs print their settings when they start.
fn setting(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.trim().split_once(" = ")?;
    let is_name = name.contains(['.', '_'])
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    (is_name && !value.is_empty() && !value.contains(char::is_whitespace)).then_some((name, value))
}

/// What a service says at most once in each run of a job, where it differs from the runs before: what was said last up to `from`
/// has another value in all that is said from then to `until`; settings first, then what was deployed.
pub(crate) fn between_runs(scene: &Scene<'_>, [from, until]: [i64; 2], row: u32) -> Vec<Changed> {
    let mine = service(scene, row);
    let at = |row: &u32| time(scene.index, *row).map(|at| at.0);
    let mut found: Vec<Changed> = Vec::new();
    for (number, shape) in (0u32..).zip(scene.index.shapes()) {
        let rows = scene.index.rows_of_shape(number);
        let is_calm = shape.severity() < Severity::Warning && !shape.is_audit();
        let apart = |pair: &[u32]| {
            let [earlier, later] = pair else { return false };
            at(earlier)
                .zip(at(later))
                .is_some_and(|(earlier, later)| later.saturating_sub(earlier) >= STARTING)
        };
        if !is_calm
            || !(2..=RUNS).contains(&rows.len())
            || shape.fields().len() != rows.len()
            || !rows.windows(2).all(apart)
            || !rows.iter().all(|row| service(scene, *row) == mine)
        {
            continue;
        }
        let changed =
            differences(shape, i64::MAX, true).into_iter().filter(|c| (from..=until).contains(&c.at));
        found.extend(changed.map(|changed| Changed { rows: rows.to_vec(), ..changed }));
    }
    named(found)
}

/// The few that are told, of each name the latest.
fn named(mut found: Vec<Changed>) -> Vec<Changed> {
    let deployed = |changed: &Changed| parts(&changed.name).any(|part| DEPLOYED.contains(&part.as_str()));
    found.order_by_key(|changed| (deployed(changed), std::cmp::Reverse(changed.at), changed.name.clone()));
    found.dedup_by(|later, earlier| later.name == earlier.name);
    found.truncate(NAMED);
    found
}

/// Names with one value in all that was said first, and another one in all that is said since, up to a time.
fn differences(shape: &Shape, until: i64, fields_only: bool) -> Vec<Changed> {
    // Equal texts are kept once, so that what comes back later cannot be told by them.
    let texts = if fields_only { Vec::new() } else { shape.timed() };
    let texts = texts.into_iter().map(|(at, text)| (at, text.to_owned(), text_pairs(text)));
    let beside = shape
        .fields()
        .into_iter()
        .map(|(at, line)| (at, format!("{}\n  {line}", shape.message()), fields(line)));
    let mut values: BTreeMap<&str, Vec<(i64, &str, String)>> = BTreeMap::new();
    for (at, said, pairs) in texts.chain(beside).filter(|(at, ..)| *at <= until) {
        for (name, value) in pairs {
            values.entry(name).or_default().push((at, value, said.clone()));
        }
    }
    let changed = values.into_iter().filter_map(|(name, mut said)| {
        said.order();
        let (_, is, _) = said.last()?;
        let from = said.iter().position(|(_, value, _)| value == is)?;
        let (before, since) = said.split_at_checked(from)?;
        let (was_at, was, _) = before.last()?;
        let (at, _, line) = since.first()?;
        let two =
            before.iter().all(|(_, value, _)| value == was) && since.iter().all(|(_, value, _)| value == is);
        let is_own = parts(name).any(|part| OWN.contains(&part.as_str())) || is_secret_name(name);
        (two && !is_own && at.saturating_sub(*was_at) >= STARTING && is.len().max(was.len()) <= LONG).then(
            || Changed {
                name: name.to_owned(),
                was: (*was).to_owned(),
                is: (*is).to_owned(),
                at: *at,
                rows: Vec::new(),
                said: line.clone(),
            },
        )
    });
    changed.collect()
}

/// `name=value`, and `a name: value` between semicolons, commas and full stops, in a text.
fn text_pairs(text: &str) -> Vec<(&str, &str)> {
    let bare = |c: char| matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | '{' | '}' | '"' | '\'');
    let words = text.split_whitespace().take(100).map(|word| word.trim_matches(bare));
    let pairs = words.filter_map(|word| word.split_once('='));
    let text = crate::digest::cut(text, 600);
    let parts = text.split([';', ',', '\n']).flat_map(|part| part.split(". "));
    let said = parts.filter_map(|part| part.trim().trim_end_matches('.').split_once(": ")).filter(
        |(name, value)| {
            let is_word = !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || c == '=');
            is_word && name.split(' ').count() <= NAME_WORDS
        },
    );
    pairs
        .filter(|(_, value)| !value.is_empty())
        .chain(said)
        .chain(setting(text))
        .filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_alphabetic()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::text_pairs;

    #[test]
    fn pairs_of_a_text_are_found() {
        assert_eq!(text_pairs("config loaded: batch=200, ttl=0s (a=)"), [("batch", "200"), ("ttl", "0s")]);
        assert_eq!(
            text_pairs(
                "Started. Hosting environment: Staging; mail queue: mail-test; see the notes: all of it"
            ),
            [("Hosting environment", "Staging"), ("mail queue", "mail-test")]
        );
    }
}
