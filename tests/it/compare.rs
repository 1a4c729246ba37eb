//! Comparisons of logs of our own: what is found, what is not found where there is nothing, and what must hold for any two.

use super::days::{Day, Dice, Fault, day};
use super::generated::{self, Form};
use fivewhys::compare::{Options, View, around, boundaries, by_revision, compare, new_errors, split};
use fivewhys::digest::{Builder, Digest, Index};
use fivewhys::entry::Nanos;
use fivewhys::error::Code;
use fivewhys::ingest::{FileId, Ingest, Shard, detect};
use fivewhys::limits::HEAD_BYTES;
use fivewhys::redact::Level;
use fivewhys::report::model::{Comparison, Direction, Verdict};
use fivewhys::report::render::{Format, render_comparison};

/// Pairs of normal days that are compared.
const PAIRS: u64 = 200;

fn digest(name: &str, text: &str) -> Digest {
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: name.to_owned(), size: text.len() as u64, token: 7 });
    ingest.push(text.as_bytes(), &mut builder);
    ingest.finish(&mut builder);
    builder.finish()
}

pub(super) fn index(text: &str) -> Index {
    digest("log.ndjson", text).finish()
}

pub(super) fn compared(before: &str, during: &str) -> Comparison {
    let [before, during] = [before, during].map(index);
    compare(&View::whole(&before, "before"), &View::whole(&during, "during"), &Options::default())
}

pub(super) fn claims(told: &Comparison) -> String {
    let rows = told.patterns.iter().filter(|row| row.claimed);
    let mut all: Vec<String> = rows
        .map(|row| {
            format!(
                "{:?} {} {}→{} {}ppm {}",
                row.direction,
                row.service,
                row.baseline.entries,
                row.incident.entries,
                row.chance_ppm,
                row.template
            )
        })
        .collect();
    all.extend(told.statuses.iter().map(|row| format!("{row:?}")));
    all.extend(told.latencies.iter().map(|row| format!("{row:?}")));
    all.extend(told.settings.iter().map(|row| format!("{row:?}")));
    all.extend(told.rhythms.iter().map(|row| format!("{row:?}")));
    all.join("\n")
}

