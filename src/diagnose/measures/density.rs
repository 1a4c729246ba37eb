//! A sequence of hits and of what they could have hit → the stretch where they lie densest. Integers only.
//!
//! The exposure is time (pauses between occurrences) or requests. The stretch is the one with the largest excess of hits over
//! what the average would give, found in one pass; it counts only where the excess is far beyond chance.

/// An excess counts beyond this many times the square root of all hits, squared: Kuiper's statistic 2.45, which even hits
/// reach once in several thousand logs.
const CHANCE: u64 = 6;

/// A stretch of steps, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) from: usize,
    pub(crate) until: usize,
    pub(crate) hits: u64,
    pub(crate) exposure: u64,
}

/// The densest stretch of `(hits, exposure)` steps, if it is one beyond chance.
pub(crate) fn densest(steps: impl Iterator<Item = (u64, u64)> + Clone) -> Option<Stretch> {
    let (hits, exposure) = steps.clone().fold((0u64, 0u64), |(h, e), (hit, exposed)| (h + hit, e + exposed));
    if hits == 0 || exposure == 0 {
        return None;
    }
    let (mut best, mut found) = (0i128, None);
    let (mut sum, mut open) = (0i128, Stretch { from: 0, until: 0, hits: 0, exposure: 0 });
    for (at, (hit, exposed)) in steps.enumerate() {
        if sum <= 0 {
            sum = 0;
            open = Stretch { from: at, until: at, hits: 0, exposure: 0 };
        }
        sum += i128::from(hit) * i128::from(exposure) - i128::from(hits) * i128::from(exposed);
        open.until = at;
        open.hits += hit;
        open.exposure += exposed;
        if sum > best {
            best = sum;
            found = Some(open);
        }
    }
    let excess = u64::try_from(best / i128::from(exposure)).unwrap_or(u64::MAX);
    found.filter(|_| excess.saturating_mul(excess) > CHANCE.saturating_mul(hits))
}

/// The densest stretch of instants (ascending, in nanoseconds) within a span of time: first and last of them, by place.
pub(crate) fn burst(times: &[i64], from: i64, until: i64) -> Option<(usize, usize)> {
    let millis = |later: i64, earlier: i64| {
        u64::try_from(later.saturating_sub(earlier).max(0) / 1_000_000).unwrap_or(0)
    };
    // A pause, an instant, a pause, an instant …, the pause to the end.
    let before = std::iter::once(&from).chain(times);
    let steps = times.iter().zip(before).flat_map(|(at, before)| [(0, millis(*at, *before)), (1, 0)]);
    let rest = (0, millis(until, times.last().copied().unwrap_or(from)));
    let found = densest(steps.chain(std::iter::once(rest)))?;
    Some((found.from / 2, found.until / 2))
}

#[cfg(test)]
mod tests;
