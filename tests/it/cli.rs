//! The command, run as a user runs it: arguments, exit status, standard output and standard error.

#![cfg(feature = "cli")]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    command.args(args).env("SOURCE_DATE_EPOCH", "1740873600").env("NO_COLOR", "1");
    command
}

pub(crate) fn run(args: &[&str], input: &str) -> Ran {
    let mut child =
        command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that ends early closes its input; that is its right.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let done = child.wait_with_output().unwrap();
    Ran {
        status: done.status.code().unwrap_or(-1),
        out: String::from_utf8(done.stdout).unwrap(),
        err: String::from_utf8(done.stderr).unwrap(),
    }
}

/// A folder of its own for each test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

pub(crate) fn entry(second: usize, severity: &str, text: &str) -> String {
    serde_json::json!({
        "insertId": format!("i{second}"),
        "timestamp": format!("2025-03-02T00:{:02}:{:02}.000001Z", second / 60, second % 60),
        "severity": severity,
        "textPayload": text,
        "logName": "projects/demo/logs/run.googleapis.com%2Fstderr",
        "resource": {"type": "cloud_run_revision", "labels": {"service_name": "shop", "revision_name": "shop-00007-abc", "location": "europe-west1"}},
    })
    .to_string()
}

fn log(lines: usize) -> String {
    (0..lines)
        .map(|n| {
            entry(n, if n % 10 == 3 { "ERROR" } else { "INFO" }, &format!("step {n} password=hunter2")) + "\n"
        })
        .collect()
}

#[test]
fn a_report_from_standard_input() {
    let ran = run(&["report", "-"], &log(30));
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("## Overview") && ran.out.contains("## Findings"), "{}", ran.out);
    assert!(ran.out.contains("| ERROR | 3 | 10.0 % |"), "{}", ran.out);
    assert!(!ran.out.contains("hunter2"));
    assert!(ran.out.contains("Generated 2025-03-02 00:00:00 UTC"));
}

#[test]
fn files_folders_and_patterns() {
    let folder = folder("inputs");
    std::fs::write(folder.join("a.json"), log(10)).unwrap();
    std::fs::create_dir(folder.join("more")).unwrap();
    std::fs::write(folder.join("more/b.json"), log(20)).unwrap();
    let all = format!("{}/**/*.json", folder.display());
    let one = format!("{}/?.json", folder.display());
    let entries = |argument: &str| {
        let ran = run(&["report", argument, "--format", "json"], "");
        assert_eq!(ran.status, 0, "{argument}: {}", ran.err);
        let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        (report["raw"]["files"].as_array().unwrap().len(), report["raw"]["entries"].as_u64().unwrap())
    };
    assert_eq!(entries(&folder.display().to_string()), (2, 20));
    assert_eq!(entries(&all), (2, 20));
    assert_eq!(entries(&one), (1, 10));
}

#[test]
fn exit_status() {
    let folder = folder("status");
    let good = folder.join("good.json").display().to_string();
    std::fs::write(&good, log(30)).unwrap();
    let bad = folder.join("bad.bin").display().to_string();
    std::fs::write(&bad, [0u8, 159, 146, 150, 1, 2, 3, 4].repeat(100)).unwrap();
    let missing = folder.join("missing.json").display().to_string();
    let status = |args: &[&str]| run(args, "").status;
    assert_eq!(status(&["report", &good]), 0);
    assert_eq!(status(&["report", &missing]), 2);
    assert_eq!(status(&["report", &bad]), 2);
    assert_eq!(status(&["report"]), 2);
    assert_eq!(status(&["nothing"]), 2);
    assert_eq!(status(&["--version"]), 0);
    assert_eq!(status(&["report", &good, &missing]), 0);
    assert_eq!(status(&["report", &good, &missing, "--strict"]), 2);
    assert_eq!(status(&["report", &good, "--where", "severity>>X"]), 2);
    let ran = run(&["report", &missing], "");
    assert!(ran.err.starts_with("E-IO missing.json: "), "{}", ran.err);
    assert_eq!(ran.out, "");
    let ran = run(&["report", "-"], "");
    assert!(ran.status == 2 && ran.err.contains("E-EMPTY"), "{}", ran.err);
}

#[test]
fn fail_on() {
    let looping: String = (0..12)
        .flat_map(|n| {
            let trace = "Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    import billing\nModuleNotFoundError: No module named 'billing'";
            [entry(n * 10, "ERROR", trace), entry(n * 10 + 1, "WARNING", "Container called exit(3).")]
        })
        .map(|line| line + "\n")
        .collect();
    assert_eq!(run(&["report", "-"], &looping).status, 0);
    assert_eq!(run(&["report", "-", "--fail-on", "critical"], &looping).status, 1);
    let calm: String = (0..20).map(|n| entry(n, "INFO", "served") + "\n").collect();
    assert_eq!(run(&["report", "-", "--fail-on", "warning"], &calm).status, 0);
}

