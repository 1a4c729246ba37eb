//! A job that takes away many times as much as ever before and calls it a success: takes the counts of what its runs deleted, gives a
//! finding with what changed between the last usual run and this one, and what is missed since.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::changes::restated;
use crate::diagnose::changes::switched::{Changed, service};
use crate::diagnose::evidence::{Book, derived, hypothesis, quotes};
use crate::diagnose::findings::told::class;
use crate::diagnose::findings::{Told, sorted};
use crate::diagnose::measures::series::{Point, Series, collect, plain, quoted};
use crate::diagnose::statements::{Statement, time};
use crate::diagnose::troubles;
use crate::diagnose::words::{self, headline};
use crate::entry::figure::Kind;
use crate::entry::{Nanos, Severity};
use crate::order::{Gather as _, Order as _};
use crate::report::model::{Action, Confidence, Count, Finding, Priority, Quote, Rich, Sentence, State, Why};
use std::collections::{BTreeMap, BTreeSet};

/// Usual runs at least, how many times as much is a leap, and how much at least (thousandths).
const RUNS: usize = 2;
const TIMES: i64 = 10;
const LEAST: i64 = 500_000;
/// Words of a count of what is really gone, and of what is made to go.
const GONE: [&str; 3] = ["deleted", "removed", "purged"];
const MEANT: [&str; 8] = ["session", "cache", "temp", "tmp", "expired", "log file", "bytes", "_mb"];
/// Words of what is missed afterwards.
const MISSED: [&str; 8] = [
    "missing",
    "not found",
    "notfound",
    "no such",
    "does not exist",
    "doesn't exist",
    "filenotfound",
    "nosuchkey",
];
/// Failures of a finding whose fields are looked at.
const LOOKED_AT: usize = 50;
/// New messages of the run that are told.
const NEWS: usize = 2;
/// The rule behind the sentence.
const RULE: &str = "what a job counts of each run, against the runs before";

/// A series that leapt, with the first value that did, and how many like it there are.
struct Leap<'s> {
    series: &'s Series,
    before: &'s [Point],
    at: Point,
    runs: usize,
}

/// The leap of a series that has one value a run, if it has one.
fn leap<'s>(scene: &Scene<'_>, series: &'s Series) -> Option<Leap<'s>> {
    let words = format!("{} {}", series.name, series.said).to_ascii_lowercase();
    let execution = |point: &Point| {
        let source = scene.index.row(point.row).and_then(|row| scene.index.source_of(row));
        source.map_or(String::new(), |source| source.execution.to_string())
    };
    let executions: BTreeSet<String> = series.points.iter().map(execution).gathered();
    let is_dry = |point: &Point| {
        let quote = scene.index.quote(point.row).map_or(String::new(), |quote| quote.text);
        let fields = troubles::beside::of_row(scene, point.row).unwrap_or_default();
        let lower = format!("{quote} {fields}").to_ascii_lowercase().replace(['_', '-', '"', ' '], "");
        ["dryrun=true", "dryrun:true", "dryrun=1"].iter().any(|words| lower.contains(words))
    };
    let fits = GONE.iter().any(|word| series.name.to_ascii_lowercase().contains(word))
        && !MEANT.iter().any(|word| words.contains(word))
        && executions.len() == series.points.len();
    if !fits {
        return None;
    }
    let mut most = series.points.first()?.value;
    for (n, point) in series.points.iter().enumerate().skip(RUNS) {
        let before = series.points.get(..n)?;
        most = before.iter().map(|point| point.value).max().unwrap_or(most);
        if most > 0 && point.value >= LEAST && point.value / TIMES >= most {
            let since = series.points.get(n..).unwrap_or(&[]);
            let runs = since.iter().filter(|later| later.value >= point.value / 2).count();
            return (!is_dry(point)).then_some(Leap { series, before, at: *point, runs });
        }
    }
    None
}

/// At most one finding, with what follows from it taken out of the others.
pub(crate) fn find(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Vec<Told>) {
    if scene.index.figures().is_empty() {
        return;
    }
    let all = collect(scene, &[Kind::Cleared]);
    let of_jobs = all.iter().copied().filter(|series| series.batch);
    let best = of_jobs
        .filter_map(|series| leap(scene, series))
        .max_by_key(|leap| (leap.at.value, std::cmp::Reverse(leap.series.said.clone())));
    if let Some(leap) = best {
        let found = tell(scene, book, &leap, told);
        told.push(found);
    }
}

/// What the run says that no run said before.
fn news(scene: &Scene<'_>, leap: &Leap<'_>) -> Vec<(String, u32)> {
    let mine = leap.series.service.as_str();
    let from = leap.before.last().map_or(i64::MIN, |point| point.time);
    let is_new = |said: &&Statement| {
        let row = said.occurrences.firsts().first().copied();
        let at = row.and_then(|row| time(scene.index, row)).map_or(i64::MIN, |at| at.0);
        row.is_some_and(|row| service(scene, row) == mine) && from < at && at <= leap.at.time && !said.audit
    };
    let mut new: Vec<&Statement> = scene.statements.iter().filter(is_new).collect();
    // What a run says of itself each time has other numbers; what warns comes first.
    let rank = |said: &Statement| match said.severity {
        Severity::Default => Severity::Notice,
        severity => severity,
    };
    new.order_by_key(|said| (std::cmp::Reverse(rank(said)), said.occurrences.firsts().first().copied()));
    let told = new.into_iter().take(NEWS);
    told.filter_map(|said| Some((headline(&said.text, 200), *said.occurrences.firsts().first()?))).collect()
}

