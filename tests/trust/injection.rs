//! Log text stays text: payloads in every place that a log can set, through every renderer, judged by parsers of HTML, Markdown
//! and JSON and by a shell.

use crate::exports::{Form, join};
use crate::invariant::{digest_named, report};
use crate::payloads::payloads;
use crate::prove::cases;
use fivewhys::query::{Filter, Term};
use fivewhys::redact::Level;
use fivewhys::report::model::Report;
use fivewhys::report::render::{Format, TableForm, hand_off, redact_shown, render, render_finding, table};
use html5gum::{DefaultEmitter, Token, Tokenizer};
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;

/// Places that a log can set, each holding the text: a crash loop with traces in several runtimes, requests that fail, a
/// revision that worked before, and lines that are damaged.
fn log(text: &str) -> Vec<u8> {
    let mut entries = Vec::new();
    for n in 0..8u32 {
        let at = |milli: u32| format!("2025-03-02T10:{n:02}:00.{milli:03}Z");
        let base = |milli: u32, severity: &str, revision: &str| {
            json!({"timestamp": at(milli), "severity": severity, "insertId": format!("{text}{n}{milli}"),
                "logName": format!("projects/demo/logs/{text}"),
                "labels": {"instanceId": format!("{text}{}", n / 3), text: text},
                "resource": {"type": "cloud_run_revision", "labels": {"service_name": text, "location": text, "project_id": text,
                    "revision_name": format!("{text}{revision}")}}})
        };
        let with = |milli: u32, severity: &str, key: &str, value: Value| {
            let mut entry = base(milli, severity, if n < 2 { "1" } else { "2" });
            entry[key] = value;
            entry
        };
        let [python, node, java] = traces(text);
        let request = json!({"requestMethod": text, "requestUrl": format!("https://x.example/{text}?{text}"), "status": if n < 2 { 200 } else { 503 },
            "userAgent": text, "remoteIp": text, "latency": "1.5s", "referer": text});
        entries.push(with(1, "INFO", "textPayload", json!("Starting new instance. Reason: AUTOSCALING - Instance started due to configured scaling factors.")));
        entries.push(with(2, "INFO", "textPayload", json!(format!("listening on {text}"))));
        entries.push(with(3, if n < 2 { "INFO" } else { "ERROR" }, "httpRequest", request));
        if n >= 2 {
            entries.push(with(4, "ERROR", "textPayload", json!(python)));
            entries.push(with(
                5,
                "ERROR",
                "jsonPayload",
                json!({"message": text, "stack": node, text: text, "error": {"message": text}}),
            ));
            entries.push(with(6, "ERROR", "textPayload", json!(java)));
            entries.push(with(
                7,
                "ERROR",
                "textPayload",
                json!(format!("ModuleNotFoundError: No module named '{text}'")),
            ));
            entries.push(with(
                8,
                "WARNING",
                "textPayload",
                json!(format!("relation \"{text}\" does not exist")),
            ));
            entries.push(with(9, "WARNING", "textPayload", json!("Container called exit(1).")));
        } else {
            entries.push(with(
                9,
                "INFO",
                "textPayload",
                json!(
                    "Default STARTUP TCP probe succeeded after 1 attempt for container \"web\" on port 8080."
                ),
            ));
        }
    }
    let mut texts: Vec<Vec<u8>> = entries.iter().map(|entry| entry.to_string().into_bytes()).collect();
    texts.push(format!("{{\"broken\": \"{}", text.replace('\n', " ")).into_bytes());
    join(Form::Lines, &texts).0
}

/// Traces that name the text everywhere: Python, Node, Java.
fn traces(text: &str) -> [String; 3] {
    [
        format!(
            "Traceback (most recent call last):\n  File \"/app/{text}.py\", line 3, in {text}\n    import {text}\n{text}Error: {text}"
        ),
        format!("TypeError: {text}\n    at {text} (/srv/{text}.js:41:17)\n    at run (/srv/b.js:9:3)"),
        format!(
            "com.example.{text}Exception: {text}\n\tat com.example.{text}.run({text}.java:4)\nCaused by: java.lang.IllegalStateException: {text}\n\tat a.b.c(D.java:1)"
        ),
    ]
}

fn told(text: &str) -> Report {
    // A file may have any name but for a slash and NUL.
    report(digest_named(&format!("{}.json", text.replace(['/', '\0'], "")), &log(text)))
}

