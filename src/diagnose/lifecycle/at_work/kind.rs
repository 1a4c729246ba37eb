//! The kind of work that a process was at before most of its ends, wherever it stands among its last words: takes a collapse, gives the message
//! that stands shortly before nearly every end and hardly ever else, as a large export does before the memory is used up.

use super::super::collapse::Collapse;
use super::super::last_words::is_own_words;
use super::{ENDS, LEAST, RAN, ROWS, source};
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::measures::series::first_of_instances;
use crate::diagnose::statements::{self, time};
use crate::diagnose::words::{self, headline};
use crate::entry::Severity;
use crate::entry::time::{SECOND, duration_words};
use crate::order::Order as _;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeMap;

/// How long before an end the work is taken up at most.
const REACH: i64 = 180 * SECOND;

/// Parts of words by which something is taken up, and of those by which a program looks after itself.
const BEGINS: [&str; 18] = [
    "start", "begin", "process", "handl", "receiv", "import", "export", "render", "generat", "build", "load",
    "convert", "crawl", "index", "report", "upload", "resiz", "pars",
];
const OWN: [&str; 15] = [
    "refresh",
    "rotat",
    "schedul",
    "token",
    "cache",
    "snapshot",
    "shutdown",
    "sweep",
    "heap",
    "memory",
    "collect",
    "config",
    "certificate",
    "lease",
    "flush",
];

/// Whether words tell of work that was taken up, and of nothing that a program does for itself.
fn is_work(scene: &Scene<'_>, text: &str) -> bool {
    let head = crate::digest::cut(text, 200).to_ascii_lowercase();
    let known = scene.knowledge.matches(text);
    let mut known = known.iter().filter_map(|found| scene.knowledge.signatures().get(found.signature));
    BEGINS.iter().any(|part| head.contains(part))
        && !OWN.iter().any(|part| head.contains(part))
        && !statements::ordinary::is_sign_of_life(text)
        && !statements::suspect::sounds_bad(text)
        && !known.any(|signature| signature.role.is_benign())
}

/// A message before the ends.
pub(super) struct Work {
    words: String,
    /// The last of it before each end that has one.
    rows: Vec<u32>,
    ends: usize,
    pause: i64,
}

/// Where a message stands before the ends.
#[derive(Clone, Default)]
struct Said {
    /// All its rows there, and the first of each end with the time to it.
    inside: usize,
    firsts: Vec<(u32, i64)>,
    /// How long the process had run by then.
    ages: Vec<i64>,
    /// The number of the last end that it stands before.
    end: usize,
}

/// What stands shortly before the ends, by shape, and ends that have any of it.
fn before_ends(scene: &Scene<'_>, collapse: &Collapse) -> (Vec<Said>, usize) {
    let index = scene.index;
    let began = first_of_instances(scene);
    let mut before: BTreeMap<&str, i64> = BTreeMap::new();
    let mut said: Vec<Said> = vec![Said::default(); index.shapes().len()];
    let mut ends = 0;
    for (number, cycle) in (1..).zip(collapse.cycles.iter().take(ENDS)) {
        let Some(here) = source(scene, cycle.exit).filter(|here| !here.instance.is_empty()) else { continue };
        let Some(at) = time(index, cycle.exit).map(|at| at.0) else { continue };
        let since = before.insert(here.instance.as_ref(), at).unwrap_or(i64::MIN);
        let up = began.get(here.instance.as_ref()).copied().unwrap_or(i64::MIN).max(since);
        let mut any = false;
        let earlier = (0..cycle.exit).rev().take(ROWS).filter_map(|row| Some((row, time(index, row)?.0)));
        for (row, said_at) in earlier.take_while(|(_, t)| *t > since && at - t <= REACH) {
            let entry = index.row(row).filter(|entry| entry.severity() < Severity::Warning);
            let is_here = source(scene, row).is_some_and(|there| {
                there.instance == here.instance
                    && (here.container.is_empty() || there.container == here.container)
            });
            let Some(entry) = entry.filter(|_| is_here && is_own_words(index, row)) else { continue };
            // What a process says as it starts stands before each of its ends.
            let age = said_at.saturating_sub(up);
            let Some(said) = said.get_mut(entry.shape() as usize).filter(|_| age >= RAN) else { continue };
            any = true;
            said.inside += 1;
            // Of several before one end the earliest counts, which comes last here.
            if said.end == number {
                said.firsts.pop();
                said.ages.pop();
            }
            said.end = number;
            said.firsts.push((row, at - said_at));
            said.ages.push(age);
        }
        ends += usize::from(any);
    }
    (said, ends)
}

/// Lowest to highest.
fn spread(all: impl Iterator<Item = i64>) -> i64 {
    let (low, high) = all.fold((i64::MAX, i64::MIN), |(low, high), one| (low.min(one), high.max(one)));
    high.saturating_sub(low)
}

/// The message that begins earliest before the ends, of those that stand before nearly all of them and nowhere else.
pub(super) fn of(scene: &Scene<'_>, collapse: &Collapse) -> Option<Work> {
    let index = scene.index;
    let (said, ends) = before_ends(scene, collapse);
    let is_its = |(shape, said): &(u32, &Said)| {
        let all = index.rows_of_shape(*shape).len();
        // What comes at one age of each process comes with its clock, whatever ends it.
        let by_age = spread(said.ages.iter().copied());
        let by_end = spread(said.firsts.iter().map(|(_, pause)| *pause));
        said.firsts.len() >= LEAST
            && said.firsts.len() * 10 >= ends * 9
            && said.inside * 10 >= all * 9
            && by_age > by_end.saturating_mul(2)
            && index.shape(*shape).is_some_and(|shape| is_work(scene, shape.text()))
    };
    let found = (0u32..).zip(&said).filter(is_its).map(|(shape, said)| {
        let mut pauses: Vec<i64> = said.firsts.iter().map(|(_, pause)| *pause).collect();
        pauses.order();
        (pauses.get(pauses.len() / 2).copied().unwrap_or(0), shape, said)
    });
    let (pause, shape, said) = found.max_by_key(|(pause, shape, _)| (*pause, std::cmp::Reverse(*shape)))?;
    let words = headline(statements::prefix::unprefixed(index.shape(shape)?.text()), 160);
    Some(Work { words, rows: said.firsts.iter().map(|(row, _)| *row).collect(), ends, pause })
}

impl Work {
    /// The same as a sentence.
    pub(super) fn tell(&self, book: &mut Book<'_>) -> Sentence {
        let text = Rich::text("It was at the same kind of work before it ended: ").c(&self.words);
        let text = text.t(format!(
            " stands before {} of the {} in which it said something, {} before in the middle, and hardly anywhere else in this log.",
            words::number(self.rows.len() as u64),
            words::count(self.ends as u64, "end", "ends"),
            duration_words(self.pause),
        ));
        let rule =
            "a calm message of the same instance shortly before each end, against all places where it stands";
        derived(text, rule, book.rows(&self.rows))
    }

    /// First aid.
    pub(super) fn step(&self) -> Rich {
        Rich::text("First aid: keep the work that ").c(&self.words).t(
            " tells of away until it is repaired (refuse it, limit its size, or run it apart with more room), so that it takes nobody else with it.",
        )
    }
}
