//! Planted values that tell of people and places, each kind in every place of a log: none that a level replaces is left in any
//! export, and each stands there on the level below.

use crate::dice::Dice;
use crate::invariant::{digest_named, report};
use crate::prove::cases;
use crate::secrets::{log, made};
use fivewhys::query::{Filter, Term};
use fivewhys::redact::Level;
use fivewhys::report::model::{Report, Told};
use fivewhys::report::render::{
    EntryFormat, Format, entries, hand_off, redact_keeping, redact_shown, render, render_finding,
};

const FORMATS: [Format; 5] = [Format::Markdown, Format::Plain, Format::Html, Format::Json, Format::Chat];
const ENTRIES: [EntryFormat; 3] = [EntryFormat::Csv, EntryFormat::Ndjson, EntryFormat::Text];
const LETTERS: &[u8] = b"abcdefghijkmnopqrstuvwxyz";
const DIGITS: &[u8] = b"23456789";
const HEX: &[u8] = b"0123456789abcdef";

/// Places of [`log`], headers and labels among them.
const PLACES: u64 = 16;
const KINDS: u64 = 13;

/// Digits with the one behind them that makes Luhn's check come out.
fn card(dice: &mut Dice) -> String {
    let mut digits: Vec<u32> =
        format!("4{}", made(dice, 14, DIGITS)).chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, d)| if at % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { *d })
        .sum();
    digits.push((10 - sum % 10) % 10);
    digits.iter().map(|digit| char::from(b'0' + *digit as u8)).collect()
}

/// Words of a log, the value in them, and the lowest level that takes it out.
fn planted(dice: &mut Dice, kind: u64) -> (String, String, Level) {
    let word = |dice: &mut Dice, n: usize| made(dice, n, LETTERS);
    let octet = |dice: &mut Dice| (dice.below(200) + 20).to_string();
    let (value, words, level) = match kind {
        0 => (
            format!("{}.{}@{}.example.org", word(dice, 6), word(dice, 5), word(dice, 7)),
            "mail to VALUE bounced",
            Level::Standard,
        ),
        1 => (
            [203.to_string(), octet(dice), octet(dice), octet(dice)].join("."),
            "peer VALUE went away",
            Level::Standard,
        ),
        2 => (
            format!("2001:db8:{}:{}::{}", made(dice, 3, HEX), made(dice, 4, HEX), made(dice, 3, DIGITS)),
            "peer VALUE went away",
            Level::Standard,
        ),
        3 => (format!("+49 30 {}", made(dice, 7, DIGITS)), "called VALUE in vain", Level::Standard),
        4 => (
            format!("(415) {}-{}", made(dice, 3, DIGITS), made(dice, 4, DIGITS)),
            "called VALUE in vain",
            Level::Standard,
        ),
        5 => (card(dice), "card VALUE was declined", Level::Standard),
        6 => (
            format!("v{}x{}", word(dice, 6), made(dice, 3, DIGITS)),
            "GET /find?customer=VALUE&page=2 failed",
            Level::Standard,
        ),
        7 => {
            ([8, 4, 4, 4, 12].map(|n| made(dice, n, HEX)).join("-"), "order VALUE is unknown", Level::Strict)
        }
        8 => (format!("7{}e", made(dice, 30, HEX)), "object VALUE is unknown", Level::Strict),
        9 => (format!("7{}", made(dice, 11, DIGITS)), "order VALUE is unknown", Level::Strict),
        10 => (
            format!("{}-db.{}.internal", word(dice, 6), word(dice, 6)),
            "no route to VALUE from here",
            Level::Strict,
        ),
        11 => (word(dice, 9), "cannot open /home/VALUE/run/app.sock", Level::Strict),
        _ => (
            format!("{}.{}.example", word(dice, 7), word(dice, 6)),
            "fetch of https://VALUE/in failed",
            Level::Strict,
        ),
    };
    (words.replace("VALUE", &value), value, level)
}

