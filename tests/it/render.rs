//! The renderers: snapshots of a report that uses everything, and what must hold for any report.

use crate::sample::{calm, incident};
use fivewhys::redact::Level;
use fivewhys::report::model::*;
use fivewhys::report::render::{Format, plain, redact, render};

const HEADINGS: [&str; 14] = [
    "Overview",
    "Timeline",
    "Findings",
    "Five whys",
    "Actions",
    "What changed",
    "Severity",
    "Requests",
    "Patterns",
    "Technical details",
    "What works",
    "Looked for and not found",
    "Coverage",
    "Raw data",
];

#[test]
fn markdown_of_an_incident() {
    insta::assert_snapshot!(render(&incident(), Format::Markdown, Level::Secrets));
}

#[test]
fn markdown_of_a_calm_file() {
    insta::assert_snapshot!(render(&calm(), Format::Markdown, Level::Off), @r"
    # Log report

    ## Overview

    **Healthy: nothing failed.**

    **State:** healthy

    Redaction: off, by request.

    ## Findings

    No failure in 40 entries. *Derived (all of them read).*

    ## What works

    - 20 requests were served.
    ");
}

#[test]
fn html_of_an_incident() {
    insta::assert_snapshot!(render(&incident(), Format::Html, Level::Secrets).replace("><", ">\n<"));
}

#[test]
fn json_is_the_model() {
    let text = render(&incident(), Format::Json, Level::Secrets);
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), incident());
}

#[test]
fn sections_stand_in_their_order() {
    let markdown = render(&incident(), Format::Markdown, Level::Secrets);
    let found: Vec<&str> = markdown.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(found, HEADINGS);
    let html = render(&incident(), Format::Html, Level::Secrets);
    let mut at = 0;
    for heading in HEADINGS {
        at += html
            .get(at..)
            .unwrap()
            .find(&format!("<h2>{heading}</h2>"))
            .unwrap_or_else(|| panic!("{heading}"));
    }
    let calm = render(&calm(), Format::Markdown, Level::Secrets);
    let found: Vec<&str> = calm.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(found, ["Overview", "Findings", "What works"]);
}

/// Text that tries to become markup, a link, a mention, an escape of a terminal, or to reorder what is read.
pub(crate) const HOSTILE: &str = "</style></code></pre><script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1)) ![i](http://x/y.png) \
                       ``` ~~~ `` | a | # h @octocat $x$ &lt; &#60; \u{1b}[31mred\u{1b}[0m \u{202e}evil \u{200b} \r\u{7} https://evil.example www.evil.example";

/// Puts a text into every text of a report.
pub(crate) fn flooded(text: &str) -> Report {
    let mut value = serde_json::to_value(incident()).unwrap();
    fn fill(value: &mut serde_json::Value, text: &str) {
        const WORDS: &[&str] = &["grade", "state", "class", "priority", "severity"];
        match value {
            // The code of a problem is no text, unlike the code of a sentence; nor is the kind of a variable.
            serde_json::Value::String(old) if old == "WSkipped" || old == "word" => {}
            serde_json::Value::String(old) => *old = text.to_owned(),
            serde_json::Value::Array(all) => all.iter_mut().for_each(|value| fill(value, text)),
            serde_json::Value::Object(all) => {
                for (key, value) in all {
                    // Names of enumerations have to stay what they are; `severity` is also the name of a table.
                    if value.is_array() || !WORDS.contains(&key.as_str()) {
                        fill(value, text);
                    }
                }
            }
            _ => {}
        }
    }
    fill(&mut value, text);
    serde_json::from_value(value).unwrap()
}

#[test]
fn log_text_is_inert_in_html() {
    let html = render(&flooded(HOSTILE), Format::Html, Level::Off);
    assert_eq!(html.matches("<style>").count(), 1);
    assert_eq!(html.matches("</style>").count(), 1);
    for bad in ["<script", "<img", "\u{1b}", "\u{202e}", "\u{200b}", "\u{7}", "href=\"http", "href=\"java"] {
        assert!(!html.contains(bad), "{bad:?}");
    }
}

