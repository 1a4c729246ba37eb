//! Latencies of each path → a stretch in which requests took many times as long as before, and since when.

use super::gradual::{self, Growth};
use crate::diagnose::causality::{self, Incident, Scene};
use crate::diagnose::evidence::{Book, derived, hypothesis, quotes};
use crate::diagnose::findings::{Told, sorted};
use crate::diagnose::measures;
use crate::diagnose::measures::calls::Called;
use crate::diagnose::measures::density::{Stretch, densest};
use crate::diagnose::sections::tables::quantiles;
use crate::diagnose::statements::time;
use crate::diagnose::words::{self, number};
use crate::digest::RequestRow;
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::order::Order as _;
use crate::report::model::{
    Action, Class, Confidence, Count, Finding, Priority, Quote, Rich, Sentence, State, Why,
};
use std::collections::BTreeMap;

/// Times as slow in the middle (p50), and slower by at least this: less is noise, or nobody feels it.
const TIMES: u64 = 3;
const SLOWER_MICROS: u64 = 300_000;
/// Requests on either side, and how long the slow stretch lasts: cold starts and one slow batch are shorter.
const SIDE: usize = 20;
const LASTS: i64 = 60 * SECOND;
/// Requests after it that show that it is over.
const OVER: usize = 10;
/// Bounds that tell slow from fast, in microseconds: from 100 ms up, each twice the one before.
const BOUNDS: [u64; 10] =
    [100_000, 200_000, 400_000, 800_000, 1_600_000, 3_200_000, 6_400_000, 12_800_000, 25_600_000, 51_200_000];
/// Paths told one by one.
const NAMED: usize = 4;
/// How near to a failure a slowdown is part of it.
const NEAR: i64 = 300 * SECOND;

/// The rule behind the sentences.
pub(crate) const RULE: &str = "quantiles of the latency before and in the slow stretch";
/// Slow calls told in one finding.
const CALLS: usize = 2;

/// A path that became slow, or calls to a target.
struct Shift {
    /// Whether it is what the service itself calls.
    called: Option<Called>,
    path: String,
    service: String,
    /// p50 and p95 before and since.
    before: [u64; 2],
    since: [u64; 2],
    n_before: usize,
    /// p50 after it, where it is over.
    after: Option<u64>,
    from: Nanos,
    until: Nanos,
    rows: Vec<u32>,
    all: Vec<u32>,
    /// How it grew, where it came step by step.
    growth: Option<Growth>,
    /// The revision that brought it, if its requests are all of one and those before of another.
    revision: String,
}

impl Shift {
    /// When it began: a growth began before it was many times as slow.
    fn began(&self) -> Nanos {
        self.growth.as_ref().map_or(self.from, |growth| growth.from.min(self.from))
    }

    /// Time that callers waited longer than before, all together.
    fn added(&self) -> u64 {
        self.since[0].saturating_sub(self.before[0]).saturating_mul(self.rows.len() as u64)
    }
}

/// At most one finding; slowdowns around the failures of another one are told there.
pub(crate) fn find(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) -> Option<Told> {
    let mut paths: BTreeMap<u32, Vec<&RequestRow>> = BTreeMap::new();
    for request in scene.index.requests().iter().filter(|r| r.latency().is_some()) {
        paths.entry(request.path).or_default().push(request);
    }
    let mut shifts: Vec<Shift> =
        paths.into_values().filter_map(|requests| shift(scene, &requests, SIDE)).collect();
    for calls in measures::calls::collect(scene) {
        let rows: Vec<&RequestRow> = calls.rows.iter().collect();
        let found = shift(scene, &rows, measures::calls::SIDE);
        shifts.extend(found.map(|found| Shift { called: Some(calls.called), path: calls.name, ..found }));
    }
    shifts.order_by(|a, b| {
        (a.called, std::cmp::Reverse(a.added()), &a.path).cmp(&(
            b.called,
            std::cmp::Reverse(b.added()),
            &b.path,
        ))
    });
    let mut own = Vec::new();
    for shift in shifts {
        match told.iter_mut().find(|t| explains(scene, t, &shift)) {
            Some(host) => tell_there(scene, book, host, &shift),
            None if shift.called.is_none_or(|called| called == Called::Target) => own.push(shift),
            None => {}
        }
    }
    // What is called explains what waits for it, and nothing the other way round.
    if own.iter().any(|shift| shift.called.is_none()) {
        own.retain(|shift| shift.called.is_none());
    }
    finding(scene, book, &own)
}

