//! Files → one digest, on several threads.
//!
//! A file that can be read in parts is cut into ranges; everything else is read by one thread from end to end. What each
//! thread has is merged at the end; by the library's central invariant the result is the same for any cut.

use crate::inputs::Input;
use crate::output::io;
use crate::progress::Progress;
use fivewhys::digest::{Builder, Digest};
use fivewhys::error::{Code, Problem};
use fivewhys::ingest::{self, FileId, Ingest, Plan, Shard, Sink};
use fivewhys::limits::HEAD_BYTES;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Bytes read at a time.
const CHUNK: usize = 1024 * 1024;
/// Bytes of a range below which cutting costs more than it gains.
const SHARD: u64 = 4 * 1024 * 1024;
/// Bytes at either end of a file that make its token.
const TOKEN: usize = 64 * 1024;

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// The digest of everything.
    pub digest: Digest,
    /// Entries taken, duplicates included.
    pub entries: u64,
    /// Problems of whole files.
    pub problems: Vec<Problem>,
    /// Whether the user stopped it.
    pub stopped: bool,
}

/// A piece of work for one thread.
#[derive(Debug)]
enum Work {
    Whole(Input, FileId),
    Part(Input, FileId, Plan, Shard),
}

/// Reads all inputs.
pub(crate) fn gather(inputs: &[Input], jobs: usize) -> Gathered {
    let mut problems = Vec::new();
    let mut work = Vec::new();
    let mut total = 0;
    for input in inputs {
        match plan(input, jobs) {
            Ok((bytes, parts)) => {
                total += bytes;
                work.extend(parts);
            }
            Err(problem) => problems.push(problem),
        }
    }
    let unknown = inputs.contains(&Input::Stdin);
    let progress = Progress::new(if unknown { 0 } else { total });
    let threads = jobs.min(work.len()).max(1);
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Gathered { problems, ..Gathered::default() });
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut builder = Builder::default();
                let mut problems = Vec::new();
                while let Some(piece) = work.get(next.fetch_add(1, Ordering::SeqCst)) {
                    match read(piece, &mut builder, &progress) {
                        Ok(more) => problems.extend(more),
                        Err(problem) => problems.push(problem),
                    }
                }
                let entries = builder.entries();
                let digest = builder.finish();
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.entries += entries;
                all.problems.extend(problems);
                all.digest.merge(digest);
            });
        }
    });
    progress.end();
    let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.stopped = progress.stopped();
    // Threads end in any order; problems are shown in one.
    all.problems.sort();
    all.problems.dedup();
    all
}

/// How many bytes an input has and how it is cut.
fn plan(input: &Input, jobs: usize) -> Result<(u64, Vec<Work>), Problem> {
    let Input::File(path) = input else {
        let id = FileId { name: input.name(), ..FileId::default() };
        return Ok((0, vec![Work::Whole(input.clone(), id)]));
    };
    let failed = |error: std::io::Error| io(path, &error);
    let mut file = File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if !about.is_file() {
        // A pipe or device: its size and end are unknown before it is read, and reading a head would use it up.
        let id = FileId { name: input.name(), ..FileId::default() };
        return Ok((0, vec![Work::Whole(input.clone(), id)]));
    }
    let size = about.len();
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(failed)?;
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(size.saturating_sub(TOKEN as u64))).map_err(failed)?;
    file.take(TOKEN as u64).read_to_end(&mut tail).map_err(failed)?;
    let token = ingest::token(head.get(..TOKEN.min(head.len())).unwrap_or_default(), &tail);
    let id = FileId { name: input.name(), size, token };
    let parts = (size / SHARD).clamp(1, 4 * jobs.max(1) as u64);
    if jobs < 2 || parts < 2 {
        return Ok((size, vec![Work::Whole(input.clone(), id)]));
    }
    let plan = ingest::detect(&id.name, &head);
    if !plan.splittable {
        return Ok((size, vec![Work::Whole(input.clone(), id)]));
    }
    let cut = |part: u64| (u128::from(size) * u128::from(part) / u128::from(parts)) as u64;
    let shards = (0..parts).map(|part| Shard { start: cut(part), end: cut(part + 1) });
    Ok((size, shards.map(|shard| Work::Part(input.clone(), id.clone(), plan.clone(), shard)).collect()))
}

fn read(work: &Work, sink: &mut dyn Sink, progress: &Progress) -> Result<Vec<Problem>, Problem> {
    let (input, id) = match work {
        Work::Whole(input, id) | Work::Part(input, id, ..) => (input, id),
    };
    if progress.stopped() {
        return Ok(vec![Problem::of_file(Code::WPartial, &id.name, "It was not read: interrupted.")]);
    }
    let (mut ingest, start) = match work {
        Work::Whole(..) => (Ingest::new(id.clone()), 0),
        Work::Part(.., plan, shard) => (Ingest::of_shard(id.clone(), plan, *shard), shard.start),
    };
    let mut problems = match input {
        Input::File(path) => open(path, start).and_then(|mut file| {
            push(&mut file, &mut ingest, sink, progress, &id.name).map_err(|error| io(path, &error))
        }),
        Input::Stdin => {
            let mut stdin = std::io::stdin().lock();
            push(&mut stdin, &mut ingest, sink, progress, &id.name)
                .map_err(|error| Problem::of_file(Code::EIo, &id.name, format!("{error}.")))
        }
    }
    // A file that fails half-way gives what was read so far, and says so.
    .unwrap_or_else(|problem| vec![problem]);
    problems.extend(ingest.finish(sink));
    Ok(problems)
}

fn open(path: &Path, start: u64) -> Result<File, Problem> {
    let mut file = File::open(path).map_err(|error| io(path, &error))?;
    if start > 0 {
        file.seek(SeekFrom::Start(start)).map_err(|error| io(path, &error))?;
    }
    Ok(file)
}

fn push(
    from: &mut dyn Read,
    ingest: &mut Ingest,
    sink: &mut dyn Sink,
    progress: &Progress,
    name: &str,
) -> std::io::Result<Vec<Problem>> {
    let mut chunk = vec![0; CHUNK];
    loop {
        if progress.stopped() {
            return Ok(vec![Problem::of_file(Code::WPartial, name, "It was read in part: interrupted.")]);
        }
        let n = match from.read(&mut chunk) {
            Ok(0) => return Ok(Vec::new()),
            Ok(n) => n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        progress.add(n);
        ingest.push(chunk.get(..n).unwrap_or_default(), sink);
        if ingest.done() {
            return Ok(Vec::new());
        }
    }
}

/// Reads one input into any sink; for `inspect`.
pub(crate) fn into(input: &Input, sink: &mut dyn Sink) -> Result<Vec<Problem>, Problem> {
    let (bytes, work) = plan(input, 1)?;
    let progress = Progress::new(bytes);
    let mut problems = Vec::new();
    for piece in &work {
        problems.extend(read(piece, sink, &progress)?);
    }
    progress.end();
    Ok(problems)
}