/// Names in a text: words of letters joined by dashes, dots or underscores, as buckets, tables and queues have them.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
    let is_name = |word: &&str| {
        word.len() >= 6
            && word.contains(['-', '_', '.'])
            && word.bytes().filter(u8::is_ascii_alphabetic).count() * 2 >= word.len()
    };
    words
        .map(|word| word.trim_matches(['.', '-', '_']))
        .filter(is_name)
        .map(str::to_ascii_lowercase)
        .gathered()
}

/// Takes findings out that begin after the leap, tell of something that is missed, and name what the run names; gives them.
fn followers(scene: &Scene<'_>, told: &mut Vec<Told>, leap: &Leap<'_>, quoted: &[Quote]) -> Vec<Told> {
    let own: Vec<&str> = quoted.iter().map(|quote| quote.text.as_str()).collect();
    let fields = quoted.iter().filter_map(|quote| troubles::beside::of_row(scene, quote.row));
    let own = names(&own.into_iter().chain(fields).collect::<Vec<_>>().join(" "));
    let is_about = |t: &Told| {
        let fields =
            t.failures.iter().take(LOOKED_AT).filter_map(|(_, row)| troubles::beside::of_row(scene, *row));
        let quotes = t.finding.quotes.iter().map(|quote| quote.text.as_str());
        let text: Vec<&str> = quotes.chain(fields).collect();
        !names(&format!("{} {}", t.words, text.join(" "))).is_disjoint(&own)
    };
    let (mut kept, mut taken) = (Vec::new(), Vec::new());
    for t in told.drain(..) {
        let lower = format!("{} {}", t.words, t.finding.title.plain()).to_ascii_lowercase();
        let is_missed = MISSED.iter().any(|word| lower.contains(word));
        let later = t.finding.first.is_some_and(|first| first.0 >= leap.at.time);
        if is_missed && later && t.incident.collapse.is_none() && is_about(&t) {
            taken.push(t);
        } else {
            kept.push(t);
        }
    }
    *told = kept;
    taken
}

/// What follows from the leap, as the finding tells it.
struct After {
    priority: Priority,
    state: State,
    last: Nanos,
    rows: Vec<u32>,
    symptoms: Vec<Sentence>,
    quotes: Vec<Quote>,
}

fn after(book: &mut Book<'_>, leap: &Leap<'_>, taken: Vec<Told>) -> After {
    let mut after = After {
        priority: Priority::P1,
        state: State::Once,
        last: Nanos(leap.at.time),
        rows: vec![leap.at.row],
        symptoms: Vec::new(),
        quotes: Vec::new(),
    };
    for other in taken {
        let n = words::count(other.failures.len() as u64, "failure", "failures");
        let text =
            Rich::text(format!("{n} since, of what is missed: ")).c(words::brief(&other.words, 140)).t(".");
        let rule = "failures that begin after the run and tell of something missing";
        after.symptoms.push(derived(text, rule, book.rows(&other.rows)));
        after.symptoms.extend(other.finding.symptoms);
        after.quotes.extend(other.finding.quotes.into_iter().take(1));
        after.priority = after.priority.min(other.priority);
        after.last = after.last.max(other.finding.last.unwrap_or(after.last));
        if other.finding.state == State::Ongoing {
            after.state = State::Ongoing;
        }
        after.rows.extend(other.rows);
    }
    after
}

/// What the run is known to differ in from those before: the sentences, with quotes; the first is the count itself.
fn causes(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    leap: &Leap<'_>,
    changed: &[Changed],
) -> (Vec<Sentence>, Vec<Quote>) {
    let counted = leap.series.title().t(format!(
        " is {} in the run that ends at {} UTC; in the {} before it was {}.",
        plain(leap.at.value),
        Nanos(leap.at.time).date_time(),
        words::count(leap.before.len() as u64, "run", "runs"),
        range(leap.before),
    ));
    let news = news(scene, leap);
    let mut cause = vec![derived(counted, RULE, book.rows(&sorted(leap.series.rows())))];
    cause.extend(changed.iter().map(|changed| changed.of_runs(book)));
    cause.extend(news.iter().map(|(said, row)| {
        let text = Rich::text("This run says what no run before it said: ").c(said).t(".");
        derived(text, "messages of the job before and in this run", book.rows(&[*row]))
    }));
    let good = leap.before.last().copied().unwrap_or(leap.at);
    let mut quoting = quoted(scene, &[(leap.series, good), (leap.series, leap.at)]);
    quoting.extend(changed.iter().take(1).filter_map(|changed| changed.quote(scene)));
    quoting.extend(news.iter().flat_map(|(_, row)| quotes(scene.index, &[*row], 1)));
    (cause, quoting)
}

