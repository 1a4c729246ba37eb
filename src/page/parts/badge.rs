//! A state or class in, a word with a mark of its own shape out: never told by colour alone.

use crate::entry::Severity;
use crate::page::format;
use crate::report::model::{Class, State};
use leptos::html::span;
use leptos::prelude::*;

/// State badge.
pub fn state(state: State) -> AnyView {
    span().class(format::state_class(state)).child(format::state(state)).into_any()
}

/// Class of a finding.
pub fn class(class: Class) -> AnyView {
    let name = match class {
        Class::Critical => "class class-critical",
        Class::Warning => "class class-warning",
        Class::Notice => "class class-notice",
    };
    span().class(name).child(format::class(class)).into_any()
}

/// Severity of an entry: mark and name.
pub fn severity(severity: Severity) -> AnyView {
    span().class(severity_class(severity)).child(severity.name()).into_any()
}

/// The style of a severity.
pub fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Default | Severity::Debug => "severity severity-none",
        Severity::Info | Severity::Notice => "severity severity-info",
        Severity::Warning => "severity severity-warning",
        Severity::Error => "severity severity-error",
        Severity::Critical | Severity::Alert | Severity::Emergency => "severity severity-critical",
    }
}
