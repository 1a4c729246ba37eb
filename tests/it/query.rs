//! Filters and their text: what is printed reads back as the same filter, what is written is understood or refused with its
//! place, and what passes is what passes one by one.

use super::generated::{self, Form};
use super::logs::{Dice, Roll};
use fivewhys::digest::{Axis, Beside, Builder, Found, Index};
use fivewhys::entry::{Nanos, Severity};
use fivewhys::error::Code;
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::query::{Filter, Term, explorer, parse, parse_with, print, search};

/// Filters that the round trip is tried with.
const FILTERS: u64 = 10_000;

/// Words that have bitten somebody somewhere.
const TEXTS: &[&str] = &[
    "api",
    "two words",
    "a\"b",
    "back\\slash",
    "\\n",
    "line\nend",
    "tab\there",
    "\u{0}\u{1f}\u{7f}",
    "é日本🦀",
    "AND",
    "OR",
    "NOT",
    "-x",
    "--",
    "(",
    ")",
    "=",
    "severity>=ERROR",
    "",
    " ",
    "projects/p/logs/x",
    "a%2Fb",
    "\r\n",
    "\\u0041",
    "\u{2028}",
];
const REGEXES: &[&str] = &["time.*out", "^a|b$", "\"[a-z]+\"", "\\d{3}", "(?i)x", "a\\\\b", "tab\\t"];

fn some<T>(dice: &mut Dice, mut value: impl FnMut(&mut Dice) -> T) -> Vec<T> {
    let n = [0, 0, 0, 1, 1, 2, 3][dice.roll(7)];
    (0..n).map(|_| value(dice)).collect()
}

fn text(dice: &mut Dice) -> String {
    let n = 1 + dice.roll(2);
    (0..n).map(|_| TEXTS[dice.roll(TEXTS.len())]).collect()
}

fn severity(dice: &mut Dice) -> Severity {
    Severity::ALL[dice.roll(9)]
}

fn number(dice: &mut Dice) -> u32 {
    [0, 1, 17, u32::MAX, 4_096][dice.roll(5)]
}

fn range(dice: &mut Dice) -> (u16, u16) {
    let mut pick = || [0, 1, 200, 404, 499, 500, 599, 999, u16::MAX][dice.roll(9)];
    let (a, b) = (pick(), pick());
    (a.min(b), a.max(b))
}

fn latencies(dice: &mut Dice) -> (u32, u32) {
    let mut pick = || [0, 1, 999, 250_000, 1_000_000, 61_000_007, u32::MAX - 1, u32::MAX][dice.roll(8)];
    let (a, b) = (pick(), pick());
    (a.min(b), a.max(b))
}

fn term(dice: &mut Dice) -> Term {
    let regex = dice.roll(24) == 0;
    let n = 1 + dice.roll(3);
    let any = (0..n)
        .map(|_| if regex { REGEXES[dice.roll(REGEXES.len())].to_owned() } else { text(dice) })
        .collect();
    Term { any, regex }
}

fn filter(dice: &mut Dice, depth: u32) -> Filter {
    let span = (dice.roll(2_000_000_000) as i64 * 1_000_000_000, dice.roll(1_000_000_000) as i64);
    let mut filter = Filter {
        severities: some(dice, severity),
        recorded: some(dice, severity),
        from: (dice.roll(3) == 0).then_some(Nanos(span.0 + span.1)),
        until: (dice.roll(3) == 0).then_some(Nanos(span.0 + 2 * span.1)),
        traces: some(dice, |dice| text(dice).replace("/traces/", "")),
        findings: some(dice, text),
        shapes: some(dice, number),
        files: some(dice, number),
        statuses: some(dice, range),
        latency_micros: (dice.roll(3) == 0).then(|| latencies(dice)),
        request: [None, None, Some(true), Some(false)][dice.roll(4)],
        rows: some(dice, number),
        texts: some(dice, term),
        ..Filter::default()
    };
    for list in filter.origins_mut() {
        *list = some(dice, text);
    }
    if dice.roll(8) == 0 {
        let lowest = dice.roll(9);
        filter.severities = Severity::ALL[lowest..].to_vec();
    }
    if depth > 0 {
        filter.not = some(dice, |dice| self::filter(dice, depth - 1));
        filter.not.retain(|not| !not.is_empty());
    }
    // Mostly few fields, as people write them.
    if dice.roll(2) == 0 {
        let keep = Filter { not: filter.not.clone(), texts: filter.texts.clone(), ..Filter::default() };
        return Filter { services: filter.services, statuses: filter.statuses, ..keep };
    }
    filter
}

