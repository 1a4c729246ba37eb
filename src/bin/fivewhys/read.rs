//! Files → one digest, on several threads.
//!
//! A file that can be read in parts is cut into ranges; everything else is read by one thread from end to end. What each
//! thread has is merged at the end; by the library's central invariant the result is the same for any cut.

use crate::inputs::Input;
use crate::output::io;
use crate::plan::{Way, Work, plan};
use crate::progress::Progress;
use crate::stream::{Next, Stream};
use fivewhys::digest::{Builder, Digest};
use fivewhys::error::{Code, Problem};
use fivewhys::ingest::{FileId, Ingest, Sink};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Bytes read at a time.
const CHUNK: usize = 1024 * 1024;

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

/// Reads all inputs.
pub(crate) fn gather(inputs: &[Input], way: Way) -> Gathered {
    let mut problems = Vec::new();
    let mut work = Vec::new();
    let mut total = 0;
    for input in inputs {
        match plan(input, way) {
            Ok((bytes, parts)) => {
                total += bytes;
                work.extend(parts);
            }
            Err(problem) => problems.push(problem),
        }
    }
    let unknown = inputs.contains(&Input::Stdin);
    let progress = Progress::new(if unknown { 0 } else { total });
    let threads = way.jobs.min(work.len()).max(1);
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Gathered { problems, ..Gathered::default() });
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut mine = Mine::default();
                while let Some(piece) = work.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let read = mine.take(piece, way, &progress);
                    mine.problems.extend(read.unwrap_or_else(|problem| vec![problem]));
                }
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.problems.extend(mine.problems);
                all.digest.merge(mine.digest);
                all.digest.merge(mine.builder.finish());
            });
        }
    });
    progress.end();
    let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.stopped = progress.stopped();
    all.entries = all.digest.entries();
    all.problems.extend(all.digest.problems());
    all.problems.extend(nothing_found(&work, &all.digest, &progress));
    // Threads end in any order; problems are shown in one.
    all.problems.sort();
    all.problems.dedup();
    all
}

/// What is wrong with logs that threads shared and none found an entry in: only a reader of the whole tells.
fn nothing_found(work: &[Work], digest: &Digest, progress: &Progress) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut last: Option<&FileId> = None;
    for stream in
        work.iter().filter_map(|piece| if let Work::Stream(stream) = piece { Some(stream) } else { None })
    {
        // The shares of one log stand side by side.
        if last != Some(&stream.id) && digest.entries_of(&stream.id) == 0 && !progress.stopped() {
            let whole = Work::Whole(stream.input.clone(), stream.id.clone());
            problems.extend(
                read(&whole, &mut Builder::default(), progress).unwrap_or_else(|problem| vec![problem]),
            );
        }
        last = Some(&stream.id);
    }
    problems
}

/// What one thread has.
#[derive(Default)]
struct Mine {
    builder: Builder,
    digest: Digest,
    problems: Vec<Problem>,
}

impl Mine {
    fn take(&mut self, piece: &Work, way: Way, progress: &Progress) -> Result<Vec<Problem>, Problem> {
        // A log that several threads share says so itself, once.
        if progress.stopped() && !matches!(piece, Work::Stream(_)) {
            return Ok(vec![Problem::of_file(
                Code::WPartial,
                &piece.input().name(),
                "It was not read: interrupted.",
            )]);
        }
        match piece {
            Work::Stream(stream) => self.share(stream, progress),
            Work::Whole(..) | Work::Part(..) => read(piece, &mut self.builder, progress),
            Work::Digest(input) => match input.path() {
                Some(path) => {
                    let bytes = std::fs::read(path).map_err(|error| io(path, &error))?;
                    progress.add(bytes.len());
                    self.add(&bytes, &input.name())
                }
                None => Ok(Vec::new()),
            },
            Work::Pipe(input, id) => {
                let (mut head, mut from) = pipe(input)?;
                if way.digests_only || Digest::is_digest(&head) {
                    from.read_to_end(&mut head).map_err(|error| io(Path::new(&id.name), &error))?;
                    return self.add(&head, &id.name);
                }
                Ok(log(&mut head.as_slice().chain(from), id, &mut self.builder, progress))
            }
        }
    }

