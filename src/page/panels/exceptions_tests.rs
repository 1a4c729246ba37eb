//! An exception is named by what is known of it, and words tell how it hangs on the one before it.

use super::{relation, said};
use crate::diagnose::exceptions::Thrown;

#[test]
fn an_exception_is_named_by_what_is_known_of_it() {
    let named = |kind: &str, message: &str| {
        said(&Thrown { kind: kind.into(), message: message.into(), ..Thrown::default() })
    };
    assert_eq!(named("KeyError", "'id'"), "KeyError: 'id'");
    assert_eq!(named("KeyError", ""), "KeyError");
    assert_eq!(named("", "index out of range"), "index out of range");
}

#[test]
fn every_relation_that_a_trace_can_have_has_words() {
    let words = ["cause", "context", "suppressed", "member"].map(relation);
    assert!(words.iter().all(Option::is_some), "{words:?}");
    assert_eq!(relation(""), None);
}