/// Tells a slowdown where failures stand beside it: calls that became slow before the first of them are what goes before.
fn tell_there(scene: &Scene<'_>, book: &mut Book<'_>, host: &mut Told, shift: &Shift) {
    if shift.called.is_none() {
        host.finding.symptoms.push(sentence(book, shift));
        return;
    }
    let known = host.finding.cause.iter().chain(&host.finding.symptoms).filter(|s| s.rule == RULE).count();
    if known >= CALLS {
        return;
    }
    if host.failures.first().is_none_or(|(first, _)| shift.from <= *first) {
        host.finding.cause.push(sentence(book, shift));
        host.finding.cause.extend(candidate(scene, book, shift, &host.finding.cause));
    } else {
        host.finding.symptoms.push(sentence(book, shift));
    }
}

/// What was said once within a minute before it became slow, where that is not told yet.
fn candidate(scene: &Scene<'_>, book: &mut Book<'_>, shift: &Shift, told: &[Sentence]) -> Option<Sentence> {
    // A call is logged when it is over: the first slow one began its own duration earlier.
    let (text, at, rows) = measures::series::said_before(scene, shift.from.0 - 60 * SECOND, shift.from.0)?;
    let found = super::levels::guess(book, &text, at, &rows, "as it became slow");
    (!told.contains(&found)).then_some(found)
}

/// Whether failures of the same service began around the slowdown, or are the slow requests themselves.
fn explains(scene: &Scene<'_>, told: &Told, shift: &Shift) -> bool {
    let failed = shift.rows.iter().filter(|row| told.rows.binary_search(row).is_ok()).count();
    let first = told.failures.first();
    let near = first.is_some_and(|(time, row)| {
        // Of a service that the failing one names, its own slow requests are what it waits for.
        (shift.from.0 - NEAR..=shift.from.0 + NEAR).contains(&time.0)
            && (service(scene, *row) == shift.service
                || causality::named::is_named(scene, &told.incident, &shift.service))
    });
    // What is called may be another service that says itself how long it takes.
    let calls = shift.called.is_some()
        && first.is_some_and(|(time, _)| (shift.from.0 - NEAR..=shift.from.0 + NEAR).contains(&time.0));
    told.finding.class != Class::Notice && (near || calls || failed * 2 >= shift.rows.len())
}

fn service<'s>(scene: &'s Scene<'_>, row: u32) -> &'s str {
    let source = scene.index.row(row).and_then(|row| scene.index.source_of(row));
    source.map_or("", |source| source.service.as_ref())
}

fn revision<'s>(scene: &'s Scene<'_>, request: &RequestRow) -> &'s str {
    let source = scene.index.row(request.row).and_then(|row| scene.index.source_of(row));
    source.map_or("", |source| source.revision.as_ref())
}

/// p50 and p95 of requests.
fn middle(requests: &[&RequestRow]) -> Option<[u64; 2]> {
    let [p50, p95, _, _] = quantiles(requests.iter().filter_map(|r| r.latency()).collect())?;
    Some([p50, p95])
}

