//! Valid exports, made wrong from a seed: nothing panics or hangs, any split gives the same report, and damage to one record
//! costs that record and no other.

use crate::bodies::{any_text, one_record, own_entries};
use crate::exports::{Form, join};
use crate::invariant::{digest, read, report};
use crate::prove::cases;

#[test]
fn damage_to_one_record_costs_no_other() {
    cases("one record damaged", 60, one_record);
}

#[test]
fn any_damage_is_survived_and_no_split_changes_the_report() {
    cases("text damaged", 60, any_text);
}

/// Entries that have no severity but that of their group.
fn groups(damage: impl Fn(usize, String) -> String) -> Vec<u8> {
    let line = |n: usize| {
        let time = format!("2025-03-02T10:00:{n:02}Z");
        let text = format!(
            "{{\"timestamp\":\"{time}\",\"insertId\":\"i{n}\",\"textPayload\":\"quay {n}\",\"resource\":{{\"type\":\"gae_app\"}}}}"
        );
        damage(n, text)
    };
    let list = |range: std::ops::Range<usize>| range.map(line).collect::<Vec<_>>().join(",");
    format!("{{\"logs_by_severity\":{{\"ERROR\":[{}],\"INFO\":[{}]}}}}", list(0..6), list(6..16)).into_bytes()
}

fn severities(bytes: &[u8]) -> Vec<(String, u64)> {
    let told = report(digest(bytes, &mut || usize::MAX));
    told.severity.iter().map(|row| (row.name.clone(), row.entries)).collect()
}

#[test]
fn a_broken_element_at_the_end_of_a_group_takes_no_other_into_it() {
    let has = |all: &[(String, u64)], name: &str| all.iter().find(|row| row.0 == name).map_or(0, |row| row.1);
    let whole = severities(&groups(|_, text| text));
    assert_eq!((has(&whole, "ERROR"), has(&whole, "INFO")), (6, 10), "{whole:?}");
    // A quote is lost, a bracket is lost, a bracket is too much.
    for (lost, found) in [("\"quay 5", "quay 5"), ("app\"}}", "app\"}"), ("quay 5\"", "quay 5\"]}")] {
        let damaged = severities(&groups(|n, text| if n == 5 { text.replace(lost, found) } else { text }));
        assert_eq!((has(&damaged, "ERROR"), has(&damaged, "INFO")), (5, 10), "{lost}: {damaged:?}");
    }
    // Where the first of a group is broken, nobody knows where the group begins; its entries are there all the same.
    let damaged =
        severities(&groups(|n, text| if n == 5 || n == 6 { text.replace("\"quay", "quay") } else { text }));
    assert_eq!(
        (has(&damaged, "ERROR"), damaged.iter().map(|row| row.1).sum::<u64>()),
        (5, 14),
        "{damaged:?}"
    );
}

#[test]
fn brackets_too_many_hide_no_group() {
    let damaged = groups(|n, text| if n == 3 { text[60..].to_owned() } else { text });
    assert_eq!(severities(&damaged).iter().map(|row| row.1).sum::<u64>(), 15);
}

/// Entries in a form, of which the fourth is made wrong; gives how many entries say the word of each and no other.
fn fourth_damaged(form: Form, list: &str, damage: &str) -> Vec<usize> {
    let words: Vec<String> = ('a'..='h').map(|letter| format!("quay{letter}lock")).collect();
    let mut texts: Vec<Vec<u8>> = (0..)
        .zip(&words)
        .map(|(n, word)| {
            let time = format!("2025-03-02T10:00:{n:02}Z");
            let text = format!(
                "{{\"level\":30,\"time\":\"{time}\",\"hostname\":\"pier-1\",\"pid\":7,\"tags\":{list},\"req\":{{\"tags\":{list}}},\"msg\":\"{word}\"}}"
            );
            text.into_bytes()
        })
        .collect();
    if let Some((how, place)) = damage.split_once(": ") {
        let text = String::from_utf8(texts[3].clone()).unwrap();
        let at = text.rfind(place).unwrap();
        texts[3] = match how {
            "from" => text[at..].into(),
            "up to" => text[..at + place.len()].into(),
            _ => (text[..at].to_owned() + how + &text[at..]).into(),
        };
    }
    let said = read(&join(form, &texts).0).said;
    (0..words.len()).map(|n| own_entries(&said, &words, n)).collect()
}

