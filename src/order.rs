//! Sorting in place without a copy of the standard library's sorters for each type and key: takes slices, compares and keys.
//!
//! Each generic sort is some 4 kB of WebAssembly, and there were more than a hundred of them: a sixth of the page's worker. Here one
//! sorter orders places, and the items follow. What is sorted for every entry of a log keeps the standard sorts.

use std::cmp::Ordering;

/// Sorts that keep the order of equal items.
pub(crate) trait Order<T> {
    /// Sorts by the items themselves.
    fn order(&mut self)
    where
        T: Ord;

    /// Sorts by a comparison.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts by a key, which is taken anew for each comparison.
    fn order_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);

    /// Sorts by a key that is dear: it is taken once for each item.
    fn order_by_cached_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
}

/// Collecting without a copy of the standard library's sorter for each type: a tree that is collected is sorted first and built then.
pub(crate) trait Gather: Iterator + Sized {
    /// The items, put in one by one.
    fn gathered<B: Default + Extend<Self::Item>>(self) -> B {
        let mut all = B::default();
        all.extend(self);
        all
    }
}

impl<I: Iterator> Gather for I {}

impl<T> Order<T> for [T] {
    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(T::cmp);
    }

    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let places = places(self.len(), &mut |a, b| match (self.get(a), self.get(b)) {
            (Some(a), Some(b)) => compare(a, b),
            _ => Ordering::Equal,
        });
        arrange(self, places);
    }

    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }

    fn order_by_cached_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K) {
        let keys: Vec<K> = self.iter().map(key).collect();
        let places = places(self.len(), &mut |a, b| keys.get(a).cmp(&keys.get(b)));
        arrange(self, places);
    }
}

/// The places of the items in their order.
fn places(n: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..n).collect();
    places.sort_by(|a, b| compare(*a, *b));
    places
}

/// Brings to each place the item that stands at the place named there, going around each cycle once.
fn arrange<T>(items: &mut [T], mut places: Vec<usize>) {
    for start in 0..places.len() {
        let mut at = start;
        while let Some(slot) = places.get_mut(at) {
            let from = std::mem::replace(slot, at);
            if from == start || from == at {
                break;
            }
            items.swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Order;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(items in proptest::collection::vec((0u8..9, 0u16..99), 0..60)) {
            let numbered: Vec<(u8, u16, usize)> = items.iter().enumerate().map(|(n, (a, b))| (*a, *b, n)).collect();
            let (mut ours, mut theirs) = (numbered.clone(), numbered.clone());
            ours.order_by_key(|item| item.0);
            theirs.sort_by_key(|item| item.0);
            prop_assert_eq!(&ours, &theirs);
            ours.order_by(|a, b| b.1.cmp(&a.1));
            theirs.sort_by_key(|item| std::cmp::Reverse(item.1));
            prop_assert_eq!(&ours, &theirs);
            ours.order_by_cached_key(|item| (item.1 % 7).to_string());
            theirs.sort_by_cached_key(|item| (item.1 % 7).to_string());
            prop_assert_eq!(&ours, &theirs);
        }
    }
}
