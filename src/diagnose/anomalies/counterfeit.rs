//! Damage that nobody sees: made-up data that is taken for real, and writes that are lost while their caller is told that all is
//! well. Takes a trouble, says what was reported as a success beside it.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::measures;
use crate::diagnose::statements::time;
use crate::diagnose::troubles::Trouble;
use crate::diagnose::words::{self, headline};
use crate::entry::time::SECOND;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeMap;

/// Entries after one of made-up data that are looked at, and how long after it.
const ENTRIES: usize = 40;
const SOON: i64 = 5 * SECOND;
/// Occurrences that are looked at.
const LOOKED_AT: usize = 400;
/// Share (per cent) of them that a success has to follow, and how many at least.
const SHARE: usize = 60;
const TIMES: usize = 3;

/// What follows made-up data as if it were real.
pub(crate) struct Passed {
    /// The words that report a success.
    words: String,
    rows: Vec<u32>,
    /// How often it follows, and how often there was something to follow.
    n: usize,
    of: usize,
}

/// Whether a trouble tells of made-up data behind which the same process reports a success, in a place where data should be real.
pub(crate) fn passed(scene: &Scene<'_>, trouble: &Trouble) -> Option<Passed> {
    if !trouble.lead(scene.statements).is_some_and(|lead| is_made_up(&lead.text)) || is_trial(scene, trouble)
    {
        return None;
    }
    let firsts = trouble.occurrences.firsts();
    let mut by_shape: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &row in firsts.iter().take(LOOKED_AT) {
        if let Some((shape, next)) = success_after(scene, row) {
            by_shape.entry(shape).or_default().push(next);
        }
    }
    let (shape, mut rows) =
        by_shape.into_iter().max_by_key(|(shape, rows)| (rows.len(), u32::MAX - shape))?;
    let (n, of) = (rows.len(), firsts.len().min(LOOKED_AT));
    rows.sort_unstable();
    rows.dedup();
    let words = scene.index.shape(shape).map(|shape| headline(shape.text(), 120))?;
    let often = n >= TIMES && n * 100 >= of * SHARE || n > 1 && n == of;
    often.then_some(Passed { words, rows, n, of })
}

/// The first report of a success after a row, by the same instance: its shape and row.
fn success_after(scene: &Scene<'_>, row: u32) -> Option<(u32, u32)> {
    let source = |row: u32| scene.index.row(row).and_then(|row| scene.index.source_of(row));
    let (at, mine) = (time(scene.index, row)?, source(row)?);
    (row.saturating_add(1)..)
        .take(ENTRIES)
        .take_while(|next| time(scene.index, *next).is_some_and(|then| then.0 - at.0 <= SOON))
        .filter(|next| {
            source(*next).is_some_and(|s| {
                s.service == mine.service && s.revision == mine.revision && s.instance == mine.instance
            })
        })
        .find_map(|next| {
            let shape = scene.index.row(next)?.shape();
            scene.index.shape(shape).is_some_and(|s| is_success(s.text())).then_some((shape, next))
        })
}

/// Whether the words tell of data that is not real.
fn is_made_up(text: &str) -> bool {
    const KINDS: [&str; 8] =
        ["stub", "mock", "dummy", "fake", "placeholder", "sample", "synthetic", "hardcoded"];
    const WHAT: [&str; 7] = ["data", "response", "result", "value", "record", "answer", "score"];
    let line = headline(text, 300).to_ascii_lowercase();
    let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    words.windows(2).any(|pair| {
        let [kind, what] = pair else { return false };
        KINDS.iter().any(|k| kind.starts_with(k)) && WHAT.iter().any(|w| what.starts_with(w))
    })
}

fn is_success(text: &str) -> bool {
    let line = headline(text, 200).to_ascii_lowercase();
    let says = |word: &str| line.split(|c: char| !c.is_alphanumeric()).any(|each| each == word);
    let good = [
        "successfully",
        "saved",
        "stored",
        "created",
        "completed",
        "persisted",
        "inserted",
        "updated",
        "sent",
    ];
    let bad = ["not", "no", "failed", "skipped", "skipping", "without", "cannot"];
    good.iter().any(|word| says(word)) && !bad.iter().any(|word| says(word))
}

/// Whether it runs where made-up data is meant to be: a service or project that calls itself a trial.
fn is_trial(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    let row = trouble.occurrences.firsts().first().and_then(|&row| scene.index.row(row));
    let Some(source) = row.and_then(|row| scene.index.source_of(row)) else { return false };
    let names = format!("{} {} {}", source.service, source.project, source.container).to_ascii_lowercase();
    let is =
        |part: &str| ["staging", "stage", "dev", "test", "sandbox", "demo", "local", "qa"].contains(&part);
    names.split(|c: char| !c.is_alphanumeric()).any(is)
}

/// What it does to those who rely on the data.
pub(crate) fn impact(scene: &Scene<'_>, trouble: &Trouble) -> Option<Rich> {
    let text = "What is stored or answered here is partly made up, and counts as a success. It has to be found and repaired later.";
    passed(scene, trouble).map(|_| Rich::text(text))
}

/// The sentence for the finding.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, trouble: &Trouble) -> Option<Sentence> {
    let found = passed(scene, trouble)?;
    let times = if found.n == found.of {
        format!("Each time ({})", words::number(found.n as u64))
    } else {
        format!("{} of {} times", words::number(found.n as u64), words::number(found.of as u64))
    };
    let text = Rich::text(format!("{times} the same process then reports a success: "))
        .c(&found.words)
        .t(". So made-up data is taken for real, and nobody is told.");
    Some(derived(text, "what the same instance says next", book.rows(&found.rows)))
}

/// Whether something went wrong while a caller's write was served, and the caller was told that all is well: of the requests that
/// were being served meanwhile each was one that sends something, and none failed.
pub(crate) fn is_lost_write(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    let firsts = trouble.occurrences.firsts();
    !firsts.is_empty()
        && firsts.iter().take(LOOKED_AT).all(|&row| {
            let served = measures::spans::served_at(scene, row, SECOND / 20);
            let is_write = |row: u32| {
                let path = scene.index.request_of(row).and_then(|r| scene.index.path(r.path)).unwrap_or("");
                ["POST ", "PUT ", "PATCH ", "DELETE "].iter().any(|method| path.starts_with(method))
            };
            matches!(served.as_slice(), [(row, 200..=399)] if is_write(*row))
        })
}

#[cfg(test)]
mod tests {
    use super::{is_made_up, is_success};

    #[test]
    fn made_up_data_is_told_from_talk_of_stubs() {
        for text in [
            "No key for the price service, returning stub data",
            "using mock responses",
            "Falling back to placeholder values",
        ] {
            assert!(is_made_up(text), "{text}");
        }
        for text in ["Using mock client", "gRPC stub created", "data of the sample", "resampled 7 values"] {
            assert!(!is_made_up(text), "{text}");
        }
    }

    #[test]
    fn a_success_is_stated_and_not_denied() {
        for text in ["Successfully priced the cart", "order saved", "row 7 inserted"] {
            assert!(is_success(text), "{text}");
        }
        for text in ["not saved", "nothing to do", "skipping: already stored"] {
            assert!(!is_success(text), "{text}");
        }
    }
}
