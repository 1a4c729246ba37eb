//! What payloads state beside the messages of a failure: takes a trouble, tells fields that have one value in all of it and
//! another one elsewhere, and fields that give a reason.
//!
//! Of each shape only some lines of fields are kept, chosen by hash, so the sentences say of how many they speak.

use super::{Kind, Trouble};
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, observed};
use crate::diagnose::statements::time;
use crate::diagnose::{knowledge, lifecycle, words};
use crate::digest::Shape;
use crate::order::{Gather as _, Order as _};
use crate::report::model::{Rich, Sentence};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of fields that are enough to call a value the same in all.
const ENOUGH: usize = 3;
/// Fields that are named in one sentence.
const NAMED: usize = 4;

/// Parts of keys that name a thing something is about, where no other entry tells that it may have another value.
const THINGS: [&str; 22] = [
    "account",
    "batch",
    "bucket",
    "collection",
    "customer",
    "dataset",
    "document",
    "endpoint",
    "file",
    "host",
    "index",
    "partition",
    "provider",
    "queue",
    "region",
    "shard",
    "table",
    "tenant",
    "topic",
    "upstream",
    "uri",
    "zone",
];
/// Parts of keys that name what is called.
const TARGETS: [&str; 6] = ["target", "upstream", "downstream", "peer", "callee", "dependency"];
/// Parts of keys that give a reason.
const REASONS: [&str; 13] = [
    "reason",
    "code",
    "status",
    "suggest",
    "recommend",
    "hint",
    "circuit",
    "fallback",
    "attempt",
    "limit",
    ".error",
    ".detail",
    ".message",
];

/// One line of fields as pairs.
pub(crate) fn pairs(line: &str) -> Vec<(&str, &str)> {
    let mut pairs = Vec::new();
    let mut rest = line;
    while let Some((key, after)) = rest.split_once('=') {
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(' ').unwrap_or((after, "")),
        };
        pairs.push((key, value));
        rest = next.trim_start();
    }
    pairs
}

/// What stands beside the words of a row, where that is kept.
pub(crate) fn of_row<'s>(scene: &'s Scene<'_>, row: u32) -> Option<&'s str> {
    let row = scene.index.row(row)?;
    let fields = scene.index.shape(row.shape())?.fields();
    // Of two entries of one shape and time nobody knows whose fields they are.
    let same = scene.index.rows_of_shape(row.shape()).iter();
    if same.filter(|other| time(scene.index, **other) == row.time()).nth(1).is_some() {
        return None;
    }
    fields.iter().find(|(at, _)| row.time().is_some_and(|time| time.0 == *at)).map(|(_, line)| *line)
}

/// Shapes of the first rows of a trouble.
pub(crate) fn shapes(scene: &Scene<'_>, trouble: &Trouble) -> BTreeSet<u32> {
    let firsts = trouble.statements.iter().filter_map(|&n| scene.statements.get(n)?.occurrences.first());
    firsts
        .flat_map(|o| o.rows.iter().take(1))
        .filter_map(|&row| Some(scene.index.row(row)?.shape()))
        .gathered()
}

/// What is known of the fields of a trouble.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Vec<Sentence> {
    let own = shapes(scene, root);
    let mut lines: Vec<(i64, &str)> =
        own.iter().filter_map(|&n| scene.index.shape(n)).flat_map(Shape::fields).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    lines.order();
    let evidence = book.rows(&root.rows());
    let mut sentences = Vec::new();
    let many = lines.len() >= ENOUGH && root.occurrences.len() >= ENOUGH;
    let same = if many { constants(scene, &own, &lines) } else { Vec::new() };
    if !same.is_empty() {
        let kept = lines.len();
        let mut text = if kept == root.occurrences.len() {
            Rich::text(format!("All {} have ", words::number(kept as u64)))
        } else {
            Rich::text(format!(
                "Of {} the fields beside the message were kept for {}, and all of these have ",
                words::number(root.occurrences.len() as u64),
                words::number(kept as u64)
            ))
        };
        for (at, (key, value, other)) in same.iter().take(NAMED).enumerate() {
            text = text.t(if at == 0 { "" } else { ", " }).c(format!("{key}={value}"));
            if let Some(other) = other {
                text = text.t(" (elsewhere also ").c(*other).t(")");
            }
        }
        let rule = "one value in every kept line of fields, and another one, if any, in other entries";
        sentences.push(derived(text.t("."), rule, evidence));
    }
    let unknown = matches!(root.kind, Kind::Message | Kind::Suspect | Kind::Exception);
    let told: BTreeSet<&str> = same.iter().map(|(key, _, _)| *key).gathered();
    let first = lines.first().map_or("", |(_, line)| *line);
    let reasons: Vec<String> = pairs(first)
        .into_iter()
        .filter(|(key, _)| !told.contains(key) && has_part(key, &REASONS))
        .map(|(key, value)| format!("{key}={value}"))
        .take(NAMED)
        .collect();
    if unknown {
        sentences.extend(super::answered::tell(scene, book, root));
    }
    if unknown && !reasons.is_empty() {
        let mut text = Rich::text("Beside the message it states ");
        for (at, pair) in reasons.iter().enumerate() {
            text = text.t(if at == 0 { "" } else { ", " }).c(pair);
        }
        sentences.push(observed(text.t("."), evidence));
    }
    sentences
}

