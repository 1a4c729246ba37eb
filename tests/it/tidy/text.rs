//! Rules over texts: heads, lengths, words that name a machine or a registry, and escape hatches of the lints.

use super::none;
use super::tree::{SourceFile, files};

/// Longest file in lines.
const MAX_LINES: usize = 400;

/// Files over [`MAX_LINES`] with the length they may have. A number here may only fall, and a row has to go once its
/// file is short enough.
const LONG: &[(&str, usize)] = &[];

const CODE: &[&str] = &[".rs", ".css", ".py", ".mjs", ".sh"];

/// Parts of paths and hosts that belong to one machine or to a registry. Cut in two, so that this file passes.
const NOWHERE: &[(&str, &str)] = &[
    ("/wo", "rk/"),
    ("/ro", "ot/"),
    ("crates", ".io"),
    ("registry.npm", "js"),
    ("py", "pi.org"),
    ("python", "hosted.org"),
    ("deb.deb", "ian.org"),
];

/// Lock files name where they come from, and the list of allowed sources has to.
const MAY_NAME_HOSTS: &[&str] =
    &["Cargo.lock", "fuzz/Cargo.lock", "mutants/Cargo.lock", "package-lock.json", "deny.toml"];

/// Tests that look for such paths themselves.
const LOOKS_FOR_PATHS: &[&str] = &["tests/it/knowledge.rs"];

/// Words that say nothing, promise too much, or date a text.
const EMPTY_WORDS: &[&str] =
    &["blazing", "seamless", "cutting-edge", "effortless", "leverage the", "state-of-the-art"];

fn hand_written() -> impl Iterator<Item = SourceFile> {
    files("")
        .into_iter()
        .filter(|file| !file.path.ends_with(".snap") && file.path != "THIRD-PARTY-NOTICES.md")
}

#[test]
fn every_file_says_what_it_takes_and_gives() {
    let mut complaints = Vec::new();
    for file in hand_written() {
        let starts = |head: &str| {
            file.text.starts_with(head) || file.text.starts_with(&format!("#!/usr/bin/env python3\n{head}"))
        };
        let fine = match file.path.rsplit('.').next() {
            Some("rs") => starts("//! "),
            Some("py") => starts("\"\"\""),
            Some("mjs") => starts("// ") || starts("/** "),
            // What is put into exported HTML stands there as it is, comments too.
            Some("css") => starts("/*") || !file.path.starts_with("style/"),
            _ => true,
        };
        if !fine {
            complaints.push(file.path);
        }
    }
    none("a file begins by saying what it is for", &complaints);
}

#[test]
fn files_are_short() {
    let mut complaints = Vec::new();
    let mut over = Vec::new();
    for file in hand_written().filter(|file| file.is(CODE)) {
        let lines = file.text.lines().count();
        let allowed = LONG.iter().find(|(path, _)| *path == file.path).map(|(_, allowed)| *allowed);
        if lines > MAX_LINES {
            over.push(file.path.clone());
        }
        if lines > allowed.unwrap_or(MAX_LINES) {
            complaints.push(format!("{}: {lines} lines", file.path));
        }
    }
    for (path, _) in LONG.iter().filter(|(path, _)| !over.iter().any(|long| long == path)) {
        complaints.push(format!("{path} is short now: take it off the list"));
    }
    none("files have at most 400 lines", &complaints);
}

#[test]
fn nothing_names_a_machine_or_a_registry() {
    let mut complaints = Vec::new();
    let checked = |file: &SourceFile| {
        let path = file.path.as_str();
        !MAY_NAME_HOSTS.contains(&path) && !LOOKS_FOR_PATHS.contains(&path)
    };
    for file in hand_written().filter(checked) {
        for (number, line) in file.lines() {
            for (head, tail) in NOWHERE {
                if line.contains(&format!("{head}{tail}")) {
                    complaints.push(format!("{}:{number}: {head}{tail}", file.path));
                }
            }
        }
    }
    none("paths of a machine and hosts of registries stay out", &complaints);
}

#[test]
fn texts_use_plain_words() {
    let mut complaints = Vec::new();
    for file in files("").iter().filter(|file| file.is(&[".md", ".rs", ".toml"])) {
        if file.path == "THIRD-PARTY-NOTICES.md" || file.path == "tests/it/tidy/text.rs" {
            continue;
        }
        for (number, line) in file.lines() {
            let lower = line.to_lowercase();
            for word in EMPTY_WORDS.iter().filter(|word| lower.contains(**word)) {
                complaints.push(format!("{}:{number}: {word}", file.path));
            }
        }
    }
    none("plain words", &complaints);
}

#[test]
fn the_library_does_not_unwrap() {
    let hatches = [".unwrap()", ".expect(\"", "panic!(", "unimplemented!(", "todo!("];
    let allows = ["clippy::unwrap_used", "clippy::expect_used", "clippy::panic"];
    let mut complaints = Vec::new();
    for file in files("src").iter().filter(|file| file.path.ends_with(".rs") && !file.is_test_of_a_module()) {
        for (number, line) in file.lines().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for word in hatches.iter().chain(&allows).filter(|word| line.contains(**word)) {
                complaints.push(format!("{}:{number}: {word}", file.path));
            }
        }
    }
    none("bad input is not a reason to stop", &complaints);
}