/// The slow stretch of one path's requests, in time order.
fn shift(scene: &Scene<'_>, all: &[&RequestRow], side: usize) -> Option<Shift> {
    // Half of the slow stretch has to be slower than the least step; most paths have no such requests.
    let slower = all.iter().filter(|r| r.latency() >= Some(SLOWER_MICROS)).count();
    if all.len() < 2 * side || slower < side / 2 {
        return None;
    }
    let slow = |bound: u64| move |r: &&RequestRow| (u64::from(r.latency() >= Some(bound)), 1);
    let stretches = BOUNDS.into_iter().filter_map(|bound| {
        let found = densest(all.iter().map(slow(bound)))
            .or_else(|| (side < SIDE).then(|| measures::calls::apart(all, bound)).flatten())?;
        is_shift(all, &found, side)
            .map(|slower| (found.hits.saturating_mul(slower), std::cmp::Reverse(bound), found))
    });
    let (_, _, found) = stretches.max_by_key(|(weight, bound, _)| (*weight, *bound))?;
    let (before, inside) = (all.get(..found.from)?, all.get(found.from..=found.until)?);
    let rest = all.get(found.until + 1..)?;
    let from = time(scene.index, inside.first()?.row)?;
    let until = time(scene.index, inside.last()?.row)?;
    let name = revision(scene, inside.first()?);
    let of_revision =
        |requests: &[&RequestRow]| requests.iter().filter(|r| revision(scene, r) == name).count();
    let brought = !name.is_empty()
        && of_revision(inside) * 10 >= inside.len() * 9
        && of_revision(before) * 10 <= before.len();
    (until.0 - from.0 >= LASTS).then_some(Shift {
        called: None,
        path: scene.index.path(inside.first()?.path).unwrap_or("").to_owned(),
        service: service(scene, inside.first()?.row).to_owned(),
        before: middle(before)?,
        since: middle(inside)?,
        n_before: before.len(),
        after: if rest.len() >= OVER { middle(rest).map(|[p50, _]| p50) } else { None },
        from,
        until,
        rows: inside.iter().map(|r| r.row).collect(),
        all: all.iter().map(|r| r.row).collect(),
        growth: if brought || rest.len() >= OVER { None } else { gradual::of_requests(scene, all) },
        revision: if brought { name.to_owned() } else { String::new() },
    })
}

/// How much slower (p50, microseconds) a stretch is than what came before, if that is large.
fn is_shift(all: &[&RequestRow], found: &Stretch, side: usize) -> Option<u64> {
    let (before, inside) = (all.get(..found.from)?, all.get(found.from..=found.until)?);
    if before.len() < side || inside.len() < side {
        return None;
    }
    let ([p50, _], [slow, _]) = (middle(before)?, middle(inside)?);
    let slower = slow.saturating_sub(p50);
    (slow >= p50.saturating_mul(TIMES) && slower >= SLOWER_MICROS).then_some(slower)
}

fn words_of(micros: u64) -> String {
    duration_words(i64::try_from(micros).unwrap_or(0).saturating_mul(1000))
}

/// `` `GET /a`: p50 80 ms → 1.2 s, p95 120 ms → 2.1 s from 14:03:10 on (412 requests before, 96 since). ``
fn sentence(book: &mut Book<'_>, shift: &Shift) -> Sentence {
    let span = match shift.after {
        Some(after) => {
            format!("from {}, after it {} again", words::span(shift.from, shift.until), words_of(after))
        }
        None => format!("from {} UTC on", shift.from.date_time()),
    };
    let text = if shift.called == Some(Called::Target) { Rich::text("Calls to ") } else { Rich::default() };
    let mut text = text.c(&shift.path).t(format!(
        " became slow: p50 {} → {}, p95 {} → {} {span} ({} before, {} in it)",
        words_of(shift.before[0]),
        words_of(shift.since[0]),
        words_of(shift.before[1]),
        words_of(shift.since[1]),
        match shift.called {
            Some(_) => words::count(shift.n_before as u64, "call", "calls"),
            None => words::count(shift.n_before as u64, "request", "requests"),
        },
        number(shift.rows.len() as u64),
    ));
    if !shift.revision.is_empty() {
        text = text.t("; all of it is revision ").c(&shift.revision).t(", and what came before is not");
    }
    derived(text.t("."), RULE, book.rows(&shift.all))
}

fn title(main: &Shift) -> Rich {
    Rich::default().c(&main.path).t(match &main.growth {
        Some(Growth { medians, .. }) => format!(
            " becomes slower and slower: p50 {} → {}",
            words_of(medians.first().copied().unwrap_or(0)),
            words_of(medians.last().copied().unwrap_or(0))
        ),
        None => format!(
            " became {} times as slow: p50 {} → {}",
            main.since[0] / main.before[0].max(1),
            words_of(main.before[0]),
            words_of(main.since[0])
        ),
    })
}

