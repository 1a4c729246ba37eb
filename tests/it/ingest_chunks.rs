//! Chunks of any size and shards cut anywhere give what one pass gives, for every fixture and in every encoding.

use fivewhys::entry::Entry;
use fivewhys::error::Problem;
use fivewhys::ingest::{FileFacts, FileId, Ingest, Plan, Shard, Sink, detect};
use proptest::prelude::*;
use std::path::{Path, PathBuf};

/// Keeps everything that comes out, as text.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Kept {
    pub(crate) entries: Vec<String>,
    pub(crate) files: Vec<FileFacts>,
    pub(crate) spans: Vec<(u64, u32)>,
}

impl Sink for Kept {
    fn begin(&mut self, _file: &FileId) {}

    fn entry(&mut self, entry: &Entry<'_>) {
        self.spans.push((entry.span.offset, entry.span.len));
        self.entries.push(format!("{entry:?}"));
    }

    fn end(&mut self, facts: FileFacts) {
        self.files.push(facts);
    }
}

pub(crate) fn read(name: &str, bytes: &[u8], step: usize) -> (Kept, Vec<Problem>) {
    let mut kept = Kept::default();
    let mut ingest = Ingest::new(FileId { name: name.to_owned(), size: bytes.len() as u64, token: 7 });
    for chunk in bytes.chunks(step) {
        ingest.push(chunk, &mut kept);
    }
    let problems = ingest.finish(&mut kept);
    (kept, problems)
}

fn fixtures() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ingest").join(name)).unwrap()
}

/// Facts in one line: container, dialects, entries, skipped, cut off.
#[track_caller]
fn check(name: &str, want: &str) {
    let (kept, _) = read(name, &fixture(name), usize::MAX);
    let facts = &kept.files[0];
    let dialects: Vec<_> = facts.dialects.iter().map(|(id, n)| format!("{id} {n}")).collect();
    let got = format!(
        "{} | {} | {:?} | skipped {}{}",
        facts.container.name(),
        dialects.join(", "),
        facts.severities,
        facts.n_skipped,
        if facts.truncated { " | truncated" } else { "" }
    );
    assert_eq!(got, want);
}