#[test]
fn brackets_and_quotes_in_what_is_left_of_an_entry_end_no_list() {
    let list = "[{\"a\":1},{\"b\":[1,2,{\"c\":\"},{\\\"\"}]}]";
    let damages = [
        // It begins in the middle: of a key, a list, an object, a text, behind them, or at their ends.
        "from: ags\":[",
        "from: [{\"a\"",
        "from: {\"a\"",
        "from: 2,{",
        "from: {\"c\"",
        "from: \"},{",
        "from: },{\\",
        "from: {\\",
        "from: \"}]}]",
        "from: }]}]",
        "from: ]}]",
        "from: }]",
        "from: ]}",
        "from: },\"msg",
        "from: \"msg",
        "from: sg\"",
        "from: \":\"quay",
        "from: quay",
        "from: \"}",
        "from: }",
        // It ends there.
        "up to: {\"level",
        "up to: {\"level\":",
        "up to: \"tags\":",
        "up to: \"tags\":[",
        "up to: [{\"a\":1}",
        "up to: [{\"a\":1},",
        "up to: \"b\":[",
        "up to: \"b\":[1",
        "up to: {\"c\":",
        "up to: {\"c\":\"},{\\\"",
        "up to: \"}]",
        "up to: \"}]}",
        "up to: \"}]}]",
        "up to: \"}]}]}",
        "up to: \"msg",
        "up to: quay",
        // Something stands in it that does not belong there.
        "]: ,\"msg",
        "]}: ,\"msg",
        "]}}: ,\"msg",
        "}: ,\"msg",
        "[: ,\"msg",
        "{: ,\"msg",
        "\": ,\"msg",
        "]}]}: \"c",
        "]: \"quay",
        "}},{\"a\":[: ,\"msg",
        "]: }",
        "]}}: }",
    ];
    for form in [Form::OneLine, Form::Member, Form::PrettyMember, Form::Groups, Form::Pages] {
        assert_eq!(fourth_damaged(form, list, ""), [1; 8], "{form:?}");
        for damage in damages {
            let mut said = fourth_damaged(form, list, damage);
            said[3] = 1;
            assert_eq!(said, [1; 8], "{form:?}, {damage}");
        }
    }
}

#[test]
fn a_bracket_too_many_in_a_group_ends_no_group() {
    let has = |all: &[(String, u64)], name: &str| all.iter().find(|row| row.0 == name).map_or(0, |row| row.1);
    for (lost, found) in
        [("\"resource\"", "]},\"resource\""), ("\"resource\"", "],\"resource\""), ("{\"timestamp\":", "]")]
    {
        let damaged = severities(&groups(|n, text| if n == 2 { text.replace(lost, found) } else { text }));
        assert_eq!((has(&damaged, "ERROR"), has(&damaged, "INFO")), (5, 10), "{lost}: {damaged:?}");
    }
}

#[test]
fn what_stands_beside_whole_lists_is_no_entry() {
    let entry =
        |n: usize| format!("{{\"level\":30,\"time\":\"2025-03-02T10:00:0{n}Z\",\"msg\":\"quay {n}\"}}");
    let beside = "\"n\": 1.5e3, \"whole\" : true,\n\"of\":[{\"msg\":\"a\",\"level\":30},{\"msg\":\"b\",\"level\":30}],\"by\":{\"msg\":[{\"msg\":\"c\"}]}, \"none\":[]";
    let page =
        |n: usize| format!("{{\"entries\":[{},null,\"x\", [1, {{}}] ,{}],{beside}}}", entry(n), entry(n + 1));
    let kept =
        read(format!("{}\n\nNext page, [2] {{ of 3}}:\n{} {}\n", page(1), page(3), page(5)).as_bytes());
    assert_eq!(kept.said.len(), 6, "{:?}", kept.said);
    assert!(!kept.files[0].truncated);
    assert_eq!(kept.files[0].n_skipped, 9, "{:?}", kept.files[0].skipped);
}

#[test]
fn a_bracket_too_many_at_the_end_does_not_say_that_the_text_was_cut_off() {
    let whole = groups(|_, text| text);
    let text = String::from_utf8(whole).unwrap();
    for (end, is_cut) in [("}}}]}}", false), ("}},]}}\n", false), ("}}]}", true), ("}}", true), ("}", true)] {
        let kept = read(text.replace("}}]}}", end).as_bytes());
        assert_eq!(kept.said.len(), if end == "}" { 15 } else { 16 }, "{end}");
        assert_eq!(kept.files[0].truncated, is_cut, "{end}");
    }
}

#[test]
fn zeros_in_one_record_make_no_binary_file() {
    let damaged = groups(|n, text| if n == 5 { "\0".repeat(text.len() * 4) } else { text });
    assert_eq!(severities(&damaged).iter().map(|row| row.1).sum::<u64>(), 15);
}
