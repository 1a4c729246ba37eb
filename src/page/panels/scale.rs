//! The buckets of a timeline: takes instants and spans, gives buckets; zooms and moves along within a range.

use crate::digest::Axis;
use crate::entry::Nanos;

/// Bars at most after zooming in.
const BARS: usize = 96;
/// Into how many parts a bucket may be cut, the most first.
const PARTS: [usize; 11] = [60, 30, 24, 12, 10, 6, 5, 4, 3, 2, 1];

/// Where buckets lie in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Beginning of the first bucket.
    pub from: i64,
    /// Nanoseconds of a bucket.
    pub bucket: i64,
    /// Buckets.
    pub n: usize,
}

impl Scale {
    /// Beginning of a bucket.
    pub fn start(self, at: usize) -> Nanos {
        let past = self.bucket.saturating_mul(i64::try_from(at).unwrap_or(i64::MAX));
        Nanos(self.from.saturating_add(past))
    }

    /// The buckets that a span of time touches, the first and the last.
    pub fn touched(self, from: Option<Nanos>, until: Option<Nanos>) -> (usize, usize) {
        let last = self.n.saturating_sub(1);
        let at = |time: Nanos| {
            let past = time.0.saturating_sub(self.from).max(0) / self.bucket.max(1);
            usize::try_from(past).unwrap_or(0).min(last)
        };
        (from.map_or(0, at), until.map_or(last, at))
    }

    /// Half of the buckets, around one of them.
    pub fn half(self, at: usize) -> (usize, usize) {
        let n = self.n.div_ceil(2).max(1);
        let first = at.saturating_sub(n / 2).min(self.n.saturating_sub(n));
        (first, (first + n).saturating_sub(1))
    }

    /// The same buckets this many later, as far as they stay within a range.
    pub fn moved(self, whole: Scale, by: i64) -> Scale {
        let least = (whole.from - self.from) / self.bucket.max(1);
        let most = (whole.end() - self.end()) / self.bucket.max(1);
        let by = by.clamp(least.min(0), most.max(0));
        Scale { from: self.from.saturating_add(by.saturating_mul(self.bucket)), ..self }
    }

    /// Buckets of another scale around the middle of this one, within a range.
    pub fn widened(self, wide: Scale, whole: Scale) -> Scale {
        let middle = |scale: Scale| scale.from / 2 + scale.end() / 2;
        let by = (middle(self) - middle(wide)) / wide.bucket.max(1);
        wide.moved(whole, by)
    }

    /// End of the last bucket.
    fn end(self) -> i64 {
        self.start(self.n).0
    }

    /// What was counted in buckets of this width, in these ones; what was not is 0.
    pub fn shifted(self, counted: Scale, counts: &[[u64; 5]]) -> Option<Vec<[u64; 5]>> {
        let past = (self.from - counted.from) / self.bucket.max(1);
        let at = |n: usize| i64::try_from(n).ok()?.checked_add(past).and_then(|at| usize::try_from(at).ok());
        let count = |n: usize| at(n).and_then(|at| counts.get(at)).copied().unwrap_or_default();
        (self.bucket == counted.bucket).then(|| (0..self.n).map(count).collect())
    }

    /// A stretch of buckets in finer ones that begin where these begin: as many as still look like bars.
    pub fn finer(self, first: usize, last: usize) -> Scale {
        let n = last.saturating_sub(first).saturating_add(1);
        let parts = |by: &usize| n * by <= BARS && i64::try_from(*by).is_ok_and(|by| self.bucket % by == 0);
        let by = PARTS.into_iter().find(parts).unwrap_or(1);
        Scale { from: self.start(first).0, bucket: self.bucket / i64::try_from(by).unwrap_or(1), n: n * by }
    }
}

impl From<Scale> for Axis {
    fn from(scale: Scale) -> Axis {
        let buckets = u32::try_from(scale.n).unwrap_or(u32::MAX);
        Axis { from: Nanos(scale.from), bucket_nanos: scale.bucket, buckets }
    }
}

impl From<Axis> for Scale {
    fn from(axis: Axis) -> Scale {
        Scale { from: axis.from.0, bucket: axis.bucket_nanos, n: axis.buckets as usize }
    }
}

#[cfg(test)]
#[path = "scale_tests.rs"]
mod tests;
