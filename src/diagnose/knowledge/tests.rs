//! Unit tests of matching, filling and rule files with errors; the built-in rules are proved in `tests/it/knowledge.rs`.

use super::*;

const RULE: &str = r#"
[[signature]]
id = "acme-ledger-locked"
title = "The ledger is locked"
area = "http"
role = "cause"
priority = { outage = "P1", otherwise = "P2" }
anchor = ["ledger locked by"]
regex = 'ledger locked by (?P<owner>\w+)|LEDGER LOCKED BY (?P<owner2>\w+)'
examples = ["ledger locked by nightly"]
counterexamples = ["ledger unlocked"]
what = "The ledger is held by {owner}."
action = "Wait for[ {owner}] to finish."
verify = "Bookings go through."
source = "our own service"
"#;

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn first(text: &str) -> (String, BTreeMap<String, String>) {
    let knowledge = Knowledge::builtin();
    let found = knowledge.matches(text);
    found.first().map_or_else(Default::default, |found| {
        (knowledge.signatures()[found.signature].id.clone(), found.captures.clone())
    })
}

#[test]
fn builtin_is_sorted_and_not_empty() {
    let knowledge = Knowledge::builtin();
    assert!(knowledge.signatures().len() >= 200);
    assert!(knowledge.signatures().is_sorted_by_key(|signature| signature.id.clone()));
}

#[test]
fn terminal_codes_and_literal_line_ends_are_no_obstacle() {
    let (id, captures) = first("\u{1b}[31mModuleNotFoundError: No module named\u{1b}[0m 'billing'\\n");
    assert_eq!(id, "py-module-missing");
    assert_eq!(captures["module"], "billing");
    assert_eq!(matcher::normal("a\\\\nb\r\n\u{1b}]0;title\u{7}c "), "a\nb\nc");
}

#[test]
fn the_specific_one_comes_before_the_general_one() {
    let text = "Ready condition status changed to False for Revision shop-1 with message: The user-provided container \
                failed to start and listen on the port defined provided by the PORT=8080 environment variable";
    assert_eq!(first(text).0, "run-failed-to-listen");
}

#[test]
fn numbered_captures_fold() {
    let mut knowledge = Knowledge::builtin();
    assert!(!knowledge.is_own("acme-ledger-locked"));
    knowledge.add("team.toml", RULE).unwrap();
    assert!(knowledge.is_own("acme-ledger-locked"));
    let found = knowledge.matches("LEDGER LOCKED BY audit");
    assert_eq!(found[0].captures, values(&[("owner", "audit")]));
}

#[test]
fn a_rule_of_the_team_can_replace_a_built_in_one() {
    let mut knowledge = Knowledge::builtin();
    let before = knowledge.signatures().len();
    knowledge.add("team.toml", &RULE.replace("acme-ledger-locked", "env-file-noise")).unwrap();
    assert_eq!(knowledge.signatures().len(), before);
    assert_eq!(knowledge.get("env-file-noise").unwrap().title, "The ledger is locked");
}

#[test]
fn what_has_no_value_is_left_out() {
    let fill = |template: &str| Knowledge::fill(template, &values(&[("port", "8080")]));
    assert_eq!(fill("It listens on {port}."), "It listens on 8080.");
    assert_eq!(fill("It listens[ on {host}][ port {port}], they say."), "It listens port 8080, they say.");
    assert_eq!(fill("It failed: {reason}."), "It failed.");
    assert_eq!(
        fill("{reason} came first. Then it failed, for {reason}, at once."),
        "Then it failed, at once."
    );
    assert_eq!(fill("Look at a[0] and {} and {Not}."), "Look at a[0] and {} and {Not}.");
}

#[test]
fn commands_keep_their_shape() {
    let filled = Knowledge::fill_command("gcloud run services describe {service}", &values(&[]));
    assert_eq!(filled, "gcloud run services describe SERVICE");
}

