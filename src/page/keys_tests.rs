//! Keys of the help dialog do something.

use super::{Wish, wish};

#[test]
fn keys_have_one_meaning_each() {
    assert_eq!(wish("/"), Some(Wish::Search));
    assert_eq!(wish("j"), Some(Wish::Step(1)));
    assert_eq!(wish("["), Some(Wish::Finding(-1)));
    assert_eq!(wish("x"), None);
}
