//! Work that goes on without doing anything: runs whose count of rows (records, documents …) fell to nothing and stays there,
//! although each says that all is well; and dates far ahead of their entry up to which something claims to be done.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::changes::switched::{Changed, RESTATED};
use crate::diagnose::evidence::{Book, derived, hypothesis};
use crate::diagnose::findings::{Told, sorted};
use crate::diagnose::knowledge::Phase;
use crate::diagnose::measures::series::{Point, Series, collect, plain, quoted};
use crate::diagnose::{statements, words};
use crate::entry::Nanos;
use crate::entry::figure::Kind;
use crate::entry::time::{SECOND, duration_words};
use crate::order::Order as _;
use crate::report::model::{Action, Class, Confidence, Count, Finding, Priority, Rich, Sentence, State, Why};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) mod answers;
mod jobs;

/// Values before and since at least: of a job, and of a service that does batch work.
const OF_JOB: [usize; 2] = [2, 3];
const OF_SERVICE: [usize; 2] = [8, 5];
/// What a job did at least each time where few runs show it, in thousandths, and how many are few.
const MUCH: i64 = 50_000;
const FEW: usize = 4;
/// A value is nothing below this part of the usual one.
const PART: i64 = 20;
/// Share of earlier values (per cent) that may be nothing too.
const EXCEPTIONS: usize = 5;
/// Values from which on the highest and lowest tenth are left out of a range.
const TRIMMED: usize = 20;
/// Series told one by one.
const NAMED: usize = 4;
/// Words by which a message of a service tells of batch work.
const BATCH: [&str; 16] = [
    "export", "import", "sync", "etl", "ingest", "batch", "job", "backup", "report", "aggregat", "crawl",
    "scrape", "migrat", "archiv", "replicat", "load",
];

/// A series that fell to nothing, with the place of the first value that is nothing.
struct Fall<'s> {
    series: &'s Series,
    cut: usize,
    /// Runs since, by execution where executions are named.
    runs: usize,
    /// Whether a job says it, by the platform's word or its own.
    batch: bool,
}

impl Fall<'_> {
    fn before(&self) -> &[Point] {
        self.series.points.get(..self.cut).unwrap_or(&[])
    }

    fn since(&self) -> &[Point] {
        self.series.points.get(self.cut..).unwrap_or(&[])
    }

    /// Lowest and highest value, but for the tenth at either end of a long series.
    fn range(points: &[Point]) -> [i64; 2] {
        let mut values: Vec<i64> = points.iter().map(|point| point.value).collect();
        values.sort_unstable();
        let off = if values.len() >= TRIMMED { values.len() / 10 } else { 0 };
        let low = values.get(off).copied().unwrap_or(0);
        [low, values.iter().rev().nth(off).copied().unwrap_or(low)]
    }

    /// `0`, or the range of what is left.
    fn left(&self) -> String {
        spread(Fall::range(self.since()))
    }
}

/// The range of values in words: of a long series without the tenth at either end, which is said.
fn ranged(points: &[Point]) -> String {
    let mostly = if points.len() >= TRIMMED { "mostly " } else { "" };
    format!("{mostly}{}", spread(Fall::range(points)))
}

fn spread([low, high]: [i64; 2]) -> String {
    if plain(low) == plain(high) { plain(low) } else { format!("{} to {}", plain(low), plain(high)) }
}

/// At most one finding.
pub(crate) fn find(scene: &Scene<'_>, book: &mut Book<'_>) -> Option<Told> {
    if scene.index.figures().is_empty() {
        return None;
    }
    let all = collect(scene, &[Kind::Work, Kind::Ahead]);
    let told = jobs::told(scene, &all);
    let mut falls: Vec<Fall<'_>> =
        all.iter().zip(told).filter_map(|(series, told)| fall(scene, series, told)).collect();
    // What is said once a run sums it up, and best what is said last.
    falls.order_by_key(|fall| {
        let each = fall.since().len().div_ceil(fall.runs.max(1));
        let first = fall.since().first().map_or(0, |point| point.time);
        (!fall.batch, each, std::cmp::Reverse(first), fall.series.said.clone())
    });
    let service = falls.first()?.series.service.clone();
    falls.retain(|fall| fall.series.service == service);
    let ahead: Vec<&Series> =
        all.iter().copied().filter(|s| s.kind == Kind::Ahead && s.service == service).collect();
    falls.first().map(|main| tell(scene, book, main, &falls, &ahead))
}

