//! One body for each part that reads hostile bytes: takes any bytes, panics where something that always holds does not.
//!
//! `fuzz.rs` feeds them from seeds on every machine; the targets in `fuzz/` feed them under coverage guidance.

use crate::dice::Dice;
use crate::invariant::{Kept, holds, report};
use fivewhys::diagnose::knowledge::{Knowledge, file, rules};
use fivewhys::digest::Digest;
use fivewhys::entry::Nanos;
use fivewhys::error::Code;
use fivewhys::ingest::encoding::Decoder;
use fivewhys::ingest::{Container, Encoding, FileId, Ingest, Plan, Shard, detect};
use fivewhys::redact::{Level, Memory};
use fivewhys::report::render::{Format, render};
use fivewhys::{hash, pattern, query, trace};
use std::sync::LazyLock;

/// What a target does with its bytes.
pub(crate) type Body = fn(&[u8]);

/// Name of a target → its body.
pub(crate) const TARGETS: &[(&str, Body)] = &[
    ("decoder", decoder),
    ("framer", framer),
    ("dialect", dialect),
    ("traces", traces),
    ("mask", mask),
    ("redact", redact),
    ("query_text", query_text),
    ("digest_reader", digest_reader),
    ("rule_file", rule_file),
    ("pipeline", pipeline),
];