fn finding(scene: &Scene<'_>, book: &mut Book<'_>, own: &[Shift]) -> Option<Told> {
    let main = own.first()?;
    let over = main.after.is_some();
    let rows = sorted(own.iter().flat_map(|s| s.rows.iter().copied()).collect());
    let evidence = book.rows(&rows);
    let mut title = title(main);
    if own.len() > 1 {
        title =
            title.t(format!(", and {} too", words::count(own.len() as u64 - 1, "other path", "other paths")));
    }
    let cause = causes(scene, book, own, main);
    let state_text = if over {
        format!("From {}; requests after it are fast again.", words::span(main.from, main.until))
    } else {
        format!("Since {} UTC; it lasts to the end of the log.", main.began().date_time())
    };
    let finding = Finding {
        title,
        class: Class::Warning,
        impact: derived(
            Rich::text(format!(
                "Callers waited: half of {} took {} or more.",
                words::count(main.rows.len() as u64, "request", "requests"),
                words_of(main.since[0])
            )),
            "latency of the requests in the slow stretch",
            book.rows(&main.rows),
        ),
        state: if over { State::Ended } else { State::Ongoing },
        state_text: derived(Rich::text(state_text), "times of the slow stretch", book.rows(&main.rows)),
        counts: vec![Count {
            what: "requests in the slow stretch".to_owned(),
            n: rows.len() as u64,
            evidence,
        }],
        first: Some(main.began()),
        last: Some(main.until),
        cause,
        quotes: timed(scene, quotes(scene.index, &main.rows, 1)),
        confidence: Confidence {
            word: "certain".into(),
            reason: Rich::text("the log states the latencies; what made them grow is another question"),
        },
        evidence,
        ..Finding::default()
    };
    Some(Told {
        advice: Some(advice(main, over)),
        whys: whys(&finding, main),
        finding,
        incident: Incident::default(),
        priority: Priority::P1,
        failures: main.rows.iter().filter_map(|&row| Some((time(scene.index, row)?, row))).collect(),
        rows,
        values: BTreeMap::new(),
        words: main.path.clone(),
    })
}

/// Quotes of requests with how long each took.
fn timed(scene: &Scene<'_>, mut quotes: Vec<Quote>) -> Vec<Quote> {
    for quote in &mut quotes {
        if let Some(micros) = scene.index.request_of(quote.row).and_then(RequestRow::latency) {
            quote.text.push_str(&format!(" ({})", words_of(micros)));
        }
    }
    quotes
}

fn causes(scene: &Scene<'_>, book: &mut Book<'_>, own: &[Shift], main: &Shift) -> Vec<Sentence> {
    let mut cause: Vec<Sentence> = own.iter().take(NAMED).map(|shift| sentence(book, shift)).collect();
    if let Some(growth) = &main.growth {
        cause.insert(0, gradual::sentence(book, growth, &main.all));
        return cause;
    }
    cause.extend(candidate(scene, book, main, &cause));
    cause
}

fn advice(main: &Shift, over: bool) -> Action {
    let what = if main.growth.is_some() {
        gradual::advice(&main.path)
    } else if main.revision.is_empty() {
        Rich::text("Find out what changed for ").c(&main.path).t(format!(
            " at {} UTC: a deploy or migration, the load, and how long each of its calls to databases and services takes.",
            main.from.date_time()
        ))
    } else {
        Rich::text("Compare ")
            .c(&main.revision)
            .t(" with the revision before it in what ")
            .c(&main.path)
            .t(" does (queries, calls, start-up work)")
            .t(if over {
                ", before it gets traffic again; the slow stretch is over."
            } else {
                "; as first aid send the traffic back to the older one."
            })
    };
    Action {
        priority: Priority::P1,
        what,
        verify: Rich::text(format!("Its p50 is near {} again.", words_of(main.before[0]))),
        ..Action::default()
    }
}

fn whys(finding: &Finding, main: &Shift) -> Vec<Why> {
    let why = |question: Rich, answer: Sentence| Why { question, answer, alternatives: Vec::new() };
    let mut whys = vec![why(
        Rich::text("Why did callers of ").c(&main.path).t(" have to wait?"),
        finding.impact.clone(),
    )];
    if let Some(first) = finding.cause.first() {
        whys.push(why(Rich::text("Since when, and how much longer?"), first.clone()));
    }
    if main.growth.is_some() {
        whys.push(gradual::why());
        return whys;
    }
    let guess = if main.revision.is_empty() {
        "The log does not say. Hypothesis: something that it calls became slow (a database without an index or with a lock, another service), which the duration of each call would confirm; or the load grew, which the rate of requests would confirm; it would be refuted if other paths with the same calls stayed fast."
    } else {
        "The log does not say. Hypothesis: a change that came with the revision; the same requests against the older one would confirm or refute it."
    };
    whys.push(why(Rich::text("Why did it take longer?"), hypothesis(Rich::text(guess))));
    whys
}
