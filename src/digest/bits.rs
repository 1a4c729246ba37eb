//! A set of row numbers, one bit a row.

/// A set of small numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits(Vec<u64>);

impl Bits {
    /// An empty set with room for numbers below `n`.
    pub fn new(n: usize) -> Bits {
        Bits(vec![0; n.div_ceil(64)])
    }

    /// Adds a number; says whether it is new. One beyond the room is not taken.
    pub fn insert(&mut self, n: u32) -> bool {
        let Some(word) = self.0.get_mut(n as usize / 64) else { return false };
        let bit = 1 << (n % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// Whether the set holds a number.
    pub fn has(&self, n: u32) -> bool {
        self.0.get(n as usize / 64).is_some_and(|word| word & (1 << (n % 64)) != 0)
    }

    /// How many numbers the set holds.
    pub fn len(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}

impl Bits {
    /// A set of these numbers, with room for numbers below `n`.
    pub fn of(n: usize, numbers: impl IntoIterator<Item = u32>) -> Bits {
        let mut bits = Bits::new(n);
        numbers.into_iter().for_each(|number| {
            bits.insert(number);
        });
        bits
    }
}
