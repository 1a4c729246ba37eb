//! Lines of a stream → which of them can be left out, because no trace begins there. Nearly all lines of a log are of this kind
//! and are said over and over, so each wording is looked at once.

use super::cursor::Cursor;
use super::{dart, elixir, fold, fragment, go, line, node, php, python, ruby, rust, sanitizer, throwable};
use crate::hash;
use foldhash::fast::FixedState;
use std::collections::HashMap;

/// What a wording lets expect.
#[derive(Clone, Copy, Debug)]
struct Verdict {
    /// A trace may begin with it.
    begins: bool,
    /// A trace may begin with it that lost its beginning.
    orphan: bool,
    /// It is a frame, so a trace may begin with the line above it.
    frame: bool,
}

/// Wordings looked at before.
#[derive(Debug, Default)]
pub(super) struct Screen {
    known: HashMap<u64, Verdict, FixedState>,
}

impl Screen {
    fn verdict(&mut self, text: &str) -> Verdict {
        *self.known.entry(hash::bytes(text.as_bytes())).or_insert_with(|| Verdict {
            begins: begins(text),
            orphan: orphan(text),
            frame: line::at_frame(text) || dart::first_frame(text),
        })
    }

    /// Whether a whole trace may begin at a line.
    pub(super) fn may_begin(&mut self, c: &Cursor<'_>, at: usize) -> bool {
        let may =
            self.verdict(c.text(at)).begins || c.next(at + 1).is_some_and(|next| self.verdict(next).frame);
        debug_assert!(may || fold::recognise(c, at).is_none(), "{}", c.text(at));
        may
    }

    /// Whether a trace without its beginning may begin at a line.
    pub(super) fn may_be_orphan(&mut self, c: &Cursor<'_>, at: usize) -> bool {
        let may = self.verdict(c.text(at)).orphan;
        debug_assert!(may || fold::headless(c, at).is_none(), "{}", c.text(at));
        may
    }
}

fn begins(text: &str) -> bool {
    let runtimes: [fn(&str) -> bool; 9] = [
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
    runtimes.iter().any(|may_begin| may_begin(text))
}

fn orphan(text: &str) -> bool {
    python::file_line(text).is_some()
        || line::caret(text)
        || line::certain_at_frame(text)
        || text.trim_start().starts_with("Caused by: ")
        || node::gecko_frame(text).is_some()
        || ruby::frame_line(text)
        || dart::frame_line(text)
        || php::frame_line(text)
        || elixir::frame_line(text)
        || rust::frame_line(text)
        || fragment::is_fragment(text)
}