/// All that the page and the command give away of a report and its entries on a level, by name.
fn exports(told: &Report, lines: &[Told], level: Level) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        FORMATS.into_iter().map(|format| (format!("{format:?}"), render(told, format, level))).collect();
    let (shown, mut memory) = redact_shown(told, level, &[]);
    all.push(("the page".into(), serde_json::to_string(&shown.report).unwrap()));
    for number in 0..told.findings.len() {
        all.push(("a finding".into(), render_finding(told, number, level, &[]).unwrap()));
    }
    let fetched = shown.report.findings.iter().map(|finding| &finding.fetch);
    let gaps = shown.report.coverage.gaps.iter().map(|gap| &gap.filter);
    let shapes: Vec<Filter> = shown.report.evidence.iter().map(|evidence| evidence.filter.clone()).collect();
    for filter in fetched.chain(gaps).chain(&shapes) {
        all.extend(hand_off(&shown.report, filter).queries.map(|(tool, text)| (tool.to_owned(), text)));
    }
    for line in lines {
        let mut shown = memory.redact(&line.record).into_owned();
        memory.for_files(|memory| shown.push_str(&memory.redact(&line.record)));
        all.push(("entry view".into(), shown));
    }
    for format in ENTRIES {
        let (_, mut memory) = redact_keeping(told, level, &[]);
        let mut text = String::new();
        entries(lines, format, &mut memory, &mut |piece| text.push_str(piece));
        all.push((format!("{format:?}"), text));
    }
    all
}

/// The entries of a log of lines, with words as the page reads them again.
fn lines(log: &[u8]) -> Vec<Told> {
    let text = String::from_utf8_lossy(log).into_owned();
    text.lines()
        .map(|line| Told { record: line.to_owned(), message: line.to_owned(), ..Told::default() })
        .collect()
}

/// Gives whether the value stood in an export of the report, and in one of entries, on the level below.
fn case(seed: u64) -> Result<[bool; 2], String> {
    let (kind, place) = (seed % KINDS, seed / KINDS % PLACES);
    let (words, value, lowest) = planted(&mut Dice(seed), kind);
    let log = log(&words, place);
    let (told, lines) = (report(digest_named("export.json", &log)), lines(&log));
    for level in [Level::Standard, Level::Strict].into_iter().filter(|level| *level >= lowest) {
        for (name, text) in exports(&told, &lines, level) {
            if let Some(at) = text.find(&value) {
                let from = text[..at].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
                return Err(format!(
                    "kind {kind}, place {place}, {name}, {level:?}: left in {:?}",
                    &text[from..at + value.len()]
                ));
            }
        }
    }
    let below = if lowest == Level::Strict { Level::Standard } else { Level::Secrets };
    let stands = |text: &str| text.contains(&value);
    let of_entries =
        exports(&told, &lines, below).iter().any(|(name, text)| name == "Ndjson" && stands(text));
    Ok([stands(&render(&told, Format::Json, below)), of_entries])
}

#[test]
fn nothing_that_tells_of_people_and_places_is_left_in_any_export() {
    let (mut n, mut of_report, mut of_entries) = (0, 0, 0);
    cases("planted values of people and places", KINDS * PLACES, |seed| {
        let [in_report, in_entries] = case(seed)?;
        n += 1;
        of_report += u64::from(in_report);
        of_entries += u64::from(in_entries);
        Ok(())
    });
    println!(
        "proved: of {n} planted values {of_report} stand in the report and {of_entries} in entries on the level below"
    );
    // Else nothing was tried: what a place does not keep, and what a query value is to the mask, are the rest.
    if n < KINDS * PLACES {
        return;
    }
    assert!(of_report * 10 >= n * 6, "{of_report} of {n} reach a report");
    assert!(of_entries * 10 >= n * 8, "{of_entries} of {n} reach the entries");
}

