//! A report in JSON opens again: the same to the byte, refused where it is no report any more, and harmless whoever wrote it.

use crate::render::{HOSTILE, flooded};
use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::{Axis, Beside, Builder, Digest};
use fivewhys::entry::Nanos;
use fivewhys::error::{Code, Problem};
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::limits::{REPORT_BYTES, REPORT_VALUES};
use fivewhys::query::Filter;
use fivewhys::redact::Level;
use fivewhys::report::load;
use fivewhys::report::model::{Class, Report};
use fivewhys::report::render::{Format, render, render_again};
use html5gum::{Token, Tokenizer};
use pulldown_cmark::{Event, Parser, Tag};
use std::path::{Path, PathBuf};

/// The logs of golden reports and those that wasm reads too.
fn logs() -> Vec<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let of = |folder: &str| std::fs::read_dir(data.join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> = of("incidents").chain(of("same")).filter(|path| path.is_file()).collect();
    all.sort();
    all
}

fn report(path: &Path, knowledge: &Knowledge) -> Report {
    let bytes = std::fs::read(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name, size: bytes.len() as u64, token: 7 });
    ingest.push(&bytes, &mut builder);
    let problems = ingest.finish(&mut builder);
    let generated_at = Nanos::parse("2026-03-02T12:00:00Z");
    diagnose(&builder.finish().finish(), knowledge, &Options { generated_at, problems, ..Options::default() })
}

fn json() -> String {
    let report = Report { generator: "fivewhys 0.1.0".into(), ..crate::sample::incident() };
    render(&report, Format::Json, Level::Secrets)
}

#[track_caller]
fn refused(text: &str) -> Problem {
    let problem = load::load("report.json", text.as_bytes()).unwrap_err();
    assert_eq!(problem.code, Code::EReport);
    assert_eq!(problem.place.file.as_deref(), Some("report.json"));
    problem
}

#[test]
fn a_report_opens_again_as_it_was_written() {
    let knowledge = Knowledge::builtin();
    let all = logs();
    assert!(all.len() > 10);
    for path in all {
        let before = report(&path, &knowledge);
        for level in [Level::Secrets, Level::Strict, Level::Off] {
            let name = format!("{} at {level:?}", path.display());
            let json = render(&before, Format::Json, level);
            let again =
                load::load("report.json", json.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(render_again(&again, Format::Json, level, &[]) == json, "{name}: JSON");
            for format in [Format::Markdown, Format::Html] {
                let [was, is] = [render(&before, format, level), render_again(&again, format, level, &[])];
                // What was replaced is counted where it is replaced only.
                let said = |text: &str| text.replace("Redaction: ", "\nRedaction: ");
                let differ = said(&was).lines().zip(said(&is).lines()).filter(|(a, b)| a != b).count();
                let replaced = was != is;
                assert!(
                    differ <= usize::from(replaced) && (!replaced || is.contains("as when this report")),
                    "{name}: {format:?}"
                );
            }
        }
    }
}

#[test]
fn what_was_redacted_stays_so_and_is_said() {
    let mut before = crate::sample::incident();
    before.generator = "fivewhys 0.1.0".into();
    before.works.clear();
    before.findings[0].quotes[0].text = "password=hunter2 from ada@example.com".into();
    let text = render(&before, Format::Json, Level::Secrets);
    let again = load::load("report.json", text.as_bytes()).unwrap();
    let plain = render_again(&again, Format::Markdown, Level::Secrets, &[]);
    assert!(!plain.contains("hunter2") && plain.contains("password=<password-1>"), "{plain}");
    assert!(plain.contains("Redaction: as when this report was exported; nothing more had to be replaced."));
    let more = render_again(&again, Format::Markdown, Level::Standard, &[]);
    assert!(!more.contains("ada@example.com") && more.contains("1 × email"), "{more}");
}

#[test]
fn another_version_says_which() {
    let problem = refused(&json().replacen("\"schema\": 1", "\"schema\": 2", 1));
    assert!(problem.detail.contains("version 2 of the model, and this program reads version 1"), "{problem}");
}

#[test]
fn a_report_that_ends_early_is_refused_wherever_it_ends() {
    let text = json();
    let from = text.find("\"generated_at\"").unwrap();
    for end in (from..text.trim_end().len()).step_by(97) {
        let Some(part) = text.get(..end) else { continue };
        let problem = refused(part);
        assert!(problem.detail.starts_with("It ends early"), "{end}: {problem}");
        assert!(problem.place.line.is_some());
    }
}

#[test]
fn damaged_and_edited_reports_are_refused() {
    let text = json();
    let with = |old: &str, new: &str| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    };
    let state = "\"state\": \"ongoing\"";
    for (bad, says) in [
        (with(state, "\"state\": \"over\""), "Something else"),
        (with(state, "\"state\": 7"), "Something else"),
        (with(state, "\"stated\": \"ongoing\""), "Something else"),
        (with(state, "\"state\" \"ongoing\""), "not valid JSON"),
        (with("\"more_patterns\": ", "\"more_patterns\": -1"), "A number"),
        (with("\"more_patterns\": ", "\"more_patterns\": 1.5e"), "A number"),
        (with("\"more_patterns\": ", "\"more_patterns\": 9999999999999"), "A number"),
        (with("\"bucket_nanos\": ", "\"bucket_nanos\": -"), "buckets"),
        (format!("{text}{text}"), "not valid JSON"),
        ("[1]".to_owned(), "does not begin"),
        (String::new(), "does not begin"),
    ] {
        let problem = refused(&bad);
        assert!(problem.detail.contains(says), "{says}: {problem}");
        // Nothing of the file is quoted.
        assert!(!problem.to_string().contains("over") && !problem.to_string().contains("billing"));
    }
    assert!(
        refused("{\"schema\":1,\"generator\":\"fivewhys 1\",\"verdict\":1,\"headline\":2}")
            .detail
            .contains("comparison")
    );
}