#[test]
fn what_is_printed_reads_back_as_the_same_filter() {
    for seed in 0..FILTERS {
        let filter = filter(&mut Dice(seed), 2);
        let text = print(&filter);
        match parse(&text) {
            Ok(back) => assert_eq!(back, filter, "seed {seed}: {text}"),
            Err(problem) => panic!("seed {seed}: {problem}\n{text}"),
        }
        // On one line it is the same query.
        let line = text.replace('\n', " AND ");
        if !filter.texts.iter().any(|term| term.any.iter().any(|text| text.contains('\n'))) {
            assert_eq!(parse(&line).unwrap(), filter, "seed {seed}: {line}");
        }
    }
}

#[test]
fn what_people_write_is_understood() {
    let same = |a: &str, b: &str| assert_eq!(print(&parse(a).unwrap()), b, "{a}");
    same("severity>=ERROR", "severity>=ERROR");
    same("severity=(ERROR OR WARNING)", "(severity=ERROR OR severity=WARNING)");
    same("severity>=WARNING severity<ERROR", "severity=WARNING");
    same("service=api AND \"token\"", "resource.labels.service_name=\"api\"\n\"token\"");
    same("timeout database", "\"timeout\"\n\"database\"");
    same("(timeout OR \"time out\")", "(\"timeout\" OR \"time out\")");
    same("a OR b AND c", "(\"a\" OR \"b\")\n\"c\"");
    same(
        "httpRequest.status>=500 httpRequest.status<600",
        "httpRequest.status>=500\nhttpRequest.status<=599",
    );
    same("httpRequest.status=(404 OR 410)", "(httpRequest.status=404 OR httpRequest.status=410)");
    same("-textPayload:health", "NOT \"health\"");
    same("httpRequest.latency>=\"0.2500s\"", "httpRequest.latency>=\"0.25s\"");
    same(
        "latency>200ms latency<1.5",
        "httpRequest.latency>=\"0.200001s\"\nhttpRequest.latency<=\"1.499999s\"",
    );
    same("latency<=90us", "httpRequest.latency<=\"0.00009s\"");
    same("NOT latency=\"1s\"", "NOT httpRequest.latency=\"1s\"");
    same(
        "NOT (service=a OR status=404)",
        "NOT resource.labels.service_name=\"a\"\nNOT httpRequest.status=404",
    );
    same("severity!=INFO", "NOT severity=INFO");
    same("logName=\"projects/p/logs/run.googleapis.com%2Fstderr\"", "log_id(\"run.googleapis.com/stderr\")");
    same("labels.\"run.googleapis.com/execution_name\"=\"j-1\"", "execution=\"j-1\"");
    same("textPayload=~\"time.*out\"", "textPayload=~\"time.*out\"");
    same("textPayload=~\"\\d+ ms\"", "textPayload=~\"\\\\d+ ms\"");
    same("trace=\"projects/p/traces/0af\"", "trace=\"0af\"");
    same(
        "timestamp>=2025-09-16T04:36:31Z -- since the deploy\nSEARCH(\"x\")",
        "timestamp>=\"2025-09-16T04:36:31Z\"\n\"x\"",
    );
    same("timestamp>2025-09-16", "timestamp>=\"2025-09-16T00:00:00.000000001Z\"");
    same("", "");
}

#[test]
fn what_is_not_understood_is_named_with_its_place_and_a_way_out() {
    let cases = [
        ("severity>>X", 1, "no severity"),
        ("  severity=LOUD", 3, "DEFAULT, DEBUG"),
        ("service=a OR status=404", 1, "OR joins values of one field"),
        ("\"open", 1, "not closed"),
        ("(severity=ERROR", 1, "not closed"),
        ("severity=ERROR)", 15, "not opened"),
        ("jsonPayload.user=\"x\"", 1, "search for \"x\" as text"),
        ("severity=", 9, "value is missing"),
        ("AND x", 1, "missing"),
        ("x AND", 3, "missing"),
        ("service=a service=b", 11, "no entry can pass"),
        ("timestamp>=yesterday", 1, "no time such as"),
        ("textPayload=~\"(\"", 1, "no regular expression"),
        ("httpRequest.status>=abc", 1, "number"),
        ("httpRequest.latency>=soon", 1, "no latency"),
        ("latency>=5000", 1, "4294 s"),
        ("latency:1s", 1, "takes ="),
        ("latency>=1s latency<1s", 13, "no entry can pass"),
        ("labels.type=x", 1, "no field"),
    ];
    for (text, column, words) in cases {
        let problem = parse_with(text, &search::check).expect_err(text);
        assert_eq!(problem.code, Code::EQuery, "{text}");
        assert_eq!(problem.place.column, Some(column), "{text}: {problem}");
        assert!(problem.detail.contains(words), "{text}: {problem}");
    }
    let problem = parse("severity=ERROR\nfoo.bar=1").expect_err("unknown field");
    assert_eq!((problem.place.line, problem.place.column), (Some(2), Some(1)));
    assert!(parse(&format!("{}x", "NOT ".repeat(10_000))).is_err());
    assert!(parse(&"(".repeat(10_000)).is_err());
}

