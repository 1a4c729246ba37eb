//! Bars begin and end in proportion, and the shortest is still seen.

use super::{bar, extent};
use crate::entry::Nanos;
use crate::protocol::Step;

fn step(from: i64, micros: Option<u64>) -> Step {
    Step { from: Nanos(from * 1_000_000), micros, ..Step::default() }
}

#[test]
fn bars_lie_within_the_whole() {
    let steps = [step(100, Some(400_000)), step(200, Some(100_000)), step(500, None)];
    let (from, until, lasts) = extent(&steps).unwrap_or_default();
    assert_eq!((from.0, until.0, lasts), (100_000_000, 500_000_000, true));
    let drawn: Vec<(u64, u64)> = steps.iter().map(|step| bar(step, from, until)).collect();
    assert_eq!(drawn, [(0, 1000), (250, 250), (996, 4)]);
    assert_eq!(extent(&[]), None);
}
