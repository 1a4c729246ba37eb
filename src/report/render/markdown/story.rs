//! Findings, five whys and actions as Markdown.
//!
//! A finding says in its own words first what it is, how bad, since when and why, and quotes the log after that.

use super::super::words;
use super::Limits;
use super::write::{behind, behind_sentence, code, escape, fenced, quotes, rich, sentence};
use crate::report::model::{Action, ChainLink, Component, Finding, Priority, Report, Sentence};

/// All findings, or a sentence that there is none: this section always stands.
pub(super) fn findings(report: &Report, limits: &Limits) -> String {
    let mut out = String::new();
    for said in &report.no_findings {
        out.push_str(&format!("{}\n\n", sentence(said, limits)));
    }
    if report.findings.is_empty() && report.no_findings.is_empty() {
        out.push_str(words::NO_FINDINGS);
    }
    for finding in report.findings.iter().take(limits.findings) {
        out.push_str(&self::finding(finding, report, limits));
    }
    let hidden = report.findings.len().saturating_sub(limits.findings);
    if hidden > 0 {
        out.push_str(&format!(
            "{} more findings stand in the HTML and JSON forms.\n",
            words::number(hidden as u64)
        ));
    }
    out
}

/// One of them.
pub(super) fn finding(finding: &Finding, report: &Report, limits: &Limits) -> String {
    let mut text = String::new();
    let out = &mut text;
    out.push_str(&format!("### {}: {}\n\n", escape(&finding.id), rich(&finding.title, limits)));
    out.push_str(&format!(
        "**Severity:** {}, {}\n\n",
        words::class(finding.class),
        words::state(finding.state)
    ));
    if !finding.impact.text.is_empty() {
        out.push_str(&format!("**Impact:** {}\n\n", sentence(&finding.impact, limits)));
    }
    if !finding.state_text.text.is_empty() {
        out.push_str(&format!("**State:** {}\n\n", sentence(&finding.state_text, limits)));
    }
    let counts =
        finding.counts.iter().map(|count| format!("{} {}", words::number(count.n), escape(&count.what)));
    let counts: Vec<String> = counts.collect();
    if !counts.is_empty() {
        out.push_str(&format!("**Counts:** {}\n\n", counts.join(", ")));
    }
    match (finding.first, finding.last) {
        (Some(first), Some(last)) if first != last => {
            let (first, last) = (first.date_time(), last.date_time());
            out.push_str(&format!("**First:** {first} UTC, **last:** {last} UTC\n\n"));
        }
        (Some(time), _) | (None, Some(time)) => {
            out.push_str(&format!("**At:** {} UTC\n\n", time.date_time()));
        }
        (None, None) => {}
    }
    lead("Cause", &finding.cause, limits, out);
    chain(&finding.chain, limits, out);
    components(&finding.components, limits, out);
    let block = quotes(&finding.quotes, limits);
    if !block.is_empty() {
        out.push_str(&format!("**Evidence**{}:\n\n{block}\n", behind(finding.evidence, &report.evidence)));
    }
    list("Symptoms of this cause", &finding.symptoms, report, limits, out);
    list("Other wordings", &finding.variants, report, limits, out);
    if !finding.confidence.word.is_empty() {
        let reason = rich(&finding.confidence.reason, limits);
        let reason = if reason.is_empty() { reason } else { format!(": {reason}") };
        out.push_str(&format!("**Confidence:** {}{reason}\n\n", escape(&finding.confidence.word)));
    }
    if !finding.signatures.is_empty() {
        let ids: Vec<String> = finding.signatures.iter().take(limits.list).map(|id| code(id, 80)).collect();
        out.push_str(&format!("**Recognised by:** {}\n\n", ids.join(", ")));
    }
    text
}

/// `**Cause:** first sentence second sentence`.
fn lead(label: &str, said: &[Sentence], limits: &Limits, out: &mut String) {
    if !said.is_empty() {
        let text: Vec<String> = said.iter().map(|said| sentence(said, limits)).collect();
        out.push_str(&format!("**{label}:** {}\n\n", text.join(" ")));
    }
}

