//! A masked line → the same with long lists of variables as one variable.

use super::VARIABLE;

/// A run of at least this many variables separated by the same bytes is one list, printed as one variable.
pub(super) const LIST: usize = 10;

/// Replaces each run of at least [`LIST`] variables after `start`, separated alike, by one variable.
pub(super) fn collapse(out: &mut String, start: usize) {
    let text = out.get(start..).unwrap_or_default();
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(VARIABLE) {
        kept.push_str(rest.get(..at + 3).unwrap_or_default());
        rest = rest.get(at + 3..).unwrap_or_default();
        let Some(gap) = rest.find(VARIABLE).filter(|gap| *gap <= 3) else { continue };
        let item = rest.get(..gap + 3).unwrap_or_default();
        let mut after = rest;
        let mut count = 1;
        while let Some(next) = after.strip_prefix(item) {
            after = next;
            count += 1;
        }
        if count >= LIST {
            rest = after;
        }
    }
    kept.push_str(rest);
    out.truncate(start);
    out.push_str(&kept);
}
