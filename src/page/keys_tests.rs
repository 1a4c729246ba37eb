//! No key stands for two things, and every action says what it does.

use super::ACTIONS;
use std::collections::BTreeSet;

#[test]
fn keys_and_words_are_unique() {
    let keys: Vec<&str> = ACTIONS.iter().map(|action| action.key).filter(|key| !key.is_empty()).collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    let words: BTreeSet<&str> = ACTIONS.iter().map(|action| action.words).collect();
    assert_eq!(words.len(), ACTIONS.len());
    assert!(words.iter().all(|words| !words.is_empty()));
}