fn list(label: &str, said: &[Sentence], report: &Report, limits: &Limits, out: &mut String) {
    if said.is_empty() {
        return;
    }
    out.push_str(&format!("**{label}:**\n\n"));
    for said in said.iter().take(limits.list) {
        out.push_str(&format!("- {}{}\n", sentence(said, limits), behind_sentence(said, &report.evidence)));
    }
    let hidden = said.len().saturating_sub(limits.list);
    if hidden > 0 {
        out.push_str(&format!("- {} more\n", words::number(hidden as u64)));
    }
    out.push('\n');
}

fn chain(links: &[ChainLink], limits: &Limits, out: &mut String) {
    if links.is_empty() {
        return;
    }
    out.push_str(if links.len() > 1 { "**Error chain**, root last:\n\n" } else { "**Error:**\n\n" });
    for (at, link) in links.iter().enumerate() {
        let text = match (link.kind.is_empty(), link.message.trim().is_empty()) {
            (false, false) => format!("{}: {}", link.kind, link.message),
            _ => format!("{}{}", link.kind, link.message),
        };
        let relation =
            if link.relation.is_empty() { String::new() } else { format!("{} ", escape(&link.relation)) };
        let place =
            if link.place.is_empty() { String::new() } else { format!(" at {}", code(&link.place, 160)) };
        out.push_str(&format!("{}. {relation}{}{place}\n", at + 1, code(&text, limits.code_chars)));
    }
    out.push('\n');
}

fn components(components: &[Component], limits: &Limits, out: &mut String) {
    if components.is_empty() {
        return;
    }
    out.push_str("**Affected components**, innermost first:\n\n");
    let most = limits.list.min(8);
    for component in components.iter().take(most) {
        let line = component.line.map(|line| format!(":{line}")).unwrap_or_default();
        out.push_str(&format!("- {}", code(&format!("{}{line}", component.file), 160)));
        if !component.function.is_empty() && component.function != "<module>" {
            out.push_str(&format!(" in {}", code(&component.function, 80)));
        }
        if !component.statement.is_empty() {
            out.push_str(&format!(": {}", code(&component.statement, 120)));
        }
        out.push('\n');
    }
    let hidden = components.len().saturating_sub(most);
    if hidden > 0 {
        out.push_str(&format!("- {} more\n", words::number(hidden as u64)));
    }
    out.push('\n');
}

/// `Why 1`, `Why 2` … with the answer, its grade and the other answers that would fit.
pub(super) fn whys(report: &Report, limits: &Limits) -> String {
    let mut out = String::new();
    for (at, why) in report.whys.iter().enumerate() {
        out.push_str(&format!("### Why {}: {}\n\n", at + 1, rich(&why.question, limits)));
        let entries = behind_sentence(&why.answer, &report.evidence);
        out.push_str(&format!("{}{entries}\n\n", sentence(&why.answer, limits)));
        if !why.alternatives.is_empty() {
            out.push_str("Other answers that would fit:\n\n");
            for other in &why.alternatives {
                out.push_str(&format!("- {}\n", sentence(other, limits)));
            }
            out.push('\n');
        }
    }
    out
}

/// Actions under `P0`, `P1`, `P2`; a priority without actions is left out.
pub(super) fn actions(report: &Report, limits: &Limits) -> String {
    let mut out = String::new();
    for priority in [Priority::P0, Priority::P1, Priority::P2] {
        let mut of_priority = report.actions.iter().filter(|action| action.priority == priority).peekable();
        if of_priority.peek().is_none() {
            continue;
        }
        out.push_str(&format!("### {}\n\n", words::priority(priority)));
        for action in of_priority {
            action_item(action, limits, &mut out);
        }
        out.push('\n');
    }
    out
}

fn action_item(action: &Action, limits: &Limits, out: &mut String) {
    let answers =
        if action.finding.is_empty() { String::new() } else { format!(" ({})", escape(&action.finding)) };
    out.push_str(&format!("- {}{answers}\n", rich(&action.what, limits)));
    for step in &action.steps {
        out.push_str(&format!("  - {}\n", rich(step, limits)));
    }
    if !action.command.is_empty() {
        let lines: Vec<String> = action.command.lines().map(|line| words::one_line(line, 600)).collect();
        out.push_str(&format!("\n{}\n", fenced("sh", &lines, "  ")));
    }
    if !action.verify.is_empty() {
        out.push_str(&format!("  - Verify: {}\n", rich(&action.verify, limits)));
    }
}
