//! What to do, by urgency: the step, its details, a command to copy, and how to see that it worked.

use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::copy::copy;
use crate::page::parts::rich::rich;
use crate::page::parts::section::titled;
use crate::report::model::{Action, Priority};
use crate::report::render::Redacted;
use leptos::html::{a, code, div, h3, li, ol, p, span, ul};
use leptos::prelude::*;
use std::sync::Arc;

/// The actions, grouped.
pub fn actions(report: &Arc<Redacted>) -> AnyView {
    let all = &report.report.actions;
    if all.is_empty() {
        return ().into_any();
    }
    let groups: Vec<AnyView> = [Priority::P0, Priority::P1, Priority::P2]
        .into_iter()
        .filter_map(|priority| {
            let items: Vec<AnyView> =
                all.iter().filter(|action| action.priority == priority).map(action).collect();
            let (name, when) = format::priority(priority);
            let heading = h3().child((span().class("priority").child(name), " ", when));
            (!items.is_empty()).then(|| div().class("actions").child((heading, ol().child(items))).into_any())
        })
        .collect();
    titled(Id::Actions, "Actions", groups.into_any())
}

fn action(action: &Action) -> AnyView {
    let steps: Vec<AnyView> = action.steps.iter().map(|step| li().child(rich(step)).into_any()).collect();
    let finding = (!action.finding.is_empty()).then(|| {
        (
            " ",
            a().class("finding-link")
                .href(format!("#{}-article", action.finding))
                .child(action.finding.clone()),
        )
    });
    let command = (!action.command.is_empty()).then(|| {
        div().class("command").child((
            code().class("command-text").tabindex("0").child(action.command.clone()),
            copy("Copy", action.command.clone()),
        ))
    });
    let verify = (!action.verify.is_empty()).then(|| {
        p().class("verify").child((span().class("note").child("It worked when "), rich(&action.verify)))
    });
    li().child((
        p().class("action-what").child((rich(&action.what), finding)),
        (!steps.is_empty()).then(|| ul().class("steps").child(steps)),
        command,
        verify,
    ))
    .into_any()
}
