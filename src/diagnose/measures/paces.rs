//! Instants → how they lie in time, in words: at a pace, in pairs or groups at a pace, with gaps, in bursts. A middle pause is
//! told only where the pauses are alike enough for it to mean something.

use crate::diagnose::words;
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};

/// Groups that make a pace.
const GROUPS: usize = 5;
/// Share (per cent) of pauses or groups that are alike.
const ALIKE: usize = 85;
/// How many times as long a pause has to be as the next shorter one to part groups.
const PARTS: i64 = 8;
/// Pauses shorter than this are all alike.
const SHORT: i64 = SECOND / 10;
/// Bursts that are told one by one.
const BURSTS: usize = 5;
/// Periods without a beat that make a gap, and gaps told one by one.
const GAP: i64 = 3;
const GAPS: usize = 2;

/// How instants (ascending) lie, to be put behind a span: `, every 60 s`, or nothing.
pub(crate) fn words(times: &[i64]) -> String {
    if times.len() < 3 {
        return String::new();
    }
    let mut pauses: Vec<i64> = pauses(times);
    pauses.sort_unstable();
    if let Some(period) = period(times) {
        return format!(", every {}{}", duration_words(period), gaps(times, period));
    }
    grouped(times, &pauses).unwrap_or_else(|| middle(&pauses))
}

fn pauses(times: &[i64]) -> Vec<i64> {
    times.windows(2).filter_map(|pair| Some(pair.get(1)? - pair.first()?)).collect()
}

/// The pause that nearly all pauses (but for a few gaps) have.
fn period(times: &[i64]) -> Option<i64> {
    let mut pauses = pauses(times);
    pauses.sort_unstable();
    let median = *pauses.get(pauses.len() / 2)?;
    let near = |pause: &&i64| (**pause - median).abs() <= median / 10;
    let alike = pauses.iter().filter(near).count();
    (times.len() >= GROUPS && median >= SECOND && alike * 100 >= pauses.len() * ALIKE).then_some(median)
}

/// `, with a gap from 18:47:49 to 19:14:50`.
fn gaps(times: &[i64], period: i64) -> String {
    let found = times.windows(2).filter_map(|pair| match pair {
        [from, until] if until - from >= period.saturating_mul(GAP) => {
            Some(format!("{} to {}", Nanos(*from).clock(), Nanos(*until).clock()))
        }
        _ => None,
    });
    let found: Vec<String> = found.collect();
    match found.len() {
        0 => String::new(),
        1 => format!(", with a gap from {}", words::list(&found)),
        n if n <= GAPS => format!(", with gaps from {}", words::list(&found)),
        n => format!(", with {n} gaps"),
    }
}

/// Groups parted by pauses that are many times as long as those inside them.
fn grouped(times: &[i64], sorted: &[i64]) -> Option<String> {
    let far = |pair: &[i64]| match pair {
        [short, long] if *long >= SECOND => *long / (*short).max(SHORT),
        _ => 0,
    };
    let at = (0..sorted.len().saturating_sub(1)).max_by_key(|&at| {
        let ratio = sorted.get(at..at + 2).map_or(0, far);
        (ratio, std::cmp::Reverse(at))
    })?;
    if sorted.get(at..at + 2).map_or(0, far) < PARTS {
        return None;
    }
    let inside = *sorted.get(at)?;
    let groups: Vec<&[i64]> = times.chunk_by(|a, b| b - a <= inside).collect();
    let firsts: Vec<i64> = groups.iter().filter_map(|group| group.first().copied()).collect();
    let mut sizes: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    sizes.sort_unstable();
    let size = *sizes.get(sizes.len() / 2)?;
    let alike = sizes.iter().filter(|other| **other == size).count();
    if size >= 2
        && alike * 100 >= sizes.len() * ALIKE
        && let Some(period) = period(&firsts)
    {
        let what = if size == 2 { "in pairs".to_owned() } else { format!("in groups of {size}") };
        return Some(format!(", {what} every {}{}", duration_words(period), gaps(&firsts, period)));
    }
    let few = (2..=BURSTS).contains(&groups.len()) && times.len() >= groups.len() * 2;
    few.then(|| {
        let each: Vec<String> = groups
            .iter()
            .zip(&firsts)
            .map(|(group, first)| {
                format!("{} at {}", words::number(group.len() as u64), Nanos(*first).clock())
            })
            .collect();
        format!(", in {} bursts ({})", groups.len(), each.join(", "))
    })
}

/// The middle pause, where most pauses are within a few times of it.
fn middle(sorted: &[i64]) -> String {
    let Some(&median) = sorted.get(sorted.len() / 2) else { return String::new() };
    let near = sorted.iter().filter(|pause| (median / 4..=median.saturating_mul(4)).contains(*pause)).count();
    if sorted.len() < 2 || median <= SHORT {
        String::new()
    } else if near * 3 >= sorted.len() * 2 {
        format!(", typically {} apart", duration_words(median))
    } else {
        format!(", unevenly, at most {} apart", duration_words(sorted.last().copied().unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::{SECOND, words};

    fn at(seconds: impl IntoIterator<Item = f64>) -> String {
        let nanos = |s: f64| (s * 1000.0).round() as i64 * (SECOND / 1000);
        words(&seconds.into_iter().map(nanos).collect::<Vec<_>>())
    }

    #[test]
    fn paces_pairs_gaps_and_bursts_are_named() {
        let minutes = |n: u32| f64::from(n) * 60.0;
        assert_eq!(at((0..10).map(minutes)), ", every 60 s");
        assert_eq!(at((0..21).flat_map(|n| [minutes(n), minutes(n) + 0.2])), ", in pairs every 60 s");
        let gap = (0..10).map(minutes).chain((40..50).map(minutes));
        assert_eq!(at(gap), ", every 60 s, with a gap from 00:09:00 to 00:40:00");
        let bursts = [0.0, 1.0, 2.0, 4000.0, 4001.5, 9000.0, 9001.0, 9003.0, 9004.0];
        assert_eq!(at(bursts), ", in 3 bursts (3 at 00:00:00, 2 at 01:06:40, 4 at 02:30:00)");
        assert_eq!(at([0.0, 70.0, 190.0, 250.0, 330.0, 390.0]), ", typically 70 s apart");
        assert_eq!(
            at([0.0, 2.0, 30.0, 33.0, 400.0, 407.0, 460.0, 1900.0]),
            ", unevenly, at most 24 min apart"
        );
        assert_eq!(at([0.0, 5.0]), "");
    }
}
