//! Text put in and taken out at places of a source: takes edits of places that lie inside one another, gives the new text and where in it
//! each place came to stand. Nothing else of the text changes, line ends included, so that lines keep their numbers.

use std::ops::Range;

/// One change of the text.
pub(crate) enum Edit {
    /// Text before what begins here; a place that holds another opens before it.
    Open(usize, String),
    /// Text in place of an operator.
    Between(Range<usize>, String),
    /// Text behind what ends here; a place that holds another closes behind it.
    Close(usize, String),
    /// An operator that goes.
    Remove(Range<usize>),
}

impl Edit {
    /// Offset, and order among what stands at one offset: `place` counts from the outermost.
    fn key(&self, place: usize) -> (usize, u8, usize) {
        match self {
            Self::Close(at, _) => (*at, 0, usize::MAX - place),
            Self::Between(range, _) => (range.start, 1, place),
            Self::Open(at, _) => (*at, 2, place),
            Self::Remove(range) => (range.start, 3, place),
        }
    }

    /// What is put in, and how far the text behind it is taken out.
    fn parts(&self) -> (&str, usize) {
        match self {
            Self::Open(at, text) | Self::Close(at, text) => (text, *at),
            Self::Between(range, text) => (text, range.end),
            Self::Remove(range) => ("", range.end),
        }
    }
}

/// Applies the edits of all places, given outermost first; gives each place's bytes in the new text.
pub(crate) fn apply(text: &str, places: &[&[Edit]]) -> (String, Vec<Range<usize>>) {
    let mut all: Vec<(usize, &Edit)> = places
        .iter()
        .enumerate()
        .flat_map(|(place, edits)| edits.iter().map(move |edit| (place, edit)))
        .collect();
    all.sort_by_key(|(place, edit)| edit.key(*place));
    let mut out = String::with_capacity(text.len() * 2);
    let mut ranges: Vec<Option<Range<usize>>> = vec![None; places.len()];
    let mut done = 0;
    for (place, edit) in all {
        let (added, until) = edit.parts();
        let (start, ..) = edit.key(place);
        out.push_str(&text[done..start.max(done)]);
        let begin = out.len();
        out.push_str(added);
        done = until.max(start).max(done);
        let start = ranges[place].as_ref().map_or(begin, |range| range.start);
        ranges[place] = Some(start..out.len());
    }
    out.push_str(&text[done..]);
    (out, ranges.into_iter().map(Option::unwrap_or_default).collect())
}

#[cfg(test)]
mod tests {
    use super::{Edit, apply};

    #[test]
    fn places_inside_one_another_open_and_close_in_order() {
        let text = "!a<b";
        let less = [Edit::Open(0, "lt(".into()), Edit::Between(2..3, ",".into()), Edit::Close(4, ")".into())];
        let not = [Edit::Open(0, "not(".into()), Edit::Remove(0..1), Edit::Close(2, ")".into())];
        assert_eq!(apply(text, &[&less, &not]), ("lt(not(a),b)".to_owned(), vec![0..12, 3..9]));
    }
}
