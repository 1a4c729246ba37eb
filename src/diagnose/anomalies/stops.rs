//! What stops without having kept a pace: a host or pod that talked all the time, and requests that no longer arrive; and
//! requests that suddenly come much more often.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::findings::onset;
use crate::diagnose::measures::rhythm::Silence;
use crate::diagnose::statements::time;
use crate::diagnose::{measures, words};
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::order::{Gather as _, Order as _};
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeSet;

/// Entries of what talks all the time, and how many of its longest pauses it talked for.
const ENTRIES: usize = 100;
const LIFE_PAUSES: i64 = 20;
/// A silence is at least this many of its longest pauses so far, and this long.
const SILENT_PAUSES: i64 = 10;
const SILENT: i64 = 300 * SECOND;

/// Platforms whose instances come and go with the load: their silence means nothing.
const ELASTIC: [&str; 6] = ["cloud_run", "cloud_function", "gae_app", "lambda", "build", "dataflow"];

/// Hosts and pods that fell silent while others of the same files go on.
pub(crate) fn instances(scene: &Scene<'_>) -> Vec<Silence> {
    let sources = scene.index.sources();
    let is_steady = |source: &&crate::entry::Source<'_>| {
        let elastic = ELASTIC.iter().any(|name| source.resource.contains(name));
        !elastic && source.execution.is_empty() && !source.instance.is_empty()
    };
    // A host with several programs is one host.
    let names: BTreeSet<&str> = sources.iter().filter(is_steady).map(|s| s.instance.as_ref()).gathered();
    let names: Vec<&str> = names.into_iter().collect();
    if names.len() < 2 {
        return Vec::new();
    }
    let host_of: Vec<Option<usize>> = sources
        .iter()
        .map(|s| Some(s).filter(is_steady).and_then(|s| names.binary_search(&s.instance.as_ref()).ok()))
        .collect();
    let mut hosts: Vec<Vec<(i64, u32)>> = vec![Vec::new(); names.len()];
    for (n, row) in (0u32..).zip(scene.index.rows()) {
        let host = host_of.get(row.source() as usize).copied().flatten().and_then(|host| hosts.get_mut(host));
        if let (Some(beats), Some(at)) = (host, row.time()) {
            beats.push((at.0, n));
        }
    }
    names.into_iter().zip(hosts).filter_map(|(name, beats)| host(scene, name, &beats)).collect()
}

/// The longest pause between instants (ascending).
fn longest_pause(times: &[(i64, u32)]) -> i64 {
    times.iter().zip(times.iter().skip(1)).map(|(a, b)| b.0 - a.0).max().unwrap_or(0)
}

fn host(scene: &Scene<'_>, name: &str, beats: &[(i64, u32)]) -> Option<Silence> {
    let pause = longest_pause(beats).max(SECOND);
    let (first, (last, row)) = (beats.first()?.0, beats.last().copied()?);
    if beats.len() < ENTRIES || last - first < pause * LIFE_PAUSES {
        return None;
    }
    let source_of = |n: u32| scene.index.row(n).and_then(|row| scene.index.source_of(row));
    let service = source_of(row)?.service.as_ref();
    let file = scene.index.row(row)?.file();
    let after: Vec<u32> = (row + 1..)
        .zip(scene.index.rows().iter().skip(row as usize + 1))
        .filter(|(_, row)| row.file() == file)
        .map(|(n, _)| n)
        .collect();
    let end = time(scene.index, *after.last()?)?;
    // A pod that takes its place makes the end a wanted one; so does a host that goes down in words.
    let mut known: Vec<&str> = (0..=row)
        .filter_map(source_of)
        .filter(|s| s.service == service)
        .map(|s| s.instance.as_ref())
        .collect();
    known.order();
    let replaced = after.iter().filter_map(|n| source_of(*n)).any(|s| {
        !service.is_empty() && s.service == service && known.binary_search(&s.instance.as_ref()).is_err()
    });
    let wanted = replaced
        || beats.iter().rev().take(20).any(|(_, n)| measures::rhythm::says_stop(&scene.index.text_of(*n)));
    (end.0 - last >= pause.saturating_mul(SILENT_PAUSES).max(SILENT)).then(|| Silence {
        name: name.to_owned(),
        service: name.to_owned(),
        steady: false,
        period: pause,
        beats: beats.to_vec(),
        since: Nanos(last),
        row,
        until: None,
        lasted: end.0 - last,
        telling: true,
        of_service: Vec::new(),
        others: after,
        wanted,
    })
}

/// Remarks beside the timeline: requests that stop, and requests that come much more often.
pub(crate) fn traffic(scene: &Scene<'_>, book: &mut Book<'_>) -> Vec<Sentence> {
    let requests: Vec<(i64, u32)> =
        scene.index.requests().iter().filter_map(|r| Some((time(scene.index, r.row)?.0, r.row))).collect();
    let mut notes = Vec::new();
    notes.extend(onset::surge(scene, book, &requests));
    let (Some(first), Some((last, row))) = (requests.first(), requests.last().copied()) else { return notes };
    let file = scene.index.row(row).map(crate::digest::Row::file);
    let after: Vec<u32> = (row + 1..)
        .zip(scene.index.rows().iter().skip(row as usize + 1))
        .filter(|(_, row)| Some(row.file()) == file)
        .map(|(n, _)| n)
        .collect();
    let end = after.last().and_then(|n| time(scene.index, *n)).map_or(last, |end| end.0);
    let pause = longest_pause(&requests).max(SECOND);
    let middle = last + (end - last) / 2;
    let early = after.iter().filter(|n| time(scene.index, **n).is_some_and(|t| t.0 < middle)).count();
    let is_silent = requests.len() >= ENTRIES
        && last - first.0 >= pause * LIFE_PAUSES
        && end - last >= (pause * SILENT_PAUSES).max(SILENT)
        && early > 0
        && after.len() >= 5;
    if is_silent {
        let text = format!(
            "No request after {} UTC: there were {} before, never more than {} apart, and the log goes on for {} with {}.",
            Nanos(last).date_time(),
            words::number(requests.len() as u64),
            duration_words(pause),
            duration_words(end - last),
            words::count(after.len() as u64, "other entry", "other entries"),
        );
        let rows: Vec<u32> = requests.iter().map(|(_, row)| *row).collect();
        notes.push(derived(
            Rich::text(text),
            "pauses between requests against the time after the last one",
            book.rows(&rows),
        ));
    }
    notes
}
