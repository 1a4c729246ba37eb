//! Groups do not depend on order; values merge, outcomes do not.
use super::*;

fn groups(lines: &[&str]) -> Vec<String> {
    patterns(&mut lines.iter().copied()).templates
}

#[test]
fn names_merge_and_outcomes_do_not() {
    let lines = [
        "login of user anna failed",
        "login of user ben failed",
        "login of user cy failed",
        "login of user di succeeded",
    ];
    assert_eq!(groups(&lines), ["login of user <*> failed", "login of user di succeeded"]);
}

#[test]
fn order_does_not_matter() {
    let mut lines =
        ["a user=x ok", "a user=y ok", "b 1 KB", "b 2 MB", "c FOO", "c BAR", "state for host h.a is up", "d"];
    let first = patterns(&mut lines.iter().copied());
    lines.reverse();
    let second = patterns(&mut lines.iter().copied());
    assert_eq!(first.templates, second.templates);
    let forward: Vec<&str> = first.lines().collect();
    let mut backward: Vec<&str> = second.lines().collect();
    backward.reverse();
    assert_eq!(forward, backward);
}
