//! Jobs are handed out once, and a batch is done when everything is merged.

use super::Queue;
use crate::ingest::{FileId, Plan};

fn planned(readers: usize, shards: &[(u64, u64)]) -> Queue {
    let mut queue = Queue::new(0..readers);
    queue.expect(7, 100);
    queue.plan(7, &FileId::default(), &Plan::default(), shards);
    queue
}

#[test]
fn no_reader_has_two_jobs_and_a_batch_ends_with_the_last_merge() {
    let mut queue = planned(2, &[(0, 40), (40, 80), (80, 100)]);
    let (first, a) = queue.next_job().unwrap();
    let (second, b) = queue.next_job().unwrap();
    assert_ne!(first, second);
    assert!(queue.next_job().is_none());
    queue.progress(a.number, 40, 3);
    queue.read(a.number);
    queue.merged(a.number);
    let (third, c) = queue.next_job().unwrap();
    assert_eq!(third, first);
    assert_eq!(queue.figures(), (40, 100, 3));
    for number in [b.number, c.number] {
        assert!(!queue.is_done());
        queue.read(number);
        queue.merged(number);
    }
    assert!(queue.is_done());
    assert_eq!(queue.entries_of(7), 3);
}

#[test]
fn a_batch_waits_for_the_readers_own_word() {
    let mut queue = planned(1, &[]);
    let (_, job) = queue.next_job().unwrap();
    queue.merged(job.number);
    assert!(!queue.is_done());
    queue.read(job.number);
    assert!(queue.is_done());
}

#[test]
fn a_cancelled_batch_knows_its_late_answers_no_more() {
    let mut queue = planned(1, &[]);
    let (_, job) = queue.next_job().unwrap();
    queue.give_up();
    assert_eq!(queue.key_of(job.number), None);
    queue.read(job.number);
    queue.expect(8, 1);
    queue.plan(8, &FileId::default(), &Plan::default(), &[]);
    assert!(queue.next_job().is_some());
}

#[test]
fn what_a_dead_reader_had_is_read_once_more_and_counts_once() {
    let mut queue = planned(2, &[(0, 40), (40, 80), (80, 100)]);
    let (first, a) = queue.next_job().unwrap();
    let (second, b) = queue.next_job().unwrap();
    queue.progress(a.number, 20, 9);
    assert_eq!(queue.lost(first), Vec::<u32>::new());
    assert_eq!(queue.figures(), (0, 100, 0), "what it counted is not counted");
    assert!(queue.next_job().is_none(), "a dead reader gets nothing");
    queue.read(b.number);
    queue.merged(b.number);
    let (by, again) = queue.next_job().unwrap();
    assert_eq!((by, again.number, again.shard, again.again), (second, a.number, a.shard, true));
    queue.revived(first);
    let (by, c) = queue.next_job().unwrap();
    assert_eq!((by, c.again), (first, false));
    for number in [again.number, c.number] {
        assert!(!queue.is_done());
        queue.read(number);
        queue.merged(number);
    }
    assert!(queue.is_done());
    assert_eq!(queue.lost(first), Vec::<u32>::new(), "what is merged is not read again");
    assert!(queue.is_done());
}

#[test]
fn what_was_read_and_is_not_merged_yet_goes_with_its_reader_too() {
    let mut queue = planned(1, &[]);
    let (reader, job) = queue.next_job().unwrap();
    queue.read(job.number);
    queue.lost(reader);
    queue.revived(reader);
    assert_eq!(queue.next_job().map(|(_, again)| again.number), Some(job.number));
    // The first digest had been sent before its reader died.
    queue.merged(job.number);
    assert!(!queue.is_done());
    queue.read(job.number);
    assert!(queue.is_done());
}

#[test]
fn what_two_readers_died_of_is_over_and_waits_for_the_leads_word() {
    let mut queue = planned(1, &[(0, 50), (50, 100)]);
    let (reader, job) = queue.next_job().unwrap();
    assert!(queue.lost(reader).is_empty());
    queue.revived(reader);
    assert_eq!(queue.next_job().map(|(_, again)| again.number), Some(job.number));
    queue.progress(job.number, 30, 5);
    assert_eq!(queue.lost(reader), [job.number]);
    queue.revived(reader);
    let (_, other) = queue.next_job().unwrap();
    assert_ne!(other.number, job.number);
    queue.read(other.number);
    queue.merged(other.number);
    assert!(!queue.is_done(), "the lead has not said whether it has it");
    assert_eq!(queue.missing(job.number).map(|job| job.shard), Some(Some((0, 50))));
    assert!(queue.is_done());
    assert_eq!(queue.entries_of(7), 0);
    assert_eq!(queue.missing(job.number), None);
}

#[test]
fn the_lead_may_have_it_after_all() {
    let mut queue = planned(1, &[]);
    let (reader, job) = queue.next_job().unwrap();
    queue.lost(reader);
    queue.revived(reader);
    queue.next_job();
    assert_eq!(queue.lost(reader), [job.number]);
    queue.merged(job.number);
    assert!(queue.is_done());
    assert_eq!(queue.missing(job.number), None);
}

#[test]
fn without_any_reader_all_that_waits_is_over() {
    let mut queue = planned(1, &[(0, 50), (50, 100)]);
    let (reader, first) = queue.next_job().unwrap();
    queue.lost(reader);
    let over = queue.abandon();
    assert_eq!(over.len(), 2);
    assert!(over.contains(&first.number));
    for number in over {
        assert!(queue.missing(number).is_some());
    }
    assert!(queue.is_done());
}

#[test]
fn a_death_after_a_cancel_brings_nothing_back() {
    let mut queue = planned(1, &[]);
    let (reader, _) = queue.next_job().unwrap();
    queue.give_up();
    assert!(queue.lost(reader).is_empty());
    queue.revived(reader);
    assert!(queue.next_job().is_none());
    assert!(queue.is_done());
}
