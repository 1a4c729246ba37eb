//! What holds for any bytes: reading them in any chunks and shards gives the same report, and counts add up.

use crate::dice::Dice;
use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::{Builder, Digest};
use fivewhys::entry::{Entry, Nanos};
use fivewhys::error::Problem;
use fivewhys::ingest::{self, FileFacts, FileId, Ingest, Shard, Sink, detect};
use fivewhys::limits::HEAD_BYTES;
use fivewhys::redact::Level;
use fivewhys::report::model::Report;
use fivewhys::report::render::{Format, render};
use std::sync::LazyLock;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(Knowledge::builtin);

/// What reading gave.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Message and detail of each entry.
    pub(crate) said: Vec<String>,
    pub(crate) files: Vec<FileFacts>,
    pub(crate) problems: Vec<Problem>,
}

impl Sink for Kept {
    fn begin(&mut self, _file: &FileId) {}

    fn entry(&mut self, entry: &Entry<'_>) {
        self.said.push(format!("{} {}", entry.message, entry.detail.as_deref().unwrap_or_default()));
    }

    fn end(&mut self, facts: FileFacts) {
        self.files.push(facts);
    }
}

/// The digest of a file with a name of its own.
pub(crate) fn digest_named(name: &str, bytes: &[u8]) -> Digest {
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: name.to_owned(), ..id(bytes) });
    ingest.push(bytes, &mut builder);
    let problems = ingest.finish(&mut builder);
    let mut digest = builder.finish();
    digest.note(problems);
    digest
}

fn id(bytes: &[u8]) -> FileId {
    let edge = 64 * 1024;
    let (head, tail) = (&bytes[..bytes.len().min(edge)], &bytes[bytes.len().saturating_sub(edge)..]);
    FileId { name: "export.json".to_owned(), size: bytes.len() as u64, token: ingest::token(head, tail) }
}

fn whole(bytes: &[u8], steps: &mut dyn FnMut() -> usize, sink: &mut dyn Sink) -> Vec<Problem> {
    let mut ingest = Ingest::new(id(bytes));
    let mut rest = bytes;
    while !rest.is_empty() {
        let (chunk, next) = rest.split_at(steps().clamp(1, rest.len()));
        ingest.push(chunk, sink);
        rest = next;
    }
    ingest.finish(sink)
}

/// Reads bytes from end to end and keeps what is said in them.
pub(crate) fn read(bytes: &[u8]) -> Kept {
    let mut kept = Kept::default();
    kept.problems = whole(bytes, &mut || usize::MAX, &mut kept);
    kept
}

/// The digest of bytes read in chunks.
pub(crate) fn digest(bytes: &[u8], steps: &mut dyn FnMut() -> usize) -> Digest {
    let mut builder = Builder::default();
    let problems = whole(bytes, steps, &mut builder);
    let mut digest = builder.finish();
    digest.note(problems);
    digest
}

/// The digest of bytes read in shards, where they can be.
fn sharded(bytes: &[u8], dice: &mut Dice) -> Option<Digest> {
    let plan = detect("export.json", &bytes[..bytes.len().min(HEAD_BYTES)]);
    if !plan.splittable {
        return None;
    }
    let size = bytes.len() as u64;
    let mut edges: Vec<u64> = (0..dice.below(5)).map(|_| dice.below(size)).collect();
    edges.extend([0, size]);
    edges.sort_unstable();
    edges.dedup();
    let mut digests: Vec<Digest> = edges
        .windows(2)
        .map(|pair| {
            let mut builder = Builder::default();
            let mut ingest = Ingest::of_shard(id(bytes), &plan, Shard { start: pair[0], end: pair[1] });
            for chunk in bytes[pair[0] as usize..].chunks(1 + dice.below(3000) as usize) {
                if ingest.done() {
                    break;
                }
                ingest.push(chunk, &mut builder);
            }
            ingest.finish(&mut builder);
            builder.finish()
        })
        .collect();
    while digests.len() > 1 {
        let other = digests.swap_remove(dice.below(digests.len() as u64) as usize);
        let at = dice.below(digests.len() as u64) as usize;
        digests[at].merge(Digest::from_bytes(&other.to_bytes()).unwrap());
    }
    digests.pop()
}

/// The report of a digest.
pub(crate) fn report(digest: Digest) -> Report {
    let problems = digest.problems();
    let options =
        Options { generated_at: Nanos::parse("2026-03-02T12:00:00Z"), problems, ..Options::default() };
    diagnose(&digest.finish(), &KNOWLEDGE, &options)
}

fn json(digest: Digest) -> String {
    render(&report(digest), Format::Json, Level::Secrets)
}

/// Where two texts begin to differ.
pub(crate) fn difference(a: &str, b: &str) -> Option<String> {
    if a == b {
        return None;
    }
    let pair = a.lines().zip(b.lines()).enumerate().find(|(_, (a, b))| a != b);
    let short = |text: &str| text.chars().take(200).collect::<String>();
    Some(match pair {
        Some((n, (a, b))) => format!("line {n}: {} <> {}", short(a), short(b)),
        None => "one is longer".to_owned(),
    })
}

/// Checks all of it; gives the report of the whole.
pub(crate) fn holds(bytes: &[u8], dice: &mut Dice) -> Result<Report, String> {
    let kept = read(bytes);
    let counted: u64 = kept.files.iter().map(|file| file.entries).sum();
    if counted != kept.said.len() as u64 {
        return Err(format!("{counted} entries counted, {} given", kept.said.len()));
    }
    let want = digest(bytes, &mut || usize::MAX);
    let told = report(want.clone());
    if told.raw.entries + told.raw.duplicates != counted {
        return Err(format!(
            "{counted} read, {} and {} duplicates told",
            told.raw.entries, told.raw.duplicates
        ));
    }
    let problems = want.problems();
    let want = render(&told, Format::Json, Level::Secrets);
    let most = 1 + dice.below(900);
    let chunked = digest(bytes, &mut || 1 + dice.below(most) as usize);
    if let Some(difference) = difference(&want, &json(chunked)) {
        return Err(format!("chunks: {difference}"));
    }
    if let Some(mut shards) = sharded(bytes, dice) {
        // Shards have no problems of a whole file: whoever reads them notes these.
        shards.note(problems);
        if let Some(difference) = difference(&want, &json(shards)) {
            return Err(format!("shards: {difference}"));
        }
    }
    Ok(told)
}
