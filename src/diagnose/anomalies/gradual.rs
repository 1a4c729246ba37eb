//! A slowdown that came step by step: takes latencies in time order, tells growth from a jump, since the one is looked for in what fills
//! up (a table, a queue, memory) and the other in what changed at that moment.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, hypothesis};
use crate::diagnose::statements::time;
use crate::diagnose::words;
use crate::digest::RequestRow;
use crate::entry::Nanos;
use crate::entry::time::duration_words;
use crate::report::model::{Rich, Sentence, Why};

/// Stretches of equally many requests, at most and at least, and requests in each.
const STRETCHES: usize = 12;
const LEAST: usize = 6;
const EACH: usize = 10;
/// Steps of growth in a row, and how much a stretch is slower than the one before, in per cent.
const STEPS: usize = 4;
const STEP: u64 = 115;
/// Times as slow in the end.
const TIMES: u64 = 4;

/// What may be behind it.
const GUESS: &str = "The log does not say. Something that it depends on fills up or grows: a table that is read as a whole, a queue, a pool, memory. It would speak for it: it is fast again after a start anew, or where the data are few. It would speak against it: the number of requests grew in the same measure.";

/// The same as a sentence; `all` are the rows that were looked at.
pub(crate) fn sentence(book: &mut Book<'_>, growth: &Growth, all: &[u32]) -> Sentence {
    let millis = |micros: &u64| duration_words(i64::try_from(*micros).unwrap_or(0).saturating_mul(1000));
    let medians: Vec<String> = growth.medians.iter().map(millis).collect();
    let text = Rich::text(format!(
        "It grew step by step and did not jump: the median of each {} requests in turn was {}, from {} UTC on.",
        growth.each,
        words::list(&medians),
        growth.from.date_time()
    ));
    derived(text, "medians of equally many requests in turn", book.rows(all))
}

/// The last step of the whys.
pub(crate) fn why() -> Why {
    Why {
        question: Rich::text("Why does it take longer and longer?"),
        answer: hypothesis(Rich::text(GUESS)),
        alternatives: Vec::new(),
    }
}

/// Where to look.
pub(crate) fn advice(path: &str) -> Rich {
    Rich::text("Find out what fills up while ").c(path).t(
        " becomes slower: rows of a table without an index, a queue or a pool, memory and its collection, a file, a list in the program. Look at these over the same time, and not only for a change at one moment; starting the process anew tells whether it lies in it.",
    )
}

/// How it grew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Growth {
    /// When the first stretch of it began.
    pub(crate) from: Nanos,
    /// The median of each stretch in microseconds.
    pub(crate) medians: Vec<u64>,
    /// Requests in a stretch.
    pub(crate) each: usize,
}

/// Growth up to the last of these requests.
pub(crate) fn of_requests(scene: &Scene<'_>, all: &[&RequestRow]) -> Option<Growth> {
    let latencies: Vec<(Nanos, u64)> =
        all.iter().filter_map(|r| Some((time(scene.index, r.row)?, r.latency()?))).collect();
    of(&latencies)
}

/// The growth that ends with the last of these requests; none where one step is more than half of it.
fn of(latencies: &[(Nanos, u64)]) -> Option<Growth> {
    let stretches = (latencies.len() / EACH).min(STRETCHES);
    if stretches < LEAST {
        return None;
    }
    let each = latencies.len() / stretches;
    // The oldest requests that fill no stretch are left out.
    let used = latencies.get(latencies.len() - each * stretches..)?;
    let medians: Vec<(Nanos, u64)> = used
        .chunks(each)
        .filter_map(|chunk| {
            let mut micros: Vec<u64> = chunk.iter().map(|(_, micros)| *micros).collect();
            micros.sort_unstable();
            Some((chunk.first()?.0, *micros.get(micros.len() / 2)?))
        })
        .collect();
    let grows = |pair: &[(Nanos, u64)]| match pair {
        [(_, before), (_, after)] => *after > 0 && after.saturating_mul(100) >= before.saturating_mul(STEP),
        _ => false,
    };
    let steps = medians.windows(2).rev().take_while(|pair| grows(pair)).count();
    let run = medians.get(medians.len() - 1 - steps..)?;
    let ((from, first), (_, last)) = (*run.first()?, *run.last()?);
    let times = last / first.max(1);
    let square = |value: u64| u128::from(value) * u128::from(value);
    // A step whose square is more than the whole is more than half of the growth, as growth goes.
    let is_more = |pair: &[(Nanos, u64)]| match pair {
        [(_, before), (_, after)] => square(*after) * u128::from(first) > square(*before) * u128::from(last),
        _ => false,
    };
    let is_jump = run.windows(2).any(is_more);
    (steps >= STEPS && times >= TIMES && !is_jump).then(|| Growth {
        from,
        medians: run.iter().map(|(_, median)| *median).collect(),
        each,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latencies(of: impl Fn(usize) -> u64) -> Vec<(Nanos, u64)> {
        (0..120).map(|n| (Nanos(i64::try_from(n).unwrap_or(0) * 1_000_000_000), of(n))).collect()
    }

    #[test]
    fn growth_is_told_from_a_jump_and_from_noise() {
        let grown = of(&latencies(|n| 100_000 * (1u64 << (n / 10))));
        let fits = |growth: &Growth| growth.medians.len() > STEPS && growth.each == EACH;
        assert!(grown.as_ref().is_some_and(fits), "{grown:?}");
        assert_eq!(of(&latencies(|n| if n < 60 { 100_000 } else { 3_000_000 })), None);
        assert_eq!(of(&latencies(|n| 100_000 + (n as u64 * 7_919) % 50_000)), None);
        assert_eq!(of(&latencies(|_| 0)), None);
    }
}
