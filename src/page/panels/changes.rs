//! What changed: which two sides are set against each other, and the comparison as the lead tells it.

use super::{reopened, timeline};
use crate::entry::Nanos;
use crate::order::Order as _;
use crate::page::ids::Id;
use crate::page::link;
use crate::page::parts::bar;
use crate::page::parts::button::button;
use crate::page::parts::notice::notice;
use crate::page::parts::rich::rich;
use crate::page::parts::section::titled;
use crate::page::parts::sentence::sentences;
use crate::page::parts::table::boxed;
use crate::page::state::{Dialog, LoadedFile, State, is_told};
use crate::page::view;
use crate::protocol::FileKey;
use crate::protocol::sides::{Sides, Wanted};
use crate::report::model::{Boundary, Cell, Part, Section};
use crate::report::render::Redacted;
use leptos::ev;
use leptos::html::{
    code, details, div, h3, label, option, p, select, span, summary, table, tbody, td, th, thead, tr,
};
use leptos::prelude::*;
use std::sync::Arc;

/// Changes of revision that are offered.
const OFFERED: usize = 4;
/// The column of the first side: its bars grow towards the other one.
const BEFORE: &str = "Before";
/// The section that explains itself only when asked to.
const METHOD: &str = "How this was decided";

/// The section.
pub fn changes(state: State, report: &Arc<Redacted>) -> AnyView {
    if state.reopened.with_untracked(Option::is_some) {
        let told = sentences(state, report, &report.report.changes);
        return titled(Id::Changes, "What changed", (told, reopened::needs_log()).into_any());
    }
    let files = in_order(state, report);
    let has_files = files.len() > 1;
    // Drawn anew for another span only, or what has focus here would lose it.
    let span = Memo::new(move |_| {
        state.drawer.with(|shown| {
            let filter = &shown.as_ref()?.filter;
            Some([filter.from?, filter.until?])
        })
    });
    let hint = move || {
        let is_empty = !has_files && span.get().is_none() && state.boundaries.with(Vec::is_empty);
        let how = "Choose a span on the timeline, or add a second log, to compare the two.";
        is_empty.then(|| p().class("note").child(how))
    };
    let report = Arc::clone(report);
    let body = div().class("changes").child((
        has_files.then(|| two_files(state, &files)),
        move || {
            let all = state.boundaries.get();
            let rows = (0u32..).zip(all.iter().take(OFFERED));
            rows.map(|(n, found)| revisions(state, n, found)).collect::<Vec<_>>()
        },
        move || spans(state, span.get()),
        hint,
        move || match state.wanted.get() {
            Some(wanted) => result(state, wanted),
            None => unasked(state, &report),
        },
    ));
    titled(Id::Changes, "What changed", body.into_any())
}

fn ask(state: State, sides: Sides) {
    link::compare(&state, Some(Wanted { sides, swapped: false }));
}

/// The files, the one that begins first before the others: it is the likelier baseline.
fn in_order(state: State, report: &Redacted) -> Vec<LoadedFile> {
    let mut files = state.files.get_untracked();
    let rows = &report.report.raw.files;
    files.order_by_key(|file| rows.iter().find(|row| row.name == file.name).and_then(|row| row.first));
    // A name that was taken out of the report is not shown here either.
    for (n, file) in (1..).zip(&mut files) {
        if !is_told(Some(report), &file.name) {
            file.name = format!("File {n}");
        }
    }
    files
}

fn two_files(state: State, files: &[LoadedFile]) -> AnyView {
    let key = |at: usize| RwSignal::new(files.get(at).map_or(0, |file| file.key));
    let (before, during) = (key(0), key(1));
    div()
        .class("changes-files")
        .child((
            file("Before", "changes-before", files, before),
            file("During", "changes-during", files, during),
            button("button", "Compare the files", move || {
                ask(state, Sides::Files(before.get_untracked(), during.get_untracked()));
            }),
        ))
        .into_any()
}

