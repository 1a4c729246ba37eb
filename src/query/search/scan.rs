//! Chunks of a text → the offsets where a needle stands.

use super::{Kind, Needle, Text};
use regex::bytes::Regex;

/// Longest line that an expression sees at once, in bytes; a longer one is looked at in pieces.
const LINE_BYTES: usize = 1024 * 1024;

/// A search through one text, or a range of it.
#[derive(Debug)]
pub struct Scan<'n> {
    needle: &'n Needle,
    /// First byte after the range.
    end: u64,
    /// Offset of the next byte pushed.
    at: u64,
    /// Everything before this is decided.
    decided: u64,
    /// No hit is told before this; `open` if only the first `}` or line end from here on says where.
    resume: u64,
    open: bool,
    /// Expressions only: the line that was begun before the range is passed over.
    skips_line: bool,
    /// The last bytes pushed, as many as the next chunk needs beside it.
    kept: Vec<u8>,
}

impl<'n> Scan<'n> {
    /// A search through a text whose first byte has this offset.
    pub fn whole(needle: &'n Needle, at: u64) -> Scan<'n> {
        Scan {
            needle,
            end: u64::MAX,
            at,
            decided: at,
            resume: 0,
            open: false,
            skips_line: false,
            kept: Vec::new(),
        }
    }

    /// A search through a range. The bytes pushed begin at [`Scan::from`] and go on behind the end until [`Scan::done`]:
    /// a hit belongs to the range that holds its first byte (of an expression: the begin of its line).
    pub fn of_range(needle: &'n Needle, start: u64, end: u64) -> Scan<'n> {
        let before = match &needle.0 {
            Kind::Text(text) => text.reach as u64,
            Kind::Regex(_) => 1,
        };
        let at = start.saturating_sub(before);
        let skips_line = start > 0 && matches!(needle.0, Kind::Regex(_));
        Scan { end, at, decided: start, skips_line, ..Scan::whole(needle, at) }
    }

    /// Offset of the next byte to push.
    pub fn from(&self) -> u64 {
        self.at
    }

    /// Whether the range needs no more bytes.
    pub fn done(&self) -> bool {
        self.decided >= self.end
    }

    /// Takes the next bytes, tells hits in their order.
    pub fn push(&mut self, chunk: &[u8], found: &mut dyn FnMut(u64)) {
        match &self.needle.0 {
            Kind::Text(text) => self.push_text(text, chunk, found),
            Kind::Regex(regex) => self.push_lines(regex, chunk, found),
        }
    }

    /// Ends the text.
    pub fn finish(&mut self, found: &mut dyn FnMut(u64)) {
        let kept = std::mem::take(&mut self.kept);
        let kept_at = self.at - kept.len() as u64;
        match &self.needle.0 {
            Kind::Text(text) => self.look(text, &kept, kept_at, self.at, found),
            Kind::Regex(regex) if !self.skips_line => self.look_lines(regex, &kept, kept_at, found),
            Kind::Regex(_) => {}
        }
    }

    fn push_text(&mut self, text: &Text, chunk: &[u8], found: &mut dyn FnMut(u64)) {
        let (reach, chunk_at) = (text.reach, self.at);
        self.at += chunk.len() as u64;
        let mut kept = std::mem::take(&mut self.kept);
        let kept_at = chunk_at - kept.len() as u64;
        let seam = if kept.is_empty() { 0 } else { chunk.len().min(2 * reach) };
        if seam > 0 {
            kept.extend_from_slice(chunk.get(..seam).unwrap_or_default());
            let to = (chunk_at + seam as u64).saturating_sub(reach as u64);
            self.look(text, &kept, kept_at, to, found);
        }
        if seam < chunk.len() {
            self.look(text, chunk, chunk_at, self.at.saturating_sub(reach as u64), found);
        }
        // Kept is what was not decided, and what can stand before it.
        let from = self.decided.min(self.at).saturating_sub(reach as u64);
        let tail = |hay: &[u8], hay_at: u64| {
            let skip = usize::try_from(from.saturating_sub(hay_at)).unwrap_or(usize::MAX);
            hay.get(skip..).unwrap_or_default().to_vec()
        };
        self.kept = if from < chunk_at { tail(&kept, kept_at) } else { tail(chunk, chunk_at) };
        if from < chunk_at && seam == 0 {
            self.kept = tail(chunk, chunk_at);
        }
    }

    /// Tells the hits before `to` that are not decided yet.
    fn look(&mut self, text: &Text, hay: &[u8], hay_at: u64, to: u64, found: &mut dyn FnMut(u64)) {
        let to = to.min(self.end);
        if to <= self.decided {
            return;
        }
        let from = self.decided;
        self.decided = to;
        let index = |offset: u64| usize::try_from(offset.saturating_sub(hay_at)).unwrap_or(usize::MAX);
        let before_end = hay.get(..index(to)).unwrap_or(hay);
        if !self.resumes(hay, hay_at) {
            return;
        }
        let mut at = index(from.max(self.resume));
        while let Some(place) = text.candidate(before_end, at) {
            at = place + 1;
            if text.stands(hay, place) {
                found(hay_at + place as u64);
                self.resume = hay_at + at as u64;
                self.open = true;
                if !self.resumes(hay, hay_at) {
                    return;
                }
                at = index(self.resume);
            }
        }
    }

    /// Looks for the place from which hits are told again; says whether it is known.
    fn resumes(&mut self, hay: &[u8], hay_at: u64) -> bool {
        if self.open {
            let skip = usize::try_from(self.resume.saturating_sub(hay_at)).unwrap_or(usize::MAX);
            let rest = hay.get(skip..).unwrap_or_default();
            match memchr::memchr2(b'}', b'\n', rest) {
                Some(at) => {
                    self.resume += at as u64;
                    self.open = false;
                }
                None => self.resume += rest.len() as u64,
            }
        }
        !self.open
    }

    fn push_lines(&mut self, regex: &Regex, mut chunk: &[u8], found: &mut dyn FnMut(u64)) {
        if self.skips_line {
            let Some(end) = memchr::memchr(b'\n', chunk) else {
                self.at += chunk.len() as u64;
                self.decided = self.decided.max(self.at);
                return;
            };
            self.skips_line = false;
            self.at += end as u64 + 1;
            self.decided = self.decided.max(self.at);
            chunk = chunk.get(end + 1..).unwrap_or_default();
        }
        while !self.kept.is_empty() && !chunk.is_empty() {
            let room = LINE_BYTES - self.kept.len();
            let own = memchr::memchr(b'\n', chunk).map_or(chunk.len(), |end| end + 1).min(room);
            let (line, rest) = chunk.split_at_checked(own).unwrap_or((chunk, &[]));
            chunk = rest;
            self.kept.extend_from_slice(line);
            self.at += line.len() as u64;
            if self.kept.ends_with(b"\n") || self.kept.len() >= LINE_BYTES {
                let kept = std::mem::take(&mut self.kept);
                self.look_lines(regex, &kept, self.at - kept.len() as u64, found);
            }
        }
        let whole = memchr::memrchr(b'\n', chunk).map_or(0, |end| end + 1);
        let (lines, mut rest) = chunk.split_at_checked(whole).unwrap_or((chunk, &[]));
        if !lines.is_empty() {
            self.look_lines(regex, lines, self.at, found);
        }
        self.at += lines.len() as u64;
        // What is begun and not ended is not decided.
        while let Some((piece, more)) = rest.split_at_checked(LINE_BYTES) {
            self.look_lines(regex, piece, self.at, found);
            self.at += piece.len() as u64;
            rest = more;
        }
        self.at += rest.len() as u64;
        self.kept.extend_from_slice(rest);
    }

    /// Looks at whole lines. A hit of all of them together is only a sign that its line may have one.
    fn look_lines(&mut self, regex: &Regex, hay: &[u8], hay_at: u64, found: &mut dyn FnMut(u64)) {
        let mut at = 0;
        while let Some(hit) = regex.find_at(hay, at) {
            let begin =
                hay.get(..hit.start()).and_then(|head| memchr::memrchr(b'\n', head)).map_or(0, |nl| nl + 1);
            // Behind the last line end there is no line.
            if begin == hay.len() || hay_at + begin as u64 >= self.end {
                break;
            }
            let rest = hay.get(begin..).unwrap_or_default();
            let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default();
            let mut from = 0;
            while let Some(hit) = line.get(from..).and_then(|_| regex.find_at(line, from)) {
                found(hay_at + (begin + hit.start()) as u64);
                let after = line.get(hit.start() + 1..).and_then(|rest| memchr::memchr(b'}', rest));
                match after {
                    Some(next) => from = hit.start() + 1 + next,
                    None => break,
                }
            }
            at = begin + line.len() + 1;
            if at >= hay.len() {
                break;
            }
        }
        self.decided = self.decided.max(hay_at + hay.len() as u64);
    }
}
