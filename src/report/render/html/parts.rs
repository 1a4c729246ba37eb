//! Pieces of HTML: sentences, quotes, facts, tables.

use super::super::words;
use crate::error::Problem;
use crate::report::model::{Class, Fact, Grade, Inline, Quote, Report, Rich, Sentence};
use maud::{Markup, html};

/// Longest piece of log text in a sentence, in characters.
const CODE: usize = 400;
/// Lines of one quoted entry, and characters of one line.
const QUOTE: (usize, usize) = (24, 500);

/// Log text in a sentence.
pub(super) fn code(text: &str) -> Markup {
    html! { code { (words::one_line(text.trim_end(), CODE)) } }
}

/// A run of words and code.
pub(super) fn rich(text: &Rich) -> Markup {
    html! {
        @for piece in &text.0 {
            @match piece {
                Inline::Text(said) => (words::one_line(said, 4_000)),
                Inline::Code(log) => (code(log)),
            }
        }
    }
}

/// The mark of a grade; observed sentences need none.
pub(super) fn mark(grade: Grade, rule: &str) -> Markup {
    html! { @if let Some(mark) = words::grade(grade, rule) { " " span.mark { (mark) } } }
}

/// A link to the entries behind something.
pub(super) fn behind(evidence: Option<u32>, report: &Report) -> Markup {
    let found =
        evidence.and_then(|index| report.evidence.get(index as usize).map(|evidence| (index, evidence)));
    html! {
        @if let Some((index, evidence)) = found {
            " "
            @if evidence.quotes.is_empty() { span.soft { "(" (words::entries(evidence.entries)) ")" } }
            @else { a.behind href=(format!("#e{index}")) { (words::entries(evidence.entries)) } }
        }
    }
}

/// A sentence with its mark and its entries.
pub(super) fn sentence(said: &Sentence, report: &Report) -> Markup {
    html! {
        @if said.grade == Grade::Hypothesis { span.mark { "Hypothesis." } " " (rich(&said.text)) }
        @else { (rich(&said.text)) (mark(said.grade, &said.rule)) }
        (behind(said.evidence, report))
    }
}

/// Sentences as a list.
pub(super) fn sentences(all: &[Sentence], report: &Report) -> Markup {
    html! { @if !all.is_empty() { ul { @for said in all { li { (sentence(said, report)) } } } } }
}

/// Quoted entries.
pub(super) fn quotes(quotes: &[Quote]) -> Markup {
    html! {
        @for quote in quotes {
            pre { code {
                @if let Some(time) = quote.time { (words::instant(time)) " " }
                (words::severity(quote.severity)) " "
                @if !quote.source.is_empty() { "[" (words::one_line(&quote.source, 120)) "] " }
                @for (at, line) in words::excerpt(&quote.text, QUOTE.0, QUOTE.1).iter().enumerate() {
                    @if at > 0 { "\n    " } (line)
                }
            } }
        }
    }
}

/// Facts as a definition list.
pub(super) fn facts(facts: &[Fact], report: &Report) -> Markup {
    html! {
        @if !facts.is_empty() {
            dl {
                @for fact in facts {
                    dt { (fact.key) }
                    dd {
                        @for (at, value) in fact.values.iter().enumerate() { @if at > 0 { ", " } (code(value)) }
                        (words::more(fact, fact.values.len()))
                        @if !fact.note.is_empty() { " " (rich(&fact.note)) }
                        (behind(fact.evidence, report))
                    }
                }
            }
        }
    }
}

/// The class of a badge.
pub(super) fn badge(class: Class) -> &'static str {
    match class {
        Class::Critical => "badge critical",
        Class::Warning => "badge warning",
        Class::Notice => "badge notice",
    }
}

/// Warnings beside the report.
pub(super) fn problems(problems: &[Problem]) -> Markup {
    html! {
        @if !problems.is_empty() {
            p { "Warnings:" }
            ul { @for problem in problems { li { (words::one_line(&problem.to_string(), 600)) } } }
        }
    }
}

/// A table whose columns from `numbers_from` on are numbers.
pub(super) fn table(head: &[&str], numbers_from: usize, rows: &[Vec<Markup>]) -> Markup {
    let class = |at: usize| (at >= numbers_from).then_some("n");
    html! {
        div.wide { table {
            thead { tr { @for (at, name) in head.iter().enumerate() { th scope="col" class=[class(at)] { (name) } } } }
            tbody {
                @for row in rows { tr { @for (at, cell) in row.iter().enumerate() { td class=[class(at)] { (cell) } } } }
            }
        } }
    }
}

/// Plain text as a cell.
pub(super) fn cell(text: impl AsRef<str>) -> Markup {
    html! { (words::one_line(text.as_ref(), 1_000)) }
}

/// `12 more are not listed.`
pub(super) fn hidden(n: u64) -> Markup {
    html! { @if n > 0 { p.soft { (words::number(n)) " more are not listed." } } }
}