/// Splits bytes at places that depend on their content alone.
fn chunks(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut dice = Dice(hash::bytes(data));
    let most = 1 + dice.below(64);
    let mut rest = data;
    std::iter::from_fn(move || {
        let at = (1 + dice.below(most) as usize).min(rest.len());
        let (chunk, next) = rest.split_at(at);
        rest = next;
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Any encoding, any chunks: the same text, and it is UTF-8 up to what stands for broken bytes.
pub(crate) fn decoder(data: &[u8]) {
    for encoding in [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Utf16Le, Encoding::Utf16Be] {
        let (mut whole, mut pieces) = (Vec::new(), Vec::new());
        Decoder::new(encoding, false).push(data, true, &mut |text| whole.extend_from_slice(text));
        let mut decoder = Decoder::new(encoding, false);
        chunks(data).for_each(|chunk| decoder.push(chunk, false, &mut |text| pieces.extend_from_slice(text)));
        decoder.push(&[], true, &mut |text| pieces.extend_from_slice(text));
        assert_eq!(whole, pieces, "{encoding:?}");
        let is_utf16 = matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be);
        assert!(!is_utf16 || std::str::from_utf8(&whole).is_ok(), "{encoding:?} gives no UTF-8");
    }
}

fn read_as<'c>(plan: &Plan, size: u64, chunks: impl Iterator<Item = &'c [u8]>) -> Kept {
    let mut kept = Kept::default();
    let id = FileId { name: "a".to_owned(), size, ..FileId::default() };
    let mut ingest = Ingest::of_shard(id, plan, Shard { start: 0, end: u64::MAX });
    chunks.for_each(|chunk| ingest.push(chunk, &mut kept));
    let _ = ingest.finish(&mut kept);
    kept
}

/// Read by this plan in one piece and in many: the same entries and facts.
fn same(plan: &Plan, data: &[u8]) {
    let size = data.len() as u64;
    let (whole, pieces) = (read_as(plan, size, std::iter::once(data)), read_as(plan, size, chunks(data)));
    assert_eq!(whole.said, pieces.said, "{plan:?}");
    assert_eq!(whole.files, pieces.files, "{plan:?}");
    let counted: u64 = whole.files.iter().map(|file| file.entries).sum();
    assert_eq!(counted, whole.said.len() as u64, "{plan:?}");
}

/// Every container, whatever the bytes look like; the first byte chooses it.
pub(crate) fn framer(data: &[u8]) {
    let Some((&first, data)) = data.split_first() else { return };
    let container = match first % 10 {
        0 | 1 => Container::Array,
        2 => Container::Ndjson,
        3 => Container::Concatenated,
        4 | 5 => Container::Wrapper("entries".to_owned()),
        6 => Container::Csv,
        7 => Container::Yaml,
        8 => Container::YamlList,
        _ => Container::Lines,
    };
    let splittable = first % 10 == 1;
    same(
        &Plan { container, splittable, indent: u32::from(first / 64), flow: first > 127, ..Plan::default() },
        data,
    );
}

static DIALECTS: LazyLock<Vec<String>> =
    LazyLock::new(|| detect("a.json", b"{\"a\":1}\n").scores.into_iter().map(|(name, _)| name).collect());

/// Every dialect on records that are none of its own; the first byte chooses it.
pub(crate) fn dialect(data: &[u8]) {
    let Some((&first, data)) = data.split_first() else { return };
    let dialect = DIALECTS.get(usize::from(first) % DIALECTS.len().max(1)).cloned().unwrap_or_default();
    let container = if first % 2 == 0 { Container::Ndjson } else { Container::Lines };
    same(&Plan { container, line_dialect: dialect.clone(), dialect, ..Plan::default() }, data);
}

/// Lines of streams are grouped, and texts parsed; a group is named by its first line.
pub(crate) fn traces(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(trace) = trace::parse(&text) {
        assert!(!trace.chain.is_empty());
        let _ = (trace::signature(&trace), trace::root(&trace), trace::import_chain(&trace));
    }
    let lines: Vec<trace::Line<'_>> = (0u32..)
        .zip(text.lines())
        .map(|(n, text)| trace::Line { text, stream: n % 3 / 2, time: Some(Nanos(i64::from(n) * 1_000)) })
        .collect();
    for (n, group) in (0u32..).zip(trace::group(&lines)) {
        assert!(group <= n, "line {n} is in group {group}");
    }
}

/// Masking depends on the text alone, and groups take every shape in.
pub(crate) fn mask(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let once = |text: &str| {
        let mut out = String::new();
        pattern::mask(text, &mut out);
        out
    };
    assert_eq!(once(&text), once(&text));
    let masked: Vec<String> = text.lines().map(once).collect();
    for (line, mask) in text.lines().zip(&masked) {
        let _ = pattern::variables::variables(mask, line);
    }
}

/// Any text is redacted on any level, a piece of it as the whole.
pub(crate) fn redact(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    assert_eq!(Memory::new(Level::Off, &[]).redact(&text), text);
    for level in [Level::Secrets, Level::Standard, Level::Strict] {
        let whole = Memory::new(level, &[]).redact(&text).into_owned();
        let middle = (text.len() / 2..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (mut a, mut b) = (text[..middle].to_owned(), text[middle..].to_owned());
        Memory::new(level, &[]).redact_pieces(&mut [&mut a, &mut b]);
        // A value on the border has its placeholder on both sides.
        assert_eq!(bare(&(a + &b)), bare(&whole), "{level:?}");
    }
}

/// A text without what stands in angles.
fn bare(text: &str) -> String {
    text.split('<').map(|part| part.split_once('>').map_or(part, |(_, rest)| rest)).collect()
}

/// What can be read is printed as text that reads as the same.
pub(crate) fn query_text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(filter) = query::parse_with(&text, &query::search::check) {
        let printed = query::print(&filter);
        let again = query::parse(&printed).unwrap_or_else(|problem| panic!("{printed:?}: {problem}"));
        assert_eq!(query::print(&again), printed);
    }
}

/// Bytes are no digest, or one whose report can be written; the checksum is made to fit, since else nothing gets through.
pub(crate) fn digest_reader(data: &[u8]) {
    let fit = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        if bytes.len() > 13 {
            let sum = hash::bytes(&bytes[13..]);
            bytes[5..13].copy_from_slice(&sum.to_le_bytes());
        }
        bytes
    };
    for bytes in [data.to_vec(), fit(data)] {
        match Digest::from_bytes(&bytes) {
            Ok(digest) => {
                let _ = render(&report(digest), Format::Json, Level::Secrets);
            }
            Err(problem) => assert!(matches!(problem.code, Code::EDigest | Code::EVersion), "{problem}"),
        }
    }
}

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(Knowledge::builtin);

/// A rule file is refused with faults, or its rules are proved.
pub(crate) fn rule_file(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if file::parse(&text).is_ok() {
        let _ = rules::check(&KNOWLEDGE, "a.toml", &text);
    }
}

/// Bytes to report: any chunks and shards give the same.
pub(crate) fn pipeline(data: &[u8]) {
    if let Err(fault) = holds(data, &mut Dice(hash::bytes(data))) {
        panic!("{fault}");
    }
}
