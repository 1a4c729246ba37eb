//! Inputs → pieces of work: what is a digest, what is cut into byte ranges, what is read from end to end.

use crate::inputs::Input;
use crate::output::io;
use crate::stream::Stream;
use fivewhys::digest::Digest;
use fivewhys::error::Problem;
use fivewhys::ingest::{self, Blocks, FileId, Plan, Shard};
use fivewhys::limits::HEAD_BYTES;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

/// Bytes of a range below which cutting costs more than it gains.
const SHARD: u64 = 4 * 1024 * 1024;
/// Bytes of a packed file below which one thread has it read sooner.
const STREAM: u64 = 512 * 1024;
/// Bytes at either end of a file that make its token.
const TOKEN: usize = 64 * 1024;

/// How inputs are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    /// Threads.
    pub jobs: usize,
    /// Only this part of every file: which one, counted from 0, of how many.
    pub shard: Option<(u64, u64)>,
    /// Whether logs are refused.
    pub digests_only: bool,
}

impl Way {
    /// Logs and digests, whole, on so many threads (by default one a core).
    pub(crate) fn whole(jobs: Option<usize>) -> Way {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        Way { jobs: jobs.unwrap_or_else(cores).max(1), shard: None, digests_only: false }
    }
}

/// A piece of work for one thread.
#[derive(Debug)]
pub(crate) enum Work {
    /// A log from end to end.
    Whole(Input, FileId),
    /// A byte range of a log.
    Part(Input, FileId, Plan, Shard),
    /// A log that several threads read block by block: the share of one of them.
    Stream(Arc<Stream>),
    /// A digest.
    Digest(Input),
    /// What has no size: a log or a digest, as its first bytes say.
    Pipe(Input, FileId),
}

impl Work {
    /// What it reads of.
    pub(crate) fn input(&self) -> &Input {
        match self {
            Work::Whole(input, ..) | Work::Part(input, ..) | Work::Digest(input) | Work::Pipe(input, _) => {
                input
            }
            Work::Stream(stream) => &stream.input,
        }
    }
}

/// How many bytes an input has and how it is cut.
pub(crate) fn plan(input: &Input, way: Way) -> Result<(u64, Vec<Work>), Problem> {
    let pipe = || (0, vec![Work::Pipe(input.clone(), FileId { name: input.name(), ..FileId::default() })]);
    let Some(path) = input.path() else { return Ok(pipe()) };
    let failed = |error: std::io::Error| io(path, &error);
    let mut file = File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if !about.is_file() {
        // A pipe or device: its size and end are unknown before it is read, and reading a head would use it up.
        return Ok(pipe());
    }
    let size = about.len();
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(failed)?;
    if way.digests_only || Digest::is_digest(&head) || path.extension().is_some_and(|ending| ending == "fwd")
    {
        return Ok((size, vec![Work::Digest(input.clone())]));
    }
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(size.saturating_sub(TOKEN as u64))).map_err(failed)?;
    file.take(TOKEN as u64).read_to_end(&mut tail).map_err(failed)?;
    let token = ingest::token(head.get(..TOKEN.min(head.len())).unwrap_or_default(), &tail);
    let id = FileId { name: input.name(), size, token };
    Ok((size, cut(input, id, &head, way)))
}

/// The ranges of one log, or the whole of it where it can't be cut; that belongs to the first of several shards.
fn cut(input: &Input, id: FileId, head: &[u8], way: Way) -> Vec<Work> {
    let (nth, of) = way.shard.unwrap_or((0, 1));
    let size = id.size;
    let most = if way.jobs < 2 { 1 } else { 4 * way.jobs as u64 };
    let parts = (size / of.max(1) / SHARD).clamp(1, most);
    let whole = |id| if nth == 0 { vec![Work::Whole(input.clone(), id)] } else { Vec::new() };
    let (is_long, may_share) = (parts * of >= 2, of < 2 && way.jobs > 1 && size >= STREAM);
    if !is_long && !may_share {
        return whole(id);
    }
    let plan = ingest::detect(&id.name, head);
    // A packed log is several times as long as its file.
    let is_stream = !plan.splittable && Blocks::suit(&plan) && (is_long || !plan.packing.is_empty());
    if may_share && is_stream {
        let stream = Arc::new(Stream::new(input.clone(), id));
        return (0..way.jobs).map(|_| Work::Stream(Arc::clone(&stream))).collect();
    }
    if !is_long || !plan.splittable {
        return whole(id);
    }
    let at = |part: u64| (u128::from(size) * u128::from(part) / u128::from(parts * of)) as u64;
    let shards = (nth * parts..(nth + 1) * parts).map(|part| Shard { start: at(part), end: at(part + 1) });
    shards.map(|shard| Work::Part(input.clone(), id.clone(), plan.clone(), shard)).collect()
}