#[test]
fn every_container_is_read_as_what_it_is() {
    check(
        "array-pretty.json",
        r#"array | gcp 23 | {"ERROR": 5, "INFO": 5, "WARNING": 4, "none": 9} | skipped 0"#,
    );
    check(
        "array-one-line.json",
        r#"array | gcp 7 | {"ERROR": 1, "INFO": 2, "WARNING": 1, "none": 3} | skipped 0"#,
    );
    check(
        "array-tabs.json",
        r#"array | gcp 7 | {"ERROR": 1, "INFO": 2, "WARNING": 1, "none": 3} | skipped 0"#,
    );
    check("array-odd.json", r#"array | gcp 2 | {"INFO": 1, "none": 1} | skipped 5"#);
    check(
        "lines-crlf.ndjson",
        r#"ndjson | gcp 23 | {"ERROR": 5, "INFO": 5, "WARNING": 4, "none": 9} | skipped 0"#,
    );
    check(
        "lines-damaged.ndjson",
        r#"ndjson | gcp 22 | {"ERROR": 5, "INFO": 5, "WARNING": 4, "none": 8} | skipped 2 | truncated"#,
    );
    check("mixed-app.log", r#"ndjson | plain 3, zap 5 | {"ERROR": 1, "INFO": 4, "none": 3} | skipped 0"#);
    check("pasted.md", r#"concatenated | gcp 3 | {"ERROR": 1, "INFO": 1, "WARNING": 1} | skipped 0"#);
    check("pretty-unclosed.txt", r#"concatenated | gcp 2 | {"ERROR": 1, "INFO": 1} | skipped 1"#);
    check(
        "wrapper-raw.json",
        r#"wrapper:raw_logs | gcp 9 | {"ERROR": 2, "INFO": 2, "WARNING": 2, "none": 3} | skipped 0"#,
    );
    check(
        "wrapper-groups.json",
        r#"wrapper:logs_by_severity | gcp 3 | {"ERROR": 2, "WARNING": 1} | skipped 0"#,
    );
    check("wrapper-pages.json", r#"wrapper:events | cloudwatch 5 | {"none": 5} | skipped 0"#);
    check("explorer.csv", r#"csv | gcp 9 | {"ERROR": 3, "none": 6} | skipped 0"#);
    check("header-only.csv", "csv |  | {} | skipped 0");
    check("gcloud.yaml", r#"yaml | gcp 3 | {"ERROR": 1, "INFO": 2} | skipped 0"#);
    check("list.yaml", r#"yaml-list | gcp 4 | {"ERROR": 1, "INFO": 2, "WARNING": 1} | skipped 0"#);
    check("flow.yaml", r#"yaml-list | gcp 3 | {"ERROR": 1, "INFO": 1, "none": 1} | skipped 0"#);
    check("plain.log", r#"lines | plain 3, run-text 6 | {"none": 9} | skipped 0"#);
    check("prose.txt", "none |  | {} | skipped 0");
}

#[test]
fn chunks_of_any_size_give_the_same() {
    for path in fixtures() {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let whole = read(name, &bytes, usize::MAX);
        for step in [1, 100] {
            assert_eq!(read(name, &bytes, step), whole, "{name} in chunks of {step}");
        }
        let nameless = read("", &bytes, usize::MAX).0;
        assert_eq!(nameless.spans, whole.0.spans, "{name} without its name");
    }
}

#[test]
fn every_encoding_gives_the_same_entries() {
    for path in fixtures() {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        if text.starts_with('\u{FEFF}') || text.is_empty() {
            continue;
        }
        let whole = read("x", &bytes, usize::MAX).0;
        let little: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let big: Vec<u8> =
            [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        for (encoding, bytes) in [("utf-16le", little), ("utf-16be", big)] {
            let kept = read("x", &bytes, 333).0;
            assert_eq!(kept.entries, whole.entries, "{}", path.display());
            assert_eq!(kept.files[0].encoding.name(), encoding);
            assert!(!kept.files[0].seekable);
        }
        let marked: Vec<u8> = [0xEF, 0xBB, 0xBF].into_iter().chain(bytes.iter().copied()).collect();
        let kept = read("x", &marked, 333).0;
        let moved: Vec<_> = whole.spans.iter().map(|(offset, len)| (offset + 3, *len)).collect();
        assert_eq!(kept.spans, moved, "{}", path.display());
        assert_eq!(kept.files[0].encoding.name(), "utf-8-bom");
    }
}

#[test]
fn spans_cut_the_records_out_of_the_file() {
    for name in ["array-pretty.json", "lines-crlf.ndjson", "wrapper-raw.json", "pasted.md"] {
        let bytes = fixture(name);
        let kept = read(name, &bytes, 50).0;
        for (offset, len) in kept.spans {
            let text = &bytes[offset as usize..offset as usize + len as usize];
            assert!(serde_json::from_slice::<serde_json::Value>(text).is_ok(), "{name} at {offset}");
        }
    }
}

fn read_shard(plan: &Plan, bytes: &[u8], shard: Shard, step: usize) -> Kept {
    let mut kept = Kept::default();
    let mut ingest = Ingest::of_shard(FileId { name: "x".to_owned(), size: 0, token: 7 }, plan, shard);
    for chunk in bytes[shard.start as usize..].chunks(step) {
        if ingest.done() {
            break;
        }
        ingest.push(chunk, &mut kept);
    }
    let _ = ingest.finish(&mut kept);
    kept
}

/// Splits at the cuts and compares with one pass.
#[track_caller]
fn check_shards(bytes: &[u8], cuts: &[usize], step: usize) {
    let plan = detect("x", bytes);
    assert!(plan.splittable);
    let whole = read("x", bytes, usize::MAX).0;
    let mut edges: Vec<u64> = cuts.iter().map(|cut| (cut % bytes.len()) as u64).collect();
    edges.extend([0, bytes.len() as u64]);
    edges.sort_unstable();
    let (mut entries, mut skipped, mut lines) = (Vec::new(), 0, 0);
    for pair in edges.windows(2) {
        let shard = read_shard(&plan, bytes, Shard { start: pair[0], end: pair[1] }, step);
        entries.extend(shard.entries);
        skipped += shard.files[0].n_skipped;
        lines += shard.files[0].lines;
    }
    assert_eq!(entries, whole.entries);
    assert_eq!(skipped, whole.files[0].n_skipped);
    assert_eq!(lines, whole.files[0].lines);
}

const SPLITTABLE: &[&str] = &[
    "array-pretty.json",
    "array-tabs.json",
    "lines-crlf.ndjson",
    "lines-damaged.ndjson",
    "plain.log",
    "mixed-app.log",
];

#[test]
fn one_cut_at_any_byte_changes_nothing() {
    for name in ["array-tabs.json", "mixed-app.log"] {
        let bytes = fixture(name);
        for cut in 0..bytes.len() {
            check_shards(&bytes, &[cut], 4096);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_cuts_change_nothing(
        which in 0..SPLITTABLE.len(),
        cuts in prop::collection::vec(0usize..100_000, 0..8),
        step in 1usize..3000,
        marked in any::<bool>(),
    ) {
        let mut bytes = if marked { vec![0xEF, 0xBB, 0xBF] } else { Vec::new() };
        bytes.extend(fixture(SPLITTABLE[which]));
        check_shards(&bytes, &cuts, step);
    }

    #[test]
    fn any_damage_is_survived_and_chunking_stays_invisible(
        which in 0usize..8,
        hits in prop::collection::vec((0usize..100_000, any::<u8>()), 1..6),
        cut in 0usize..100_000,
        step in 1usize..500,
    ) {
        let names = ["array-pretty.json", "lines-damaged.ndjson", "pasted.md", "wrapper-raw.json", "explorer.csv",
            "gcloud.yaml", "flow.yaml", "wrapper-groups.json"];
        let mut bytes = fixture(names[which]);
        for (at, byte) in hits {
            let len = bytes.len();
            bytes[at % len] = byte;
        }
        let len = bytes.len();
        bytes.truncate(len - cut % len / 2);
        prop_assert_eq!(read("x", &bytes, step), read("x", &bytes, usize::MAX));
    }
}
