//! The head of a file → a [`Plan`]: encoding, packing, container, dialect, with reasons and all scores.
//!
//! Only content decides. `shape` proposes the containers that the text could be; each is tried on the head by the very
//! framer that would read the file, and every dialect scores the records that come out. The best pair wins; the order
//! of dialects never matters. The file's name is handed to the dialects, which may use it as a tie-break.

mod binary;
mod head;
pub(super) mod report;
mod shape;

use super::compression::{Event, Unpack};
use super::encoding::{self, Decoder};
use super::facts::{Container, Encoding};
use super::{Plan, dialect};
use crate::limits::HEAD_BYTES;
use head::{Tried, attempt};
use shape::Guess;

pub(super) use binary::looks_like;
pub(super) use head::score;

/// Least quality at which a container is taken that is not plain from its first bytes.
const LEAST: u32 = 15;

/// Looks at the first bytes of a file (as many as [`HEAD_BYTES`] or all of it).
pub fn detect(name: &str, head: &[u8]) -> Plan {
    let mut unpacked = Vec::new();
    let mut files = 0u32;
    let mut unpack = Unpack::new();
    let mut packing = String::new();
    let mut take = |event: Event<'_>| {
        match event {
            Event::Packing(chain) if files == 0 => chain.clone_into(&mut packing),
            Event::Begin(_) => files += 1,
            Event::Data(bytes) if files <= 1 => {
                let room = HEAD_BYTES.saturating_sub(unpacked.len());
                unpacked.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
            }
            _ => {}
        }
        unpacked.len() < HEAD_BYTES
    };
    unpack.push(head, &mut take);
    if head.len() < HEAD_BYTES {
        unpack.finish(&mut take);
    }
    if packing.is_empty() {
        packing = unpack.packing();
    }
    if packing.is_empty() {
        return detect_text(name, head, "");
    }
    detect_text(name, &unpacked, &packing)
}

/// The same for bytes that were unpacked already.
pub(super) fn detect_text(name: &str, head: &[u8], packing: &str) -> Plan {
    let whole = head.len() < HEAD_BYTES;
    let encoding = encoding::sniff(head);
    let mut plan = Plan { encoding, packing: packing.to_owned(), ..Plan::default() };
    let mut text = Vec::with_capacity(head.len());
    let mut decoder = Decoder::new(encoding, false);
    decoder.push(head, whole, &mut |part| text.extend_from_slice(part));
    plan.reasons.push(encoding_reason(encoding).to_owned());
    if !packing.is_empty() {
        plan.reasons.push(format!("its first bytes are those of {packing}"));
    }
    if let Some(what) = looks_like(head).filter(|_| matches!(encoding, Encoding::Utf8)) {
        plan.reasons.push(format!("it looks like {what}"));
        return plan;
    }
    if report::report_version(&text).is_some() {
        plan.reasons.push("it begins as a report that Fivewhys wrote".to_owned());
        return plan;
    }
    choose(plan, name, &text, whole)
}

fn encoding_reason(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "no byte-order mark and no pattern of NUL bytes: UTF-8",
        Encoding::Utf8Bom => "it begins with the byte-order mark of UTF-8",
        Encoding::Utf16Le => "byte-order mark or pattern of NUL bytes of UTF-16, low byte first",
        Encoding::Utf16Be => "byte-order mark or pattern of NUL bytes of UTF-16, high byte first",
    }
}

/// Tries every guess and takes the best; earlier guesses win ties.
fn choose(mut plan: Plan, name: &str, text: &[u8], whole: bool) -> Plan {
    let direct = matches!(plan.encoding, Encoding::Utf8 | Encoding::Utf8Bom) && plan.packing.is_empty();
    let mut best: Option<(Guess, Tried)> = None;
    for guess in shape::guesses(text, whole) {
        let tried = attempt(&guess, name, text, whole);
        if !guess.sure && tried.quality < LEAST {
            continue;
        }
        let least =
            best.as_ref().map_or(0, |(kept, b)| b.quality + u32::from(!(kept.sure && guess.over_sure)));
        // Damage makes members of the wanted member look like members beside it, and lets what is left of the outer object
        // pass for a record, though it is none: they hold less of the same.
        let is_part = |(kept, b): &(Guess, Tried)| {
            let may_be = match guess.container {
                Container::Wrapper(_) => true,
                Container::Object | Container::Concatenated => !tried.knows_first,
                _ => false,
            };
            let both = may_be && matches!(kept.container, Container::Wrapper(_));
            both && b.dialect == tried.dialect && tried.n_cuts <= b.n_cuts
        };
        if best.as_ref().is_some_and(is_part) {
            continue;
        }
        if best.is_none() || tried.quality >= least {
            best = Some((guess, tried));
        }
    }
    let Some((guess, tried)) = best else {
        plan.reasons.push("no container fits: no JSON, CSV, YAML or lines with times".to_owned());
        return plan;
    };
    plan.reasons.push(guess.reason);
    plan.container = guess.container;
    plan.flow = guess.flow;
    plan.dialect = tried.dialect;
    plan.line_dialect = tried.line_dialect;
    plan.scores = tried.scores;
    plan.reasons.extend(tried.reasons);
    match plan.container {
        Container::Ndjson | Container::Lines => plan.splittable = direct,
        Container::Array if direct => {
            if let Some(indent) = tried.indent {
                plan.splittable = true;
                plan.indent = indent;
                plan.reasons.push(format!("every element begins a line, behind {indent} blanks"));
            }
        }
        _ => {}
    }
    plan
}

/// Name for people of a dialect.
pub(super) fn title(id: &str) -> &str {
    dialect::ALL.iter().find(|dialect| dialect.id() == id).map_or(id, |dialect| dialect.title())
}