/// Who and where, as the facts of a report name them, and as a filter of the page does.
#[test]
fn names_of_origins_are_left_in_no_export_on_strict() {
    let log = log("could not connect", 0);
    let text = String::from_utf8(log).unwrap().replace("projects/demo/", "projects/quince-prod-4411/");
    let text = text.replace(
        "\"labels\":{\"service_name\"",
        "\"labels\":{\"project_id\":\"quince-prod-4411\",\"service_name\"",
    );
    let told = report(digest_named("export.json", text.as_bytes()));
    assert!(render(&told, Format::Json, Level::Standard).contains("quince-prod-4411"), "it is planted");
    for (name, text) in exports(&told, &lines(text.as_bytes()), Level::Strict) {
        assert!(!text.contains("quince-prod-4411"), "{name}: {text}");
    }
}

/// Words of the reader's own go from everything, on every level but Off.
#[test]
fn own_words_are_left_in_no_export() {
    let words = ["Tamarind & Co".to_owned(), "quay".to_owned()];
    let log = log("could not reach Tamarind & Co", 0);
    let told = report(digest_named("export.json", &log));
    assert!(render(&told, Format::Markdown, Level::Strict).contains("Tamarind"), "it is planted");
    for level in [Level::Secrets, Level::Standard, Level::Strict] {
        let (shown, _) = redact_shown(&told, level, &words);
        let typed =
            Filter { texts: vec![Term { any: vec!["reach".into()], regex: false }], ..Filter::default() };
        let queries = hand_off(&shown.report, &typed).queries.map(|(_, text)| text).join("\n");
        let (_, mut memory) = redact_keeping(&told, level, &words);
        let mut written = String::new();
        entries(&lines(&log), EntryFormat::Ndjson, &mut memory, &mut |piece| written.push_str(piece));
        let finding = render_finding(&told, 0, level, &words).unwrap();
        for text in [serde_json::to_string(&shown.report).unwrap(), queries, written, finding] {
            assert!(!text.contains("Tamarind") && !text.contains("quay"), "{level:?}: {text}");
        }
        assert!(shown.replaced.iter().any(|(kind, n)| kind == "word" && *n > 1), "{:?}", shown.replaced);
    }
}

/// What is left after Standard in a text that looks like something that tells of people.
fn telling(text: &str) -> Option<String> {
    let patterns = [
        r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9](?:[A-Za-z0-9\-]*\.)+[A-Za-z]{2,24}",
        r"(?:^|[^\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b",
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|xox[bap]-[0-9A-Za-z-]{20,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}|AKIA[0-9A-Z]{16})\b",
    ];
    patterns.iter().find_map(|pattern| {
        let found = regex::Regex::new(pattern).unwrap();
        let local = ["127.", "0.0.0.0", "169.254.", "255.255.255.255"];
        let hit =
            found.find_iter(text).map(|hit| hit.as_str().trim_start_matches(|c: char| !c.is_alphanumeric()));
        hit.filter(|hit| !local.iter().any(|known| hit.starts_with(known))).map(str::to_owned).next()
    })
}

/// Each file of the shared corpus, exported on Standard.
#[test]
fn nothing_that_looks_like_a_person_is_left_of_the_corpus() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let shared = std::env::var_os("FIVEWHYS_SHARED").unwrap_or_else(|| beside.into());
    let corpus = std::path::Path::new(&shared).join("corpus");
    if !corpus.is_dir() {
        println!("skipped: redaction of the corpus: no shared test data");
        return;
    }
    let mut folders = vec![corpus];
    let (mut n, mut left) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        let Ok(inner) = std::fs::read_dir(&folder) else { continue };
        for path in inner.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // Of long logs the head says as much.
            let Ok(mut bytes) = std::fs::read(&path) else { continue };
            bytes.truncate(400_000);
            let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
            let told = report(digest_named(&name, &bytes));
            n += 1;
            for format in [Format::Json, Format::Markdown] {
                let text = render(&told, format, Level::Standard);
                left.extend(telling(&text).map(|found| format!("{name}, {format:?}: {found}")));
            }
        }
    }
    println!("proved: {n} files of the corpus on Standard, {} with something left", left.len());
    assert!(left.is_empty(), "{left:#?}");
}
