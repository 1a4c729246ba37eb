//! The judges of the shared folder, run on the built command: facts of the seed incident, answer keys, traces, templates.
//!
//! Where the folder is absent, each test says so in one line and passes.
#![cfg(feature = "cli")]

use std::path::PathBuf;
use std::process::Command;

const BINARY: &str = env!("CARGO_BIN_EXE_fivewhys");

fn shared(test: &str) -> Option<PathBuf> {
    let beside = || concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").into();
    let folder = PathBuf::from(std::env::var_os("FIVEWHYS_SHARED").unwrap_or_else(beside));
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: {test}: no shared test data");
    None
}

/// Runs one judge; its exit status says whether the bar was met.
#[track_caller]
fn judge(test: &str, script: &str, arguments: &[&str]) {
    let Some(shared) = shared(test) else { return };
    let mut python = Command::new("python3");
    // The judges lie in a folder that is not ours to write to.
    python.env("PYTHONDONTWRITEBYTECODE", "1").env("NO_COLOR", "1").arg(shared.join(script)).args(arguments);
    let done = python.output().unwrap();
    let out = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{out}\n{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn seed_report_states_every_fact() {
    let command = format!("{BINARY} report {{file}} --format markdown");
    judge("seed_report_states_every_fact", "seed/check_report.py", &["--cmd", &command]);
}

#[test]
fn answer_keys_give_ninety_points() {
    let command = format!("{BINARY} report {{file}} --format markdown");
    let arguments = ["--all", "--min", "90", "--run", &command];
    judge("answer_keys_give_ninety_points", "exam/score.py", &arguments);
}

#[test]
fn traces_of_all_runtimes_are_put_together() {
    let command = format!("{BINARY} traces --group");
    let arguments = ["--min", "0.95", "--regroup", &command];
    judge("traces_of_all_runtimes_are_put_together", "bench/traces/score.py", &arguments);
}

#[test]
fn traces_of_all_runtimes_are_read() {
    let command = format!("{BINARY} traces --parse");
    // Of 43 traces three are of Rust without a backtrace: their truth names functions that their text does not.
    let arguments = ["--min", "0.9", "--parse", &command];
    judge("traces_of_all_runtimes_are_read", "bench/traces/score.py", &arguments);
}

#[test]
fn templates_of_sixteen_systems() {
    let command = format!("{BINARY} patterns");
    let arguments = ["--templates", "--truth", "corrected", "--min", ".9,.9,.6,.58", "--cmd", &command];
    judge("templates_of_sixteen_systems", "bench/grouping/eval.py", &arguments);
}
