//! Jobs are handed out once, and a batch is done when everything is merged.

use super::Queue;
use crate::ingest::{FileId, Plan};

fn planned(readers: usize, shards: &[(u64, u64)]) -> Queue {
    let mut queue = Queue::new(readers);
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
