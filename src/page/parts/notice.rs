//! A problem in, its code, sentence, detail and next step out.

use crate::error::Problem;
use leptos::html::{code, div, p, strong};
use leptos::prelude::*;

/// One problem.
pub fn notice(problem: &Problem) -> AnyView {
    let words = problem.code.words();
    let style = if problem.code.is_warning() { "notice notice-warning" } else { "notice notice-error" };
    let place = place(problem);
    div()
        .class(style)
        .child((
            p().child((strong().child(words.what), " ", code().class("plain notice-code").child(words.name))),
            (!place.is_empty() || !problem.detail.is_empty()).then(|| {
                p().class("notice-detail").child((
                    code().class("plain").child(place.clone()),
                    if place.is_empty() { "" } else { " " },
                    problem.detail.clone(),
                ))
            }),
            p().class("note").child(words.hint),
        ))
        .into_any()
}

/// `name:line:column`.
pub fn place(problem: &Problem) -> String {
    let mut text = problem.place.file.clone().unwrap_or_default();
    for number in [problem.place.line, problem.place.column].into_iter().flatten() {
        text.push_str(&format!(":{number}"));
    }
    text
}
