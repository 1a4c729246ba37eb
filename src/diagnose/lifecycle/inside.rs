//! A collapse → its incident: of what happens inside its cycles the most specific cause is the root, everything else a consequence.

use super::collapse::{Collapse, What};
use crate::diagnose::causality::relations::{explains, is_end, is_request};
use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::findings::extent::serves_between;
use crate::diagnose::knowledge::Role;
use crate::diagnose::statements::time;
use crate::diagnose::troubles::{Kind, Trouble};
use crate::entry::Severity;
use crate::entry::time::SECOND;
use crate::order::Order as _;
use std::collections::BTreeMap;

/// A trouble that happens inside the cycles of a collapse.
struct Inside {
    number: usize,
    /// Share (per cent) of its occurrences inside.
    share: usize,
    /// Cycles it happens in.
    hit: usize,
    /// Median of the times from its first occurrence in a cycle to the cycle's end.
    lead_nanos: i64,
}

/// The incident of a collapse: its most specific cause as root, everything else that happens inside as consequence.
pub(crate) fn around(scene: &Scene<'_>, collapse: Collapse, taken: &mut [bool]) -> Incident {
    let total = collapse.cycles.len();
    let all = |steps: &Steps| -> Vec<Inside> {
        let free = (0..scene.troubles.len()).filter(|number| !taken.get(*number).copied().unwrap_or(true));
        free.filter_map(|number| inside(scene, &collapse, steps, number)).collect()
    };
    let is_telling = |candidate: &&Inside| {
        candidate.hit * 10 >= total * 3
            && scene.troubles.get(candidate.number).is_some_and(|t| rank(scene, t) > 0)
    };
    let steps = last_steps(scene, &collapse);
    let late = Some(all(&steps)).filter(|late| steps.is_empty() || late.iter().any(|one| is_telling(&one)));
    let inside = late.unwrap_or_else(|| all(&Steps::new()));
    let root = inside
        .iter()
        .filter(is_telling)
        .max_by_key(|candidate| {
            let rank = scene.troubles.get(candidate.number).map_or(0, |t| rank(scene, t));
            // Among known causes the earliest leads; of mere words those nearest to the end.
            let lead = if rank > 1 { candidate.lead_nanos } else { -candidate.lead_nanos };
            let traced = scene
                .troubles
                .get(candidate.number)
                .is_some_and(|t| t.role == Role::Symptom && t.trace(scene.statements).is_some());
            (candidate.hit * 10 >= total * 6, rank, candidate.hit, traced, candidate.share, lead)
        })
        .map(|candidate| behind(scene, &inside, candidate))
        .map(|candidate| (candidate.number, candidate.lead_nanos));
    let mut symptoms = Vec::new();
    for candidate in &inside {
        let Some(trouble) = scene.troubles.get(candidate.number) else { continue };
        let is_root = root.is_some_and(|(number, _)| number == candidate.number);
        // What is said clearly before the cause is another matter, and warnings repeat only because starts repeat.
        let before = root.is_some_and(|(_, lead)| candidate.lead_nanos > lead + SECOND / 4);
        let apart = trouble.role == Role::Warning && trouble.kind != Kind::Suspect
            || trouble.kind == Kind::Suspect && before;
        // What was said last is only told where nothing better is known.
        if !is_root && !apart && trouble.kind != Kind::LastWords {
            symptoms.push(candidate.number);
        }
        if (is_root || !apart)
            && let Some(slot) = taken.get_mut(candidate.number)
        {
            *slot = true;
        }
    }
    let root = root.map(|(number, _)| number);
    Incident { root, symptoms, collapse: Some(collapse), ..Incident::default() }
}

/// What is known to lead to a cause and happens in as many cycles: it may be printed after it, as a compiler goes by the names of files.
fn behind<'i>(scene: &Scene<'_>, inside: &'i [Inside], cause: &'i Inside) -> &'i Inside {
    let trouble = |one: &Inside| scene.troubles.get(one.number);
    let leads = |one: &&Inside| {
        trouble(one).zip(trouble(cause)).is_some_and(|(one, cause)| {
            one.role == Role::Cause && explains(scene, one, cause) && !explains(scene, cause, one)
        }) && one.hit >= cause.hit
    };
    inside.iter().find(leads).unwrap_or(cause)
}

/// The rows by which the last step of each failed build begins, by cycle and step of Cloud Build.
type Steps = Vec<(usize, String, u32)>;

/// Docker ends with the first command that fails, so that nothing said before the last step of a build ended it, such as the pull of a cache
/// that is not there yet (moby/moby builder/dockerfile/evaluator.go).
fn last_steps(scene: &Scene<'_>, collapse: &Collapse) -> Steps {
    let mut last = Steps::new();
    if collapse.what != What::Build {
        return last;
    }
    for (number, shape) in (0u32..).zip(scene.index.shapes()) {
        let (of, said) = step_of(shape.text());
        if !begins_step(said) {
            continue;
        }
        for &row in scene.index.rows_of_shape(number) {
            if let Some(cycle) = collapse.cycle_of(scene.index, row) {
                match last.iter_mut().find(|(known, step, _)| *known == cycle && step == of) {
                    Some((_, _, last)) => *last = (*last).max(row),
                    None => last.push((cycle, of.to_owned(), row)),
                }
            }
        }
    }
    last
}

/// `Step #0 - "Build"` and what is said in it.
fn step_of(text: &str) -> (&str, &str) {
    let line = text.lines().next().unwrap_or("");
    line.split_once(": ").filter(|(step, _)| step.starts_with("Step #")).unwrap_or(("", line))
}

