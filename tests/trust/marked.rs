//! Ten logs whose words are marked by hand: what each level has to take out goes, and of all others at most one in a hundred.

use crate::invariant::{digest_named, report};
use fivewhys::redact::Level;
use fivewhys::report::model::Told;
use fivewhys::report::render::{EntryFormat, Format, entries, redact_keeping, render};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What has to go, as the file beside a log says.
#[derive(serde::Deserialize)]
struct Marks {
    secrets: Vec<String>,
    standard: Vec<String>,
}

fn logs() -> Vec<(PathBuf, Marks)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/redaction");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut logs: Vec<(PathBuf, Marks)> = files
        .filter(|path| path.extension().is_some_and(|ending| ending != "toml"))
        .map(|path| {
            let marks =
                toml::from_str(&std::fs::read_to_string(path.with_extension("toml")).unwrap()).unwrap();
            (path, marks)
        })
        .collect();
    logs.sort_by(|a, b| a.0.cmp(&b.0));
    logs
}

/// Report and entries of a log on a level.
fn told(path: &Path, level: Level) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let report = report(digest_named(&path.file_name().unwrap().to_string_lossy(), text.as_bytes()));
    let mut out = render(&report, Format::Json, level);
    let lines: Vec<Told> = text
        .lines()
        .map(|line| Told { record: line.to_owned(), message: line.to_owned(), ..Told::default() })
        .collect();
    let (_, mut memory) = redact_keeping(&report, level, &[]);
    entries(&lines, EntryFormat::Csv, &mut memory, &mut |piece| out.push_str(piece));
    out
}

/// Words with how often they stand there; placeholders are none.
fn words(text: &str) -> BTreeMap<String, usize> {
    let placeholder = regex::Regex::new(r"<[a-z-]+-\d+>").unwrap();
    let mut words = BTreeMap::new();
    let text = placeholder.replace_all(text, " ");
    for word in
        text.split(|c: char| !c.is_alphanumeric() && !"_-.".contains(c)).filter(|word| !word.is_empty())
    {
        *words.entry(word.to_owned()).or_insert(0) += 1;
    }
    words
}

/// Words that are gone and are part of nothing that has to go, and how many words there are.
fn falsely(before: &str, after: &str, marks: &[&str]) -> (Vec<String>, usize) {
    let (before, after) = (words(before), words(after));
    let all = before.values().sum();
    let gone = before.into_iter().flat_map(|(word, n)| {
        let left = after.get(&word).copied().unwrap_or(0);
        let is_marked = marks.iter().any(|mark| mark.contains(&word) || word.contains(mark));
        let lost = if is_marked { 0 } else { n.saturating_sub(left) };
        std::iter::repeat_n(word, lost)
    });
    (gone.collect(), all)
}

#[test]
fn of_ten_marked_reports_what_has_to_go_goes_and_the_rest_stays() {
    let logs = logs();
    assert_eq!(logs.len(), 10);
    let mut faults = Vec::new();
    for (path, marks) in &logs {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let off = told(path, Level::Off);
        let both: Vec<&str> = marks.secrets.iter().chain(&marks.standard).map(String::as_str).collect();
        let secrets: Vec<&str> = marks.secrets.iter().map(String::as_str).collect();
        faults.extend(
            both.iter()
                .filter(|mark| !off.contains(**mark))
                .map(|mark| format!("{name}: {mark} stands nowhere")),
        );
        for (level, marks) in [(Level::Secrets, secrets), (Level::Standard, both)] {
            let text = told(path, level);
            // A mark of one or two letters also stands in other words.
            let left = marks.iter().filter(|mark| mark.len() > 3 && text.contains(**mark));
            faults.extend(left.map(|mark| format!("{name}, {level:?}: {mark} is left")));
            let (gone, all) = falsely(&off, &text, &marks);
            println!("proved: {name}, {level:?}: {} of {all} words replaced falsely {gone:?}", gone.len());
            if gone.len() * 100 > all {
                faults.push(format!(
                    "{name}, {level:?}: {} of {all} words replaced falsely: {gone:?}",
                    gone.len()
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
