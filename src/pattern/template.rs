//! Distinct shapes → templates: shapes that differ only where values stand become one group.
//!
//! Order-free: shapes are sorted by text first, every round of merging is computed from the state before it, and which
//! positions vary is a matter of the set of shapes alone. Near-linear: two shapes meet because they have the same hash of
//! everything but one token, never by comparing pairs.

mod rules;
mod token;

use std::collections::HashMap;

use super::mask::{mask_codes, shape_hash};
use token::{Kind, Token, tokens};

/// Rounds of merging: each can open one more varying position per shape.
const ROUNDS: usize = 6;

/// One distinct shape, as clustering takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape<'a> {
    /// The shape as [`mask`](super::mask()) or [`mask_codes`] made it.
    pub text: &'a str,
    /// How many messages have it.
    pub count: u64,
    /// Rank of the severity of its messages; shapes of different ranks are never merged.
    pub severity: u8,
}

/// The groups of a slice of shapes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Templates {
    /// The template of each group, sorted by text.
    pub texts: Vec<String>,
    /// The group of each shape, in the order of the slice.
    pub of_shape: Vec<usize>,
}

/// Clusters shapes. The result depends on the set of shapes, not on their order.
#[must_use]
pub fn cluster(shapes: &[Shape<'_>]) -> Templates {
    let mut names: Vec<(&str, u8)> = shapes.iter().map(|s| (s.text, s.severity)).collect();
    names.sort_unstable();
    names.dedup();
    let mut arena = Arena::default();
    let mut rows: Vec<Row> = names.iter().map(|(text, severity)| arena.row(text, *severity)).collect();
    // Row of each name, followed through the rounds.
    let mut place: Vec<usize> = (0..rows.len()).collect();
    for _ in 0..ROUNDS {
        let Some((next, moved)) = arena.round(&rows) else { break };
        for slot in &mut place {
            *slot = moved.get(*slot).copied().unwrap_or(*slot);
        }
        rows = next;
    }
    let texts: Vec<String> = rows.iter().map(|row| arena.text(row)).collect();
    let mut sorted: Vec<&String> = texts.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let group = |text: &String| sorted.binary_search(&text).unwrap_or_default();
    let of_name: Vec<usize> = place.iter().map(|row| texts.get(*row).map_or(0, group)).collect();
    let find =
        |s: &Shape<'_>| names.binary_search(&(s.text, s.severity)).ok().and_then(|i| of_name.get(i).copied());
    let of_shape = shapes.iter().map(|s| find(s).unwrap_or_default()).collect();
    Templates { of_shape, texts: sorted.into_iter().cloned().collect() }
}

/// The templates of a stream of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patterns {
    /// Distinct templates, sorted.
    pub templates: Vec<String>,
    /// The template of each message, in the order of the messages.
    pub of_line: Vec<u32>,
}

impl Patterns {
    /// The template of each message, in order.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.of_line.iter().map(|i| self.templates.get(*i as usize).map_or("", String::as_str))
    }
}

/// Masks and clusters messages, as the command `patterns` prints them.
pub fn patterns(lines: &mut dyn Iterator<Item = &str>) -> Patterns {
    let mut ids: HashMap<String, u32, foldhash::quality::FixedState> = HashMap::default();
    let mut shapes: Vec<(String, u64)> = Vec::new();
    let mut of_line = Vec::new();
    let mut shape = String::new();
    for line in lines {
        shape.clear();
        mask_codes(line, &mut shape);
        let id = match ids.get(&shape) {
            Some(id) => *id,
            None => {
                let id = u32::try_from(shapes.len()).unwrap_or(u32::MAX);
                ids.insert(shape.clone(), id);
                shapes.push((shape.clone(), 0));
                id
            }
        };
        if let Some(slot) = shapes.get_mut(id as usize) {
            slot.1 += 1;
        }
        of_line.push(id);
    }
    let input: Vec<Shape<'_>> =
        shapes.iter().map(|(t, n)| Shape { text: t, count: *n, severity: 0 }).collect();
    let found = cluster(&input);
    let group =
        |id: u32| found.of_shape.get(id as usize).map_or(0, |g| u32::try_from(*g).unwrap_or(u32::MAX));
    Patterns { of_line: of_line.into_iter().map(group).collect(), templates: found.texts }
}