#[test]
fn logs_explorer_gets_what_it_knows() {
    let filter = Filter {
        findings: vec!["F1".into()],
        ..parse("severity>=ERROR latency>250ms service=api -\"noise\" trace=0af").unwrap()
    };
    let scope =
        explorer::Scope { resource: "cloud_run_job".into(), project: "p".into(), texts: vec!["seen".into()] };
    let lines = [
        "resource.type=\"cloud_run_job\"",
        "resource.labels.job_name=\"api\"",
        "severity>=ERROR",
        "httpRequest.latency>=\"0.250001s\"",
        "trace=\"projects/p/traces/0af\"",
        "NOT \"noise\"",
        "\"seen\"",
    ];
    assert_eq!(explorer::print(&filter, &scope), lines.join("\n"));
}

fn index() -> Index {
    let text = generated::log(Form::Ndjson, 3, 3_000);
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: "log".into(), size: text.len() as u64, token: 1 });
    ingest.push(text.as_bytes(), &mut builder);
    ingest.finish(&mut builder);
    builder.finish().finish()
}

/// Whether a row passes, told the slow way.
fn passes(index: &Index, filter: &Filter, n: u32) -> bool {
    let row = index.row(n).unwrap();
    let request = index.request_of(n);
    let source = index.source_of(row).unwrap();
    let within = |time: Nanos| {
        filter.from.is_none_or(|from| time >= from) && filter.until.is_none_or(|until| time <= until)
    };
    let shape = index.shape(row.shape()).unwrap();
    let samples: Vec<String> =
        [shape.text()].into_iter().chain(shape.others()).map(str::to_ascii_lowercase).collect();
    (filter.severities.is_empty() || filter.severities.contains(&row.severity()))
        && (filter.recorded.is_empty() || filter.recorded.contains(&row.recorded().unwrap_or_default()))
        && row.time().is_some_and(within)
        && filter
            .origins()
            .iter()
            .zip(source.fields())
            .all(|(list, value)| list.is_empty() || list.iter().any(|v| v == value))
        && (filter.shapes.is_empty() || filter.shapes.contains(&row.shape()))
        && (filter.statuses.is_empty()
            || request
                .is_some_and(|r| filter.statuses.iter().any(|(low, high)| (low..=high).contains(&&r.status))))
        && filter.latency_micros.is_none_or(|(low, high)| {
            let micros = request.and_then(fivewhys::digest::RequestRow::latency);
            micros.is_some_and(|micros| micros >= u64::from(low) && micros <= u64::from(high))
        })
        && filter.request.is_none_or(|wanted| wanted == request.is_some())
        && (filter.files.is_empty() || filter.files.contains(&row.file()))
        && (filter.rows.is_empty() || filter.rows.contains(&n))
        && filter.texts.iter().all(|term| {
            term.any.iter().any(|text| samples.iter().any(|s| s.contains(&text.to_ascii_lowercase())))
        })
        && !filter.not.iter().any(|not| passes(index, not, n))
}

