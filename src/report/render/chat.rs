//! The report as a chat message: what one pastes into a channel while others wait.
//!
//! Takes a redacted report, gives the marks that Slack (docs.slack.dev/messaging/formatting-message-text) and Google Chat
//! (developers.google.com/workspace/chat/format-messages) have in common: `*bold*`, `_italic_`, code in backticks and bullets; neither
//! tables nor headings. A channel reads a few lines, so the rest is in the other forms. Text of a log calls nobody and links nowhere.

use super::words;
use crate::report::model::{Inline, Part, Priority, Report, Rich, Section, Sentence};

/// Findings told, actions told, sentences of a comparison told.
const FINDINGS: usize = 4;
const ACTIONS: usize = 6;
const SENTENCES: usize = 8;
/// Characters of one piece of the log, and of a command.
const CODE: usize = 160;
const COMMAND: usize = 400;
/// What is put into a mention or a link to break it: nothing that is seen.
const BREAK: char = '\u{200b}';

/// Renders a report.
pub(super) fn render(report: &Report, redaction: &str) -> String {
    let mut out = String::new();
    let headline = &report.headline;
    if headline.sentence.is_empty() {
        out.push_str(&format!("*{}*\n", words::title(report)));
    } else {
        let mark = words::grade(headline.grade, "").map_or(String::new(), |mark| format!(" _{mark}_"));
        let mut state = words::state(headline.state).to_owned();
        if let Some(first) = state.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        out.push_str(&format!("*{state}:* {}{mark}\n", rich(&headline.sentence)));
    }
    for fact in report.overview.iter().filter(|fact| !fact.values.is_empty()) {
        let values: Vec<String> = fact.values.iter().take(3).map(|value| code(value, CODE)).collect();
        out.push_str(&format!("{}: {}{}\n", text(&fact.key), values.join(", "), words::more(fact, 3)));
    }
    findings(report, &mut out);
    actions(report, &mut out);
    out.push_str(&format!("\n_{}. {}_\n", text(&report.generator), text(redaction)));
    out
}

/// A document of sections that are made already: their first sentences.
pub(super) fn document(title: &str, sections: &[Section]) -> String {
    let mut out = format!("*{title}*\n");
    let lines = parts_of(sections).flat_map(|part| match part {
        Part::Said(said) => vec![rich(said)],
        Part::List(all) => all.iter().map(|said| format!("• {}", sentence(said))).collect(),
        Part::Table(..) => Vec::new(),
    });
    let lines: Vec<String> = lines.collect();
    for line in lines.iter().take(SENTENCES) {
        out.push_str(&format!("{line}\n"));
    }
    let tables = parts_of(sections).filter(|part| matches!(part, Part::Table(..))).count();
    let rest = lines.len().saturating_sub(SENTENCES);
    let left_out = match (rest, tables) {
        (0, 0) => return out,
        (0, _) => "The tables".to_owned(),
        (1, 0) => "One more sentence".to_owned(),
        (n, 0) => format!("{n} more sentences"),
        (1, _) => "One more sentence and the tables".to_owned(),
        (n, _) => format!("{n} more sentences and the tables"),
    };
    let verb = if rest == 1 && tables == 0 { "stands" } else { "stand" };
    out.push_str(&format!("• {left_out} {verb} in the other forms\n"));
    out
}

fn parts_of(sections: &[Section]) -> impl Iterator<Item = &Part> {
    sections.iter().flat_map(|section| &section.parts)
}

fn findings(report: &Report, out: &mut String) {
    if report.findings.is_empty() {
        for said in &report.no_findings {
            out.push_str(&format!("• {}\n", sentence(said)));
        }
        return;
    }
    out.push_str("\n*What broke*\n");
    for finding in report.findings.iter().take(FINDINGS) {
        let counts: Vec<String> = finding
            .counts
            .iter()
            .take(2)
            .map(|count| format!("{} {}", words::number(count.n), text(&count.what)))
            .collect();
        out.push_str(&format!(
            "• *{}* {} ({})\n",
            text(&finding.id),
            rich(&finding.title),
            counts.join(", ")
        ));
        for said in std::iter::once(&finding.state_text).chain(finding.cause.first()) {
            if !said.text.is_empty() {
                out.push_str(&format!("    {}\n", sentence(said)));
            }
        }
    }
    let more = report.findings.len().saturating_sub(FINDINGS);
    if more > 0 {
        out.push_str(&format!("• and {more} more in the report\n"));
    }
}

fn actions(report: &Report, out: &mut String) {
    let mut urgent = report.actions.iter().filter(|action| action.priority != Priority::P2).peekable();
    if urgent.peek().is_none() {
        return;
    }
    out.push_str("\n*Do first*\n");
    for action in urgent.take(ACTIONS) {
        let due = words::priority(action.priority);
        out.push_str(&format!("• *{due}* {}\n", rich(&action.what)));
        if !action.command.is_empty() {
            let lines: Vec<String> =
                action.command.lines().map(|line| inert(&words::one_line(line, COMMAND), '`')).collect();
            out.push_str(&format!("```\n{}\n```\n", lines.join("\n")));
        }
    }
}

fn sentence(said: &Sentence) -> String {
    match words::grade(said.grade, &said.rule) {
        Some(mark) if mark.starts_with("Hypothesis") => format!("_{}_ {}", text(&mark), rich(&said.text)),
        Some(mark) => format!("{} _{}_", rich(&said.text), text(&mark)),
        None => rich(&said.text),
    }
}

fn rich(text_: &Rich) -> String {
    let piece = |piece: &Inline| match piece {
        Inline::Text(words) => text(words),
        Inline::Code(log) => code(log, CODE),
    };
    text_.0.iter().map(piece).collect::<String>().trim().to_owned()
}

/// Words of ours, which may hold a name from the log.
fn text(words: &str) -> String {
    inert(&words::one_line(words, 2_000), '\0')
}

/// Text of the log as code; a backtick in it would end it.
fn code(log: &str, most: usize) -> String {
    format!("`{}`", inert(&words::one_line(log, most), '`'))
}

/// Text in which no mention and no link is left: `<!channel>`, `<@U1>`, `<users/all>`, `<https://x|y>`, `@here`. `quote` becomes another.
fn inert(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(if c == quote { '\u{2019}' } else { c });
        let next = chars.peek().copied().unwrap_or(' ');
        let opens = c == '<' && (next.is_ascii_alphabetic() || matches!(next, '!' | '@' | '#'));
        if opens || (c == '@' && next.is_ascii_alphabetic()) {
            out.push(BREAK);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{code, inert};

    #[test]
    fn nobody_is_called_and_nothing_is_linked() {
        for text in [
            "<!channel> look",
            "<@U012AB> look",
            "<users/all>",
            "<https://x.example|here>",
            "@here",
            "a@channel",
        ] {
            let said = inert(text, '`');
            assert!(
                !said.contains("<!") && !said.contains("<@") && !said.contains("<u") && !said.contains("<h"),
                "{said}"
            );
            assert!(!said.contains("@here") && !said.contains("@channel"), "{said}");
            assert_eq!(said.replace('\u{200b}', ""), text);
        }
        assert_eq!(inert("a < b, 3<4", '`'), "a < b, 3<4");
    }

    #[test]
    fn code_ends_where_it_ends() {
        assert_eq!(code("a `b` c", 40), "`a \u{2019}b\u{2019} c`");
    }
}