    /// Reads blocks of a log until there are none left.
    fn share(&mut self, stream: &Stream, progress: &Progress) -> Result<Vec<Problem>, Problem> {
        loop {
            match stream.next(progress)? {
                Next::Block(plan, block) => {
                    Ingest::block(&stream.id, &plan, &block, &mut self.builder);
                }
                Next::Whole => {
                    let whole = Work::Whole(stream.input.clone(), stream.id.clone());
                    return read(&whole, &mut self.builder, progress);
                }
                Next::Rest(open) => return Ok(stream.rest(*open, &mut self.builder, progress)),
                Next::Nothing(problems) => return Ok(problems),
            }
        }
    }

    /// Merges a digest; of a damaged one nothing is taken.
    fn add(&mut self, bytes: &[u8], name: &str) -> Result<Vec<Problem>, Problem> {
        let digest = Digest::from_bytes(bytes).map_err(|mut problem| {
            problem.place.file = Some(name.to_owned());
            problem
        })?;
        self.digest.merge(digest);
        Ok(Vec::new())
    }
}

fn read(work: &Work, sink: &mut dyn Sink, progress: &Progress) -> Result<Vec<Problem>, Problem> {
    let (Work::Whole(input, id) | Work::Part(input, id, ..)) = work else { return Ok(Vec::new()) };
    let Some(path) = input.path() else { return Ok(Vec::new()) };
    let (mut ingest, start) = match work {
        Work::Part(.., plan, shard) => (Ingest::of_shard(id.clone(), plan, *shard), shard.start),
        _ => (Ingest::new(id.clone()), 0),
    };
    let mut problems = open(path, start)
        .and_then(|mut file| {
            push(&mut file, &mut ingest, sink, progress, &id.name).map_err(|error| io(path, &error))
        })
        // A file that fails half-way gives what was read so far, and says so.
        .unwrap_or_else(|problem| vec![problem]);
    problems.extend(ingest.finish(sink));
    Ok(problems)
}

/// The first bytes of something without a size, and what gives the rest.
fn pipe(input: &Input) -> Result<(Vec<u8>, Box<dyn Read>), Problem> {
    let failed = |error: &std::io::Error| io(Path::new(&input.name()), error);
    let mut from: Box<dyn Read> = match input.path() {
        Some(path) => Box::new(File::open(path).map_err(|error| failed(&error))?),
        None => Box::new(std::io::stdin().lock()),
    };
    let mut head = Vec::new();
    from.by_ref().take(4).read_to_end(&mut head).map_err(|error| failed(&error))?;
    Ok((head, from))
}

/// Reads a log from end to end; one that fails half-way gives what was read so far, and says so.
fn log(from: &mut dyn Read, id: &FileId, sink: &mut dyn Sink, progress: &Progress) -> Vec<Problem> {
    let mut ingest = Ingest::new(id.clone());
    let mut problems = push(from, &mut ingest, sink, progress, &id.name)
        .unwrap_or_else(|error| vec![io(Path::new(&id.name), &error)]);
    problems.extend(ingest.finish(sink));
    problems
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
    let (bytes, work) = plan(input, Way::whole(Some(1)))?;
    let progress = Progress::new(bytes);
    let mut problems = Vec::new();
    for piece in &work {
        problems.extend(match piece {
            Work::Pipe(input, id) => {
                let (head, from) = pipe(input)?;
                log(&mut head.as_slice().chain(from), id, sink, &progress)
            }
            Work::Digest(input) => {
                let what = "It is a digest; `fivewhys report` takes it.";
                vec![Problem::of_file(Code::EFormat, &input.name(), what)]
            }
            Work::Whole(..) | Work::Part(..) => read(piece, sink, &progress)?,
            // Only several threads share a log.
            Work::Stream(_) => Vec::new(),
        });
    }
    progress.end();
    Ok(problems)
}
