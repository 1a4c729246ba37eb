//! Distinct shapes → templates: shapes that differ only where values stand become one group.
//!
//! Order-free: shapes are sorted by text first, every round of merging is computed from the state before it, and which
//! positions vary is a matter of the set of shapes alone. Near-linear: two shapes meet because they have the same hash of
//! everything but one token, never by comparing pairs.

mod rules;
mod token;

use crate::order::Order as _;
use std::collections::HashMap;

use crate::hash;
use token::{Kind, Token, tokens};

/// Tokens of a shape that may become variables; what follows has to be equal. A message of more is a dump or a trace.
const OPEN_TOKENS: usize = 160;
/// Rounds of merging: each can open one more varying position per shape.
const ROUNDS: usize = 6;

/// One distinct shape, as clustering takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape<'a> {
    /// The shape as [`mask`](super::mask()) or [`mask_codes`](super::mask_codes()) made it.
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
    let mut names: Vec<(&str, u8, u64)> = shapes.iter().map(|s| (s.text, s.severity, s.count)).collect();
    names.order();
    names.dedup_by(|next, kept| {
        let same = (next.0, next.1) == (kept.0, kept.1);
        if same {
            kept.2 = kept.2.saturating_add(next.2);
        }
        same
    });
    let mut arena = Arena::default();
    let mut rows: Vec<Row> = names.iter().map(|(text, severity, _)| arena.row(text, *severity)).collect();
    // Row of each name, followed through the rounds.
    let mut place: Vec<usize> = (0..rows.len()).collect();
    for _ in 0..ROUNDS {
        let Some((next, moved)) = arena.round(&rows) else { break };
        for slot in &mut place {
            *slot = moved.get(*slot).copied().unwrap_or(*slot);
        }
        rows = next;
    }
    let mut counts = vec![0_u64; rows.len()];
    for (row, name) in place.iter().zip(&names) {
        if let Some(count) = counts.get_mut(*row) {
            *count = count.saturating_add(name.2);
        }
    }
    let forms: Vec<Form> = rows
        .iter()
        .zip(&counts)
        .map(|(row, count)| Form::new(arena.text(row), row.severity, *count))
        .collect();
    let (texts, of_form) = unify(&forms);
    let of_name: Vec<usize> =
        place.iter().map(|row| of_form.get(*row).copied().unwrap_or_default()).collect();
    let find = |s: &Shape<'_>| {
        let at = names.binary_search_by(|n| (n.0, n.1).cmp(&(s.text, s.severity))).ok()?;
        of_name.get(at).copied()
    };
    let of_shape = shapes.iter().map(|s| find(s).unwrap_or_default()).collect();
    Templates { of_shape, texts }
}

/// A template text and how it reads when every list of variables is one variable.
struct Form {
    key: String,
    severity: u8,
    count: u64,
    text: String,
}

impl Form {
    fn new(text: String, severity: u8, count: u64) -> Self {
        Self { key: compact(&text), severity, count, text }
    }
}

/// One group per key: its text is that of the form with the most messages. Groups are sorted by text.
fn unify(forms: &[Form]) -> (Vec<String>, Vec<usize>) {
    let mut order: Vec<usize> = (0..forms.len()).collect();
    let rank = |i: &usize| {
        forms
            .get(*i)
            .map(|f| (&f.key, f.severity, f.text.contains(" ()"), std::cmp::Reverse(f.count), &f.text))
    };
    order.order_by(|a, b| rank(a).cmp(&rank(b)));
    let mut groups: Vec<(&str, u8, Vec<usize>)> = Vec::new();
    let mut last = None;
    for i in order {
        let Some(form) = forms.get(i) else { continue };
        let key = Some((&form.key, form.severity));
        match groups.last_mut() {
            Some(group) if key == last => group.2.push(i),
            _ => groups.push((form.text.as_str(), form.severity, vec![i])),
        }
        last = key;
    }
    groups.order();
    let mut of_form = vec![0; forms.len()];
    for (number, (_, _, members)) in groups.iter().enumerate() {
        for member in members {
            if let Some(slot) = of_form.get_mut(*member) {
                *slot = number;
            }
        }
    }
    (groups.into_iter().map(|(text, _, _)| text.to_owned()).collect(), of_form)
}

