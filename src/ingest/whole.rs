//! A whole file: unpack it, detect each text in it by its head, read it, and say what was wrong with it.

use super::Sink;
use super::compression::{self, Event, Trouble, Unpack};
use super::detect::{detect_text, looks_like, report};
use super::facts::{Container, FileFacts, FileId};
use super::reader::Reader;
use crate::error::{Code, Place, Problem};
use crate::limits::HEAD_BYTES;

/// Reader of a whole file.
#[derive(Debug)]
pub(super) struct Whole {
    unpack: Unpack,
    files: Files,
}

#[derive(Debug)]
struct Files {
    id: FileId,
    packing: String,
    open: Option<Member>,
    n_files: u64,
    problems: Vec<Problem>,
}

/// The text that is being read.
#[derive(Debug)]
struct Member {
    id: FileId,
    /// Its head, while that is being gathered.
    head: Vec<u8>,
    reader: Option<Box<Reader>>,
    /// What it looks like, if it is no text.
    looks: Option<&'static str>,
    /// What to do, if it is known what it is instead of a log.
    advice: Option<&'static str>,
    /// Whether it is a report that Fivewhys wrote.
    is_report: bool,
    n_bytes: u64,
}

impl Whole {
    pub(super) fn new(id: FileId) -> Whole {
        let files = Files { id, packing: String::new(), open: None, n_files: 0, problems: Vec::new() };
        Whole { unpack: Unpack::new(), files }
    }

    pub(super) fn push(&mut self, chunk: &[u8], sink: &mut dyn Sink) {
        let files = &mut self.files;
        self.unpack.push(chunk, &mut |event| {
            files.take(event, sink);
            true
        });
    }

    /// Whether an archive turned out to be one that is not read further.
    pub(super) fn done(&self) -> bool {
        self.unpack.is_refused()
    }

    pub(super) fn finish(mut self, sink: &mut dyn Sink) -> Vec<Problem> {
        let files = &mut self.files;
        self.unpack.finish(&mut |event| {
            files.take(event, sink);
            true
        });
        files.close(sink);
        if files.n_files == 0 && files.problems.is_empty() {
            sink.begin(&files.id);
            sink.end(FileFacts {
                id: files.id.clone(),
                packing: files.packing.clone(),
                ..FileFacts::default()
            });
            files.problems.push(Problem::of_file(Code::EEmpty, &files.id.name, "No file is in the archive."));
        }
        self.files.problems
    }
}

impl Files {
    fn take(&mut self, event: Event<'_>, sink: &mut dyn Sink) {
        match event {
            Event::Packing(packing) => packing.clone_into(&mut self.packing),
            Event::Begin(member) => {
                self.close(sink);
                let mut id = self.id.clone();
                if let Some(member) = member {
                    id.name = format!("{}/{member}", self.id.name);
                    id.token = compression::member_token(id.token, member);
                }
                self.n_files += 1;
                sink.begin(&id);
                self.open = Some(Member {
                    id,
                    head: Vec::new(),
                    reader: None,
                    looks: None,
                    advice: None,
                    is_report: false,
                    n_bytes: 0,
                });
            }
            Event::Data(bytes) => {
                let Some(member) = &mut self.open else { return };
                member.push(bytes, &self.packing, sink);
            }
            Event::End => self.close(sink),
            Event::Trouble(trouble) => self.trouble(&trouble, sink),
        }
    }

    fn trouble(&mut self, trouble: &Trouble, sink: &mut dyn Sink) {
        if let (true, Some(member)) = (trouble.cuts, &mut self.open) {
            member.settle(&self.packing, sink).cut_off();
        }
        let name = match &trouble.member {
            Some(member) => format!("{}/{member}", self.id.name),
            None => self.id.name.clone(),
        };
        self.problems.push(Problem::of_file(trouble.code, &name, trouble.detail.clone()));
    }

    fn close(&mut self, sink: &mut dyn Sink) {
        let Some(mut member) = self.open.take() else { return };
        member.settle(&self.packing, sink);
        let Member { id, reader: Some(reader), looks, advice, is_report, n_bytes, .. } = member else {
            return;
        };
        let facts = reader.finish(sink);
        if is_report {
            self.problems.push(report::refused(&id.name));
        } else if facts.entries == 0 {
            self.problems.push(verdict(&id.name, &facts, looks, advice, n_bytes));
        }
        sink.end(facts);
    }
}