#[test]
fn errors_of_a_rule_file_point_at_file_table_and_key() {
    let mut knowledge = Knowledge::builtin();
    let cases = [
        (
            "role = \"cause\"",
            "role = \"couse\"",
            6,
            "acme-ledger-locked, role: `couse` is unknown; did you mean `cause`?",
        ),
        ("anchor = ", "anchors = ", 8, "acme-ledger-locked, anchors: unknown; did you mean `anchor`?"),
        (
            "regex = 'ledger",
            "regex = '(ledger",
            2,
            "acme-ledger-locked, regex: does not compile: error: unclosed group",
        ),
        (
            "held by {owner}",
            "held by {holder}",
            2,
            "acme-ledger-locked, what: {holder} is no capture of the regex",
        ),
        ("area = \"http\"", "area = http", 5, "the file:"),
        ("verify = \"Bookings go through.\"", "", 2, "acme-ledger-locked, verify: missing"),
    ];
    for (from, to, line, detail) in cases {
        let problems = knowledge.add("team.toml", &RULE.replace(from, to)).unwrap_err();
        assert!(problems.iter().any(|problem| problem.detail.starts_with(detail)), "{detail}: {problems:?}");
        let place = &problems[0].place;
        assert_eq!((place.file.as_deref(), place.line), (Some("team.toml"), Some(line)), "{problems:?}");
    }
    assert!(knowledge.get("acme-ledger-locked").is_none());
}

#[test]
fn a_file_is_checked_like_the_built_in_ones() {
    let knowledge = Knowledge::builtin();
    assert_eq!(rules::check(&knowledge, "team.toml", RULE), []);
    let wrong = RULE
        .replace("examples = [\"ledger locked by nightly\"]", "examples = [\"No module named 'ledger'\"]");
    let problems = rules::check(&knowledge, "team.toml", &wrong);
    assert!(problems.iter().any(|problem| problem.detail.contains("examples: not matched")), "{problems:?}");
    let unanchored = RULE.replace("\"ledger locked by\"]", "\"ledger locked by n\"]");
    let problems = rules::check(&knowledge, "team.toml", &unanchored);
    assert!(problems.iter().any(|problem| problem.detail.contains("no anchor covers")), "{problems:?}");
}

#[test]
fn explain_tells_all_and_helps_with_a_slip() {
    let knowledge = Knowledge::builtin();
    let text = rules::explain(&knowledge, "py-module-missing").unwrap();
    for part in ["role", "regex", "verify", "matches", "not "] {
        assert!(text.contains(part), "{part}");
    }
    let problem = rules::explain(&knowledge, "py-modul-missing").unwrap_err();
    assert!(problem.detail.contains("py-module-missing"), "{problem:?}");
    assert!(rules::list(&knowledge).lines().count() == knowledge.signatures().len());
}

#[test]
fn each_collects_what_a_text_lists() {
    let list = |text: &str| first(text).1.get("name").cloned().unwrap_or_default();
    let dump = "Failed to start parcel worker: ZodError: [\n  {\n    \"code\": \"invalid_type\",\n    \"path\": [\n      \"PARCEL_URL\"\n    ],\n    \"message\": \"Required\"\n  },\n  {\n    \"path\": [ \"PARCEL_KEY\" ],\n    \"message\": \"Required\"\n  }\n]";
    assert_eq!(list(dump), "PARCEL_URL and PARCEL_KEY");
    assert_eq!(
        list("Error: Missing required environment variables: PARCEL_URL, PARCEL_KEY and DEPOT_ID"),
        "PARCEL_URL, PARCEL_KEY and DEPOT_ID"
    );
    assert_eq!(list("KeyError: 'PARCEL_URL'"), "PARCEL_URL");
}

#[test]
fn matches_end_between_characters() {
    let regex = Expression::new("no (?P<what>.{1,4})").unwrap();
    assert_eq!(regex.find("say no жжж more"), Some(4..11));
    assert_eq!(regex.captures("no жжж"), [("what", "жж")]);
    let odd = Expression::new("no (?P<what>.{1,3})").unwrap();
    assert_eq!(odd.captures("no жжж"), [("what", "жж")]);
}

#[test]
fn other_characters_can_be_asked_for() {
    assert!(!Expression::new(r"^\w+$").unwrap().is_match("größe"));
    assert!(Expression::new(r"(?u)^\w+$").unwrap().is_match("größe"));
    assert!(Expression::new("^[→…]$").unwrap().is_match("…"));
    assert!(Expression::new("a → b").unwrap().is_match("a → b"));
    assert!(Expression::new("(").is_err());
}
