//! Chance that is the same everywhere: takes a seed, gives numbers, choices and made-up words.

const HEX: &[u8; 16] = b"0123456789abcdef";
/// Syllables of made-up words.
const SYLLABLES: &[&str] =
    &["ba", "de", "ko", "li", "mu", "na", "po", "ra", "si", "ta", "ve", "zo", "fe", "gu", "ha", "jo"];

/// A multiplicative generator (splitmix64): small, fast, the same on every machine.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// One that begins at this seed.
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    /// Whether something of so many in a thousand happens.
    pub(crate) fn in_1000(&mut self, n: u64) -> bool {
        self.below(1000) < n
    }

    /// One of these, each as likely.
    pub(crate) fn pick<T: Copy + Default>(&mut self, of: &[T]) -> T {
        let at = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        of.get(at).copied().unwrap_or_default()
    }

    /// One of these, the first ones more likely (the smaller of two throws).
    pub(crate) fn lean<T: Copy + Default>(&mut self, of: &[T]) -> T {
        let n = of.len() as u64;
        let at = usize::try_from(self.below(n).min(self.below(n))).unwrap_or(0);
        of.get(at).copied().unwrap_or_default()
    }

    /// Writes a number below `n`.
    pub(crate) fn number(&mut self, n: u64, out: &mut String) {
        decimal(self.below(n), out);
    }

    /// Writes so many hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: u32, out: &mut String) {
        hex(self.next(), digits, out);
    }

    /// Writes one of 64 words, and once in 500 times one of 4,096 others: new messages never end.
    pub(crate) fn word(&mut self, out: &mut String) {
        let mut which = self.next();
        let (syllables, choice) = if which.is_multiple_of(500) { (3, 16) } else { (2, 8) };
        for _ in 0..syllables {
            which >>= 4;
            let at = usize::try_from(which % choice).unwrap_or(0);
            out.push_str(SYLLABLES.get(at).copied().unwrap_or_default());
        }
    }
}

/// Writes a number; what `write!` does, several times faster.
pub(crate) fn decimal(n: u64, out: &mut String) {
    padded(n, n.checked_ilog10().unwrap_or(0) + 1, out);
}

/// Writes the last `digits` digits of a number, with zeros before them where it is shorter.
pub(crate) fn padded(n: u64, digits: u32, out: &mut String) {
    let mut power = 10u64.pow(digits.saturating_sub(1));
    for _ in 0..digits {
        let digit = u8::try_from(n / power % 10).unwrap_or(0);
        out.push(char::from(b'0' + digit));
        power = (power / 10).max(1);
    }
}

/// Writes the last `digits` hexadecimal digits of a number.
pub(crate) fn hex(n: u64, digits: u32, out: &mut String) {
    for place in (0..digits).rev() {
        let at = usize::try_from(n.rotate_right(4 * (place % 16)) & 15).unwrap_or(0);
        out.push(char::from(HEX.get(at).copied().unwrap_or(b'0')));
    }
}
