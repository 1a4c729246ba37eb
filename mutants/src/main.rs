//! Mutant schemata: takes the sources and a copy of them, puts every mutant of some folders into the copy at once, each asleep until it
//! is asked for by number when a test runs, and lists them.
//!
//! `fivewhys-mutants SOURCES COPY LIST DROPPED FOLDER…`: SOURCES and COPY are `src` folders, LIST is written (tabs between the columns of
//! [`COLUMNS`]), DROPPED is a file with the places to leave as they are, one number a line, since their mutants don't compile.
//! Numbers depend on the sources alone, not on what is dropped. Only the mutated files and the module `mutant` are written, and only where
//! they differ, so that a build does no more than it has to.

mod edit;
mod find;
mod swap;
mod value;

use find::{Finder, Place};
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The module that each mutated place asks.
const ASKED: &str = include_str!("asked.rs");

/// First line of the list. A mutant is written over bytes `begin..end` of the copy's file; its function has lines `from..=to`.
const COLUMNS: &str = "mutant\tplace\tfile\tline\tcolumn\tbegin\tend\tfunction\tfrom\tto\tchange";

/// What each call of the tool works on.
struct Job {
    sources: PathBuf,
    copy: PathBuf,
    dropped: BTreeSet<u32>,
    list: String,
    next: u32,
}

impl Job {
    /// Mutates one file; `path` is told from the sources' folder.
    fn file(&mut self, path: &Path) -> Result<(), Box<dyn Error>> {
        let text = fs::read_to_string(self.sources.join(path))?;
        let file = syn::parse_file(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let places = Finder::new(&text, self.next).places(&file);
        self.next =
            places.iter().map(|place| place.first + place.changes.len() as u32).max().unwrap_or(self.next);
        let kept: Vec<&Place> = places.iter().filter(|place| !self.dropped.contains(&place.first)).collect();
        let edits: Vec<&[edit::Edit]> = kept.iter().map(|place| place.edits.as_slice()).collect();
        let (mutated, ranges) = edit::apply(&text, &edits);
        for (place, range) in kept.iter().zip(ranges) {
            for (number, change) in (place.first..).zip(&place.changes) {
                let Place { first, line, column, function, lines: (from, to), .. } = place;
                let (shown, begin, end) = (path.display(), range.start, range.end);
                writeln!(
                    self.list,
                    "{number}\t{first}\tsrc/{shown}\t{line}\t{column}\t{begin}\t{end}\t{function}\t{from}\t{to}\t{change}"
                )?;
            }
        }
        write(&self.copy.join(path), &mutated)
    }
}

/// Writes a file unless it has this text already, with the folders that a first copy lacks.
fn write(path: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// The Rust files below a folder of the sources that are no tests, in order of their paths.
fn files(sources: &Path, folder: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    let mut folders = vec![sources.join(folder)];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at)? {
            let path = entry?.path();
            if path.is_dir() && !path.ends_with("tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test(&path) {
                found.push(path.strip_prefix(sources)?.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Names that tests of a module have, as `tests/it/tidy/tree.rs` has them.
fn is_test(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name == "tests.rs" || name == "testing.rs" || name.ends_with("_tests.rs")
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [sources, copy, list, dropped, folders @ ..] = arguments.as_slice() else {
        return Err("usage: fivewhys-mutants SOURCES COPY LIST DROPPED FOLDER…".into());
    };
    let dropped = fs::read_to_string(dropped).unwrap_or_default();
    let mut job = Job {
        sources: sources.into(),
        copy: copy.into(),
        dropped: dropped.lines().map(str::parse).collect::<Result<_, _>>()?,
        list: format!("{COLUMNS}\n"),
        // 0 is the program as it is.
        next: 1,
    };
    for folder in folders {
        for path in files(&job.sources, folder)? {
            job.file(&path)?;
        }
    }
    write(&job.copy.join("mutant.rs"), ASKED)?;
    let library = fs::read_to_string(job.sources.join("lib.rs"))?;
    write(&job.copy.join("lib.rs"), &format!("{library}\n#[doc(hidden)]\npub mod mutant;\n"))?;
    write(Path::new(list), &job.list)
}
