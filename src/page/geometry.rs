//! Which rows of a long list are in view: takes how many there are, their height and how far it is scrolled, gives places.
//!
//! A browser draws nothing beyond some 17 million pixels. A list that is longer is scrolled in proportion. Tested without
//! a browser.

/// Tallest list in pixels.
const TALLEST: f64 = 15_000_000.0;
/// Rows drawn beyond each edge.
const BEYOND: f64 = 6.0;

/// A list and what is seen of it; lengths in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Geometry {
    /// Rows in all.
    pub total: u64,
    /// Height of a row.
    pub row: f64,
    /// How far it is scrolled.
    pub top: f64,
    /// Height of what is seen.
    pub height: f64,
}

// Places in a list are whole numbers below 2^53, and not negative after the clamp.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
impl Geometry {
    /// Height of the whole list.
    pub fn tall(self) -> f64 {
        (self.total as f64 * self.row).min(TALLEST)
    }

    /// Rows that one pixel of scrolling moves.
    fn rate(self) -> f64 {
        let all = self.total as f64 * self.row;
        if all <= TALLEST {
            return 1.0 / self.row;
        }
        (all - self.height) / (TALLEST - self.height) / self.row
    }

    /// The row at the upper edge, with its fraction.
    fn first(self) -> f64 {
        self.top * self.rate()
    }

    /// Where row 0 would stand; 0 but for lists that are scrolled in proportion.
    pub fn origin(self) -> f64 {
        if self.total as f64 * self.row <= TALLEST { 0.0 } else { self.top - self.first() * self.row }
    }

    /// The rows to draw, the end not included.
    pub fn drawn(self) -> (u64, u64) {
        let fit = self.height / self.row;
        let end = (self.first() + fit + BEYOND).ceil().min(self.total as f64);
        ((self.first() - BEYOND).floor().max(0.0) as u64, end.max(0.0) as u64)
    }

    /// How many whole rows are seen; at least one.
    pub fn page(self) -> u64 {
        (self.height / self.row).floor().max(1.0) as u64
    }

    /// How far to scroll so that a row is seen, or nothing if it is.
    pub fn reveal(self, row: u64) -> Option<f64> {
        let (row, fit) = (row as f64, self.height / self.row);
        let first = self.first();
        let wanted = if row < first {
            row
        } else if row + 1.0 > first + fit {
            row + 1.0 - fit
        } else {
            return None;
        };
        Some(wanted.max(0.0) / self.rate())
    }
}

#[cfg(test)]
#[path = "geometry_tests.rs"]
mod tests;
