//! Rules that no compiler checks: who may import whom, lengths of files, what stands in which file, words that must not
//! stand anywhere. Takes the working tree, gives one list of complaints a rule, with file and line.

mod functions;
mod layers;
mod style;
mod text;
mod tree;

/// Fails with all complaints at once.
#[track_caller]
fn none(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{rule}:\n  {}\n", complaints.join("\n  "));
}