#[test]
fn filters() {
    let entries = |args: &[&str]| {
        let ran = run(&[&["report", "-", "--format", "json"], args].concat(), &log(60));
        let report: serde_json::Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{args:?}: {}", ran.err));
        report["severity"].as_array().unwrap().iter().map(|row| row["entries"].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(entries(&[]), 60);
    assert_eq!(entries(&["--since", "2025-03-02T00:00:30Z"]), 30);
    assert_eq!(entries(&["--until", "2025-03-02T00:00:30Z"]), 30);
    assert_eq!(entries(&["--where", "severity>=ERROR"]), 6);
    assert_eq!(entries(&["--where", "service=\"shop\" AND severity=INFO"]), 54);
}

#[test]
fn entries_that_pass_are_printed_in_their_own_words() {
    let lines: String = (0..40)
        .map(|n| {
            let text = match n % 4 {
                0 => format!("order {n} of =cmd() failed: password=hunter{n}"),
                1 => format!("=SUM(A1:A{n})"),
                _ => format!("order {n} was \"served\""),
            };
            entry(n, if n % 4 == 0 { "ERROR" } else { "INFO" }, &text) + "\n"
        })
        .collect();
    let entries = |args: &[&str]| {
        let ran = run(&[&["entries", "-"], args].concat(), &lines);
        assert_eq!(ran.status, 0, "{args:?}: {}", ran.err);
        ran.out
    };
    let text = entries(&["--where", "severity>=ERROR", "--limit", "3"]);
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.lines().nth(1).unwrap().contains("order 4 of =cmd() failed: password=<"), "{text}");
    assert!(!text.contains("hunter"), "{text}");
    // Its own words, not those of another entry of its kind; escapes are found.
    let text = entries(&["--where", "\"order 27 was \\\"SERVED\\\"\""]);
    assert!(text.lines().count() == 1 && text.contains("order 27 was \"served\""), "{text}");
    let text = entries(&["--where", "textPayload=~\"order (6|7|10) \" NOT \"order 6\""]);
    assert_eq!(text.lines().count(), 2, "{text}");
    let csv = entries(&["--where", "\"SUM(\"", "--format", "csv", "--limit", "1"]);
    assert!(csv.lines().next().unwrap().starts_with("timestamp,severity,service,"), "{csv}");
    assert!(csv.lines().nth(1).unwrap().contains(",\"'=SUM(A1:A1)\","), "{csv}");
    let ndjson = entries(&["--format", "ndjson"]);
    let parsed: Vec<serde_json::Value> =
        ndjson.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(parsed.len(), 40);
    assert_eq!(parsed[2]["textPayload"], "order 2 was \"served\"");
    assert!(!ndjson.contains("hunter"), "{ndjson}");
    assert_eq!(run(&["entries", "-", "--where", "foo.bar=1"], &lines).status, 2);
    assert_eq!(run(&["report", "-", "--where", "finding=F1"], &lines).status, 2);
}

#[test]
fn output_to_a_file_takes_its_format() {
    let folder = folder("out");
    let out = folder.join("report.html").display().to_string();
    let ran = run(&["report", "-", "--out", &out], &log(30));
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert!(std::fs::read_to_string(&out).unwrap().starts_with("<!DOCTYPE html>"));
    let nowhere = folder.join("no/such/folder.md").display().to_string();
    assert_eq!(run(&["report", "-", "--out", &nowhere], &log(3)).status, 2);
}

#[test]
fn any_number_of_jobs_gives_the_same_report() {
    let folder = folder("jobs");
    let file = folder.join("big.json").display().to_string();
    // Above the size from which files are read in parts.
    let line = entry(1, "INFO", &"x".repeat(4_000));
    let mut text = String::new();
    for n in 0..2_500 {
        text.push_str(&line.replace("\"i1\"", &format!("\"i{n}\"")));
        text.push('\n');
    }
    std::fs::write(&file, text).unwrap();
    let reports = ["1", "2", "5"].map(|jobs| run(&["report", &file, "--jobs", jobs, "--format", "json"], ""));
    assert!(reports[0].out.contains("\"entries\": 2500"), "{}", reports[0].err);
    assert!(reports.iter().all(|ran| ran.status == 0 && ran.out == reports[0].out));
}

/// Text that gzip makes little of, so that the packed file is one that threads share.
fn noise(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut text = String::new();
    for _ in 0..40 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push_str(&format!("{state:016x}"));
    }
    text
}

