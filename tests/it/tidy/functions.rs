//! Lengths of functions, told by the indentation that rustfmt gives.

use super::none;
use super::tree::files;

/// Longest function in lines, signature and closing brace included.
const MAX_LINES: usize = 60;

/// Functions over [`MAX_LINES`] with the length they may have. A number here may only fall, and a row has to go once its
/// function is short enough. Tests that list cases are not counted.
const LONG: &[(&str, &str, usize)] = &[
    ("examples/generate/story.rs", "crash_loop", 73),
    ("examples/seal.rs", "main", 80),
    ("src/diagnose/findings/extent.rs", "impact", 71),
    ("src/diagnose/findings/extent.rs", "counts", 98),
    ("src/diagnose/anomalies/repeats.rs", "tell", 74),
    ("src/diagnose/anomalies/silence.rs", "finding", 68),
    ("src/diagnose/anomalies/slow.rs", "tell", 87),
    ("src/diagnose/troubles.rs", "identify", 88),
];

/// Name and length of each function of a formatted text.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let Some(name) = name(code) else { continue };
        let indent = line.len() - code.len();
        let end = |line: &str| line.len() == indent + 1 && line.ends_with('}') && line.trim().len() == 1;
        if !code.ends_with([';', '}'])
            && let Some(more) = lines.iter().skip(at).position(|line| end(line))
        {
            found.push((name, more + 1));
        }
    }
    found
}

/// The name in a line that begins a function.
fn name(code: &str) -> Option<&str> {
    let (before, rest) = code.split_once("fn ")?;
    let words = ["pub", "pub(crate)", "pub(super)", "const", "async", "unsafe"];
    let is_head = before.split_whitespace().all(|word| words.contains(&word) || word.starts_with("pub(in"));
    is_head.then(|| rest.split(['(', '<']).next().unwrap_or_default())
}

#[test]
fn functions_are_short() {
    let mut complaints = Vec::new();
    let mut over = Vec::new();
    let is_code =
        |path: &str| path.starts_with("src/") || path.starts_with("examples/") || path == "build.rs";
    for file in files("").into_iter().filter(|file| file.is(&[".rs"]) && is_code(&file.path)) {
        if file.is_test_of_a_module() {
            continue;
        }
        for (name, lines) in functions(&file.text).into_iter().filter(|(_, lines)| *lines > MAX_LINES) {
            let row = LONG.iter().find(|(path, long, _)| (*path, *long) == (file.path.as_str(), name));
            over.extend(row);
            if row.is_none_or(|(_, _, allowed)| lines > *allowed) {
                complaints.push(format!("{}: {name} has {lines} lines", file.path));
            }
        }
    }
    for (path, name, _) in LONG.iter().filter(|row| !over.contains(row)) {
        complaints.push(format!("{path}: {name} is short now: take it off the list"));
    }
    none("functions have at most 60 lines", &complaints);
}

#[test]
fn functions_are_measured_as_written() {
    let text = "pub(crate) fn one(\n    a: u8,\n) -> u8 {\n    a\n}\nimpl A {\n    fn two() {\n        if x {\n        }\n    }\n}\nfn three() {}\n";
    assert_eq!(functions(text), [("one", 5), ("two", 4)]);
}
