//! A dictionary of distinct things with a cap that does not depend on the order of arrival.
//!
//! Things are kept by the smallest `(rank, hash)`, never by who came first: what one shard leaves out, the whole would have
//! left out too, so dictionaries merge to the same content however the input was split. The cap is applied lazily: up to
//! twice as many are held in between.

use std::collections::HashMap;

/// Number of a thing that was left out by the cap.
pub const OTHER: u32 = u32::MAX;

/// Order of keeping: lower rank first, then lower hash.
pub type Key = (u8, u64);

/// The dictionary.
#[derive(Clone, Debug)]
pub struct Dictionary<V> {
    cap: usize,
    numbers: HashMap<Key, u32, foldhash::fast::FixedState>,
    things: Vec<(Key, V)>,
    /// Once something was left out: the largest key that may still come in.
    bar: Option<Key>,
}

/// What [`Dictionary::place`] found.
#[derive(Debug)]
pub enum Place<'d, V> {
    /// It is known.
    Known(u32, &'d mut V),
    /// It is new and may be added with [`Dictionary::add`].
    New,
    /// The cap leaves it out.
    LeftOut,
}

impl<V> Dictionary<V> {
    /// An empty dictionary that keeps at most `cap` things.
    pub fn new(cap: usize) -> Self {
        Dictionary { cap, numbers: HashMap::default(), things: Vec::new(), bar: None }
    }

    /// How many things it keeps at most.
    pub fn cap(&self) -> usize {
        self.cap
    }

    /// Looks a key up.
    pub fn place(&mut self, key: Key) -> Place<'_, V> {
        match self.numbers.get(&key) {
            Some(&number) => match self.things.get_mut(number as usize) {
                Some((_, value)) => Place::Known(number, value),
                None => Place::LeftOut,
            },
            None if self.bar.is_some_and(|bar| key > bar) => Place::LeftOut,
            None => Place::New,
        }
    }

    /// The number of a key, [`OTHER`] where it is not held.
    pub fn number(&self, key: Key) -> u32 {
        self.numbers.get(&key).copied().unwrap_or(OTHER)
    }

    /// What is held under a key.
    pub fn value(&self, key: Key) -> Option<&V> {
        self.things.get(self.number(key) as usize).map(|(_, value)| value)
    }

    /// The key of a number.
    pub fn key(&self, number: u32) -> Option<Key> {
        self.things.get(number as usize).map(|(key, _)| *key)
    }

    /// Adds a thing that [`Dictionary::place`] called new; gives its number.
    pub fn add(&mut self, key: Key, value: V) -> u32 {
        let number = u32::try_from(self.things.len()).unwrap_or(OTHER);
        self.things.push((key, value));
        self.numbers.insert(key, number);
        number
    }

    /// Whether [`Dictionary::prune`] should be called now.
    pub fn is_overfull(&self) -> bool {
        self.things.len() > self.cap * 2
    }

    /// Applies the cap; gives the new number of every old one ([`OTHER`] for those left out), or `None` if nothing changed.
    pub fn prune(&mut self) -> Option<Vec<u32>> {
        if self.things.len() <= self.cap {
            return None;
        }
        let mut keys: Vec<Key> = self.things.iter().map(|(key, _)| *key).collect();
        keys.sort_unstable();
        let bar = keys.get(self.cap.saturating_sub(1)).copied();
        self.bar = self.bar.min(bar).or(bar);
        let old = std::mem::take(&mut self.things);
        self.numbers.clear();
        let mut moved = Vec::with_capacity(old.len());
        for (key, value) in old {
            let stays = bar.is_some_and(|bar| key <= bar);
            moved.push(if stays { self.add(key, value) } else { OTHER });
        }
        Some(moved)
    }

    /// Takes another dictionary in; `join` unites two values of one key. Gives the new number of each of its things.
    /// Call [`Dictionary::prune`] afterwards.
    pub fn merge(&mut self, other: Dictionary<V>, mut join: impl FnMut(&mut V, V)) -> Vec<u32> {
        self.cap = self.cap.min(other.cap);
        self.bar = match (self.bar, other.bar) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let mut moved = Vec::with_capacity(other.things.len());
        for (key, value) in other.things {
            moved.push(match self.place(key) {
                Place::Known(number, mine) => {
                    join(mine, value);
                    number
                }
                Place::New => self.add(key, value),
                Place::LeftOut => OTHER,
            });
        }
        moved
    }

    /// Whether the cap left something out.
    pub fn is_capped(&self) -> bool {
        self.bar.is_some()
    }

    /// Number of things.
    pub fn len(&self) -> usize {
        self.things.len()
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.things.is_empty()
    }

    /// The things by number.
    pub fn iter(&self) -> impl Iterator<Item = (Key, &V)> {
        self.things.iter().map(|(key, value)| (*key, value))
    }

    /// Takes the dictionary apart: things by number, and the bar.
    pub fn into_parts(self) -> (Vec<(Key, V)>, Option<Key>) {
        (self.things, self.bar)
    }

    /// The inverse of [`Dictionary::into_parts`].
    pub fn from_parts(cap: usize, things: Vec<(Key, V)>, bar: Option<Key>) -> Self {
        let mut dictionary = Dictionary { cap, numbers: HashMap::default(), things: Vec::new(), bar };
        for (key, value) in things {
            dictionary.add(key, value);
        }
        dictionary
    }
}