#[test]
fn size_depth_and_amounts_are_bounded() {
    assert!(load::check_size("report.json", REPORT_BYTES).is_ok());
    assert_eq!(load::check_size("report.json", REPORT_BYTES + 1).unwrap_err().code, Code::EReport);
    let head = "{\"schema\":1,\"generator\":\"fivewhys 1\",\"x\":";
    refused(&format!("{head}{}", "[".repeat(100_000)));
    refused(&format!("{head}{}", "{\"not\":".repeat(100_000)));
    let many = "1,".repeat(usize::try_from(REPORT_VALUES).unwrap());
    assert!(refused(&format!("{head}[{many}1]}}")).detail.contains("amount"));
}

#[test]
fn no_byte_stops_it() {
    let text = json();
    let mut opened = 0;
    for (n, at) in (0..text.len()).step_by(23).enumerate() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = [b'0', b'9', b'-', b'"', b']', b'{', b'x', b'\\', 0xC3][n % 9];
        match load::load("report.json", &bytes) {
            Ok(report) => {
                opened += 1;
                for format in [Format::Markdown, Format::Html, Format::Json] {
                    assert!(!render_again(&report, format, Level::Strict, &[]).is_empty());
                }
            }
            Err(problem) => assert_eq!(problem.code, Code::EReport),
        }
    }
    assert!(opened > 20, "{opened}");
}

/// The page's worker holds such a report over an index without entries: every question finds none.
#[test]
fn an_index_without_entries_answers_with_none() {
    let index = Digest::default().finish();
    let axis = Axis { from: Nanos(0), bucket_nanos: 1, buckets: 48 };
    let counts = index.counts(&Filter::default(), Beside { findings: &[], found: &[] }, axis);
    assert!(counts.rows.is_empty() && counts.buckets.iter().flatten().all(|n| *n == 0));
    assert!(index.select_with(&Filter::default(), Beside { findings: &[], found: &[] }).is_empty());
    assert!(fivewhys::compare::boundaries(&index).is_empty());
    assert!(index.quote(0).is_none() && index.told(0, None).is_none());
}

