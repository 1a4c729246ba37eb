//! Reports of incidents that were compared: what is told unasked, what against a baseline, and what is never claimed.

use super::days::{Day, Dice, Fault, day};
use fivewhys::compare::{Options, View, compare, new_revision, spans};
use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{self, diagnose};
use fivewhys::digest::{Builder, Index};
use fivewhys::entry::Nanos;
use fivewhys::error::Code;
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::redact::Level;
use fivewhys::report::model::{Class, Comparison, Grade, Report, Sentence, Why};
use fivewhys::report::render::{Format, render};

fn index(text: &str) -> Index {
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: "log.ndjson".into(), size: text.len() as u64, token: 7 });
    ingest.push(text.as_bytes(), &mut builder);
    ingest.finish(&mut builder);
    builder.finish().finish()
}

fn report(index: &Index) -> Report {
    diagnose(index, &Knowledge::builtin(), &diagnose::Options::default())
}

/// The report of an incident against a log of before.
fn against(before: &Index, during: &Index) -> (Report, Comparison) {
    let told = compare(
        &View::whole(before, "before.ndjson"),
        &View::whole(during, "during.ndjson"),
        &Options::default(),
    );
    let alone = diagnose::alone(during, &Knowledge::builtin(), &diagnose::Options::default());
    (diagnose::told_with(alone, during, &told), told)
}

fn plain(sentences: &[Sentence]) -> String {
    sentences.iter().map(|said| said.text.plain() + "\n").collect()
}

fn whys(report: &Report) -> String {
    let answers = |why: &Why| why.answer.text.plain() + "\n" + &plain(&why.alternatives);
    report.whys.iter().map(answers).collect()
}

/// What is said is proved by as many entries as it says; what is guessed says how to test it.
#[track_caller]
fn is_graded(report: &Report, index: &Index) {
    assert!(report.changes.len() > 1, "{}", plain(&report.changes));
    for said in &report.changes {
        let text = said.text.plain();
        if said.grade == Grade::Hypothesis {
            assert!(text.contains("speak for it: ") && text.contains("speak against it: "), "{text}");
            continue;
        }
        let evidence = &report.evidence[said.evidence.unwrap_or_else(|| panic!("{text}")) as usize];
        assert!(evidence.entries > 0 && index.count(&evidence.filter) == evidence.entries, "{text}");
    }
    assert!(report.changes.iter().any(|said| said.grade == Grade::Hypothesis));
}

#[test]
fn a_log_of_two_revisions_tells_unasked_what_changed() {
    let [old, new] =
        [day(51, 150, 0, "00007-abc", Fault::None), day(52, 150, 5, "00008-xyz", Fault::Reserve)];
    let both = index(&format!("{old}{new}"));
    let report = report(&both);
    let told = plain(&report.changes);
    assert!(told.contains("no shelf for item") && told.contains("reserved item"), "{told}");
    is_graded(&report, &both);
    let whys = whys(&report);
    assert!(
        whys.contains("It is more frequent than before: order <*> failed, will be tried again"),
        "{whys}"
    );
    assert!(whys.contains("stock was the first to change: since 2026-03-04 09:05:"), "{whys}");
    assert!(report.whys.len() <= 5, "{whys}");
    let markdown = render(&report, Format::Markdown, Level::Secrets);
    let html = render(&report, Format::Html, Level::Secrets);
    assert!(markdown.contains("\n## What changed\n") && html.contains("<h2>What changed</h2>"));
}

#[test]
fn two_healthy_revisions_are_only_offered() {
    let quiet = |revision: &'static str, minute: u64| -> String {
        let mut day = Day { dice: Dice(3), lines: Vec::new(), revision, fault: Fault::None };
        for n in 0..60 {
            day.say(minute * 60_000 + n * 1000, "shop", "INFO", &format!("order {n} stored"));
        }
        day.lines.iter().map(|(_, entry)| format!("{entry}\n")).collect()
    };
    let both = index(&(quiet("00007-abc", 0) + &quiet("00008-xyz", 5)));
    let (report, alone) =
        (report(&both), diagnose::alone(&both, &Knowledge::builtin(), &diagnose::Options::default()));
    assert!(report.findings.iter().all(|finding| finding.class == Class::Notice));
    let told = plain(&report.changes);
    assert!(report.changes.len() == 1 && told.contains("--by revision"), "{told}");
    assert_eq!((report.whys, report.findings), (alone.whys, alone.findings));
    // A revision with a lower number is no new one: it may only have been silent until then.
    let back = index(&(quiet("00008-xyz", 0) + &quiet("00007-abc", 5)));
    assert_eq!(self::report(&back).changes, Vec::new());
}

