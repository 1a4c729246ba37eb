//! Pieces of Markdown: escaping, code spans, sentences, quotes, tables.
//!
//! Takes words and log text, gives CommonMark (with GFM tables) in which log text is inert: it stands in code only, and
//! words of ours have every character escaped that could open markup, a link, a mention or a formula.

use super::super::words;
use super::Limits;
use crate::report::model::{Evidence, Inline, Quote, Rich, Sentence};

/// Escapes words of ours. Underscores inside a word open nothing and stay readable.
pub(super) fn escape(text: &str) -> String {
    let text = words::one_line(text, 4_000);
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        let inside_word = before.is_alphanumeric() && after.is_alphanumeric();
        let opens = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '$' => true,
            '_' => !inside_word,
            '@' => !before.is_whitespace() || after.is_alphanumeric(),
            '&' => after == '#' || after.is_alphanumeric(),
            '#' => after.is_alphanumeric() || before == ' ',
            _ => false,
        };
        if opens {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    // A scheme or host that would become a link by itself.
    out.replace("://", ":\\//").replace("www.", "www\\.")
}

/// Escapes words that begin a line, where `1.`, `-`, `+` and `=` would open a list or a heading.
pub(super) fn escape_block(text: &str) -> String {
    let mut out = escape(text);
    let digits = out.bytes().take_while(u8::is_ascii_digit).count();
    let after = out.get(digits..).and_then(|rest| rest.chars().next());
    if digits > 0 && matches!(after, Some('.' | ')')) {
        out.insert(digits, '\\');
    } else if matches!(out.chars().next(), Some('-' | '+' | '=')) {
        out.insert(0, '\\');
    }
    out
}

/// Log text as a code span of its own, on one line, with as many backticks as it needs.
pub(super) fn code(text: &str, most: usize) -> String {
    let text = words::one_line(text.trim_end(), most);
    if text.trim().is_empty() {
        return "` `".into();
    }
    let longest = longest_run(&text);
    let fence = "`".repeat(if longest == 0 { 1 } else { longest + 1 });
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A code span inside a table cell, where a bar needs a backslash even in code.
pub(super) fn code_cell(text: &str, most: usize) -> String {
    code(text, most).replace('|', "\\|")
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// A run of words and code.
pub(super) fn rich(text: &Rich, limits: &Limits) -> String {
    let mut out = String::new();
    for (at, piece) in text.0.iter().enumerate() {
        match piece {
            Inline::Text(words) if at == 0 => out.push_str(&escape_block(words)),
            Inline::Text(words) => out.push_str(&escape(words)),
            Inline::Code(log) => out.push_str(&code(log, limits.code_chars)),
        }
    }
    out.trim().to_owned()
}

/// A run of words and code inside a table cell.
pub(super) fn rich_cell(text: &Rich, limits: &Limits) -> String {
    let piece = |piece: &Inline| match piece {
        Inline::Text(words) => escape(words),
        Inline::Code(log) => code_cell(log, limits.code_chars),
    };
    text.0.iter().map(piece).collect()
}

/// A sentence with the mark of its grade.
pub(super) fn sentence(sentence: &Sentence, limits: &Limits) -> String {
    let text = rich(&sentence.text, limits);
    match words::grade(sentence.grade, &sentence.rule) {
        Some(mark) if mark.starts_with("Hypothesis") => format!("*{mark}* {text}"),
        Some(mark) => format!("{text} *{}*", escape(&mark)),
        None => text,
    }
}

/// A fenced block that no line of the text can close.
pub(super) fn fenced(language: &str, lines: &[String], indent: &str) -> String {
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    let mut out = format!("{indent}{fence}{language}\n");
    for line in lines {
        out.push_str(indent);
        out.push_str(line);
        out.push('\n');
    }
    out.push_str(indent);
    out.push_str(&fence);
    out.push('\n');
    out
}

/// Quoted entries as one fenced block of at most 20 lines, the room shared among them.
pub(super) fn quotes(quotes: &[Quote], limits: &Limits) -> String {
    let shown = quotes.len().min(limits.quotes);
    if shown == 0 {
        return String::new();
    }
    let each = words::share_lines(quotes.get(..shown).unwrap_or(quotes), limits.quote_lines);
    let mut lines = Vec::new();
    for quote in quotes.iter().take(shown) {
        let time = quote.time.map(words::instant).unwrap_or_default();
        let mut head = format!("{time} {} ", words::severity(quote.severity));
        if !quote.source.is_empty() {
            head.push_str(&format!("[{}] ", words::one_line(&quote.source, 80)));
        }
        let text = words::excerpt(&quote.text, each, limits.quote_chars);
        let mut text = text.into_iter();
        lines.push(format!("{}{}", head.trim_start(), text.next().unwrap_or_default()));
        lines.extend(text.map(|line| format!("  {line}")));
    }
    fenced("text", &lines, "")
}

/// ` (12 entries)` behind a row that has evidence.
pub(super) fn behind(evidence: Option<u32>, all: &[Evidence]) -> String {
    evidence
        .and_then(|index| all.get(index as usize))
        .map(|evidence| format!(" ({})", words::entries(evidence.entries)))
        .unwrap_or_default()
}

/// The same behind a sentence, unless its own words have just given the number: `(2 times)`, `2 requests answered 500`.
pub(super) fn behind_sentence(said: &Sentence, all: &[Evidence]) -> String {
    let Some(evidence) = said.evidence.and_then(|index| all.get(index as usize)) else {
        return String::new();
    };
    let n = words::number(evidence.entries);
    let text = said.text.plain();
    let said =
        ["time", "times", "request", "requests", "further entry", "further entries"].iter().any(|noun| {
            text.ends_with(&format!("({n} {noun})"))
                || text.contains(&format!("({n} {noun}): "))
                || text.starts_with(&format!("{n} {noun} "))
        });
    if said { String::new() } else { format!(" ({})", words::entries(evidence.entries)) }
}

/// A table; cells are escaped by the caller.
pub(super) fn table(head: &[&str], numbers_from: usize, rows: &[Vec<String>]) -> String {
    let mut out = format!("| {} |\n|", head.join(" | "));
    for at in 0..head.len() {
        out.push_str(if at >= numbers_from { " ---: |" } else { " --- |" });
    }
    out.push('\n');
    for row in rows {
        out.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    out
}
