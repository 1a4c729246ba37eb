//! A log that can't be read at any place, as several threads read it: they take turns at getting the next block of its text, and each
//! reads its own block while another gets one.

use crate::inputs::Input;
use crate::output::io;
use crate::progress::Progress;
use fivewhys::error::{Code, Problem};
use fivewhys::ingest::{Block, Blocks, FileId, Ingest, Plan, Sink};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of a file read at a time: packed ones may be a thousand times as many of text.
const CHUNK: usize = 16 * 1024;
/// Bytes of text in a block.
const BLOCK: usize = 4 * 1024 * 1024;

/// The file and how far it was read.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) input: Input,
    pub(crate) id: FileId,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    New,
    Open(Box<Open>),
    Ended,
}

/// A file that is read block by block.
#[derive(Debug)]
pub(crate) struct Open {
    file: File,
    chunk: Vec<u8>,
    blocks: Blocks,
    plan: Option<Arc<Plan>>,
    ended: bool,
    problems: Vec<Problem>,
}

/// What there is to do next.
#[derive(Debug)]
pub(crate) enum Next {
    /// To read a block.
    Block(Arc<Plan>, Block),
    /// To read the file from its beginning after all: it can't be cut.
    Whole,
    /// To read all that is left, which can't be cut any more.
    Rest(Box<Open>),
    /// Nothing; with what was wrong with the file, told once.
    Nothing(Vec<Problem>),
}

impl Stream {
    pub(crate) fn new(input: Input, id: FileId) -> Stream {
        Stream { input, id, state: Mutex::new(State::New) }
    }

    /// Gets the next block. A file that fails half-way gives what was read so far, and says so.
    pub(crate) fn next(&self, progress: &Progress) -> Result<Next, Problem> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.input.path().unwrap_or(Path::new(""));
        if let State::New = *state {
            *state = State::Ended;
            *state = State::Open(Box::new(Open {
                file: File::open(path).map_err(|error| io(path, &error))?,
                chunk: vec![0; CHUNK],
                blocks: Blocks::new(self.id.clone(), BLOCK),
                plan: None,
                ended: false,
                problems: Vec::new(),
            }));
        }
        let State::Open(mut open) = std::mem::replace(&mut *state, State::Ended) else {
            return Ok(Next::Nothing(Vec::new()));
        };
        Ok(match open.next(path, &self.id.name, progress) {
            Some(next @ Next::Block(..)) => {
                *state = State::Open(open);
                next
            }
            Some(next) => next,
            None => Next::Rest(open),
        })
    }

    /// Reads all that is left, in the thread that found that it can't be cut.
    pub(crate) fn rest(&self, mut open: Open, sink: &mut dyn Sink, progress: &Progress) -> Vec<Problem> {
        let path = self.input.path().unwrap_or(Path::new(""));
        let Some(plan) = open.plan.clone() else { return open.problems };
        let mut ingest = Ingest::rest(&plan, &open.blocks);
        loop {
            ingest.push(&open.blocks.text(), sink);
            if open.ended {
                break;
            }
            open.read(path, &self.id.name, progress);
        }
        if open.blocks.is_cut_off() {
            ingest.cut_off();
        }
        let mut problems = ingest.finish(sink);
        problems.append(&mut open.problems);
        problems.extend(open.blocks.problems());
        problems
    }
}

impl Open {
    /// What there is to do next; `None` for all that is left.
    fn next(&mut self, path: &Path, name: &str, progress: &Progress) -> Option<Next> {
        loop {
            if self.plan.is_none() {
                match self.blocks.plan() {
                    Some(Some(plan)) => self.plan = Some(Arc::new(plan.clone())),
                    Some(None) => return Some(Next::Whole),
                    None => {}
                }
            }
            if let Some(plan) = &self.plan
                && let Some(block) = self.blocks.take()
            {
                return Some(Next::Block(Arc::clone(plan), block));
            }
            if self.ended {
                self.problems.extend(self.blocks.problems());
                return Some(Next::Nothing(std::mem::take(&mut self.problems)));
            }
            if self.plan.is_some() && self.blocks.is_stuck() {
                return None;
            }
            self.read(path, name, progress);
        }
    }

    /// Reads a little further, or ends it.
    fn read(&mut self, path: &Path, name: &str, progress: &Progress) {
        let n = if progress.stopped() {
            self.problems.push(Problem::of_file(Code::WPartial, name, "It was read in part: interrupted."));
            0
        } else {
            match self.file.read(&mut self.chunk) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return,
                Err(error) => {
                    self.problems.push(io(path, &error));
                    0
                }
                Ok(n) => n,
            }
        };
        progress.add(n);
        self.blocks.push(self.chunk.get(..n).unwrap_or_default());
        if n == 0 || self.blocks.done() {
            self.ended = true;
            self.blocks.finish();
        }
    }
}