/// The distinct tokens of all shapes, numbered.
#[derive(Default)]
struct Arena<'a> {
    ids: HashMap<&'a str, u32, foldhash::quality::FixedState>,
    tokens: Vec<Token<'a>>,
}

/// One shape or template as token numbers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    tokens: Vec<u32>,
    severity: u8,
}

impl<'a> Arena<'a> {
    fn row(&mut self, text: &'a str, severity: u8) -> Row {
        let mut row = Row { tokens: Vec::new(), severity };
        for token in tokens(text) {
            let next = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
            let id = *self.ids.entry(token.text).or_insert(next);
            if id == next {
                self.tokens.push(token);
            }
            row.tokens.push(id);
        }
        row
    }

    fn token(&self, id: u32) -> Token<'a> {
        self.tokens.get(id as usize).copied().unwrap_or(Token { text: "", kind: Kind::Mark, hash: 0 })
    }

    fn variable(&mut self) -> u32 {
        let token = Token::new(super::VARIABLE);
        let next = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        let id = *self.ids.entry(token.text).or_insert(next);
        if id == next {
            self.tokens.push(token);
        }
        id
    }

    fn text(&self, row: &Row) -> String {
        let mut out: String = row.tokens.iter().map(|id| self.token(*id).text).collect();
        while out.contains("<*><*>") {
            out = out.replace("<*><*>", "<*>");
        }
        out
    }

    /// One round of merging: the new rows and where each old row went, or nothing if nothing merges.
    fn round(&mut self, rows: &[Row]) -> Option<(Vec<Row>, Vec<usize>)> {
        let variable = self.variable();
        let mut open: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
        let mut any = false;
        let meetings = self.meetings(rows);
        for meeting in meetings.chunk_by(|a, b| a.key == b.key && a.position == b.position) {
            if meeting.len() < 2 {
                continue;
            }
            let Some(first) = meeting.first() else { continue };
            let Some(model) = rows.get(first.row) else { continue };
            let around = |at: usize| model.tokens.get(at).map(|id| self.token(*id));
            let values: Vec<Token<'_>> = meeting.iter().map(|m| self.token(m.value)).collect();
            if rules::varies(&around, first.position, &values) {
                any = true;
                for m in meeting {
                    if let Some(list) = open.get_mut(m.row) {
                        list.push(m.position);
                    }
                }
            }
        }
        if !any {
            return None;
        }
        let opened: Vec<Row> = rows
            .iter()
            .zip(&open)
            .map(|(row, at)| {
                let mut row = row.clone();
                for position in at {
                    if let Some(slot) = row.tokens.get_mut(*position) {
                        *slot = variable;
                    }
                }
                row
            })
            .collect();
        let mut next = opened.clone();
        next.sort_unstable();
        next.dedup();
        let moved = opened.iter().map(|row| next.binary_search(row).unwrap_or_default()).collect();
        Some((next, moved))
    }

    /// Every word position of every row with the hash of everything around it, sorted so that equal surroundings meet.
    fn meetings(&self, rows: &[Row]) -> Vec<Meeting> {
        let mut all = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            let hashes: Vec<u64> = row.tokens.iter().map(|id| self.token(*id).hash).collect();
            // Sum of position-dependent terms: one token is taken out by subtraction.
            let term = |(at, hash): (usize, &u64)| {
                (*hash ^ (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(*hash | 1)
            };
            let whole = hashes.iter().enumerate().map(term).fold(row.severity.into(), u64::wrapping_add);
            let whole = whole.wrapping_add((hashes.len() as u64) << 32);
            for (position, (id, hash)) in row.tokens.iter().zip(&hashes).enumerate() {
                if self.token(*id).kind != Kind::Mark {
                    let key = whole.wrapping_sub(term((position, hash)));
                    all.push(Meeting { key, position, value: *id, row: number });
                }
            }
        }
        all.sort_unstable();
        all
    }
}

/// A row seen without one of its tokens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Meeting {
    key: u64,
    position: usize,
    value: u32,
    row: usize,
}

/// The hash of a token, a function of its text alone.
fn token_hash(text: &str) -> u64 {
    shape_hash(text)
}

#[cfg(test)]
mod tests;
