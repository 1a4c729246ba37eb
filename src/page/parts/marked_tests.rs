//! Matches are marked without regard to case, and found far into a long text.

use super::pieces;

#[test]
fn matches_are_told_from_the_rest() {
    assert_eq!(pieces("Error: no error", "error"), [(true, "Error"), (false, ": no "), (true, "error")]);
    assert_eq!(pieces("plain", ""), [(false, "plain")]);
    assert_eq!(pieces("", "x"), []);
}

#[test]
fn a_long_text_is_cut_around_its_first_match() {
    let text = format!("{}needle{}", "ä".repeat(3000), "b".repeat(3000));
    let pieces = pieces(&text, "NEEDLE");
    assert_eq!(pieces.first(), Some(&(false, "… ")));
    assert!(pieces.contains(&(true, "needle")));
    assert!(pieces.iter().map(|(_, piece)| piece.len()).sum::<usize>() < 700);
}
