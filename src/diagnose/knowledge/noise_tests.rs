//! What is written is read back by the product's own reader, passes the checks of every rule file, and takes its messages.

use super::super::{Role, rules};
use super::*;
use crate::redact::{Level, Memory};

fn marked(template: &str, messages: &[&str]) -> Marked {
    let mut memory = Memory::new(Level::Secrets, &[]);
    let message = |raw: &&str| Message { raw: (*raw).to_owned(), redacted: memory.redact(raw).into_owned() };
    Marked { template: template.to_owned(), messages: messages.iter().map(message).collect() }
}

/// Writes one pattern, reads it back, and wants it to win for each message; gives the text.
#[track_caller]
fn check(template: &str, messages: &[&str]) -> String {
    let mut knowledge = Knowledge::builtin();
    let written = write(&knowledge, "", &[marked(template, messages)]);
    assert_eq!((written.made, &written.left_out), (1, &Vec::new()), "{template}");
    assert_eq!(rules::check(&knowledge, "known-noise.toml", &written.toml), [], "{}", written.toml);
    knowledge.add("known-noise.toml", &written.toml).expect("it is read");
    for message in messages {
        let first = knowledge.matches(message).first().map(|found| &knowledge.signatures()[found.signature]);
        let found = first.map(|signature| (signature.role, signature.id.starts_with("noise-")));
        assert_eq!(found, Some((Role::Noise, true)), "{message}\n{}", written.toml);
    }
    written.toml
}

#[test]
fn a_pattern_with_variables_is_known_by_its_words() {
    let toml = check(
        "cache miss for basket <*> after <*> ms",
        &["cache miss for basket 4711 after 12 ms", "cache miss for basket x after 9000 ms"],
    );
    assert!(toml.contains(r#"title = "cache miss for basket … after … ms""#), "{toml}");
    assert!(!toml.contains("4711 "), "{toml}");
}

#[test]
fn hostile_text_comes_back_as_it_was() {
    check(r#"quote " and \ and ''' and """ end"#, &[r#"quote " and \ and ''' and """ end"#]);
    check("regex (a|b)* [x] {2,} ^$ .+? # <*> done", &["regex (a|b)* [x] {2,} ^$ .+? # 17 done"]);
    check("first line <*>", &["first line 1\nsecond \"line\"\n[[signature]]\nid = \"x\""]);
    let toml =
        check("shown \u{202e}gnorw\u{202c} <*> \u{0}\u{7f}", &["shown \u{202e}gnorw\u{202c} 7 \u{0}\u{7f}"]);
    assert!(toml.contains("\\U0000202E") && !toml.contains('\u{202e}') && !toml.contains('\u{0}'), "{toml}");
    check("Größe überschritten: ÄÖÜ <*>", &["Größe überschritten: ÄÖÜ 3"]);
    check("接続が切断されました <*>", &["接続が切断されました 42"]);
    check("{service} said [maybe {x}] <*>", &["{service} said [maybe {x}] 1"]);
}

#[test]
fn a_secret_becomes_a_gap() {
    let toml = check(
        "login with password=hunter2secret from pool <*>",
        &["login with password=hunter2secret from pool 3", "login with password=hunter2secret from pool 4"],
    );
    assert!(!toml.contains("hunter2"), "{toml}");
}

#[test]
fn it_wins_over_what_is_built_in() {
    let text = "FATAL:  password authentication failed for user \"app\"";
    let toml = check("FATAL: password authentication failed for user <*>", &[text]);
    assert!(toml.contains("also = ["), "{toml}");
}

#[test]
fn the_error_of_a_folded_trace_is_found_among_its_lines() {
    check(
        "TimeoutError: payment gateway <*>",
        &[
            "Traceback (most recent call last):\n  File \"/srv/pay.py\", line 1, in charge\nTimeoutError: payment gateway 12",
        ],
    );
}

#[test]
fn words_that_say_too_little_are_left_out() {
    let written = write(&Knowledge::builtin(), "", &[marked("<*> <*>", &["1 2"]), marked("x", &["x"])]);
    assert_eq!(written.toml, "");
    assert_eq!(written.left_out, ["<*> <*>", "x"]);
}

#[test]
fn rules_in_use_stay_in_the_file_and_none_stands_twice() {
    let knowledge = Knowledge::builtin();
    let one = marked("cache miss for basket <*>", &["cache miss for basket 7"]);
    let two = marked("pool is warm again", &["pool is warm again"]);
    let first = write(&knowledge, "", std::slice::from_ref(&one));
    let both = write(&knowledge, &first.toml, &[one, two]);
    assert_eq!(both.made, 1);
    assert!(both.toml.starts_with(&first.toml));
    assert_eq!(file::parse(&both.toml).map(|rules| rules.len()), Ok(2));
}
