//! Search in raw bytes: any split of the bytes tells the same hits, any cut into ranges the same lines, and both are what a
//! plain look at every line tells.

use super::logs::{Dice, Roll};
use fivewhys::query::search::{Needle, Scan};

fn hits(needle: &Needle, text: &[u8], sizes: &mut dyn FnMut() -> usize) -> Vec<u64> {
    let mut hits = Vec::new();
    let mut scan = Scan::whole(needle, 0);
    let mut rest = text;
    while !rest.is_empty() {
        let (chunk, more) = rest.split_at(sizes().clamp(1, rest.len()));
        scan.push(chunk, &mut |at| hits.push(at));
        rest = more;
    }
    scan.finish(&mut |at| hits.push(at));
    hits
}

/// Numbers of the lines that ranges of these ends find.
fn lines_by_range(needle: &Needle, text: &[u8], cuts: &[u64], size: usize) -> Vec<usize> {
    let mut lines: Vec<usize> = Vec::new();
    for pair in cuts.windows(2) {
        let mut scan = Scan::of_range(needle, pair[0], pair[1]);
        let mut found = Vec::new();
        let mut at = scan.from() as usize;
        while at < text.len() && !scan.done() {
            let end = (at + size).min(text.len());
            scan.push(&text[at..end], &mut |hit| found.push(hit));
            at = end;
        }
        if !scan.done() {
            scan.finish(&mut |hit| found.push(hit));
        }
        lines.extend(found.iter().map(|hit| line_of(text, *hit)));
    }
    lines.sort_unstable();
    lines.dedup();
    lines
}

fn line_of(text: &[u8], at: u64) -> usize {
    text[..at as usize].iter().filter(|b| **b == b'\n').count()
}

/// What a reader means: the text in the line, or in the line with its escapes undone.
fn lines_by_eye(text: &[u8], wanted: &str) -> Vec<usize> {
    let wanted = wanted.to_ascii_lowercase();
    let holds = |line: &[u8]| {
        let raw = String::from_utf8_lossy(line).to_ascii_lowercase();
        let plain: Option<String> = serde_json::from_str(&format!("\"{raw}\"")).ok();
        raw.contains(&wanted) || plain.is_some_and(|plain| plain.to_ascii_lowercase().contains(&wanted))
    };
    text.split(|b| *b == b'\n').enumerate().filter(|(_, line)| holds(line)).map(|(n, _)| n).collect()
}

/// Lines of a few pieces, so that needles occur, also at their ends and over others.
fn text(dice: &mut Dice) -> Vec<u8> {
    const PIECES: &[&str] = &[
        "time", "TimeOut", "out", "a", "aa", "}", "{", "\\\"", "é", "\\u00e9", "\\u003c", "<", "\\\\",
        "日本", " ", "x:1", "ab", "aab", "\\n", "\\/", "/",
    ];
    let mut text = String::new();
    for _ in 0..1 + dice.roll(12) {
        for _ in 0..dice.roll(9) {
            text.push_str(PIECES[dice.roll(PIECES.len())]);
        }
        text.push('\n');
    }
    if dice.roll(2) == 0 {
        text.pop();
    }
    text.into_bytes()
}

const NEEDLES: &[&str] =
    &["timeout", "a", "aab", "é", "<", "\"", "/", "日本", "x:1", "out}", "\\", "}{", "n", "A\"", "e\\", " a"];

fn cuts(dice: &mut Dice, len: usize) -> Vec<u64> {
    let mut cuts: Vec<u64> = (0..dice.roll(4)).map(|_| dice.roll(len + 1) as u64).collect();
    cuts.extend([0, len as u64 + 1]);
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

#[test]
fn texts_are_found_whatever_the_chunks_and_ranges() {
    for seed in 0..4_000 {
        let mut dice = Dice(seed);
        let (text, wanted) = (text(&mut dice), NEEDLES[dice.roll(NEEDLES.len())]);
        let needle = Needle::text(wanted).unwrap();
        let whole = hits(&needle, &text, &mut || usize::MAX);
        let shown = String::from_utf8_lossy(&text).into_owned();
        for _ in 0..4 {
            let most = 1 + dice.roll(20);
            let split = hits(&needle, &text, &mut || 1 + dice.roll(most));
            assert_eq!(split, whole, "seed {seed}: {wanted:?} in {shown:?}");
        }
        let mut lines: Vec<usize> = whole.iter().map(|at| line_of(&text, *at)).collect();
        lines.dedup();
        assert_eq!(lines, lines_by_eye(&text, wanted), "seed {seed}: {wanted:?} in {shown:?}");
        let ranges = cuts(&mut dice, text.len());
        let found = lines_by_range(&needle, &text, &ranges, 1 + dice.roll(30));
        assert_eq!(found, lines, "seed {seed}: {wanted:?} in {shown:?} by {ranges:?}");
    }
}

#[test]
fn expressions_are_found_line_by_line_whatever_the_chunks_and_ranges() {
    const PATTERNS: &[&str] = &["(?i)time.?out", "^a+b", "é$", "a[^b]", "\\s", "x:\\d", "^$", "}.*a", "o|日"];
    for seed in 0..2_000 {
        let mut dice = Dice(seed);
        let (text, pattern) = (text(&mut dice), PATTERNS[dice.roll(PATTERNS.len())]);
        let needle = Needle::regex(pattern).unwrap();
        let whole = hits(&needle, &text, &mut || usize::MAX);
        let shown = String::from_utf8_lossy(&text).into_owned();
        let most = 1 + dice.roll(20);
        let split = hits(&needle, &text, &mut || 1 + dice.roll(most));
        assert_eq!(split, whole, "seed {seed}: {pattern} in {shown:?}");
        let regex = regex::bytes::Regex::new(pattern).unwrap();
        let mut lines: Vec<usize> = whole.iter().map(|at| line_of(&text, *at)).collect();
        lines.dedup();
        let lines_of = String::from_utf8_lossy(&text).into_owned();
        let numbered = lines_of.split_inclusive('\n').enumerate();
        let by_eye: Vec<usize> = numbered
            .filter(|(_, line)| regex.is_match(line.trim_end_matches('\n').as_bytes()))
            .map(|(n, _)| n)
            .collect();
        assert_eq!(lines, by_eye, "seed {seed}: {pattern} in {shown:?}");
        let ranges = cuts(&mut dice, text.len());
        let found = lines_by_range(&needle, &text, &ranges, 1 + dice.roll(30));
        assert_eq!(found, lines, "seed {seed}: {pattern} in {shown:?} by {ranges:?}");
    }
}

#[test]
fn what_has_no_needle_says_so() {
    assert!(Needle::text("").is_none());
    let error = Needle::regex("(").unwrap_err();
    assert!(error.contains("unclosed group"), "{error}");
}

#[test]
fn many_backslashes_take_no_time() {
    let needle = Needle::text(&format!("{}x", "\\".repeat(200))).unwrap();
    let text = "\\".repeat(100_000) + "y";
    assert!(!needle.is_in(text.as_bytes()));
}