#[test]
fn log_text_is_inert_in_markdown() {
    let markdown = render(&flooded(HOSTILE), Format::Markdown, Level::Off);
    for bad in ["\u{1b}", "\u{202e}", "\u{200b}", "\u{7}"] {
        assert!(!markdown.contains(bad), "{bad:?}");
    }
    let headings: Vec<&str> = markdown.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(headings.len(), HEADINGS.len());
    let mut fence = None::<usize>;
    for line in markdown.lines() {
        let ticks = line.trim_start().bytes().take_while(|b| *b == b'`').count();
        match fence {
            None if ticks >= 3 && !line.trim_start().get(ticks..).unwrap().contains('`') => {
                fence = Some(ticks);
            }
            Some(open) if ticks >= open && line.trim().len() == ticks => fence = None,
            Some(_) => {}
            None => {
                let words = outside_code(line);
                for bad in ["<script", "<img", "](", "@octocat", "https://", "www.", "$x$", "&lt;", "&#60;"] {
                    let at = words.find(bad);
                    let escaped = at.is_some_and(|at| words.get(..at).unwrap().ends_with('\\'));
                    assert!(at.is_none() || escaped, "{bad:?} in {words:?}");
                }
            }
        }
    }
    assert_eq!(fence, None);
}

/// A line without its code spans, as CommonMark finds them.
fn outside_code(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(at) = rest.find('`') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if before.ends_with('\\') {
            out.push('`');
            rest = &from[1..];
            continue;
        }
        let ticks = from.bytes().take_while(|b| *b == b'`').count();
        let (fence, body) = from.split_at(ticks);
        let mut end = None;
        let mut search = 0;
        while let Some(found) = body[search..].find(fence) {
            let start = search + found;
            let run = body[start..].bytes().take_while(|b| *b == b'`').count();
            if run == ticks {
                end = Some(start + ticks);
                break;
            }
            search = start + run;
        }
        match end {
            Some(end) => rest = &body[end..],
            None => {
                out.push_str(fence);
                rest = body;
            }
        }
    }
    out + rest
}

#[test]
fn a_long_report_stays_short() {
    let mut report = incident();
    let long = "x y ".repeat(100);
    for n in 0..150 {
        let mut finding = report.findings[0].clone();
        finding.id = format!("F{}", n + 3);
        finding.quotes.iter_mut().for_each(|quote| quote.text = format!("{long}\n").repeat(30));
        report.findings.push(finding);
        report.patterns.push(PatternRow { template: long.clone(), ..PatternRow::default() });
        report.actions.push(Action { what: Rich::text(&long), ..Action::default() });
    }
    let text = render(&report, Format::Markdown, Level::Secrets);
    assert!(text.len() <= 60_000, "{}", text.len());
    assert!(text.contains("## Overview") && text.contains("### F1"));
}

#[test]
fn the_style_has_the_hash_of_the_policy() {
    let html = render(&calm(), Format::Html, Level::Secrets);
    let style = html.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let hash = crate::sha256::base64_of(style.as_bytes());
    assert!(html.contains(&format!("style-src 'sha256-{hash}'")), "the hash of style.css is {hash}");
    for bad in ["<script", "http:", "https:", "url(", "@import", " style=", " on"] {
        let head = html.split("<body>").next().unwrap();
        assert!(!head.contains(bad), "{bad:?}");
    }
}

#[test]
fn every_text_passes_the_gate() {
    let secret = "Bearer Zk3Qw9Lm2Xv7Bt5Rn8Hc4Yd6";
    let report = flooded(secret);
    for format in [Format::Markdown, Format::Html, Format::Json, Format::Chat] {
        let text = render(&report, format, Level::Secrets);
        assert!(!text.contains("Zk3Qw9Lm2Xv7Bt5Rn8Hc4Yd6"), "{format:?}");
    }
    assert!(render(&report, Format::Json, Level::Off).contains(secret));
    let redacted = redact(&report, Level::Secrets);
    assert_eq!(redacted.replaced.len(), 1);
    assert_eq!(redacted.replaced[0].0, "token");
    assert!(redacted.replaced[0].1 > 80);
}

#[test]
fn a_secret_goes_where_nothing_gives_it_away_too() {
    let mut report = calm();
    report.works =
        vec![Sentence { text: Rich::default().c("sent Zk3Qw9Lm2Xv7 to it"), ..Sentence::default() }];
    report.details =
        vec![Fact { key: "API key".into(), values: vec!["Zk3Qw9Lm2Xv7".into()], ..Fact::default() }];
    let text = render(&report, Format::Markdown, Level::Secrets);
    assert!(!text.contains("Zk3Qw9Lm2Xv7"), "{text}");
}

#[test]
fn plain_text_carries_no_escapes() {
    assert_eq!(plain("a\u{1b}[2Jb\nc\td\u{202e}e", Level::Off), "a\\x1b[2Jb ⏎ c d\\u{202e}e");
    assert_eq!(plain("password=hunter2", Level::Secrets), "password=<password-1>");
}
