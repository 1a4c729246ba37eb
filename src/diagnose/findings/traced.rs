//! Traces of an incident → the chain of its exceptions, and the user's own files in it.

use super::consequences::without_data;
use super::place_of;
use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::statements::prefix::unprefixed;
use crate::diagnose::words::{self, headline};
use crate::report::model::{ChainLink, Component};
use crate::trace::{self, Exception};

/// The exceptions of a trace as links, the outermost first.
pub(super) fn chain(trace: &trace::Trace) -> Vec<ChainLink> {
    let place = |exception: &Exception| {
        exception.frames.iter().find(|frame| frame.user && !frame.file.is_empty()).map_or(
            String::new(),
            |frame| {
                if frame.function.is_empty() {
                    place_of(frame)
                } else {
                    format!("{} in {}", place_of(frame), frame.function)
                }
            },
        )
    };
    let mut links: Vec<ChainLink> = trace
        .chain
        .iter()
        .filter(|e| !(e.kind.trim().is_empty() && e.message.trim().is_empty()))
        .take(8)
        .map(|exception| ChainLink {
            kind: unprefixed(&exception.kind).to_owned(),
            message: words::brief(
                if exception.kind.is_empty() {
                    unprefixed(without_data(&exception.message))
                } else {
                    without_data(&exception.message)
                },
                300,
            ),
            relation: exception.relation.clone(),
            place: place(exception),
        })
        .collect();
    // The same exception raised again on its way up is one link.
    links.dedup_by(|later, earlier| later.kind == earlier.kind && later.message == earlier.message);
    if let Some(first) = links.first_mut() {
        first.relation.clear();
    }
    links
}

/// The user's own files in the traces of an incident, innermost first, one row a file and line.
pub(super) fn components(scene: &Scene<'_>, incident: &Incident) -> Vec<Component> {
    let mut components: Vec<Component> = Vec::new();
    let troubles = incident.root.iter().chain(&incident.symptoms).filter_map(|&n| scene.troubles.get(n));
    for statement in troubles.flat_map(|t| t.statements.iter()).filter_map(|&n| scene.statements.get(n)) {
        let Some(trace) = &statement.trace else { continue };
        for frame in trace
            .chain
            .iter()
            .rev()
            .flat_map(|exception| exception.frames.iter())
            .filter(|f| f.user && !f.file.is_empty())
        {
            let known = components.iter().any(|c| c.file == frame.file && c.line == frame.line);
            if !known && components.len() < 16 {
                components.push(Component {
                    file: frame.file.clone(),
                    line: frame.line,
                    function: frame.function.clone(),
                    statement: headline(&frame.source, 160),
                });
            }
        }
    }
    components
}