fn fall<'s>(scene: &Scene<'_>, series: &'s Series, told: bool) -> Option<Fall<'s>> {
    let batch = series.batch || told;
    if series.kind != Kind::Work {
        return None;
    }
    let said = series.said.to_ascii_lowercase();
    let [n_before, n_since] = if batch { OF_JOB } else { OF_SERVICE };
    if series.points.len() < n_before + n_since || !batch && !BATCH.iter().any(|word| said.contains(word)) {
        return None;
    }
    // Usual is what the first half has in the middle.
    let half = series.points.get(..series.points.len().div_ceil(2))?;
    let mut values: Vec<i64> = half.iter().map(|point| point.value).collect();
    values.sort_unstable();
    let usual = *values.get(values.len() / 2)?;
    let bound = usual / PART;
    let cut = series.points.iter().rposition(|point| point.value > bound)? + 1;
    let (before, since) = series.points.split_at_checked(cut)?;
    let nothing = before.iter().filter(|point| point.value <= bound).count();
    let runs = jobs::runs(scene, batch, since);
    let lasts = |points: &[Point]| {
        points.last().zip(points.first()).map_or(0, |(b, a)| b.time.saturating_sub(a.time))
    };
    let fits = usual > 0
        && (before.len() >= FEW || usual >= MUCH)
        && before.len() >= n_before
        && runs >= n_since
        && nothing * 100 <= before.len() * EXCEPTIONS
        // A quiet hour of a service is no fall.
        && (series.batch
            || lasts(since).saturating_mul(5) >= lasts(before) && since.iter().all(|point| point.value == 0));
    fits.then_some(Fall { series, cut, runs, batch })
}

fn tell(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    main: &Fall<'_>,
    falls: &[Fall<'_>],
    ahead: &[&Series],
) -> Told {
    let dates = dates(ahead);
    let points = falls.iter().flat_map(Fall::since).chain(ahead.iter().flat_map(|s| &s.points));
    let rows = sorted(points.map(|point| point.row).collect());
    let changed = jobs::changed(scene, main);
    let finding = finding(scene, book, main, falls, &dates, &changed);
    let finding = Finding { evidence: book.rows(&rows), ..finding };
    let date = dates.first().and_then(|_| finding.cause.get(falls.len().min(NAMED)));
    Told {
        whys: whys(&finding, date, &changed),
        incident: Incident::default(),
        priority: Priority::P1,
        failures: main.since().iter().map(|point| (Nanos(point.time), point.row)).collect(),
        rows,
        values: BTreeMap::new(),
        words: main.series.said.clone(),
        advice: Some(advice(main, dates.first(), &changed)),
        finding,
    }
}

/// The first entry of each date ahead: said again when it is read, it is the same date.
fn dates<'s>(ahead: &[&'s Series]) -> Vec<(&'s Series, Point)> {
    let mut dates: Vec<(&Series, Point)> =
        ahead.iter().filter_map(|s| Some((*s, *s.points.first()?))).collect();
    dates.order_by_key(|(series, point)| (point.time, point.row, series.name.clone()));
    let mut known: BTreeSet<&str> = BTreeSet::new();
    dates.retain(|(series, _)| known.insert(series.of.as_str()));
    dates
}

/// Whether the platform counts the runs of a service as good.
fn ends_well(scene: &Scene<'_>, service: &str) -> bool {
    let mut episodes = scene.episodes.iter().filter(|e| e.service == service && !service.is_empty());
    episodes.any(|e| {
        e.events.iter().any(|e| e.phase == Phase::JobDone || e.phase == Phase::Exit && e.code == Some(0))
    })
}