/// Every text a payload, every number as large as a report may have it.
fn tampered() -> Report {
    let mut report = flooded(HOSTILE);
    report.generator = format!("fivewhys {HOSTILE}");
    report.findings.iter_mut().for_each(|finding| finding.class = Class::Critical);
    let mut value = serde_json::to_value(&report).unwrap();
    fn fill(value: &mut serde_json::Value, key: &str) {
        match value {
            serde_json::Value::Number(n) => {
                let most = match key {
                    "schema" | "bucket_nanos" => return,
                    "first" | "last" | "time" | "from" | "until" | "generated_at" => {
                        serde_json::json!(fivewhys::limits::FAR_NANOS)
                    }
                    "evidence" | "row" | "file" | "len" | "line" | "shapes" | "rows" | "files" => {
                        serde_json::json!(u32::MAX)
                    }
                    "statuses" if n.as_u64().is_some_and(|n| n < 1000) => return,
                    _ => serde_json::json!(fivewhys::limits::REPORT_NUMBER),
                };
                *value = most;
            }
            serde_json::Value::Array(all) => all.iter_mut().for_each(|value| fill(value, key)),
            serde_json::Value::Object(all) => {
                all.iter_mut().for_each(|(key, value)| fill(value, &key.clone()));
            }
            _ => {}
        }
    }
    fill(&mut value, "");
    if let Some(from) = value.pointer_mut("/timeline/from") {
        *from = serde_json::json!(-fivewhys::limits::FAR_NANOS);
    }
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_tampered_report_injects_nothing() {
    let json = serde_json::to_string(&tampered()).unwrap();
    let report = load::load("report.json", json.as_bytes()).unwrap();
    for level in [Level::Off, Level::Secrets, Level::Strict] {
        let html = render_again(&report, Format::Html, level, &[]);
        for token in Tokenizer::new(html.as_str()) {
            let Ok(token) = token;
            let Token::StartTag(tag) = token else { continue };
            let name = String::from_utf8_lossy(&tag.name).into_owned();
            assert!(!["script", "img", "iframe", "base", "form"].contains(&name.as_str()), "{name}");
            for (key, value) in &tag.attributes {
                let (key, value) = (String::from_utf8_lossy(key), String::from_utf8_lossy(value));
                assert!(!key.starts_with("on") && key != "src" && key != "style", "{name} {key}");
                assert!(key != "href" || value.starts_with('#'), "{value}");
            }
        }
        let markdown = render_again(&report, Format::Markdown, level, &[]);
        for event in Parser::new_ext(&markdown, pulldown_cmark::Options::ENABLE_TABLES) {
            let is_active = match &event {
                Event::Html(_) | Event::InlineHtml(_) => true,
                Event::Start(tag) => matches!(tag, Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock),
                _ => false,
            };
            assert!(!is_active, "{event:?}");
        }
        let json = render_again(&report, Format::Json, level, &[]);
        for acting in ["\u{1b}", "\u{202e}", "\u{200b}", "\u{7}"] {
            assert!([&html, &markdown, &json].iter().all(|text| !text.contains(acting)), "{acting:?}");
        }
    }
}

/// The command: what it shows, and what it refuses.
#[cfg(feature = "cli")]
mod command {
    use crate::cli::{entry, folder, run};

    fn written(name: &str) -> (std::path::PathBuf, String, String) {
        let folder = folder(name);
        let log = folder.join("log.ndjson");
        let lines: String = (0..40)
            .map(|n| entry(n, if n % 5 == 3 { "ERROR" } else { "INFO" }, "password=hunter2 failed") + "\n")
            .collect();
        std::fs::write(&log, lines).unwrap();
        let (log, out) = (log.display().to_string(), folder.join("report.json").display().to_string());
        let ran = run(&["report", &log, "--out", &out, "--generated-at", "2026-01-01"], "");
        assert_eq!(ran.status, 0, "{}", ran.err);
        (folder, log, out)
    }

    #[test]
    fn a_report_is_shown_again() {
        let (_, log, json) = written("reopen-shown");
        let again = run(&["report", &json, "--format", "json"], "");
        assert_eq!((again.status, again.out), (0, std::fs::read_to_string(&json).unwrap()), "{}", again.err);
        let [of_log, of_json] =
            [&log, &json].map(|path| run(&["report", path, "--generated-at", "2026-02-02"], "").out);
        let body = |text: &str| {
            text.lines().filter(|line| !line.contains("Redaction:")).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(body(&of_log), body(&of_json));
        assert!(of_json.contains("Generated 2026-02-02 00:00:00 UTC") && !of_json.contains("hunter2"));
        assert_eq!(run(&["report", &json, "--fail-on", "warning"], "").status, 1);
    }

    #[test]
    fn what_needs_the_log_says_so() {
        let (folder, log, json) = written("reopen-refused");
        let [digest, twin] = ["x.fwd", "twin.json"].map(|name| folder.join(name).display().to_string());
        std::fs::copy(&json, &twin).unwrap();
        for args in [
            vec!["report", &json, "--where", "severity=ERROR"],
            vec!["report", &json, "--baseline", &log],
            vec!["report", &json, &twin],
            vec!["entries", &json],
            vec!["compare", &json, &log],
            vec!["inspect", &json],
        ] {
            let ran = run(&args, "");
            assert_eq!(ran.status, 2, "{args:?}: {}", ran.err);
            assert!(ran.err.contains("E-REPORT report.json"), "{args:?}: {}", ran.err);
        }
        run(&["digest", &log, "--out", &digest], "");
        for other in [&log, &digest] {
            let ran = run(&["report", &json, other], "");
            assert_eq!(ran.status, 0, "{}", ran.err);
            assert!(
                ran.err.contains("E-REPORT report.json") && ran.out.contains("40 entries"),
                "{}",
                ran.err
            );
        }
        let ran = run(&["report", "-"], &std::fs::read_to_string(&json).unwrap());
        assert!(ran.status == 2 && ran.err.contains("E-REPORT"), "{}", ran.err);
    }
}