#[test]
fn counts_and_facets_are_those_of_rows_told_one_by_one() {
    let index = index();
    let middle = index.rows()[index.rows().len() / 2].time().unwrap().rfc3339();
    let service = index.sources()[0].service.to_string();
    let revision = index.sources()[0].revision.to_string();
    for query in [
        "",
        "severity>=WARNING",
        &format!("timestamp>=\"{middle}\""),
        &format!("service=\"{service}\" revision=\"{revision}\" severity=ERROR"),
        &format!("NOT service=\"{service}\""),
        "httpRequest.status>=400 httpRequest.status<500",
        "httpRequest.latency>=20ms",
        "NOT httpRequest.latency<=20ms file=0",
        "file=1",
        "request=false pattern=(0 OR 1 OR 2 OR 7)",
        "NOT pattern=(0 OR 3) NOT (severity=INFO request=true)",
        "\"e\" NOT \"request\"",
        &format!("NOT entry=(5 OR 6 OR 7) timestamp<\"{middle}\" recorded_severity=DEFAULT"),
    ] {
        counted(&index, query);
    }
}

fn counted(index: &Index, query: &str) {
    let filter = parse(query).unwrap();
    let rows = |filter: &Filter| -> Vec<u32> {
        (0..u32::try_from(index.rows().len()).unwrap()).filter(|n| passes(index, filter, *n)).collect()
    };
    let first = index.rows()[0].time().unwrap();
    let axis = Axis { from: Nanos(first.0 - 5_000_000_000), bucket_nanos: 60_000_000_000, buckets: 500 };
    let counts = index.counts(&filter, Beside::default(), axis);
    assert_eq!(counts.rows, rows(&filter), "{query}");
    assert_eq!(index.select(&filter), counts.rows, "{query}");
    let row = |n: &u32| index.row(*n).unwrap();
    let open = rows(&Filter { severities: Vec::new(), ..filter.clone() });
    for severity in Severity::ALL {
        let n = open.iter().filter(|n| row(n).severity() == severity).count() as u64;
        assert_eq!(counts.severities[usize::from(severity.rank())], n, "{query}");
    }
    let open = rows(&Filter { from: None, until: None, ..filter.clone() });
    assert_eq!(counts.buckets.iter().flatten().sum::<u64>(), open.len() as u64, "{query}");
    let open = rows(&Filter { revisions: Vec::new(), ..filter.clone() });
    for (value, n) in &counts.origins[1] {
        let same = |n: &&u32| index.source_of(row(n)).unwrap().revision == *value;
        assert_eq!(*n, open.iter().filter(same).count() as u64, "{query}: {value}");
    }
    let open = rows(&Filter { statuses: Vec::new(), ..filter.clone() });
    let fours = open.iter().filter(|n| index.request_of(**n).is_some_and(|r| r.status / 100 == 4)).count();
    assert_eq!(counts.statuses[4], fours as u64, "{query}");
    let open = rows(&Filter { files: Vec::new(), ..filter.clone() });
    for (file, n) in &counts.files {
        assert_eq!(*n, open.iter().filter(|n| row(n).file() == *file).count() as u64, "{query}: file {file}");
    }
    assert_eq!(counts.files.iter().map(|(_, n)| n).sum::<u64>(), open.len() as u64, "{query}");
    // Patterns that are left out are counted in the facet of patterns: there they can be taken back.
    let mut without = Filter { shapes: Vec::new(), ..filter.clone() };
    without.not.retain(|not| not.shapes.is_empty());
    let open = rows(&without);
    for (shape, n) in &counts.shapes {
        assert_eq!(*n, open.iter().filter(|n| row(n).shape() == *shape).count() as u64, "{query}: {shape}");
    }
}

#[test]
fn a_search_takes_the_place_of_samples_where_it_was_made() {
    let index = index();
    let filter = Filter::default().with_text("nowhere in a sample");
    assert!(index.select(&filter).is_empty());
    let mut found = Found { term: filter.texts[0].clone(), files: vec![true], ..Found::default() };
    found.rows = fivewhys::digest::Bits::of(index.rows().len(), [3, 5]);
    let searches = [found];
    let beside = Beside { found: &searches, ..Beside::default() };
    assert_eq!(index.select_with(&filter, beside), [3, 5]);
    let findings = [("F1".to_owned(), parse("entry=(7 OR 9)").unwrap())];
    let beside = Beside { findings: &findings, ..Beside::default() };
    let filter = parse("finding=F1 NOT entry=9").unwrap();
    assert_eq!(index.select_with(&filter, beside), [7]);
    // Those of other findings, or of none, are counted beside them.
    let counts = index.counts(&filter, beside, Axis::default());
    assert_eq!(counts.rows, [7]);
    assert_eq!(counts.of_other_findings.len() + 2, index.rows().len());
    assert!(!counts.of_other_findings.contains(&7) && !counts.of_other_findings.contains(&9));
}