/// Whether a trouble may be said on a node: where its fields name nodes, this one is among them in most.
pub(crate) fn may_be_on(scene: &Scene<'_>, trouble: &Trouble, node: &str) -> bool {
    let own = shapes(scene, trouble);
    let lines = own.iter().filter_map(|&n| scene.index.shape(n)).flat_map(Shape::fields);
    let nodes: Vec<&str> = lines
        .flat_map(|(_, line)| pairs(line))
        .filter(|(key, _)| *key == "node")
        .map(|(_, node)| node)
        .collect();
    nodes.is_empty() || nodes.iter().filter(|known| **known == node).count() * 2 > nodes.len()
}

/// Which tasks of a job failed, in which attempts, and how many others ended well.
pub(crate) fn tasks(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    collapse: &lifecycle::collapse::Collapse,
) -> Option<Sentence> {
    let of = |rows: &[u32]| -> BTreeMap<u64, BTreeSet<u64>> {
        let shapes: BTreeSet<u32> =
            rows.iter().filter_map(|&row| Some(scene.index.row(row)?.shape())).gathered();
        let lines = shapes.iter().filter_map(|&n| scene.index.shape(n)).flat_map(Shape::fields);
        let mut tasks: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
        for (_, line) in lines {
            let value = |name| {
                pairs(line)
                    .into_iter()
                    .find(|(key, _)| *key == name)
                    .and_then(|(_, value)| value.parse().ok())
            };
            if let Some(index) = value("task_index") {
                tasks.entry(index).or_default().extend(value("task_attempt"));
            }
        }
        tasks
    };
    let exits: Vec<u32> = collapse.cycles.iter().map(|cycle| cycle.exit).collect();
    let failed = of(&exits);
    let ended: Vec<u32> = scene
        .episodes
        .iter()
        .filter(|e| e.service == collapse.service)
        .flat_map(|e| e.of(knowledge::Phase::Exit))
        .filter(|event| event.code == Some(0))
        .map(|event| event.row)
        .collect();
    let well = of(&ended).into_keys().filter(|index| !failed.contains_key(index)).count();
    if failed.is_empty() || failed.len() == 1 && well == 0 {
        return None;
    }
    let named: Vec<String> = failed
        .iter()
        .take(6)
        .map(|(index, attempts)| {
            let attempts: Vec<String> = attempts.iter().map(u64::to_string).collect();
            match attempts.as_slice() {
                [] => index.to_string(),
                [one] => format!("{index} (attempt {one})"),
                more => format!("{index} (attempts {})", words::list(more)),
            }
        })
        .collect();
    let least = if well >= crate::limits::FIELDS_PER_SHAPE { "at least " } else { "" };
    let text = Rich::text(format!(
        "Of the job's tasks {} failed: index {}; {least}{} ended with exit code 0.",
        words::number(failed.len() as u64),
        words::list(&named),
        words::count(well as u64, "other", "others"),
    ));
    Some(derived(text, "task index and attempt in the labels of the exits", book.rows(&exits)))
}

fn has_part(key: &str, parts: &[&str]) -> bool {
    let lower = key.to_ascii_lowercase();
    parts.iter().any(|part| lower.contains(part))
}

/// What the fields of a trouble name as called, where it is the same in all that are kept.
pub(crate) fn called<'s>(scene: &Scene<'s>, trouble: &Trouble) -> Option<&'s str> {
    let own = shapes(scene, trouble);
    let lines = own.iter().filter_map(|&n| scene.index.shape(n)).flat_map(Shape::fields);
    let mut named = BTreeSet::new();
    for (_, line) in lines {
        let found = pairs(line).into_iter().find(|(key, _)| has_part(key, &TARGETS));
        named.insert(found?.1);
    }
    named.first().copied().filter(|name| named.len() == 1 && name.len() >= 3)
}

/// Keys with one value in all lines, with another value that other entries have.
fn constants<'s>(
    scene: &Scene<'s>,
    own: &BTreeSet<u32>,
    lines: &[(i64, &'s str)],
) -> Vec<(&'s str, &'s str, Option<&'s str>)> {
    let mut values: BTreeMap<&str, (BTreeSet<&str>, usize)> = BTreeMap::new();
    for (_, line) in lines {
        for (key, value) in pairs(line) {
            let known = values.entry(key).or_default();
            known.0.insert(value);
            known.1 += 1;
        }
    }
    let only = values.into_iter().filter_map(|(key, (values, n))| {
        let value = values.first().copied().filter(|_| values.len() == 1 && n == lines.len())?;
        Some((key, value))
    });
    let only: Vec<(&str, &str)> = only.collect();
    if only.is_empty() {
        return Vec::new();
    }
    let others: Vec<(&str, &str)> = (0u32..)
        .zip(scene.index.shapes())
        .filter(|(number, _)| !own.contains(number))
        .flat_map(|(_, shape)| shape.fields_unordered())
        .filter(|line| only.iter().any(|(key, _)| line.contains(key)))
        .flat_map(pairs)
        .filter(|(key, _)| only.iter().any(|(known, _)| known == key))
        .collect();
    let mut found = Vec::new();
    for (key, value) in only {
        let elsewhere = || others.iter().filter(|(known, _)| *known == key).map(|(_, value)| *value);
        let other = elsewhere().find(|other| *other != value);
        // What every entry of the log has tells nothing, and another message may mean something else by the same key.
        if other.is_some() && !elsewhere().any(|known| known == value) {
            found.push((key, value, other));
        } else if elsewhere().next().is_none() && has_part(key, &THINGS) || has_part(key, &TARGETS) {
            found.push((key, value, None));
        }
    }
    found.order_by_key(|(key, _, other)| (other.is_none(), *key));
    found
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn fields_are_read_as_they_are_written() {
        assert_eq!(
            pairs("table=carts why=\"no space left\" n=3"),
            [("table", "carts"), ("why", "no space left"), ("n", "3")]
        );
        assert_eq!(pairs(""), []);
    }
}
