//! Secrets in lists, in objects, as numbers and beside their key; and what looks like them and has to stay.

use super::check_all;
use crate::redact::{Level, Memory};

/// As they stand, and as a string inside of JSON, as loggers print objects.
fn both(all: &[&str]) -> Vec<String> {
    let escaped = all.iter().map(|text| text.replace('"', "\\\""));
    all.iter().map(|text| (*text).to_owned()).chain(escaped).collect()
}

#[test]
fn secrets_in_lists_and_objects_go() {
    let all = [
        r#"{"token":["⟦abcdefgh1⟧"]}"#,
        r#"{"token":["⟦abcdefgh1⟧","⟦ijklmnop2⟧"],"n":1}"#,
        r#"{"token": [ "⟦abcdefgh1⟧" , "⟦ijklmnop2⟧" ]}"#,
        r#"{"password":["⟦hunter⟧"],"user":["bob"]}"#,
        r#"{"password":[["⟦hunter⟧"]]}"#,
        r#"{"apiKeys":["⟦9f86d081884c7d65⟧"]}"#,
        r#"{"tokens":["⟦Zk3Qw9Lm2Xv7Bt5R⟧"]}"#,
        r#"{"passwords":["⟦hunter2⟧","⟦swordfish⟧"]}"#,
        r#"{"secrets":{"db":"⟦hunter2⟧","count":2}}"#,
        r#"{"credentials":{"value":"⟦abcdefgh⟧"}}"#,
        r#"{"credentials":{"type":"service_account","data":{"raw":"⟦abcdefgh⟧"}}}"#,
        r#"{"secret":{"a":{"b":"⟦s3cr3tvalue12⟧"}}}"#,
        r#"{"password":{"old":"⟦hunter⟧","new":"⟦swordfish⟧"}}"#,
        r#"{"session":{"user":"bob","key":"⟦Zk3Qw9Lm2Xv7Bt5R⟧","createdAt":"2025-03-02T10:00:00Z"}}"#,
        r#"{"headers":{"authorization":["Bearer ⟦abcdefgh⟧"],"set-cookie":["⟦sid=abc; Path=/⟧"],"host":["x"]}}"#,
        r#"{"x-api-key":["⟦9f86d081884c⟧"]}"#,
        r#"{"cookies":{"sid":"⟦Zk3Qw9Lm2Xv7Bt5R⟧","theme":"dark"}}"#,
        r#"["Authorization","Bearer ⟦abcdefgh⟧","Host","x"]"#,
        r#"["Cookie", "⟦sid=abc; theme=dark⟧", "Accept", "*/*"]"#,
        r#"{"name":"DB_PASSWORD","value":"⟦hunter⟧"}"#,
        r#"{"name": "API_KEY", "value": "⟦abcdefgh⟧"},{"name":"PORT","value":"8080"}"#,
        r#"{"secrets":[{"name":"DB_PASSWORD","value":["⟦hunter⟧"]}]}"#,
        r#"{"key":"X-Api-Key","value":["⟦abcdefgh⟧"]}"#,
    ];
    let mut all = both(&all);
    all.extend(
        [
            "{ token: [ '⟦abcdefgh1⟧' ], user: 'bob' }",
            "{ credentials: { value: '⟦abcdefgh⟧' } }",
            "{'token': ['⟦abcdefgh1⟧'], 'secret': b'⟦abcdefgh⟧'}",
            "{'password': ('⟦hunter⟧', '⟦swordfish⟧')}",
            "map[Accept:[*/*] Authorization:[Bearer ⟦abcdefgh⟧] Cookie:[⟦sid=abc; theme=dark⟧]]",
            "headers={Authorization=[Bearer ⟦abcdefgh⟧], Host=[x]}",
            "{apiKey=[⟦9f86d081884c7d65⟧]}",
            "token=[\"⟦abcdefgh1⟧\"]",
            "token:\n[\n  x",
            "\"token\": [\n      \"⟦abcdefgh1⟧\",\n      \"⟦ijklmnop2⟧\"\n    ]",
            "\\\"token\\\": [\\n  \\\"⟦abcdefgh1⟧\\\"\\n]",
            "credentials.value=⟦abcdefgh⟧ token.0=⟦ijklmnop⟧",
            // Cut in the middle.
            "{\"token\":[\"⟦abcdefgh1⟧\",\"⟦ijkl…⟧",
            "\"token\": [⟦72390407525957⟧…",
            "{\"credentials\":{\"value\":\"⟦abcdefgh⟧\",\"tok…",
        ]
        .map(str::to_owned),
    );
    check_all(Level::Secrets, all);
}