fn tell(scene: &Scene<'_>, book: &mut Book<'_>, leap: &Leap<'_>, told: &mut Vec<Told>) -> Told {
    let good = leap.before.last().copied().unwrap_or(leap.at);
    let changed = restated::between_runs(scene, [good.time, leap.at.time], leap.at.row);
    let (cause, mut quotes) = causes(scene, book, leap, &changed);
    let taken = followers(scene, told, leap, &quotes);
    let missed: u64 = taken.iter().map(|t| t.failures.len() as u64).sum();
    let after = after(book, leap, taken);
    quotes.extend(after.quotes);
    let who = if leap.series.service.is_empty() { &leap.series.said } else { &leap.series.service };
    let title = Rich::default().c(who).t(format!(" took away {} (", plain(leap.at.value)));
    let title = title.c(&leap.series.name).t(format!("), {} in each run before", range(leap.before)));
    let impact = format!(
        "The run took away {}, {} times the usual number at least, and no error tells.",
        plain(leap.at.value),
        words::number(u64::try_from(leap.at.value / top(leap.before).max(1)).unwrap_or(0)),
    );
    let state = match after.state {
        _ if leap.runs > 1 => "Later runs in the log took away as much.",
        State::Ongoing => "It happened in one run; what it took away is still missed as the log ends.",
        _ => "It happened in one run. The next one will do the same unless what changed is taken back.",
    };
    let evidence = book.rows(&[leap.at.row]);
    let reason = "the numbers are certain; that it was not meant is concluded from the runs before";
    let finding = Finding {
        title,
        class: class(after.priority),
        impact: derived(Rich::text(impact), RULE, evidence),
        state: after.state,
        state_text: derived(Rich::text(state), "order of the values", evidence),
        counts: counts(leap, missed, evidence),
        first: Some(Nanos(leap.at.time)),
        last: Some(after.last),
        symptoms: after.symptoms,
        quotes,
        evidence,
        confidence: Confidence { word: "likely".to_owned(), reason: Rich::text(reason) },
        cause,
        ..Finding::default()
    };
    Told {
        whys: whys(&finding.cause, &changed),
        incident: Incident::default(),
        priority: after.priority,
        failures: vec![(Nanos(leap.at.time), leap.at.row)],
        rows: sorted(after.rows),
        values: BTreeMap::new(),
        words: leap.series.said.clone(),
        advice: Some(advice(who, &changed)),
        finding,
    }
}

fn counts(leap: &Leap<'_>, missed: u64, evidence: Option<u32>) -> Vec<Count> {
    let runs = if leap.runs == 1 { "run that took away too much" } else { "runs that took away too much" };
    let failures = if missed == 1 { "failure since" } else { "failures since" };
    let counts = [(runs, leap.runs as u64), (failures, missed)].into_iter().filter(|(_, n)| *n > 0);
    counts.map(|(what, n)| Count { what: what.to_owned(), n, evidence }).collect()
}

fn top(points: &[Point]) -> i64 {
    points.iter().map(|point| point.value).max().unwrap_or(0)
}

fn range(points: &[Point]) -> String {
    let low = points.iter().map(|point| point.value).min().unwrap_or(0);
    let top = top(points);
    if plain(low) == plain(top) { plain(top) } else { format!("{} to {}", plain(low), plain(top)) }
}

fn whys(cause: &[Sentence], changed: &[Changed]) -> Vec<Why> {
    let step = |question: &str, answer: &Sentence| Why {
        question: Rich::text(question),
        answer: answer.clone(),
        alternatives: Vec::new(),
    };
    let question =
        if changed.is_empty() { "What is new in this run?" } else { "What was other than before?" };
    let mut whys: Vec<Why> = cause.iter().take(1).map(|counted| step("What happened?", counted)).collect();
    whys.extend(cause.iter().skip(1).take(2).map(|sentence| step(question, sentence)));
    let guess = "The setting that says what may go was lost or changed, so that nearly everything fits it. The definition of the job before and after its last change would confirm or refute it.";
    whys.push(step("Why did it take so much?", &hypothesis(Rich::text(guess))));
    whys
}

fn advice(who: &str, changed: &[Changed]) -> Action {
    let mut what = Rich::text("Stop the next run of ").c(who).t(" (pause its schedule) before anything else");
    if let Some(changed) = changed.first() {
        what = what.t(", and set ").c(&changed.name).t(" back to ").c(&changed.was);
    }
    Action {
        priority: Priority::P0,
        what: what.t(". Then bring back what was taken away: from soft delete or earlier versions of the bucket, a backup, or a point-in-time copy, before their retention ends."),
        steps: vec![Rich::text(
            "Let the job refuse to begin without its setting, and to take away more than a few times what it did the last time; try it with a dry run first.",
        )],
        verify: Rich::text("What was missed is found again, and the next run takes away as much as usual."),
        ..Action::default()
    }
}
