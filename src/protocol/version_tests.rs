//! Build ids: equal ones talk, others don't.

use super::same_build;

#[test]
fn sides_of_two_builds_refuse_to_mix() {
    assert!(same_build("a1", "a1").is_ok());
    assert!(same_build("a1", "a2").is_err());
    assert!(same_build("", "").is_err());
}