/// `Step 10/18 : RUN npm run build`, as the classic builder of Docker prints it.
fn begins_step(line: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let Some((step, command)) = line.strip_prefix("Step ").and_then(|rest| rest.split_once(" : ")) else {
        return false;
    };
    let verb = command.split(' ').next().unwrap_or("");
    step.split_once('/').is_some_and(|(step, all)| is_number(step) && is_number(all))
        && verb.len() >= 3
        && verb.bytes().all(|b| b.is_ascii_uppercase())
}

/// Of a process that came up and served, only what is said shortly before it ends has to do with its end: within a fifth of its
/// life, and within these bounds. What fails meanwhile fails in every such cycle, whatever ended it.
const LATE: std::ops::RangeInclusive<i64> = 30 * SECOND..=120 * SECOND;

/// How a trouble lies in the cycles, if it belongs to them.
fn inside(scene: &Scene<'_>, collapse: &Collapse, steps: &Steps, number: usize) -> Option<Inside> {
    let trouble = scene.troubles.get(number).filter(|trouble| trouble.kind != Kind::ClientErrors)?;
    let serves = matches!(collapse.what, What::Loop | What::Crash) && serves_between(scene, collapse);
    // By cycle: how long before its end the first and the last occurrence stand.
    let mut cycles: BTreeMap<usize, [i64; 2]> = BTreeMap::new();
    let (mut n, mut own) = (0, 0);
    for occurrence in trouble.occurrences.iter() {
        own += usize::from(is_of(scene, collapse, occurrence.first()));
        let Some(number) = collapse.cycle_of(scene.index, occurrence.first()) else { continue };
        let is_passed = || {
            let text = scene.index.text_of(occurrence.first());
            let of = step_of(&text).0;
            steps.iter().any(|(cycle, step, row)| *cycle == number && step == of && occurrence.first() < *row)
        };
        if trouble.role == Role::Cause && !steps.is_empty() && is_passed() {
            continue;
        }
        let at = time(scene.index, occurrence.first()).map_or(0, |t| t.0);
        let lead = collapse.cycles.get(number).map_or(0, |cycle| cycle.until.0 - at);
        let late =
            |cycle: &super::Cycle| ((cycle.until.0 - cycle.from.0) / 5).clamp(*LATE.start(), *LATE.end());
        if serves && collapse.cycles.get(number).is_some_and(|cycle| lead > late(cycle)) {
            continue;
        }
        n += 1;
        let [first, last] = cycles.entry(number).or_insert([lead; 2]);
        (*first, *last) = ((*first).max(lead), (*last).min(lead));
    }
    let hit = cycles.len();
    let total = trouble.occurrences.len().max(1);
    let share = n * 100 / total;
    let median = |of: fn([i64; 2]) -> i64| {
        let mut leads: Vec<i64> = cycles.values().copied().map(of).collect();
        leads.order();
        leads.get(leads.len() / 2).copied().unwrap_or(0)
    };
    let lead_nanos = median(|[first, _]| first);
    let is_cause = trouble.role == Role::Cause;
    // What goes on all the time happens in every cycle too.
    let comes_along = hit * 2 >= collapse.cycles.len() && is_cause && share >= 20;
    // Others meet the same failure and live on: what counts is that this process ends of it each time.
    let ends_it = is_cause
        && matches!(trouble.kind, Kind::Signature(_))
        && !trouble.generic
        && hit >= 3
        && hit * 10 >= collapse.cycles.len() * 9
        && n * 10 >= own * 9
        && median(|[_, last]| last) <= 10 * SECOND;
    if n == 0 || share < 60 && !comes_along && !ends_it {
        return None;
    }
    Some(Inside { number, share, hit, lead_nanos })
}

/// Whether a row is said by the revision or job that a collapse is about.
fn is_of(scene: &Scene<'_>, collapse: &Collapse, row: u32) -> bool {
    scene.index.row(row).and_then(|row| scene.index.source_of(row)).is_some_and(|source| {
        let name = if source.revision.is_empty() { &source.execution } else { &source.revision };
        source.service == collapse.service.as_str()
            && (collapse.name.is_empty() || name == collapse.name.as_str())
    })
}

/// How much a trouble says about the cause of a collapse.
fn rank(scene: &Scene<'_>, trouble: &Trouble) -> u8 {
    match (trouble.role, trouble.kind, trouble.generic) {
        (Role::Cause, Kind::Signature(_), false) => 4,
        (Role::Cause, Kind::Exception, _) => 3,
        (Role::Cause, Kind::Message, _) => 2,
        (Role::Cause, Kind::LastWords, _) | (_, Kind::Suspect, _) => 1,
        (Role::Cause, _, _) => 2,
        // A known consequence is better than nothing, unless it is only the end itself in other words.
        (Role::Symptom, Kind::Signature(number), false)
            if scene
                .knowledge
                .signatures()
                .get(number)
                .is_some_and(|s| s.lifecycle.is_none() && !is_end(s))
                && !is_request(scene, trouble) =>
        {
            if trouble.severity == Severity::Warning {
                1
            } else {
                2
            }
        }
        // An exception says more than an exit code, whatever is known of its kind.
        (Role::Symptom, Kind::Signature(_), _)
            if trouble.trace(scene.statements).is_some() && !is_request(scene, trouble) =>
        {
            1
        }
        _ => 0,
    }
}
