//! Which reader reads what next, and how far everything is. Takes plans, progress and deaths of readers, gives jobs and figures.
//!
//! A job is kept until it is read and merged: a reader that dies takes with it what it was given, and somebody else reads that
//! once more. Plain data, tested without a browser.

use crate::ingest::{FileId, Plan};
use crate::protocol::FileKey;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One range to read.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its number.
    pub number: u32,
    /// The file.
    pub key: FileKey,
    /// The file's identity.
    pub id: FileId,
    /// How to read it.
    pub plan: Plan,
    /// The range, or the whole file.
    pub shard: Option<(u64, u64)>,
    /// A reader has died of it, or beside it, before.
    pub again: bool,
}

/// In the place of a reader: the job was never given to one.
const NOBODY: usize = usize::MAX;

#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    key: FileKey,
    bytes: u64,
    entries: u64,
}

/// The jobs of one batch of files.
#[derive(Debug, Default)]
pub struct Queue {
    idle: BTreeSet<usize>,
    waiting: VecDeque<Job>,
    running: BTreeMap<u32, usize>,
    /// What readers were given and have not both read and brought to the lead.
    given: BTreeMap<u32, (usize, Job)>,
    /// Read or reading, and not yet merged by the lead.
    unmerged: BTreeSet<u32>,
    /// Files that the lead has not looked at yet.
    unplanned: BTreeSet<FileKey>,
    sizes: BTreeMap<FileKey, u64>,
    progress: BTreeMap<u32, Progress>,
}

thread_local! {
    // Numbers are never reused, so that a late answer to a cancelled job is told from a new one.
    static NEXT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

impl Queue {
    /// A queue for these readers.
    pub fn new(readers: impl IntoIterator<Item = usize>) -> Queue {
        Queue { idle: readers.into_iter().collect(), ..Queue::default() }
    }

    /// A file has been handed to the lead.
    pub fn expect(&mut self, key: FileKey, size: u64) {
        self.unplanned.insert(key);
        self.sizes.insert(key, size);
    }

    /// The lead has planned a file.
    pub fn plan(&mut self, key: FileKey, id: &FileId, plan: &Plan, shards: &[(u64, u64)]) {
        if !self.unplanned.remove(&key) {
            return;
        }
        let whole = [None];
        let ranges: Vec<Option<(u64, u64)>> =
            if shards.is_empty() { whole.to_vec() } else { shards.iter().copied().map(Some).collect() };
        for shard in ranges {
            let number = NEXT.get();
            NEXT.set(number.wrapping_add(1));
            self.unmerged.insert(number);
            self.progress.insert(number, Progress { key, ..Progress::default() });
            self.waiting.push_back(Job {
                number,
                key,
                id: id.clone(),
                plan: plan.clone(),
                shard,
                again: false,
            });
        }
    }

    /// A file will not be read.
    pub fn forget(&mut self, key: FileKey) {
        self.unplanned.remove(&key);
        self.sizes.remove(&key);
        self.waiting.retain(|job| job.key != key);
        let gone: Vec<u32> =
            self.progress.iter().filter(|(_, p)| p.key == key).map(|(number, _)| *number).collect();
        for number in gone {
            if !self.running.contains_key(&number) {
                self.unmerged.remove(&number);
                self.progress.remove(&number);
                self.given.remove(&number);
            }
        }
    }

    /// The next job and the reader that takes it.
    pub fn next_job(&mut self) -> Option<(usize, Job)> {
        let reader = *self.idle.first()?;
        let job = self.waiting.pop_front()?;
        self.idle.remove(&reader);
        self.running.insert(job.number, reader);
        self.given.insert(job.number, (reader, job.clone()));
        Some((reader, job))
    }

    /// A reader says how far it is.
    pub fn progress(&mut self, number: u32, bytes: u64, entries: u64) {
        if let Some(progress) = self.progress.get_mut(&number) {
            progress.bytes = bytes;
            progress.entries = entries;
        }
    }

    /// A reader has nothing more to do for a job.
    pub fn read(&mut self, number: u32) {
        if let Some(reader) = self.running.remove(&number) {
            self.idle.insert(reader);
        }
        self.settle(number);
    }

    /// The lead holds the digest of a job, or there will be none.
    pub fn merged(&mut self, number: u32) {
        self.unmerged.remove(&number);
        self.settle(number);
    }

    fn settle(&mut self, number: u32) {
        if !self.running.contains_key(&number) && !self.unmerged.contains(&number) {
            self.given.remove(&number);
        }
    }

    /// A reader is dead. What it was given waits to be read once more; what had been given before is over, and its numbers
    /// are told: the lead knows whether it has come after all, and answers with [`Queue::merged`] or [`Queue::missing`].
    pub fn lost(&mut self, reader: usize) -> Vec<u32> {
        self.idle.remove(&reader);
        self.running.retain(|_, by| *by != reader);
        let (mine, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
            std::mem::take(&mut self.given).into_iter().partition(|(_, (by, _))| *by == reader);
        self.given = others;
        let mut over = Vec::new();
        for (number, (_, job)) in mine {
            self.progress(number, 0, 0);
            if job.again {
                over.push(number);
                self.given.insert(number, (NOBODY, job));
                self.settle(number);
            } else {
                self.waiting.push_front(Job { again: true, ..job });
            }
        }
        over
    }

    /// There is no reader any more, and none will come: what waits is over.
    pub fn abandon(&mut self) -> Vec<u32> {
        let waiting = std::mem::take(&mut self.waiting);
        let numbers = waiting.iter().map(|job| job.number).collect();
        self.given.extend(waiting.into_iter().map(|job| (job.number, (NOBODY, job))));
        numbers
    }

    /// A reader stands in the place of one that is dead.
    pub fn revived(&mut self, reader: usize) {
        self.idle.insert(reader);
    }

    /// The lead never got a job that is over; gives it.
    pub fn missing(&mut self, number: u32) -> Option<Job> {
        self.unmerged.remove(&number);
        self.progress(number, 0, 0);
        self.given.remove(&number).map(|(_, job)| job)
    }

    /// Drops everything that is not running; what runs is answered as cancelled.
    pub fn give_up(&mut self) {
        self.waiting.clear();
        self.unplanned.clear();
        self.unmerged.clear();
        self.given.clear();
        self.progress.clear();
        self.sizes.clear();
    }

    /// The file of a job of this batch.
    pub fn key_of(&self, number: u32) -> Option<FileKey> {
        self.progress.get(&number).map(|progress| progress.key)
    }

    /// Whether everything is read and merged.
    pub fn is_done(&self) -> bool {
        // The lead's word that a digest is merged may come before the reader's own, which tells of problems.
        let reading = self.running.keys().any(|number| self.progress.contains_key(number));
        self.unplanned.is_empty() && self.waiting.is_empty() && self.unmerged.is_empty() && !reading
    }

    /// Bytes read, bytes in all, entries.
    pub fn figures(&self) -> (u64, u64, u64) {
        let bytes = self.progress.values().map(|p| p.bytes).sum();
        let entries = self.progress.values().map(|p| p.entries).sum();
        (bytes, self.sizes.values().sum(), entries)
    }

    /// Entries of one file.
    pub fn entries_of(&self, key: FileKey) -> u64 {
        self.progress.values().filter(|p| p.key == key).map(|p| p.entries).sum()
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
