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
fn damage_is_told_and_no_log_is_written_over() {
    let folder = folder("compare-damage");
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("before.json"), orders(false, 0..90)).unwrap();
    std::fs::write(
        path("during.json"),
        orders(true, 1800..1860) + "{\"timestamp\": broken\n" + &orders(true, 1860..1870),
    )
    .unwrap();
    let told = run(&["compare", &path("before.json"), &path("during.json")], "");
    assert!(told.status == 0 && told.err.contains("W-SKIPPED"), "{}", told.err);
    assert!(told.out.contains("W-SKIPPED"), "{}", told.out);
    let strict = run(&["compare", &path("before.json"), &path("during.json"), "--strict"], "");
    assert_eq!(strict.status, 2);
    let met = run(&["compare", &path("before.json"), &path("during.json"), "--fail-on", "new-error"], "");
    assert!(met.status == 1 && met.err.contains("new-error: shop: no shelf for item <*> ("), "{}", met.err);
    for arguments in [
        vec![
            "compare".to_owned(),
            path("before.json"),
            path("during.json"),
            "--out".to_owned(),
            path("during.json"),
        ],
        vec!["report".to_owned(), path("during.json"), "--out".to_owned(), path("during.json")],
        vec!["digest".to_owned(), path("during.json"), "--out".to_owned(), path("during.json")],
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let refused = run(&arguments, "");
        assert!(refused.status == 2 && refused.err.contains("E-QUERY"), "{arguments:?} {}", refused.err);
        assert!(std::fs::read_to_string(path("during.json")).unwrap().contains("no shelf"), "{arguments:?}");
    }
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
        (vec!["compare", &before, "--by", "revision", "--service", "stock"], "change of revision of stock"),
        (vec!["compare", &before, "--split", "2026-02-30"], "write it as"),
        (vec!["compare", &before, &during, "--service", "stock"], "cannot be used with"),
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

#[test]
fn reports_tell_what_changed() {
    let folder = folder("compare-report");
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("before.json"), orders(false, 0..90)).unwrap();
    std::fs::write(path("during.json"), orders(true, 95..155)).unwrap();
    std::fs::write(path("both.json"), orders(false, 0..90) + &orders(true, 95..155)).unwrap();
    let (before, during, both) = (path("before.json"), path("during.json"), path("both.json"));
    let began = "It began with the revision `shop-00008-xyz`, within a second of its first entry: none of the 180 entries of ";
    for (args, side) in [
        (vec!["report", &during, "--baseline", &before], "`before.json`"),
        (vec!["report", &both], "`shop-00007-abc`"),
    ] {
        let told = run(&args, "");
        assert_eq!(told.status, 0, "{}", told.err);
        let section = told.out.split("\n## What changed\n").nth(1).expect("a section");
        assert!(
            section.contains("`shop` no longer says: `reserved item <*>` (90 times before)"),
            "{section}"
        );
        assert!(
            section.contains("*Hypothesis.*") && section.contains("It would speak against it: "),
            "{section}"
        );
        assert!(told.out.contains(&format!("{began}{side} says `no shelf for item <*>`")), "{}", told.out);
        let html = run(&[&args[..], &["--format", "html"]].concat(), "").out;
        assert!(html.contains("<h2>What changed</h2>"));
        let json = run(&[&args[..], &["--format", "json"]].concat(), "").out;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let changes = json["changes"].as_array().unwrap();
        let evidence = |said: &serde_json::Value| said["evidence"].is_u64();
        assert!(changes.iter().all(|said| evidence(said) || said["grade"] == "hypothesis"), "{changes:?}");
    }
    let alone = run(&["report", &during], "");
    assert!(!alone.out.contains("## What changed"), "{}", alone.out);
    let missing = run(&["report", &during, "--baseline", "missing.json"], "");
    assert!(missing.status == 2 && missing.err.contains("E-IO"), "{}", missing.err);
}

/// What the recipes of docs/compare.md run, with the log of a canary and the file that they write in a folder.
fn recipes(folder: &std::path::Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/compare.md")).unwrap();
    let section = text.split("\n## In a pipeline\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let lines = section.lines().filter_map(|line| {
        let line = line.trim();
        let listed = line.strip_prefix("args: [").and_then(|rest| rest.strip_suffix(']'));
        let words: Vec<&str> = match (line.strip_prefix("fivewhys "), listed) {
            (Some(command), _) => command.split_whitespace().collect(),
            (_, Some(listed)) => listed.split(", ").collect(),
            _ => return None,
        };
        let place = |word: &str| match word.rsplit('/').next() {
            Some(name @ ("shop.json" | "changed.md")) => folder.join(name).display().to_string(),
            _ => word.to_owned(),
        };
        Some(words.into_iter().map(place).collect())
    });
    lines.collect()
}

#[test]
fn recipes_for_pipelines_stop_a_bad_canary_and_let_a_good_one_pass() {
    let folder = folder("compare-recipes");
    let recipes = recipes(&folder);
    assert_eq!(recipes.len(), 2, "GitHub Actions and Cloud Build: {recipes:?}");
    // As `gcloud logging read --format=json` prints it: one array.
    let array = |lines: String| format!("[{}]", lines.lines().collect::<Vec<_>>().join(",\n"));
    let good = orders(false, 95..155).replace("shop-00007-abc", "shop-00008-xyz");
    for (canary, status) in [(orders(true, 95..155), 1), (good, 0), (String::new(), 2)] {
        std::fs::write(folder.join("shop.json"), array(orders(false, 0..90) + &canary)).unwrap();
        for recipe in &recipes {
            let args: Vec<&str> = recipe.iter().map(String::as_str).collect();
            assert!(args.contains(&"--fail-on") && args.contains(&"new-error"), "{args:?}");
            let ran = run(&args, "");
            assert_eq!(ran.status, status, "{args:?}: {}", ran.err);
        }
    }
    std::fs::write(folder.join("shop.json"), array(orders(false, 0..90) + &orders(true, 95..155))).unwrap();
    let out = folder.join("changed.md");
    std::fs::remove_file(&out).unwrap();
    let writes = recipes.iter().find(|recipe| recipe.iter().any(|word| word == "--out")).unwrap();
    run(&writes.iter().map(String::as_str).collect::<Vec<_>>(), "");
    assert!(std::fs::read_to_string(&out).unwrap().contains("no shelf for item"));
}