impl Member {
    fn push(&mut self, bytes: &[u8], packing: &str, sink: &mut dyn Sink) {
        self.n_bytes += bytes.len() as u64;
        if let Some(reader) = &mut self.reader {
            reader.push(bytes, sink);
            return;
        }
        let room = HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        self.head.extend_from_slice(first);
        if self.head.len() < HEAD_BYTES {
            return;
        }
        let reader = self.settle(packing, sink);
        if !rest.is_empty() {
            reader.push(rest, sink);
        }
    }

    /// Detects what the head holds and reads it, if that was not done yet.
    fn settle(&mut self, packing: &str, sink: &mut dyn Sink) -> &mut Reader {
        let Member { id, head, reader, looks, advice, is_report, n_bytes } = self;
        let head = std::mem::take(head);
        reader.get_or_insert_with(|| {
            let base = id.name.rsplit('/').next().unwrap_or("");
            if head.trim_ascii().is_empty() && head.len() < HEAD_BYTES {
                *n_bytes = 0;
            }
            let plan = detect_text(base, &head, packing);
            *looks = looks_like(&head).filter(|_| plan.container == Container::None);
            *advice = stands_for(&head);
            *is_report = report::report_version(&head).is_some();
            let mut reader = Box::new(Reader::new(id.clone(), &plan, None));
            reader.push(&head, sink);
            reader
        })
    }
}

/// Files that stand beside a log and are taken for one: what they are, and how to come to the log.
fn stands_for(head: &[u8]) -> Option<&'static str> {
    let n = |word: &[u8]| memchr::memmem::find_iter(head, word).take(2).count();
    let opens = head.trim_ascii_start().first();
    if opens == Some(&b'{') && n(b"\"logStreamName\"") > 0 && n(b"\"message\"") == 0 {
        return Some(
            "It lists log streams, not what they hold: export one with `aws logs get-log-events --log-group-name GROUP --log-stream-name STREAM`.",
        );
    }
    if opens == Some(&b'{') && n(b"\"timestamp\"") > 1 && n(b"\"severity\"") + n(b"\"level\"") > 1 {
        return Some(
            "Entries stand deeper inside it, as in a saved analysis, which shows samples only. The log itself tells more; else take them out with `jq -c '.. | objects | select(has(\"timestamp\") and has(\"severity\"))' FILE > entries.jsonl`.",
        );
    }
    if n(b" test session starts ") > 0 || n(b" PASSED [") > 1 || n(b"--- FAIL: ") > 0 {
        return Some(
            "It is the output of a test run, whose lines have no times. Give the log of the service under test for the same minutes.",
        );
    }
    None
}

/// Why a file gave no entries, and what to do about it.
fn verdict(
    name: &str,
    facts: &FileFacts,
    looks: Option<&str>,
    advice: Option<&str>,
    n_bytes: u64,
) -> Problem {
    let mut problem = reason(name, facts, looks, n_bytes);
    if let Some(advice) = advice.filter(|_| problem.code == Code::EFormat) {
        problem.detail = advice.to_owned();
    }
    problem
}

fn reason(name: &str, facts: &FileFacts, looks: Option<&str>, n_bytes: u64) -> Problem {
    if n_bytes == 0 {
        return Problem::of_file(Code::EEmpty, name, "The file is empty.");
    }
    if let Some(looks) = looks {
        let code = if looks.starts_with("UTF-32") { Code::EEncoding } else { Code::EFormat };
        return Problem::of_file(code, name, format!("It looks like {looks}."));
    }
    let shape = facts.container.name();
    if let (Some(first), true) = (facts.skipped.first(), facts.n_skipped > 0) {
        if let Some(column) = first.reason.strip_prefix("column ") {
            let (column, what) = column.split_once(": ").unwrap_or((column, ""));
            let place =
                Place { file: Some(name.to_owned()), line: Some(first.line), column: column.parse().ok() };
            return Problem { code: Code::EJsonAt, place, detail: format!("{what}: {}", first.text) };
        }
        let n = facts.n_skipped;
        let detail = format!("{n} records ({shape}) were read and none is a log entry: {}.", first.reason);
        return Problem::of_file(Code::EFormat, name, detail);
    }
    match facts.container {
        Container::None => {
            let detail = "It is text, but neither JSON, CSV nor YAML, and its lines do not lead with a time.";
            Problem::of_file(Code::EFormat, name, detail)
        }
        Container::Object => Problem::of_file(
            Code::EFormat,
            name,
            "It is one JSON object that is no entry and holds no list of entries.",
        ),
        _ if facts.truncated => {
            Problem::of_file(Code::EJsonAt, name, format!("The text ({shape}) ends inside its first record."))
        }
        _ => Problem::of_file(Code::EEmpty, name, format!("It is a log ({shape}) without entries.")),
    }
}
