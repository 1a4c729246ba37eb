//! A line of a stack trace → the same without what differs from one run to the next.

use super::{Lexer, look};
use crate::limits::SAMPLE_BYTES;

impl Lexer<'_> {
    /// A line of a stack trace: verbatim but for addresses and ids of processes, threads and goroutines.
    pub(super) fn fragment(mut self) {
        let mut i = 0;
        while i < self.bytes.len() && self.out.len() - self.base < SAMPLE_BYTES {
            let word =
                self.bytes.iter().skip(i).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
            if word == 0 {
                let width = self.line.get(i..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
                self.copy(i, i + width);
                i += width;
                continue;
            }
            let text = self.text(i, i + word);
            let digits = text.bytes().all(|b| b.is_ascii_digit());
            let address =
                text.len() > 2 && text.starts_with("0x") && look::is_hex(text.get(2..).unwrap_or_default());
            let named = self.text(self.word.0, self.word.1);
            let close = i.saturating_sub(self.word.1) <= 3;
            if address
                || (digits
                    && close
                    && matches!(named, "pid" | "goroutine" | "tid" | "thread" | "Thread" | "process"))
            {
                self.variable();
            } else {
                self.copy(i, i + word);
                self.word = (i, i + word);
            }
            i += word;
        }
    }
}
