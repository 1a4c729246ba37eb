//! Message templates, the severe and frequent first; those that are harmless can be marked as noise.

use super::noise;
use super::timeline::over_time;
use crate::entry::Nanos;
use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::badge;
use crate::page::parts::evidence::evidence;
use crate::page::parts::rich::rich;
use crate::page::parts::section::titled;
use crate::page::parts::table::boxed;
use crate::page::state::State;
use crate::page::zone::Zone;
use crate::report::model::PatternRow;
use crate::report::render::{Redacted, values};
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
    let values: Vec<AnyView> =
        values(row).iter().map(|said| p().class("note").child(rich(said)).into_any()).collect();
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
