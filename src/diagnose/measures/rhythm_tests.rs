//! Which pauses make a rhythm, and which words and periods are meant to go on.

use super::{UNTIL_DONE, WORDS, has_word, is_scheduled, period};
use crate::entry::time::SECOND;

fn seconds(times: impl IntoIterator<Item = i64>) -> Vec<i64> {
    times.into_iter().map(|s| s * SECOND).collect()
}

#[test]
fn steady_pauses_have_a_period_and_others_none() {
    assert_eq!(period(&seconds((0..6).map(|n| n * 30))), Some(30 * SECOND));
    assert_eq!(period(&seconds((0..5).map(|n| n * 30))), None);
    // One long silence does not unsettle what is steady before it.
    assert_eq!(period(&seconds((0..8).map(|n| n * 30).chain([2000, 2030, 2060]))), Some(30 * SECOND));
    assert_eq!(period(&seconds([0, 3, 10, 13, 20, 23, 30, 33, 40])), None);
    assert_eq!(period(&seconds([0, 1, 5, 30, 31, 90, 200, 201])), None);
}

#[test]
fn whole_minutes_are_a_schedule() {
    for (of, expected) in
        [(60, true), (59, true), (300, true), (3600, true), (45, false), (90, false), (5, false)]
    {
        assert_eq!(is_scheduled(of * SECOND), expected, "{of}");
    }
}

#[test]
fn words_count_only_as_a_whole() {
    for text in ["heartbeat ok", "GET /healthz", "scheduler: nothing to do", "Cron run <*>", "tick"] {
        assert!(has_word(text, &WORDS), "{text}");
    }
    for text in ["ticket closed", "shipping the parcel", "mapping done"] {
        assert!(!has_word(text, &WORDS), "{text}");
    }
    assert!(has_word("Waiting for the vault, attempt 3", &UNTIL_DONE) && has_word("done: 45 %", &UNTIL_DONE));
}
