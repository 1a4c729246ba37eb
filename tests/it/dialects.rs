//! Dialects over the shared corpus: every file of other conventions is read, or refused with a code.

use fivewhys::entry::Entry;
use fivewhys::ingest::{FileFacts, FileId, Ingest, Sink};
use std::path::{Path, PathBuf};

/// Files of `other/` that hold no log, and may be refused.
const REFUSED: usize = 6;

#[derive(Default)]
struct Seen {
    entries: usize,
    timed: usize,
    spoken: usize,
    levelled: usize,
    facts: Option<FileFacts>,
    sample: String,
}

impl Sink for Seen {
    fn begin(&mut self, _file: &FileId) {}

    fn entry(&mut self, entry: &Entry<'_>) {
        self.entries += 1;
        self.timed += usize::from(entry.time.is_some());
        self.spoken += usize::from(!entry.message.is_empty());
        let origin = fivewhys::entry::effective(entry).origin;
        self.levelled += usize::from(origin != fivewhys::entry::Origin::None);
        if self.sample.is_empty() {
            self.sample = entry.message.chars().take(50).collect();
        }
    }

    fn end(&mut self, facts: FileFacts) {
        self.facts = Some(facts);
    }
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut inside: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    inside.sort();
    for path in inside {
        if path.is_dir() { files(&path, into) } else { into.push(path) }
    }
}

#[test]
fn other_conventions_are_read() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let root = PathBuf::from(std::env::var("FIVEWHYS_SHARED").unwrap_or_else(|_| beside.to_owned()))
        .join("corpus/other");
    if !root.exists() {
        println!("skipped: other_conventions_are_read: no shared test data");
        return;
    }
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let (mut refused, mut silent) = (0, Vec::new());
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let mut seen = Seen::default();
        let mut ingest = Ingest::new(FileId { name: name.clone(), size: bytes.len() as u64, token: 1 });
        ingest.push(&bytes, &mut seen);
        let problems = ingest.finish(&mut seen);
        let facts = seen.facts.unwrap_or_default();
        let codes: Vec<String> = problems.iter().map(|problem| format!("{:?}", problem.code)).collect();
        println!(
            "{name}: {} {:?} {} entries, {} timed, {} spoken, {} levelled, {} skipped {codes:?} «{}»",
            facts.container.name(),
            facts.dialects,
            seen.entries,
            seen.timed,
            seen.spoken,
            seen.levelled,
            facts.n_skipped,
            seen.sample
        );
        if seen.entries == 0 {
            refused += 1;
            assert!(!codes.is_empty(), "{name}: neither entries nor a code");
        } else if seen.spoken * 10 < seen.entries * 9 {
            silent.push(name);
        }
    }
    assert!(refused <= REFUSED, "{refused} files refused");
    assert!(silent.is_empty(), "{silent:?}");
}
