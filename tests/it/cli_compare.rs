//! `fivewhys compare`, run as a user runs it: what it takes, writes and says by its status.

#![cfg(feature = "cli")]

use super::cli::{entry, folder, run};

/// A log of orders whose second revision, from the half hour on, can't reserve any more.
fn orders(broken: bool, seconds: std::ops::Range<usize>) -> String {
    let line = |second: usize| {
        let (revision, reserve) = if broken {
            ("shop-00008-xyz", entry(second, "ERROR", &format!("no shelf for item {second}")))
        } else {
            ("shop-00007-abc", entry(second, "INFO", &format!("reserved item {second}")))
        };
        [entry(second, "INFO", &format!("order {second} taken")), reserve]
            .map(|text| {
                text.replace("shop-00007-abc", revision)
                    .replace("\"i", if text.contains("taken") { "\"a" } else { "\"b" })
                    + "\n"
            })
            .concat()
    };
    seconds.map(line).collect()
}

#[test]
fn comparisons() {
    let folder = folder("compare");
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("before.json"), orders(false, 0..90)).unwrap();
    std::fs::write(path("during.json"), orders(true, 1800..1860)).unwrap();
    std::fs::write(path("both.json"), orders(false, 0..90) + &orders(true, 1800..1860)).unwrap();
    let two = run(&["compare", &path("before.json"), &path("during.json"), "--format", "json"], "");
    assert_eq!(two.status, 0, "{}", two.err);
    let told: serde_json::Value = serde_json::from_str(&two.out).unwrap();
    assert_eq!(told["verdict"], "changed");
    assert_eq!(told["services"][0]["name"], "shop");
    let rows: Vec<(&str, &str)> = told["patterns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["template"].as_str().unwrap(), row["direction"].as_str().unwrap()))
        .collect();
    assert!(
        rows.contains(&("no shelf for item <*>", "new")) && rows.contains(&("reserved item <*>", "gone")),
        "{rows:?}"
    );
    // One log that holds both is split in three ways to the same effect, unasked by its revisions.
    for split in [&[][..], &["--by", "revision"], &["--split", "2025-03-02T00:20:00Z"]] {
        let one = run(&[&["compare", path("both.json").as_str(), "--format", "json"], split].concat(), "");
        let told: serde_json::Value =
            serde_json::from_str(&one.out).unwrap_or_else(|_| panic!("{}", one.err));
        assert_eq!(
            (told["verdict"].as_str(), told["baseline"]["entries"].as_u64()),
            (Some("changed"), Some(180)),
            "{split:?}"
        );
    }
    let html = run(&["compare", &path("before.json"), &path("during.json"), "--out", &path("told.html")], "");
    assert!(
        html.status == 0
            && html.out.is_empty()
            && std::fs::read_to_string(path("told.html")).unwrap().starts_with("<!DOCTYPE html>")
    );
    let digest = run(&["digest", &path("before.json"), "--out", &path("before.fwd")], "");
    assert_eq!(digest.status, 0, "{}", digest.err);
    let travelled = run(&["compare", &path("before.fwd"), &path("during.json"), "--format", "json"], "");
    let mut again: serde_json::Value = serde_json::from_str(&travelled.out).unwrap();
    again["baseline"]["name"] = told["baseline"]["name"].clone();
    assert_eq!(again, told);
}

#[test]
fn comparisons_say_by_their_status_what_they_found() {
    let folder = folder("compare-status");
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("before.json"), orders(false, 0..90)).unwrap();
    std::fs::write(path("during.json"), orders(true, 1800..1860)).unwrap();
    let (before, during) = (path("before.json"), path("during.json"));
    let status = |args: &[&str]| run(args, "").status;
    assert_eq!(status(&["compare", &before, &during, "--fail-on", "new-error"]), 1);
    assert_eq!(status(&["compare", &during, &before, "--fail-on", "new-error"]), 0);
    assert_eq!(status(&["compare", &during, &before, "--fail-on", "any"]), 1);
    assert_eq!(status(&["compare", &before, &before, "--fail-on", "any"]), 0);
    for (args, code) in [
        (vec!["compare", &before, "missing.json"], "E-IO"),
        (vec!["compare", &before], "E-QUERY"),
        (vec!["compare", &before, "--by", "revision"], "E-QUERY"),
        (vec!["compare", &before, "--split", "2020-01-01"], "E-QUERY"),
        (vec!["compare", "-", "-"], "E-QUERY"),
        (vec!["compare", &before, &during, "--by", "revision"], "cannot be used with"),
        (vec!["compare", &before, "-"], "E-EMPTY"),
    ] {
        let ran = run(&args, "");
        assert!(ran.status == 2 && ran.err.contains(code), "{args:?}: {} {}", ran.status, ran.err);
    }
    let ran = run(&["compare", &before, "-"], "no log at all, just prose\n");
    assert!(ran.status == 2 && ran.err.starts_with("E-"), "{}", ran.err);
    for help in [run(&["help", "compare"], ""), run(&["man"], "")] {
        assert!(
            help.out.replace('\\', "").contains("new-error") && help.out.contains("BASELINE"),
            "{}",
            help.out
        );
    }
    assert!(run(&["completions", "bash"], "").out.contains("fivewhys__subcmd__compare"));
}
