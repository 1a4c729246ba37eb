//! A loop is a saw, a life without an exit is flat, and zooming shows a part of the same drawing.

use super::*;
use crate::entry::time::SECOND;

fn line() -> Timeline {
    Timeline { bucket_nanos: SECOND, buckets: vec![[0; 5]; 10], ..Timeline::default() }
}

fn at(seconds: &[i64]) -> Vec<Nanos> {
    seconds.iter().map(|n| Nanos(n * SECOND)).collect()
}

fn lane(starts: &[i64], exits: &[i64]) -> Lane {
    let last = Nanos(9 * SECOND);
    Lane { starts: at(starts), exits: at(exits), last, entries: 3, ..Lane::default() }
}

#[test]
fn a_loop_rises_from_each_start_to_each_exit() {
    let [flat, saw] = alive(&line(), &lane(&[1, 4], &[3, 6]));
    assert_eq!(flat, "M0.00 15H1.00");
    assert_eq!(saw, "M1.00 28L3.00 18V28zM4.00 28L6.00 18V28z");
}

#[test]
fn a_life_goes_on_until_its_last_entry() {
    assert_eq!(alive(&line(), &lane(&[], &[])), ["M0.00 15H9.00".to_owned(), String::new()]);
    let [flat, _] = alive(&line(), &lane(&[1, 5], &[3]));
    assert_eq!(flat, "M0.00 15H1.00M5.00 15H9.00");
}

#[test]
fn without_starts_a_life_begins_with_the_exit_before() {
    let [_, saw] = alive(&line(), &lane(&[], &[2, 4]));
    assert_eq!(saw, "M0.00 28L2.00 18V28zM2.00 28L4.00 18V28z");
}

#[test]
fn a_bar_is_as_tall_as_the_worst_entry_is_bad() {
    let [none, info, warning, error, critical] = bars(&[[1, 2, 0, 0, 0], [0; 5], [9, 9, 0, 1, 0]]);
    assert_eq!((info.as_str(), error.as_str()), ("M0.06 9h.88v5h-.88z", "M2.06 3h.88v11h-.88z"));
    assert!(none.is_empty() && warning.is_empty() && critical.is_empty());
}

#[test]
fn zooming_shows_a_part_of_the_same_drawing() {
    let whole = Axis { from: Nanos(0), bucket_nanos: SECOND, buckets: 10 };
    let part = Axis { from: Nanos(2 * SECOND), bucket_nanos: SECOND / 2, buckets: 6 };
    assert_eq!(seen(whole, None, SAW), "0.00 0 10.00 28");
    assert_eq!(seen(whole, Some(part), SAW), "2.00 0 3.00 28");
}

#[test]
fn figures_leave_out_what_is_not_there() {
    assert_eq!(figures(&lane(&[1], &[])), "1 start · 3 entries");
}