/// Tags with the names of their attributes.
fn tags(html: &str) -> BTreeSet<String> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut found = BTreeSet::new();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                found.extend(tag.attributes.iter().map(|(key, value)| {
                    let (key, value) = (
                        String::from_utf8_lossy(key).into_owned(),
                        String::from_utf8_lossy(value).into_owned(),
                    );
                    // Links lead into the document only.
                    let within = value
                        .strip_prefix(['#'])
                        .is_some_and(|id| id[1..].bytes().all(|b| b.is_ascii_digit()));
                    let value = match key.as_str() {
                        "href" if within => "within".to_owned(),
                        "href" => value,
                        _ => String::new(),
                    };
                    format!("{name} {key} {value}")
                }));
                found.insert(name);
            }
            Token::Comment(_) => {
                found.insert("comment".to_owned());
            }
            _ => {}
        }
    }
    found
}

/// Tags that the exports use and that do nothing.
const STILL: &[&str] = &[
    "br", "p", "ul", "ol", "li", "pre", "code", "span", "table", "tr", "td", "th", "dl", "dt", "dd", "h2",
    "h3", "h4", "div",
];

/// What is active in Markdown, and its skeleton: headings, tables.
fn markdown(text: &str) -> Result<(), String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH;
    let (mut in_code, mut columns, mut cells) = (false, 0, 0);
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => return Err(format!("HTML {html:?}")),
            Event::InlineMath(it) | Event::DisplayMath(it) => return Err(format!("math {it:?}")),
            Event::FootnoteReference(it) => return Err(format!("footnote {it:?}")),
            Event::TaskListMarker(_) => return Err("task".to_owned()),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                return Err(format!("link to {dest_url:?}"));
            }
            Event::Start(Tag::FootnoteDefinition(it)) => return Err(format!("footnote {it:?}")),
            Event::Start(Tag::Strikethrough) => return Err("strikethrough".to_owned()),
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Table(of)) => columns = of.len(),
            Event::Start(Tag::TableRow | Tag::TableHead) => cells = 0,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::End(pulldown_cmark::TagEnd::TableRow) if cells != columns => {
                return Err(format!("{cells} cells of {columns}"));
            }
            // What GitHub would make a link or a mention of.
            Event::Text(said) if !in_code => {
                let bare = |sign: &str| said.contains(sign);
                if ["http://", "https://", "ftp://"].iter().any(|sign| bare(sign)) {
                    return Err(format!("bare address in {said:?}"));
                }
            }
            _ => {}
        }
    }
    // Words that a renderer joins again behind a backslash are looked for in the source.
    Ok(())
}

