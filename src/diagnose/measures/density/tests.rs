//! The densest stretch: found to the occurrence, and not found in what is even.

use super::{Stretch, burst, densest};
use crate::entry::time::SECOND;

#[test]
fn even_hits_have_no_dense_stretch() {
    let times: Vec<i64> = (0..500).map(|n| n * 7 * SECOND).collect();
    assert_eq!(burst(&times, 0, 3500 * SECOND), None);
    assert_eq!(burst(&[], 0, 10), None);
    assert_eq!(densest([(1, 1); 40].into_iter()), None);
}

#[test]
fn a_burst_is_found_to_the_occurrence() {
    let calm = (0..6).map(|n| n * 600 * SECOND);
    let dense = (0..100).map(|n| (3000 + n) * SECOND + 1);
    let mut times: Vec<i64> = calm.chain(dense).collect();
    times.sort_unstable();
    let (first, last) = burst(&times, 0, 3600 * SECOND).unwrap();
    assert_eq!((times[first], times[last]), (3000 * SECOND, 3099 * SECOND + 1));
}

#[test]
fn a_step_of_a_share_is_found() {
    let steps = (0..100).map(|n| (u64::from(n >= 60 && n % 10 > 0), 1));
    assert_eq!(densest(steps), Some(Stretch { from: 61, until: 99, hits: 36, exposure: 39 }));
}
