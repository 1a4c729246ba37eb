//! Reading: the shared corpus, chunks of any size, shards, archives, and damaged input.

use fivewhys::error::Problem;
use fivewhys::ingest::inspect::{Inspection, Inspector};
use fivewhys::ingest::{FileId, Ingest};
use std::path::{Path, PathBuf};

/// The shared test data, or `None` with a line that says so.
fn shared(test: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let root = PathBuf::from(std::env::var("FIVEWHYS_SHARED").unwrap_or_else(|_| beside.to_owned()));
    if root.join("corpus/expected.json").exists() {
        return Some(root);
    }
    println!("skipped: {test}: no shared test data");
    None
}

fn inspect(name: &str, bytes: &[u8], step: usize) -> (Inspector, Vec<Problem>) {
    let id = FileId { name: name.to_owned(), size: bytes.len() as u64, token: 1 };
    let mut ingest = Ingest::new(id);
    let mut inspector = Inspector::default();
    for chunk in bytes.chunks(step) {
        ingest.push(chunk, &mut inspector);
    }
    let problems = ingest.finish(&mut inspector);
    (inspector, problems)
}

#[test]
fn every_file_of_the_corpus_is_read_as_counted_by_hand() {
    let Some(root) = shared("every_file_of_the_corpus_is_read_as_counted_by_hand") else { return };
    let expected: serde_json::Value =
        serde_json::from_slice(&std::fs::read(root.join("corpus/expected.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for (path, want) in expected.as_object().unwrap() {
        let bytes = std::fs::read(root.join("corpus").join(path)).unwrap();
        let (inspector, problems) = inspect(base(path), &bytes, 1 << 20);
        let (facts, order) = inspector.files.first().unwrap();
        let got = serde_json::to_value(Inspection::of(facts, *order)).unwrap();
        let best_effort = want["entries"].is_null();
        for key in ["encoding", "container", "entries", "severity", "first", "last"] {
            if best_effort && key != "encoding" && key != "container" {
                continue;
            }
            if got[key] != want[key] {
                wrong.push(format!("{path}: {key}: {} instead of {}", got[key], want[key]));
            }
        }
        if best_effort && facts.entries == 0 && problems.is_empty() {
            wrong.push(format!("{path}: neither entries nor a problem"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn base(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or("")
}

/// Every file below a folder, sorted.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

#[test]
fn other_logs_are_read_and_few_are_refused() {
    let Some(root) = shared("other_logs_are_read_and_few_are_refused") else { return };
    let mut refused = Vec::new();
    for path in files(&root.join("corpus/other")) {
        let bytes = std::fs::read(&path).unwrap();
        let name = base(path.to_str().unwrap()).to_owned();
        let (inspector, problems) = inspect(&name, &bytes, 1 << 20);
        let (facts, order) = inspector.files.first().unwrap();
        println!("{name}: {}", Inspection::of(facts, *order).json());
        assert!(facts.entries > 0 || !problems.is_empty(), "{name}: neither entries nor a problem");
        if facts.entries == 0 {
            refused.push(name);
        }
    }
    assert!(refused.len() <= 6, "{refused:?}");
}
