//! Rows that have something beside them → where it stands in its side table, without a search: a bit a row, and how many were set
//! before each word of 64.

/// Which rows a side table names, and in which order.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    words: Vec<u64>,
    /// Marked rows before each word.
    before: Vec<u32>,
}

impl Marks {
    /// Marks for the rows of a side table, ascending and each once.
    pub(super) fn of(rows: impl Iterator<Item = u32>) -> Marks {
        let mut marks = Marks::default();
        for (n, row) in (0u32..).zip(rows) {
            let word = row as usize / 64;
            while marks.words.len() <= word {
                marks.words.push(0);
                marks.before.push(n);
            }
            if let Some(bits) = marks.words.last_mut() {
                *bits |= 1 << (row % 64);
            }
        }
        marks
    }

    /// Where the row stands in its side table.
    pub(super) fn find(&self, row: u32) -> Option<usize> {
        let word = row as usize / 64;
        let bits = *self.words.get(word)?;
        let bit = 1_u64 << (row % 64);
        if bits & bit == 0 {
            return None;
        }
        let before = *self.before.get(word)?;
        Some((before + (bits & (bit - 1)).count_ones()) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_search_finds() {
        let rows: Vec<u32> = [0, 1, 63, 64, 65, 127, 128, 700, 701, 4096].into();
        let marks = Marks::of(rows.iter().copied());
        for row in 0..5000 {
            assert_eq!(marks.find(row), rows.binary_search(&row).ok(), "{row}");
        }
        assert_eq!(Marks::default().find(3), None);
    }
}
