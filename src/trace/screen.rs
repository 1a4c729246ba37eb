//! Lines of a stream → which of them can be left out, because no trace begins there. Nearly all lines of a log are of this kind
//! and are said over and over, so each wording is looked at once.

use super::cursor::Cursor;
use super::{dart, elixir, fold, fragment, go, line, node, php, python, ruby, rust, sanitizer, throwable};
use crate::hash;
use foldhash::fast::FixedState;
use std::borrow::Cow;
use std::collections::HashMap;

/// What a wording lets expect.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Verdict {
    /// Runtimes whose traces may begin with it: a bit each, in the order of [`fold::ORDER`].
    begins: u16,
    /// A trace may begin with it that lost its beginning.
    orphan: bool,
    /// It is a frame, so a trace may begin with the line above it.
    frame: bool,
    /// It may be any line of a trace.
    fragment: bool,
    /// Nothing but that lets expect a trace that lost its beginning.
    loose: bool,
    /// The stack of an error of PHP begins below it, and whether such an error may begin with it only where one does.
    stack: bool,
    needs_stack: bool,
}

impl Verdict {
    /// Whether it may be a line of a trace at all.
    fn tells(&self) -> bool {
        self.begins != 0 || self.orphan || self.frame
    }
}

/// What the text of an entry is to the traces of its stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Part {
    /// None of its lines can be told from those of any other message.
    #[default]
    Plain,
    /// A trace may begin with it, if the rest follows.
    Begin,
    /// It may be any part of a trace, as a bracket or an indented line is: alone it belongs to lines printed with it only.
    Loose,
    /// It is a part of a trace that may have others.
    Piece,
    /// It begins with a trace and holds all of it: what is around it can only be its record and the rest of its message.
    Whole,
}

/// What is known of a text before anything around it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// What it is to the traces of its stream.
    pub(crate) part: Part,
    /// Whether none of its lines can be of a trace.
    pub(crate) is_plain: bool,
}

/// One line of a text.
#[derive(Clone, Debug)]
pub(super) struct Piece<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) verdict: Verdict,
}

/// Texts and wordings looked at before.
#[derive(Debug, Default)]
pub(super) struct Screen<'a> {
    known: HashMap<u64, Verdict, FixedState>,
    /// The lines of texts one after the other, and where those of each text stand. A text is told by its address, since all
    /// entries of a shape share one; it stays in place as long as this does.
    pieces: Vec<Piece<'a>>,
    texts: HashMap<(usize, usize), (usize, usize), FixedState>,
}

impl<'a> Screen<'a> {
    /// The lines of a text, as [`Cursor::push`] splits them.
    pub(super) fn pieces(&mut self, text: &'a str) -> &[Piece<'a>] {
        let key = (text.as_ptr() as usize, text.len());
        let (from, to) = match self.texts.get(&key) {
            Some(found) => *found,
            None => {
                let from = self.pieces.len();
                for part in text.strip_suffix('\n').unwrap_or(text).split('\n') {
                    let text = line::plain(part);
                    let verdict = self.verdict(&text);
                    self.pieces.push(Piece { text, verdict });
                }
                self.texts.insert(key, (from, self.pieces.len()));
                (from, self.pieces.len())
            }
        };
        self.pieces.get(from..to).unwrap_or_default()
    }

    /// What a text is to the traces of its stream.
    pub(super) fn look(&mut self, text: &'a str) -> Look {
        let pieces = self.pieces(text);
        let has = |wanted: fn(&Verdict) -> bool| pieces.iter().any(|piece| wanted(&piece.verdict));
        let fragment = has(|verdict| verdict.fragment);
        let begins = has(|verdict| verdict.begins != 0);
        // A traceback that goes on another says so in a line of its own, which is a piece.
        let first = pieces.first().is_some_and(|piece| piece.verdict.fragment);
        let may_be_whole = !first || text.starts_with("Traceback (");
        let part = match (fragment, begins) {
            (true, _) if may_be_whole && super::is_whole(text) => Part::Whole,
            (true, false) if !has(|verdict| verdict.frame || verdict.orphan && !verdict.loose) => Part::Loose,
            (true, _) => Part::Piece,
            (false, true) => Part::Begin,
            (false, false) => Part::Plain,
        };
        Look { part, is_plain: !has(Verdict::tells) }
    }

    /// Whether no line of a text can be of a trace.
    pub(super) fn is_plain(&mut self, text: &str) -> bool {
        text.split('\n').all(|part| !self.verdict(&line::plain(part)).tells())
    }

    fn verdict(&mut self, text: &str) -> Verdict {
        *self.known.entry(hash::bytes(text.as_bytes())).or_insert_with(|| {
            let (sure, fragment) = (frames(text), fragment::is_fragment(text));
            Verdict {
                begins: begins(text),
                orphan: sure || fragment,
                frame: line::at_frame(text) || dart::first_frame(text),
                fragment,
                loose: fragment && !sure,
                stack: php::is_stack(text),
                needs_stack: php::needs_stack(text),
            }
        })
    }
}

/// The bit of PHP, which stands fifth.
const PHP: u16 = 1 << 4;

/// Runtimes of which a whole trace may begin at a line.
pub(super) fn may_begin(c: &Cursor<'_>, at: usize) -> u16 {
    let verdict = |at: usize| c.row(at).map(|row| row.verdict).unwrap_or_default();
    let may = if verdict(at + 1).frame && c.next(at + 1).is_some() { u16::MAX } else { verdict(at).begins };
    // `Error: …` begins most of the lines that may be an error of PHP, and nearly none has a stack below.
    let is_php = may & PHP == 0
        || !verdict(at).needs_stack
        || (at + 1..=at + php::STACK_LINES).any(|below| verdict(below).stack);
    let may = if is_php { may } else { may & !PHP };
    debug_assert!(fold::recognise_of(c, at, may) == fold::recognise(c, at), "{}", c.text(at));
    may
}

/// Whether a trace without its beginning may begin at a line; such a trace has two lines at least.
pub(super) fn may_be_orphan(c: &Cursor<'_>, at: usize) -> bool {
    let verdict = |at: usize| c.row(at).map(|row| row.verdict).unwrap_or_default();
    let goes_on = || verdict(at + 1).fragment && c.next(at + 1).is_some();
    let may = verdict(at).orphan && (!verdict(at).loose || goes_on());
    debug_assert!(may || fold::headless(c, at).is_none_or(|found| found.end < at + 2), "{}", c.text(at));
    may
}

/// Whether a line may be any of a trace, and nothing in it tells of which runtime.
pub(super) fn is_loose(c: &Cursor<'_>, at: usize) -> bool {
    c.row(at).is_some_and(|row| row.verdict.loose)
}

fn begins(text: &str) -> u16 {
    let runtimes: [fn(&str) -> bool; fold::ORDER.len()] = [
        python::may_begin,
        go::may_begin,
        rust::may_begin,
        sanitizer::may_begin,
        php::may_begin,
        ruby::may_begin,
        dart::may_begin,
        elixir::may_begin,
        throwable::may_begin,
    ];
    runtimes.iter().rev().fold(0, |bits, may_begin| bits << 1 | u16::from(may_begin(text)))
}

/// Whether it is a frame or a mark that only a trace has.
fn frames(text: &str) -> bool {
    python::is_file_line(text)
        || line::caret(text)
        || line::certain_at_frame(text)
        || text.trim_start().starts_with("Caused by: ")
        || node::gecko_frame(text).is_some()
        || ruby::frame_line(text)
        || dart::frame_line(text)
        || php::frame_line(text)
        || elixir::frame_line(text)
        || rust::frame_line(text)
}