#[test]
fn numbers_under_secret_keys_go() {
    let mut all = both(&[
        r#"{"apiKey":⟦123456789012⟧}"#,
        r#"{"apiKey": ⟦123456789012⟧, "n": 1}"#,
        r#"{"token":[⟦123456789012⟧,⟦210987654321⟧]}"#,
        r#"{"credentials":{"value":⟦123456789012⟧}}"#,
        r#"{"otp":[⟦482913⟧]}"#,
        r#"{"pin":1,"password":⟦1234⟧}"#,
        r#"{"password":{"value":⟦123456⟧}}"#,
        r#"{"name":"API_KEY","value":⟦123456789012⟧}"#,
    ]);
    all.push("{ apiKey: ⟦123456789012⟧, n: 1 }".to_owned());
    check_all(Level::Secrets, all);
}

#[test]
fn what_is_no_secret_in_lists_and_objects_stays() {
    for level in [Level::Secrets, Level::Standard] {
        check_all(
            level,
            both(&[
                r#"{"token":true,"secret":false,"session":null}"#,
                r#"{"token":[],"credentials":{},"password":[null,true]}"#,
                r#"{"token":4096,"session":12,"signature":3}"#,
                r#"{"tokens":["SELECT","FROM","where"],"max_tokens":[100000000]}"#,
                r#"{"tokens":{"prompt":12345678,"completion":42}}"#,
                r#"{"usage":{"total_tokens":12345678}}"#,
                r#"{"session":{"user":"bob","id":42,"createdAt":"2025-03-02T10:00:00Z","active":true}}"#,
                r#"{"session":{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","path":"/a/b1/c2"}}"#,
                r#"{"cookie":{"path":"/","httpOnly":true,"originalMaxAge":86400000,"sameSite":"lax"}}"#,
                r#"{"password":{"name":"ValidatorError","message":"Path `password` is required.","kind":"required","path":"password"}}"#,
                r#"{"credentials":{"type":"authorized_user","projectId":"demo-12345","expires":"2025-03-02"}}"#,
                r#"{"token":["<redacted>","***"],"password":["[FILTERED]"]}"#,
                r#"{"signature":{"valid":false,"alg":"RS256"}}"#,
                r#"{"secret":"projects/demo/secrets/db","secrets":["projects/demo/secrets/db"]}"#,
                r#"{"name":"PORT","value":"8080"},{"name":"API_URL","value":"http127"}"#,
                r#"{"errors":{"token":["is invalid"],"password":["is too short (minimum is 8 characters)"]}}"#,
                r#"["Content-Type","application/json","ETag","abc123def456"]"#,
                r#"["password","swordfish1","username"]"#,
            ]),
        );
        check_all(
            level,
            [
                "SyntaxError: Unexpected token { in JSON at position 12",
                "Unexpected token: [",
                "token: {\n  at parse (/srv/a1b2c3d4.js:1:2)\n  at run (/srv/b.js:1:2)",
                "password=[PROTECTED] user=[bob]",
                "password: [hidden by policy]",
                "session: [1, 2, 3]",
                "Token types: [BEARER, MAC]",
                "tokens=[a, b, c] in 5 ms",
                "(token: [expired], session: [closed])",
                "session: 12345678 rows were read",
            ],
        );
    }
}

#[test]
fn a_number_that_went_has_a_placeholder() {
    let mut memory = Memory::new(Level::Secrets, &[]);
    assert_eq!(memory.redact(r#"{"apiKey":123456789012}"#), r#"{"apiKey":<key-1>}"#);
    assert_eq!(memory.redact_value("token", r#"["abcdefgh1"]"#), r#"["<token-1>"]"#);
    assert_eq!(memory.redact_between("\"token\": [\"", "abcdefgh1", "\"]"), "<token-1>");
}

/// Texts made to be slow: each would take minutes if brackets were followed anew from every key.
#[test]
fn brackets_are_followed_once() {
    for part in [
        "token:[",
        "\"token\":{",
        "{\"token\":\"",
        "secret=(",
        "\"a\":[\"token:{",
        "\"cookie\",\"",
        "\\\"token\\\":[",
        "{\"name\":\"k\",\"value\":",
    ] {
        let text = part.repeat(60_000 / part.len());
        let _ = Memory::new(Level::Secrets, &[]).redact(&text);
    }
}
