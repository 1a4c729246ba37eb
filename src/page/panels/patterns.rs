//! Message templates, the severe and frequent first; those that are harmless can be marked as noise.

use super::noise;
use super::timeline::over_time;
use crate::entry::Nanos;
use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::badge;
use crate::page::parts::evidence::evidence;
use crate::page::parts::figure::figure;
use crate::page::parts::rich::rich;
use crate::page::parts::section::titled;
use crate::page::parts::table::boxed;
use crate::page::state::State;
use crate::page::zone::Zone;
use crate::pattern::VARIABLE;
use crate::report::model::{Inline, PatternRow, Rich};
use crate::report::render::{Redacted, numbered};
use leptos::html::{a, code, p, span, table, tbody, td, th, thead, tr};
use leptos::prelude::*;
use std::sync::Arc;

/// The table, or nothing.
pub fn patterns(state: State, report: &Arc<Redacted>) -> AnyView {
    if report.report.patterns.is_empty() {
        return ().into_any();
    }
    let rows: Vec<AnyView> = report
        .report
        .patterns
        .iter()
        .enumerate()
        .map(|(nth, row)| pattern(state, report, nth, row))
        .collect();
    let head = tr().child((
        th().scope("col").class("number").child("Entries"),
        th().scope("col").child("Severity"),
        th().scope("col").child("Message"),
        th().scope("col").child(move || format!("First to last{}", state.zone.get().said())),
    ));
    let more = report.report.more_patterns;
    let more = (more > 0).then(|| {
        p().class("note").child(format!("{} not listed.", format::counted(more, "pattern", "patterns")))
    });
    let body = (
        boxed(
            "Messages by pattern",
            table().class("patterns").child((thead().child(head), tbody().child(rows))).into_any(),
        ),
        more,
        noise::bar(state),
    );
    titled(Id::Patterns, "Patterns", body.into_any())
}

fn pattern(state: State, report: &Arc<Redacted>, nth: usize, row: &PatternRow) -> AnyView {
    let figure = evidence(
        state,
        report,
        row.evidence,
        row.template.clone(),
        "figure",
        format::count(row.entries).into_any(),
    );
    let finding = (!row.finding.is_empty()).then(|| {
        (a().class("finding-link").href(format!("#{}-article", row.finding)).child(row.finding.clone()), " ")
    });
    let values: Vec<AnyView> = numbered(row)
        .iter()
        .map(|(nth, said)| p().class("note").child(values(state, report, row, *nth, said)).into_any())
        .collect();
    let seen = (row.first, row.last);
    let note = (!row.note.is_empty()).then(|| span().child(row.note.clone()));
    let mark = noise::mark(state, nth, row);
    let is_remarked = !row.finding.is_empty() || !row.note.is_empty() || mark.is_some();
    let remark = is_remarked.then(|| p().class("note remark").child((finding, note, mark)));
    tr().class(move || if noise::is_marked(state, nth) { "pattern-noise" } else { "" })
        .child((
            td().class("number").child(figure),
            td().child(badge::severity(row.severity)),
            td().child((code().class("template").child(row.template.clone()), values, remark)),
            td().class("times").child((move || times(seen, state.zone.get()), move || line(state, nth))),
        ))
        .into_any()
}

/// What is said of a variable; its values open the entries of the pattern that hold them.
fn values(state: State, report: &Redacted, row: &PatternRow, nth: usize, said: &Rich) -> AnyView {
    let filter = row.evidence.and_then(|n| report.report.evidence.get(n as usize));
    let pieces: Vec<AnyView> = said
        .0
        .iter()
        .map(|piece| match (piece, filter) {
            (Inline::Code(value), Some(evidence)) if is_whole(row, nth, value) => {
                let filter = evidence.filter.with_text(&in_its_place(&row.template, nth, value));
                code().child(figure(state, filter, row.template.clone(), value.clone())).into_any()
            }
            (piece, _) => rich(&Rich(vec![piece.clone()])),
        })
        .collect();
    pieces.into_any()
}

/// Whether a value stands in the log as it is said: neither cut nor replaced.
fn is_whole(row: &PatternRow, nth: usize, value: &str) -> bool {
    let Some(variable) = row.variables.get(nth) else { return false };
    let mut known = variable.top.iter().map(|count| &count.what).chain(variable.range.iter().flatten());
    known.any(|whole| whole == value) && !value.contains(['<', '\n'])
}

/// A value with the word before it and the one behind it in its template, as far as these touch it: `order 7 taken`.
pub fn in_its_place(template: &str, nth: usize, value: &str) -> String {
    let parts: Vec<&str> = template.split(VARIABLE).collect();
    let [before, after] = [nth, nth + 1].map(|at| parts.get(at).copied().unwrap_or_default());
    let word = before.strip_suffix(' ').unwrap_or(before);
    let from = word.rfind(|c: char| c.is_ascii_whitespace()).map_or(0, |at| at + 1);
    let word = after.strip_prefix(' ').unwrap_or(after);
    let until = after.len() - word.len() + word.find(|c: char| c.is_ascii_whitespace()).unwrap_or(word.len());
    format!("{}{value}{}", before.get(from..).unwrap_or_default(), after.get(..until).unwrap_or_default())
}

fn times(seen: (Option<Nanos>, Option<Nanos>), zone: Zone) -> String {
    let clock = |time: Nanos| zone.at(time).clock();
    match seen {
        (Some(first), Some(last)) if clock(first) != clock(last) => {
            format!("{} to {}", clock(first), clock(last))
        }
        (Some(one), _) | (None, Some(one)) => clock(one),
        (None, None) => String::new(),
    }
}

/// The pattern's entries over the time of the log; what the eye sees is told by the times above it.
fn line(state: State, nth: usize) -> Option<AnyView> {
    state.sketch.with(|sketch| {
        let heights = sketch.as_ref()?.patterns.get(nth).filter(|heights| !heights.is_empty())?;
        Some(over_time("spark", heights))
    })
}

#[cfg(test)]
mod tests {
    use super::in_its_place;

    #[test]
    fn a_value_keeps_the_words_beside_it() {
        let cases = [
            ("payment for order <*> taken twice", 0, "order 7 taken"),
            ("order <*> by <*>", 1, "by 7"),
            ("<*> of <*>", 0, "7 of"),
            ("id=<*>, took <*> ms", 0, "id=7,"),
            ("wide  <*>  gap", 0, " 7 "),
            ("line\n<*>\nnext", 0, "7"),
        ];
        for (template, nth, text) in cases {
            assert_eq!(in_its_place(template, nth, "7"), text, "{template}");
        }
    }
}