fn file(words: &'static str, id: &'static str, files: &[LoadedFile], chosen: RwSignal<FileKey>) -> AnyView {
    let options: Vec<AnyView> = files
        .iter()
        .map(|LoadedFile { key, name, .. }| {
            let key = *key;
            option()
                .value(key.to_string())
                .prop("selected", move || chosen.get() == key)
                .child(name.clone())
                .into_any()
        })
        .collect();
    let choose = move |event| chosen.set(event_target_value(&event).parse().unwrap_or_default());
    div()
        .class("field")
        .child((label().r#for(id).child(words), select().id(id).on(ev::change, choose).child(options)))
        .into_any()
}

fn revisions(state: State, number: u32, found: &Boundary) -> AnyView {
    let name = |name: &str| code().child(name.to_owned());
    let at = found.at.map(|at| (" at ", span().class("nowrap").child(format!("{} UTC", at.date_time()))));
    p().child((
        name(&found.after),
        " of ",
        name(&found.service),
        " follows ",
        name(&found.before),
        at,
        ". ",
        button("link", "Compare the two revisions", move || ask(state, Sides::Revisions(number))),
    ))
    .into_any()
}

/// What the report tells of two revisions without being asked. How to ask stands above already.
fn unasked(state: State, report: &Arc<Redacted>) -> AnyView {
    let all = &report.report.changes;
    if all.len() > 1 { sentences(state, report, all) } else { ().into_any() }
}

/// A chosen span against all else, or against one that is kept as the side before.
fn spans(state: State, chosen: Option<[Nanos; 2]>) -> AnyView {
    let named = |span: [Nanos; 2]| state.zone.get().span(span.map(Some));
    let kept = state.earlier.get();
    let shown = chosen.map(|span| {
        let link = |words: String, sides: Sides| button("link", words, move || ask(state, sides));
        let against = kept.filter(|earlier| *earlier != span).map(|earlier| {
            let words = format!("Compare it with {}", named(earlier));
            (link(words, Sides::Spans(earlier, span)), " ")
        });
        let keep = (kept != Some(span))
            .then(|| button("link", "Take it as the side before", move || state.earlier.set(Some(span))));
        p().child((
            format!("{}: ", named(span)),
            against,
            link("Compare this span with all before it".into(), Sides::Before(span)),
            " ",
            link("Compare it with the rest".into(), Sides::Rest(span)),
            " ",
            keep,
        ))
    });
    let kept = kept.map(|earlier| {
        let how =
            if chosen == kept { ". Choose another span on the timeline to compare it with. " } else { ". " };
        p().child((
            format!("The side before is {}{how}", named(earlier)),
            button("link", "Forget it", move || state.earlier.set(None)),
        ))
    });
    (kept, shown).into_any()
}

/// The comparison, when it is there.
fn result(state: State, wanted: Wanted) -> AnyView {
    match state.changes.get() {
        None => p().class("note").child("Comparing.").into_any(),
        Some(Err(problem)) => notice(&problem),
        Some(Ok(compared)) => {
            let swapped = Wanted { swapped: !wanted.swapped, ..wanted };
            let tools = div().class("buttons").child((
                button("button", "Swap the sides", move || link::compare(&state, Some(swapped))),
                button("button", "Export what changed", move || {
                    state.dialog.set(Some(Dialog::ExportChanges));
                }),
                button("quiet", "Close the comparison", move || link::compare(&state, None)),
            ));
            let parts = compared.sections.iter().enumerate();
            let drawn: Vec<AnyView> =
                parts.map(|(n, one)| section(state, &compared.report, n, one)).collect();
            (tools, drawn).into_any()
        }
    }
}

/// A section; the first one says the result and needs no heading.
fn section(state: State, report: &Arc<Redacted>, n: usize, one: &Section) -> AnyView {
    let parts: Vec<AnyView> = one.parts.iter().map(|part| piece(state, report, &one.heading, part)).collect();
    let heading = one.heading.clone();
    if heading == METHOD {
        return details().child((summary().child(heading), parts)).into_any();
    }
    let class = if n == 0 { "changes-part changes-first" } else { "changes-part" };
    div().class(class).child(((n > 0).then(|| h3().child(heading)), parts)).into_any()
}

fn piece(state: State, report: &Arc<Redacted>, heading: &str, part: &Part) -> AnyView {
    match part {
        Part::Said(text) => p().child(rich(text)).into_any(),
        Part::List(all) => sentences(state, report, all),
        Part::Table(head, numbers_from, rows) => {
            let class = |at: usize| if at >= *numbers_from { "number" } else { "" };
            let names: Vec<AnyView> = head
                .iter()
                .enumerate()
                .map(|(at, name)| th().scope("col").class(class(at)).child(name.clone()).into_any())
                .collect();
            let rows: Vec<AnyView> = rows
                .iter()
                .map(|row| {
                    let title = row.first().map_or(String::new(), |cell| cell.text.plain());
                    let cells: Vec<AnyView> = row
                        .iter()
                        .zip(head)
                        .enumerate()
                        .map(|(at, (one, name))| {
                            td().class(class(at))
                                .attr("data-name", name.clone())
                                .child(cell(state, one, name, &title))
                                .into_any()
                        })
                        .collect();
                    tr().child(cells).into_any()
                })
                .collect();
            boxed(
                &format!("Comparison: {heading}"),
                table().child((thead().child(tr().child(names)), tbody().child(rows))).into_any(),
            )
        }
    }
}

fn cell(state: State, one: &Cell, name: &str, title: &str) -> AnyView {
    let words = rich(&one.text);
    let words = match &one.filter {
        Some(filter) => {
            let (filter, title) = (filter.clone(), format!("{name}: {title}"));
            button("figure", words, move || view::show(state, filter.clone(), title.clone()))
        }
        None => words,
    };
    (span().child(words), bars(&one.bars, name == BEFORE)).into_any()
}

/// One bar as long as a share, from the right on the first side; or bars over time.
fn bars(bars: &[u64], from_right: bool) -> AnyView {
    let share = match bars {
        [] => return ().into_any(),
        [share] => share,
        heights => return timeline::over_time("changes-line", heights),
    };
    bar::share(if from_right { bar::WHOLE.saturating_sub(*share) } else { 0 }, *share)
}