#[test]
fn an_incident_is_told_against_its_baseline() {
    let before = index(&day(61, 150, 0, "00007-abc", Fault::None));
    let during = index(&day(62, 120, 5, "00008-xyz", Fault::Reserve));
    let (report, _) = against(&before, &during);
    is_graded(&report, &during);
    let whys = whys(&report);
    // The path that answers nobody any more is the urgent finding.
    assert!(whys.contains("It began with the revision shop-00008-xyz"), "{whys}");
    assert!(whys.contains("entries of before.ndjson says order <*> failed"), "{whys}");
}

#[test]
fn a_beginning_that_no_log_shows_is_not_told() {
    // Hours lie between the two exports: the revision may have served all that time.
    let before = index(&day(61, 150, 0, "00007-abc", Fault::None));
    let during = index(&day(62, 120, 240, "00008-xyz", Fault::Reserve));
    let (report, told) = against(&before, &during);
    assert!(new_revision(&told, "stock").is_none());
    let all = whys(&report) + &plain(&report.changes);
    assert!(
        !all.contains("first entry of its revision") && !all.contains("began with the revision"),
        "{all}"
    );
    assert!(all.contains("It is new: none of the "), "{all}");
}

#[test]
fn what_did_not_change_explains_nothing() {
    let before = index(&day(71, 120, 0, "00007-abc", Fault::Reserve));
    let during = index(&day(72, 120, 5, "00007-abc", Fault::Reserve));
    let (report, _) = against(&before, &during);
    let told = plain(&report.changes);
    assert!(report.changes.len() == 1 && told.contains("No change beyond chance."), "{told}");
    let alone = diagnose::alone(&during, &Knowledge::builtin(), &diagnose::Options::default());
    assert!(!alone.whys.is_empty());
    assert_eq!(report.whys, alone.whys);
}

#[test]
fn two_spans_of_one_log_are_compared() {
    let [before, during] =
        [day(81, 150, 0, "00007-abc", Fault::None), day(82, 150, 30, "00007-abc", Fault::Reserve)];
    let both = index(&format!("{before}{during}"));
    let at = |time: &str| Nanos::parse(&format!("2026-03-04T{time}Z")).unwrap();
    let sides = [[at("09:00:00"), at("09:25:00")], [at("09:30:00"), at("10:10:00")]];
    let [first, second] = spans(&both, sides).unwrap();
    let told = compare(&first, &second, &Options::default());
    let counts = [told.baseline.entries, told.incident.entries];
    assert_eq!(counts, [before, during].map(|log| log.lines().count() as u64));
    assert_eq!(told.services[0].name, "stock");
    let [back_first, back_second] = spans(&both, [sides[1], sides[0]]).unwrap();
    let back = compare(&back_first, &back_second, &Options::default());
    assert_eq!([back.baseline.entries, back.incident.entries], [counts[1], counts[0]]);
    let nothing = [at("20:00:00"), at("20:01:00")];
    for sides in [[nothing, sides[0]], [sides[0], nothing]] {
        assert_eq!(spans(&both, sides).unwrap_err().code, Code::EQuery);
    }
}

#[test]
fn rows_of_latencies_paces_and_settings_open_their_entries() {
    let [before, during] =
        [day(21, 300, 0, "00007-abc", Fault::None), day(22, 300, 0, "00007-abc", Fault::SlowMail)];
    let sides = [index(&before), index(&during)];
    let told = compare(&View::whole(&sides[0], "a"), &View::whole(&sides[1], "b"), &Options::default());
    let row = told.latencies.first().expect("a latency");
    for (side, index) in sides.iter().enumerate() {
        assert_eq!(index.count(&row.filters[side]), row.n[side]);
    }
    let side = |version: &str, pool: u32, period: u64| -> String {
        let mut day = Day { dice: Dice(1), lines: Vec::new(), revision: "00007-abc", fault: Fault::None };
        day.say(0, "shop", "INFO", &format!("Starting gunicorn {version}"));
        day.say(5, "shop", "INFO", &format!("DB_POOL_SIZE={pool}"));
        for n in 0..60 {
            day.say(1000 + n * period, "shop", "INFO", "heartbeat ok");
        }
        day.lines.iter().map(|(_, entry)| format!("{entry}\n")).collect()
    };
    let sides = [index(&side("21.2.0", 5, 10_000)), index(&side("22.0.0", 20, 30_000))];
    let told = compare(&View::whole(&sides[0], "a"), &View::whole(&sides[1], "b"), &Options::default());
    assert_eq!(told.settings.len(), 2);
    for (side, index) in sides.iter().enumerate() {
        assert_eq!(index.count(&told.rhythms[0].filters[side]), 60);
        for row in &told.settings {
            assert_eq!(index.count(&row.filters[side]), 1, "{row:?}");
        }
    }
    // Every sentence of the summary but guesses has its entries.
    for said in told.summary.iter().filter(|said| said.grade != Grade::Hypothesis) {
        let evidence = &told.evidence[said.evidence.unwrap() as usize];
        assert_eq!(sides[1].count(&evidence.filter), evidence.entries, "{}", said.text.plain());
    }
}