/// Longer days take long: `COMPARE_DAYS=8 cargo test --release --test it compare` makes them so many times as long.
fn times() -> u64 {
    std::env::var("COMPARE_DAYS").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

#[test]
fn nothing_is_found_between_normal_days() {
    for (what, log) in [
        (
            "three services with bursts",
            (|seed| day(seed, 100 * times(), 0, "00007-abc", Fault::None)) as fn(u64) -> String,
        ),
        ("the generator", |seed| generated::log(Form::Ndjson, seed, 450 * times() as usize)),
    ] {
        let mut wrong = Vec::new();
        for pair in 0..PAIRS {
            let told = compared(&log(2 * pair + 1), &log(2 * pair + 2));
            if told.verdict != Verdict::Unchanged {
                wrong.push(format!("pair {pair}:\n{}", claims(&told)));
            }
        }
        println!(
            "{what}: {} of {PAIRS} pairs of normal days with a claim\n{}",
            wrong.len(),
            wrong.join("\n")
        );
        assert!(wrong.len() as u64 * 100 <= PAIRS, "{what}: {}", wrong.len());
    }
}

#[test]
fn an_outage_of_the_last_minutes_is_told() {
    let line = |second: usize, text: &str, severity: &str| {
        format!(
            "{{\"timestamp\":\"2026-03-10T09:{:02}:{:02}Z\",\"severity\":\"{severity}\",\"textPayload\":\"{text}\"}}\n",
            second / 60,
            second % 60
        )
    };
    let normal: String =
        (0..3000).map(|second| line(second, &format!("order {second} taken"), "INFO")).collect();
    let late: String = normal.clone()
        + &(2900..2940).map(|second| line(second, "stock is away", "ERROR")).collect::<String>();
    let told = compared(&normal, &late);
    assert_eq!(told.verdict, Verdict::Changed, "{}", claims(&told));
    assert!(claims(&told).contains("stock is away"), "{}", claims(&told));
    let few: String = normal.clone()
        + &(2900..2904).map(|second| line(second, "stock is away", "ERROR")).collect::<String>();
    let told = compared(&normal, &few);
    assert_eq!(told.verdict, Verdict::Unchanged, "{}", claims(&told));
    assert_eq!(new_errors(&told).len(), 1);
}

#[test]
fn identical_logs_have_no_difference() {
    let log = day(5, 200, 0, "00007-abc", Fault::None);
    let told = compared(&log, &log);
    assert_eq!(told.verdict, Verdict::Unchanged, "{}", claims(&told));
    assert!(told.patterns.is_empty());
    let text = render_comparison(&told, Format::Markdown, Level::Secrets, &[]);
    assert!(text.contains("No change beyond chance."), "{text}");
}

#[test]
fn a_broken_step_is_found_where_it_broke() {
    let [before, during] =
        [day(11, 250, 0, "00007-abc", Fault::None), day(12, 120, 0, "00007-abc", Fault::Reserve)];
    let told = compared(&before, &during);
    assert_eq!(told.verdict, Verdict::Changed);
    assert!(!new_errors(&told).is_empty());
    let first: Vec<(&str, Direction)> =
        told.patterns.iter().take(2).map(|row| (row.service.as_str(), row.direction)).collect();
    assert!(
        first.contains(&("stock", Direction::New)) && first.contains(&("stock", Direction::Gone)),
        "{}",
        claims(&told)
    );
    assert_eq!(told.services[0].name, "stock", "{:?}", told.services);
    let row = told.patterns.iter().find(|row| row.direction == Direction::Gone).unwrap();
    assert!(
        row.template.contains("reserved item") && row.reason.plain().contains("checking stock"),
        "{row:?}"
    );
    // Every row opens on its side.
    let index = index(&during);
    let new =
        told.patterns.iter().find(|row| row.direction == Direction::New && row.service == "stock").unwrap();
    assert_eq!(index.count(&new.incident.filter), new.incident.entries);
}

#[test]
fn slower_durations_and_failing_answers_are_found() {
    let before = day(21, 300, 0, "00007-abc", Fault::None);
    let told = compared(&before, &day(22, 300, 0, "00007-abc", Fault::SlowMail));
    assert!(
        told.latencies.iter().any(|row| row.service == "mail" && row.what.contains("confirmation")),
        "{}",
        claims(&told)
    );
    assert!(told.statuses.is_empty());
    let told = compared(&before, &day(23, 300, 0, "00007-abc", Fault::Status));
    let row = told
        .statuses
        .iter()
        .find(|row| row.path == "POST /orders")
        .unwrap_or_else(|| panic!("{}", claims(&told)));
    assert!(row.class == "5xx" && row.answers[1] > row.answers[0], "{row:?}");
    assert!(told.latencies.is_empty(), "{}", claims(&told));
}

#[test]
fn swapped_sides_give_the_mirrored_result() {
    for fault in [Fault::None, Fault::Reserve, Fault::SlowMail, Fault::Status] {
        let [a, b] = [day(31, 150, 0, "00007-abc", Fault::None), day(32, 220, 0, "00007-abc", fault)];
        let (there, back) = (compared(&a, &b), compared(&b, &a));
        let rows = |told: &Comparison, mirrored: bool| -> Vec<_> {
            let turned = |direction| match direction {
                Direction::New => Direction::Gone,
                Direction::Gone => Direction::New,
                Direction::More => Direction::Fewer,
                Direction::Fewer => Direction::More,
                Direction::Moved => Direction::Moved,
            };
            let row = |row: &fivewhys::report::model::PatternChange| {
                let direction = if mirrored { turned(row.direction) } else { row.direction };
                let [b, i] = [row.baseline.entries, row.incident.entries];
                let counts = if mirrored { [i, b] } else { [b, i] };
                (row.template.clone(), row.service.clone(), row.evidence, row.claimed, direction, counts)
            };
            let mut rows: Vec<_> = told.patterns.iter().map(row).collect();
            // Their order follows the times of the incident.
            rows.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
            rows
        };
        assert_eq!(rows(&there, false), rows(&back, true));
        assert_eq!(there.verdict, back.verdict);
        let turned: Vec<[u64; 2]> = back
            .statuses
            .iter()
            .map(|row| {
                let [b, i] = row.answers;
                [i, b]
            })
            .collect();
        assert_eq!(there.statuses.iter().map(|row| row.answers).collect::<Vec<_>>(), turned);
    }
}

#[test]
fn any_split_and_order_gives_the_same_bytes() {
    let [before, during] =
        [day(41, 120, 0, "00007-abc", Fault::None), day(42, 120, 0, "00007-abc", Fault::Reserve)];
    let whole = |text: &str| index(text);
    let pieces = |text: &str, n: u64, backwards: bool| {
        let (bytes, size) = (text.as_bytes(), text.len() as u64);
        let plan = detect("log.ndjson", &bytes[..bytes.len().min(HEAD_BYTES)]);
        let part = |at: u64| {
            let shard = Shard { start: size * at / n, end: size * (at + 1) / n };
            let mut builder = Builder::default();
            let id = FileId { name: "log.ndjson".to_owned(), size, token: 7 };
            let mut ingest = Ingest::of_shard(id, &plan, shard);
            for chunk in bytes[shard.start as usize..].chunks(1000) {
                if ingest.done() {
                    break;
                }
                ingest.push(chunk, &mut builder);
            }
            ingest.finish(&mut builder);
            builder.finish()
        };
        let mut digests: Vec<Digest> = (0..n).map(part).collect();
        if backwards {
            digests.reverse();
        }
        let mut all = Digest::default();
        for digest in digests {
            all.merge(Digest::from_bytes(&digest.to_bytes()).unwrap());
        }
        all.finish()
    };
    let json = |before: &Index, during: &Index| {
        let told = compare(&View::whole(before, "a"), &View::whole(during, "b"), &Options::default());
        [Format::Json, Format::Markdown, Format::Html]
            .map(|format| render_comparison(&told, format, Level::Secrets, &[]))
    };
    let one = json(&whole(&before), &whole(&during));
    for (n, backwards) in [(2, false), (2, true), (5, true), (9, false)] {
        assert_eq!(one, json(&pieces(&before, n, backwards), &pieces(&during, n, !backwards)));
    }
}

#[test]
fn a_log_of_two_revisions_is_split_by_itself() {
    let old = day(51, 150, 0, "00007-abc", Fault::None);
    let new = day(52, 150, 90, "00008-xyz", Fault::Reserve);
    let both = index(&format!("{old}{new}"));
    let found = boundaries(&both);
    assert!(
        found.iter().any(|row| row.service == "stock"
            && row.before == "stock-00007-abc"
            && row.after == "stock-00008-xyz"),
        "{found:?}"
    );
    let [before, during] = by_revision(&both, None, None).unwrap();
    let told = compare(&before, &during, &Options::default());
    assert_eq!(told.baseline.filter.revisions.len(), 1);
    let at = Nanos::parse("2026-03-04T10:30:00Z").unwrap();
    let [before, during] = split(&both, at).unwrap();
    let told_by_time = compare(&before, &during, &Options::default());
    assert_eq!(told_by_time.services[0].name, "stock", "{}", claims(&told_by_time));
    assert!(
        told_by_time.settings.iter().any(|row| row.name == "revision" && row.service == "stock"),
        "{:?}",
        told_by_time.settings
    );
    assert!(
        told.verdict == Verdict::Changed
            || told.baseline.name.starts_with("mail")
            || told.baseline.name.starts_with("shop")
    );
    for row in told_by_time.patterns.iter().filter(|row| row.claimed && row.incident.entries > 0) {
        assert_eq!(both.count(&row.incident.filter), row.incident.entries, "{row:?}");
    }
    let early = split(&both, Nanos::parse("2020-01-01T00:00:00Z").unwrap()).unwrap_err();
    assert_eq!(early.code, Code::EQuery);
    assert!(early.to_string().contains("It reaches from 2026-03-04 "), "{early}");
    assert_eq!(by_revision(&index(&old), None, None).unwrap_err().code, Code::EQuery);
}

#[test]
fn settings_and_paces_are_told() {
    let side = |version: &str, pool: u32, period: u64| -> String {
        let mut day = Day { dice: Dice(1), lines: Vec::new(), revision: "00007-abc", fault: Fault::None };
        day.say(0, "shop", "INFO", &format!("Starting gunicorn {version}"));
        day.say(5, "shop", "INFO", &format!("DB_POOL_SIZE={pool} DB_PASSWORD=hunter2-{pool}"));
        for n in 0..60 {
            day.say(1000 + n * period, "shop", "INFO", "heartbeat ok");
        }
        day.lines.iter().map(|(_, entry)| format!("{entry}\n")).collect()
    };
    let told = compared(&side("21.2.0", 5, 10_000), &side("22.0.0", 20, 30_000));
    let of = |name: &str| {
        told.settings
            .iter()
            .find(|row| row.name == name)
            .map(|row| (row.before.join(","), row.during.join(",")))
    };
    assert_eq!(of("gunicorn"), Some(("21.2.0".into(), "22.0.0".into())));
    assert_eq!(of("DB_POOL_SIZE"), Some(("5".into(), "20".into())));
    assert_eq!(
        told.rhythms.first().map(|row| row.period_millis),
        Some([Some(10_000), Some(30_000)]),
        "{:?}",
        told.rhythms
    );
    for format in [Format::Json, Format::Markdown, Format::Html] {
        let text = render_comparison(&told, format, Level::Secrets, &[]);
        assert!(text.contains("22.0.0") && !text.contains("hunter2"), "{text}");
    }
    assert_eq!(told.verdict, Verdict::Unclear);
}

#[test]
fn the_text_forms_of_a_comparison() {
    let [before, during] =
        [day(61, 80, 0, "00007-abc", Fault::None), day(62, 60, 90, "00008-xyz", Fault::Reserve)];
    let mut told = compared(&before, &during);
    told.generator = "fivewhys".to_owned();
    insta::assert_snapshot!(
        "comparison_markdown",
        render_comparison(&told, Format::Markdown, Level::Secrets, &[])
    );
    let html = render_comparison(&told, Format::Html, Level::Standard, &[]);
    insta::assert_snapshot!("comparison_html", html.split("</style>").nth(1).unwrap().replace("><", ">\n<"));
    let json = render_comparison(&told, Format::Json, Level::Off, &[]);
    assert_eq!(serde_json::from_str::<Comparison>(&json).unwrap(), told);
}

/// Without what names a side or its rows, and without examples: those of a part are the earliest words of the whole log.
fn nameless(mut told: Comparison) -> Comparison {
    for side in [&mut told.baseline, &mut told.incident] {
        (side.name, side.filter) = Default::default();
    }
    for row in &mut told.patterns {
        (row.baseline.filter, row.incident.filter) = Default::default();
        row.example.clear();
    }
    told.statuses.iter_mut().for_each(|row| row.filters = Default::default());
    told.latencies.iter_mut().for_each(|row| row.filters = Default::default());
    told.rhythms.iter_mut().for_each(|row| row.filters = Default::default());
    told.settings.iter_mut().for_each(|row| row.filters = Default::default());
    told.evidence.iter_mut().for_each(|row| row.filter = Default::default());
    told
}

#[test]
fn files_compare_alike_alone_and_as_parts_of_one_log() {
    let [before, during] = super::days::days();
    let whole = compared(&before, &during);
    let mut both = digest("before.ndjson", &before);
    both.merge(digest("during.ndjson", &during));
    let both = both.finish();
    let [first, second] = [0, 1].map(|file| {
        View::part(&both, "part", fivewhys::query::Filter { files: vec![file], ..Default::default() })
    });
    let parts = compare(&first, &second, &Options::default());
    let sides = parts.patterns.iter().flat_map(|row| [&row.baseline, &row.incident]);
    for side in sides.filter(|side| side.entries > 0) {
        assert_eq!(both.count(&side.filter), side.entries, "{:?}", side.filter);
    }
    assert!(nameless(parts) == nameless(whole), "parts of a log compare otherwise than their files");
}

#[test]
fn a_span_is_compared_with_what_lies_before_it_or_around_it() {
    let both = index(&super::days::days().concat());
    let times: Vec<Nanos> = both.rows().iter().filter_map(fivewhys::digest::Row::time).collect();
    let (from, until) = (times[times.len() / 2], times[times.len() * 3 / 4]);
    let sides = |rest| {
        let [outside, inside] = around(&both, [from, until], rest).unwrap();
        let told = compare(&outside, &inside, &Options::default());
        [told.baseline.entries, told.incident.entries].map(|n| n as usize)
    };
    let within = times.iter().filter(|time| (from..=until).contains(time)).count();
    assert_eq!(sides(true), [times.len() - within, within]);
    assert_eq!(sides(false), [times.iter().filter(|time| **time < from).count(), within]);
    let past = Nanos(until.0 + 86_400_000_000_000);
    assert_eq!(around(&both, [past, past], true).unwrap_err().code, Code::EQuery);
}