fn finding(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    main: &Fall<'_>,
    falls: &[Fall<'_>],
    dates: &[(&Series, Point)],
    changed: &[Changed],
) -> Finding {
    let since: Vec<u32> = main.since().iter().map(|point| point.row).collect();
    let evidence = book.rows(&since);
    let first = main.since().first().map(|point| Nanos(point.time));
    let mut shown: Vec<(&Series, Point)> = dates.to_vec();
    for fall in falls.iter().take(2) {
        shown.extend(fall.before().last().map(|point| (fall.series, *point)));
        shown.extend(fall.since().first().map(|point| (fall.series, *point)));
    }
    shown.order_by_key(|(_, point)| (point.time, point.row));
    let mut cause: Vec<Sentence> = falls.iter().take(NAMED).map(|fall| sentence(book, fall)).collect();
    cause.extend(dates.iter().take(NAMED).map(|(series, point)| date(book, series, *point, first)));
    cause.extend(changed.iter().map(|changed| changed.of_runs(book)));
    let news = jobs::news(scene, book, main);
    cause.extend(news.iter().map(|(sentence, _)| sentence.clone()));
    let from = first.map_or(i64::MIN, |at| at.0);
    let silent = !statements::suspect::sounds_bad_since(scene, &main.series.service, from);
    let silent = if silent { ", and no error tells" } else { "" };
    let runs = words::count(main.runs as u64, "run", "runs");
    let mut impact = Rich::text(format!("These {runs} did nothing by their own count{silent}"));
    if ends_well(scene, &main.series.service) {
        impact = impact.t(": each run counts as a success");
    } else if let Some(claim) = jobs::claim(scene, main.since()) {
        impact = impact.t(": each says ").c(claim).t(" nevertheless");
    }
    let impact = impact.t(".");
    let state = "The last value in the log is one of them: it is still so when the log ends.";
    let reason = "the numbers are certain; that there was work to do is concluded from the runs before";
    Finding {
        title: title(main, dates.first()),
        class: Class::Warning,
        impact: derived(impact, "values of the field in each run", evidence),
        state: State::Ongoing,
        state_text: derived(Rich::text(state), "order of the values", evidence),
        counts: vec![Count { what: "runs without work".to_owned(), n: main.runs as u64, evidence }],
        first,
        last: main.since().last().map(|point| Nanos(point.time)),
        quotes: quoted(scene, &shown)
            .into_iter()
            .chain(changed.iter().filter_map(|c| c.quote(scene)))
            .chain(news.into_iter().flat_map(|(_, quotes)| quotes))
            .collect(),
        confidence: Confidence { word: "likely".to_owned(), reason: Rich::text(reason) },
        cause,
        ..Finding::default()
    }
}

/// `` `nightly-export` does nothing in its last 4 runs: 0 rows, 38,112 to 46,020 before ``.
fn title(main: &Fall<'_>, date: Option<&(&Series, Point)>) -> Rich {
    let who = if main.series.service.is_empty() { &main.series.said } else { &main.series.service };
    let text = Rich::default().c(who).t(format!(
        " does nothing in its last {}: {} ",
        words::count(main.runs as u64, "run", "runs"),
        main.left()
    ));
    let text = text.c(&main.series.name).t(format!(", {} before", ranged(main.before())));
    match date {
        Some((series, _)) => text.t("; its ").c(&series.name).t(" is ").c(&series.of).t(", in the future"),
        None => text,
    }
}

/// `` `rows` of `export finished` is 0 in each of the 4 since …; in the 6 before it was 38,112 to 46,020. ``
fn sentence(book: &mut Book<'_>, fall: &Fall<'_>) -> Sentence {
    let first = fall.since().first().map_or(String::new(), |point| Nanos(point.time).date_time());
    let last = fall.since().last().map_or(String::new(), |point| Nanos(point.time).date_time());
    let text = fall.series.title().t(format!(
        " is {} in each of the {} from {first} to {last} UTC, the last in the log; in the {} before it was {}.",
        fall.left(),
        words::number(fall.since().len() as u64),
        words::number(fall.before().len() as u64),
        ranged(fall.before()),
    ));
    derived(text, "a number of each run that fell to nothing and stays there", book.rows(&fall.series.rows()))
}

fn date(book: &mut Book<'_>, series: &Series, point: Point, first: Option<Nanos>) -> Sentence {
    let ahead = point.value / 1000;
    let far = if ahead >= 2 * 31_557_600 {
        format!("{} years", (ahead + 15_778_800) / 31_557_600)
    } else {
        duration_words(ahead.saturating_mul(SECOND))
    };
    let mut text =
        Rich::default().c(&series.said).t(" has ").c(&series.name).t(" ").c(&series.of).t(format!(
            " at {} UTC: {far} ahead of the entry itself, so a wrong date",
            Nanos(point.time).date_time()
        ));
    if first.is_some_and(|first| point.time < first.0) {
        text =
            text.t(", and before the first of these runs; what looks only for what is newer finds nothing");
    }
    derived(text.t("."), "a date far later than its entry", book.rows(&series.rows()))
}

fn whys(finding: &Finding, date: Option<&Sentence>, changed: &[Changed]) -> Vec<Why> {
    let why =
        |question: &str, answer| Why { question: Rich::text(question), answer, alternatives: Vec::new() };
    let mut whys = vec![
        why("What is missing?", finding.impact.clone()),
        why("How does it show?", finding.cause.first().cloned().unwrap_or_default()),
    ];
    let restated = finding.cause.iter().find(|sentence| sentence.rule == RESTATED);
    let news = finding.cause.iter().find(|sentence| sentence.rule == jobs::NEWS);
    match (date, restated.zip(changed.first())) {
        (Some(date), _) => {
            whys.push(why("Why is nothing found to do?", date.clone()));
            whys.push(why("Why is the date wrong?", hypothesis(Rich::text(
                "The log does not say. One record with a wrong date would do, if the highest date read is kept: that record in the source would confirm it.",
            ))));
        }
        (None, Some((restated, changed))) => {
            whys.push(why("What is new in these runs?", restated.clone()));
            let text = Rich::text("Most likely by this change, as it came with the first of them: with ")
                .c(&changed.name)
                .t(" at ")
                .c(&changed.is)
                .t(" nothing may be chosen any more. The log does not say so: one run with ")
                .c(&changed.was)
                .t(" would confirm or refute it.");
            whys.push(why("Why is nothing found to do?", hypothesis(text)));
        }
        (None, None) if news.is_some() => {
            whys.extend(news.cloned().map(|news| why("What is new in these runs?", news)));
            whys.push(why("Why is nothing done?", hypothesis(Rich::text(
                "Most likely for what it says since then: it began with the first of these runs. One run with the input of a good day would confirm or refute it.",
            ))));
        }
        (None, None) => whys.push(why("Why is nothing found to do?", hypothesis(Rich::text(
            "The log does not say. Its input may be empty, moved or renamed, a filter or watermark may pass everything over, or a right may be missing so that it sees nothing. The source of those days (files, rows, messages) would confirm or refute it.",
        )))),
    }
    whys
}

fn advice(main: &Fall<'_>, date: Option<&(&Series, Point)>, changed: &[Changed]) -> Action {
    let since = main.since().first().map_or(String::new(), |point| Nanos(point.time).date_time());
    let runs = words::count(main.runs as u64, "run", "runs");
    let what = match (date, changed) {
        (None, [first, rest @ ..]) => {
            let mut text =
                Rich::text("Set ").c(&first.name).t(" back from ").c(&first.is).t(" to ").c(&first.was);
            for other in rest {
                text = text.t(", or ").c(&other.name).t(" from ").c(&other.is).t(" to ").c(&other.was);
            }
            text.t(format!(
                ", as in the last run that did its work, and run the {runs} since {since} UTC again."
            ))
        }
        (Some((series, point)), _) => Rich::text("Reset ")
            .c(&series.name)
            .t(format!(
                " to its last right value, the one before {} UTC (now it is ",
                Nanos(point.time).date_time()
            ))
            .c(&series.of)
            .t(format!("), and run the {runs} since {since} UTC again.")),
        (None, []) => Rich::text(format!(
            "Check the input of the {runs} since {since} UTC (files, rows, messages, the watermark or filter by which they are chosen), and run them again.",
        )),
    };
    let mut steps = vec![Rich::text(
        "Let a run that finds nothing where there always was something fail, or alert on it: an empty run is no success.",
    )];
    if let Some((series, _)) = date {
        let text = Rich::text("Refuse a ").c(&series.name);
        steps.push(text.t(" in the future when it is saved, and find the record that has this date."));
    }
    Action {
        priority: Priority::P1,
        what,
        steps,
        verify: Rich::text(format!("The next run has about {} again.", ranged(main.before()))),
        ..Action::default()
    }
}