/// `<*>:<*>`, `<*>, <*>`, `<*> <*>` → `<*>`; an empty ` ()` counts as filled.
fn compact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(super::VARIABLE) {
        let gap = rest.get(..at).unwrap_or_default();
        if !(out.ends_with(super::VARIABLE)
            && matches!(gap, "" | ":" | "," | ", " | "." | "/" | "-" | " " | ";" | "@" | "##"))
        {
            out.push_str(gap);
            out.push_str(super::VARIABLE);
        }
        rest = rest.get(at + super::VARIABLE.len()..).unwrap_or_default();
    }
    out.push_str(rest);
    if out.contains(" ()") { out.replace(" ()", " (<*>)") } else { out }
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
        let mut row = Row { tokens: Vec::with_capacity(text.len() / 3), severity };
        row.tokens.extend(tokens(text).map(|token| self.id(token)));
        row
    }

    /// The number of a token; most were met before.
    fn id(&mut self, text: &'a str) -> u32 {
        let next = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        let id = *self.ids.entry(text).or_insert(next);
        if id == next {
            self.tokens.push(Token::new(text));
        }
        id
    }

    fn token(&self, id: u32) -> Token<'a> {
        self.tokens.get(id as usize).copied().unwrap_or(Token { text: "", kind: Kind::Mark, hash: 0 })
    }

    fn variable(&mut self) -> u32 {
        self.id(super::VARIABLE)
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
            let words = model.tokens.iter().filter(|id| self.token(**id).kind == Kind::Word).count();
            let own = usize::from(self.token(first.value).kind == Kind::Word);
            let place = rules::Place { tokens: &around, position: first.position, words: words - own };
            if place.varies(&values) {
                any = true;
                for m in meeting {
                    if let Some(list) = open.get_mut(m.row) {
                        list.push(m.position);
                    }
                }
            }
        }
        any |= self.open_pairs(rows, &mut open);
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
        next.order();
        next.dedup();
        let moved = opened.iter().map(|row| next.binary_search(row).unwrap_or_default()).collect();
        Some((next, moved))
    }

    /// Opens the values of `key=value` pairs in rows that are equal but for several such values at once.
    fn open_pairs(&self, rows: &[Row], open: &mut [Vec<usize>]) -> bool {
        let mut skeletons: Vec<(u64, usize, Vec<usize>)> = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            let around = |at: usize| row.tokens.get(at).map(|id| self.token(*id));
            let mut free = Vec::new();
            let mut key = u64::from(row.severity);
            for (position, id) in row.tokens.iter().enumerate() {
                let token = self.token(*id);
                let place = rules::Place { tokens: &around, position, words: 0 };
                let value = token.kind != Kind::Mark && place.pair().is_some_and(rules::is_free_key);
                if value {
                    free.push(position);
                }
                key = (key.rotate_left(5) ^ if value { 1 } else { token.hash })
                    .wrapping_mul(0x9e37_79b9_7f4a_7c15);
            }
            if free.len() >= 2 {
                skeletons.push((key, number, free));
            }
        }
        skeletons.order();
        let mut any = false;
        for group in skeletons.chunk_by(|a, b| a.0 == b.0) {
            let Some((_, first, free)) = group.first() else { continue };
            for position in free {
                let value = |number: usize| rows.get(number).and_then(|row| row.tokens.get(*position));
                if group.iter().any(|(_, number, _)| value(*number) != value(*first)) {
                    any = true;
                    for (_, number, _) in group {
                        if let Some(list) = open.get_mut(*number) {
                            list.push(*position);
                        }
                    }
                }
            }
        }
        any
    }

    /// The word positions of the rows with the hash of everything around them, sorted so that equal surroundings meet. Most
    /// surroundings are met once: what surely is alone is left out before sorting.
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
            for (position, (id, hash)) in row.tokens.iter().zip(&hashes).take(OPEN_TOKENS).enumerate() {
                if self.token(*id).kind != Kind::Mark {
                    let key = whole.wrapping_sub(term((position, hash)));
                    all.push(Meeting { key, position, value: *id, row: number });
                }
            }
        }
        keep_met(&mut all);
        all.order();
        all
    }
}

/// Leaves out meetings whose key no other has. A few that are alone may stay: keys are told apart by their low bits.
fn keep_met(all: &mut Vec<Meeting>) {
    let slots = (all.len() * 4).next_power_of_two();
    let slot = |meeting: &Meeting| (meeting.key >> 7) as usize & (slots - 1);
    let mut seen = vec![0u8; slots];
    for meeting in &*all {
        if let Some(count) = seen.get_mut(slot(meeting)) {
            *count = count.saturating_add(1);
        }
    }
    all.retain(|meeting| seen.get(slot(meeting)).is_some_and(|count| *count > 1));
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
    hash::bytes(text.as_bytes())
}

#[cfg(test)]
mod tests;