fn gzip(path: &str, text: &str) {
    let mut packed =
        flate2::write::GzEncoder::new(std::fs::File::create(path).unwrap(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap();
}

#[test]
fn a_packed_log_is_the_same_for_any_number_of_jobs() {
    let folder = folder("packed");
    let [full, none] = ["full.ndjson.gz", "none.json.gz"].map(|name| folder.join(name).display().to_string());
    let line = |n: usize| entry(1, "INFO", &noise(n as u64)).replace("\"i1\"", &format!("\"i{n}\"")) + "\n";
    gzip(&full, &(0..2_000).map(line).collect::<String>());
    gzip(&none, &(0..2_000).map(|n| format!("{{\"a\":\"{}\"}}\n", noise(n))).collect::<String>());
    assert!(std::fs::metadata(&full).unwrap().len() > 600_000);
    let reports = ["1", "2", "5"].map(|jobs| run(&["report", &full, "--jobs", jobs, "--format", "json"], ""));
    assert!(reports[0].out.contains("\"entries\": 2000"), "{}", reports[0].err);
    assert!(reports.iter().all(|ran| ran.status == 0 && ran.out == reports[0].out));
    // Why there is nothing in a log is said by whoever reads it.
    let reports = ["1", "2"].map(|jobs| run(&["report", &none, "--jobs", jobs, "--format", "json"], ""));
    assert!(reports[0].err.contains("E-FORMAT"), "{}", reports[0].err);
    assert_eq!((reports[0].status, &reports[0].err), (reports[1].status, &reports[1].err));
}

#[test]
fn inspect_says_what_a_file_is() {
    let ran = run(&["inspect", "-", "--format", "json"], &log(30));
    let object: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(object["entries"], 30);
    assert_eq!(object["container"], "ndjson");
    assert_eq!(object["severity"], serde_json::json!({"ERROR": 3, "INFO": 27}));
    assert_eq!(object["order"], "ascending");
    assert_eq!(object["first"], "2025-03-02T00:00:00.000001Z");
}

#[test]
fn documents() {
    let explained = run(&["explain", "e-format"], "");
    assert!(explained.status == 0 && explained.out.starts_with("E-FORMAT: "));
    assert_eq!(run(&["explain", "E-NOTHING"], "").status, 2);
    assert!(run(&["explain"], "").out.lines().count() > 15);
    assert!(run(&["man"], "").out.contains(".TH fivewhys"));
    for shell in ["bash", "zsh", "fish"] {
        assert!(run(&["completions", shell], "").out.contains("fivewhys"), "{shell}");
    }
    assert!(run(&["rules"], "").out.lines().count() > 20);
    assert_eq!(run(&["rules", "explain", "no-such-rule"], "").status, 2);
}

#[test]
fn traces_and_patterns() {
    let templates = run(&["patterns"], "user 1 in\nuser 2 in\nuser 3 in\n");
    assert_eq!(templates.out.lines().count(), 3);
    let trace = "Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    import billing\nModuleNotFoundError: No module named 'billing'\n";
    let parsed = run(&["traces", "--parse"], trace);
    assert!(parsed.status == 0 && parsed.out.contains("ModuleNotFoundError"), "{}", parsed.err);
    assert_eq!(run(&["traces"], trace).status, 2);
}

#[test]
fn no_escape_of_the_log_reaches_the_terminal() {
    let text = log(5) + "{\"broken\": \u{1b}[31m\u{202e}\n" + &entry(9, "ERROR", "a \u{1b}[2Jb \u{7}") + "\n";
    for args in [
        &["report", "-"][..],
        &["inspect", "-"],
        &["report", "-", "--format", "html"],
        &["inspect", "-", "--format", "json"],
    ] {
        let ran = run(args, &text);
        for bad in ['\u{1b}', '\u{7}', '\u{202e}'] {
            assert!(
                !ran.out.contains(bad) && !ran.err.contains(bad),
                "{args:?} {bad:?}\n{}\n{}",
                ran.out,
                ran.err
            );
        }
    }
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_is_141() {
    let mut child = command(&["explain"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    // The output may have been written before the pipe was closed.
    assert!(matches!(child.wait().unwrap().code(), Some(141 | 0)));
    assert_eq!(err, "");
}

#[test]
#[cfg(unix)]
fn an_interrupt_gives_the_report_so_far() {
    let mut child = command(&["report", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(log(60).repeat(40).as_bytes()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    // The reader waits for its next chunk; it asks whether to stop when that has come.
    std::thread::sleep(std::time::Duration::from_millis(200));
    let _ = input.write_all(log(60).as_bytes());
    drop(input);
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(130));
    let out = String::from_utf8(done.stdout).unwrap();
    assert!(out.contains("## Overview") && out.contains("W-PARTIAL"), "{out}");
}