/// Characters that act on a terminal or hide and reorder text.
fn acting(text: &str) -> Option<char> {
    text.chars().find(|c| {
        matches!(c, '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    })
}

/// Words that a shell makes of a command; `None` where there is no shell.
fn shell_words(command: &str) -> Option<Vec<String>> {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let script = format!("gcloud() {{ printf '%s\\0' \"$@\"; }}\nset -f\n{command}");
    let out = Command::new("sh").arg("-c").arg(script).current_dir(folder).output().ok()?;
    Some(String::from_utf8_lossy(&out.stdout).split('\0').map(str::to_owned).collect())
}

/// A command is one call of gcloud: nothing else is run and nothing becomes an option.
fn command(command: &str) -> Result<(), String> {
    let Some(bare) = command.strip_prefix("gcloud ") else { return Ok(()) };
    let bare = format!("gcloud {}", bare.split(" > logs.json").next().unwrap_or(bare));
    let Some(words) = shell_words(&bare) else { return Ok(()) };
    const OPTIONS: &[&str] = &[
        "--project",
        "--order",
        "--limit",
        "--format",
        "--region",
        "--to-revisions",
        "--service",
        "--filter",
        "--freshness",
    ];
    let pwned = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pwned");
    if pwned.exists() {
        let _ = std::fs::remove_file(pwned);
        return Err(format!("ran more than it says: {command:?}"));
    }
    let strange = words
        .iter()
        .filter(|word| word.starts_with('-'))
        .find(|word| !OPTIONS.contains(&word.split('=').next().unwrap_or("")));
    if let Some(word) = strange {
        return Err(format!("option {word:?} in {command:?}"));
    }
    // A filter's quotes are closed: an even number is left without those behind a backslash. Other words hold no filter.
    let read = words.iter().skip_while(|word| *word != "read").nth(1);
    let mut filters = read.into_iter().chain(words.iter().filter(|word| word.starts_with("--filter")));
    let open =
        filters.find(|word| word.replace("\\\\", "").replace("\\\"", "").matches('"').count() % 2 == 1);
    open.map_or(Ok(()), |word| Err(format!("an open quote in {word:?}")))
}

fn one(text: &str) -> Result<(), String> {
    static USUAL: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let mut usual = tags(&render(&told("pier"), Format::Html, Level::Off));
        usual.extend(STILL.iter().map(|tag| (*tag).to_owned()));
        usual
    });
    let report = told(text);
    let html = render(&report, Format::Html, Level::Off);
    if let Some(tag) = tags(&html).difference(&USUAL).next() {
        return Err(format!("HTML has {tag:?}"));
    }
    let said = render(&report, Format::Markdown, Level::Off);
    markdown(&said)?;
    let json = render(&report, Format::Json, Level::Off);
    let again: Report = serde_json::from_str(&json).map_err(|error| error.to_string())?;
    if again != report {
        return Err("JSON does not give the report again".to_owned());
    }
    let chat = render(&report, Format::Chat, Level::Off);
    if let Some(call) = ["<!", "<@", "<#", "<http", "<users/", "@here", "@channel", "@all"]
        .iter()
        .find(|call| chat.contains(**call))
    {
        return Err(format!("the chat has {call:?}"));
    }
    let chat = chat.replace('\u{200b}', "");
    for (name, text) in [("chat", &chat), ("HTML", &html), ("Markdown", &said), ("JSON", &json)] {
        if let Some(c) = acting(text) {
            return Err(format!("{name} holds {c:?}"));
        }
    }
    copied(text, &report)?;
    report
        .raw
        .queries
        .iter()
        .filter(|query| query.language == "gcloud")
        .try_for_each(|query| command(&query.text))?;
    report.actions.iter().try_for_each(|action| command(&action.command))
}

/// What the page copies: the queries of each finding, of each blind spot, of a filter that was chosen and typed; findings and
/// tables as Markdown.
fn copied(text: &str, report: &Report) -> Result<(), String> {
    let (shown, _) = redact_shown(report, Level::Off, &[]);
    let page = &shown.report;
    if let Some(c) = acting(&serde_json::to_string(page).map_err(|error| error.to_string())?) {
        return Err(format!("the page holds {c:?}"));
    }
    let term = |regex: bool| Term { any: vec![text.to_owned()], regex };
    let chosen = Filter {
        services: vec![text.to_owned()],
        revisions: vec![text.to_owned()],
        instances: vec![text.to_owned()],
        logs: vec![text.to_owned()],
        traces: vec![text.to_owned()],
        texts: vec![term(false), term(true)],
        ..Filter::default()
    };
    let evidence = page.evidence.iter().map(|evidence| &evidence.filter);
    let fetched = page.findings.iter().map(|finding| &finding.fetch);
    let gaps = page.coverage.gaps.iter().map(|gap| &gap.filter);
    for filter in fetched.chain(gaps).chain(evidence).chain([&chosen]) {
        for (tool, query) in hand_off(page, filter).queries {
            if let Some(c) = acting(&query) {
                return Err(format!("{tool} holds {c:?}"));
            }
            command(&query)?;
        }
    }
    for number in 0..report.findings.len() {
        let said = render_finding(report, number, Level::Off, &[]).unwrap_or_default();
        markdown(&said)?;
        if let Some(c) = acting(&said) {
            return Err(format!("a finding holds {c:?}"));
        }
    }
    let plain = render(report, Format::Plain, Level::Off);
    markdown(&plain)?;
    if Parser::new_ext(&plain, Options::ENABLE_TABLES)
        .any(|event| matches!(event, Event::Start(Tag::Table(_))))
    {
        return Err("plain Markdown has a table".to_owned());
    }
    let cells = [vec!["Message".to_owned()], vec![text.to_owned()]];
    let table_ = table(&cells, TableForm::Markdown);
    markdown(&table_)?;
    let tsv = table(&cells, TableForm::Tsv);
    let acts = acting(&table_).or_else(|| acting(&tsv));
    let formula = tsv.lines().any(|line| line.starts_with(['=', '+', '-', '@']));
    if acts.is_some() || formula || tsv.lines().count() != 2 {
        return Err(format!("a copied table: {acts:?}, {tsv:?}"));
    }
    Ok(())
}

#[test]
fn payloads_stay_text_in_every_export() {
    let all = payloads();
    assert!(all.len() >= 500, "{}", all.len());
    // Each kind is met in a sample: a step that has no divisor in common with their number.
    let few = if std::env::var_os("FIVEWHYS_CASES").is_some() { all.len() } else { 45 };
    cases_of(&all, few);
}

fn cases_of(all: &[String], few: usize) {
    cases("payloads", few as u64, |seed| {
        let at = (seed as usize * 11) % all.len();
        one(&all[at]).map_err(|fault| format!("{:?}: {fault}", all[at]))
    });
}

#[test]
fn the_places_of_the_log_reach_the_report() {
    let report = told("pier");
    let text = render(&report, Format::Json, Level::Off);
    assert!(report.actions.iter().any(|action| action.command.contains("pier")), "no command holds it");
    assert!(report.raw.queries.iter().any(|query| query.text.contains("pier")));
    for place in ["pierError", "/app/pier.py", "com.example.pierException", "pier.json", "pier2"] {
        assert!(text.contains(place), "{place} is not told");
    }
}
