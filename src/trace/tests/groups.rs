//! Re-assembly, fragments and grouping keys.

use super::*;

#[test]
fn partial_grouping_of_cloud_run() {
    // A grouped entry, then its continuation line by line; the separator of the chain alone.
    check_timed(
        &[
            (1, 0, "[2025-01-01 00:00:00 +0000] [7] [ERROR] Exception in worker process"),
            (1, 20, "Traceback (most recent call last):\n  File \"/app/a.py\", line 1, in f\n    g("),
            (2, 25, "GET /health 200"),
            (1, 30, "      ^^"),
            (1, 40, "ValueError: no"),
            (1, 44, "During handling of the above exception, another exception occurred:"),
            (
                1,
                60,
                "Traceback (most recent call last):\n  File \"/app/b.py\", line 1, in h\n    i()\nKeyError: 1",
            ),
            (1, 90, "[2025-01-01 00:00:00 +0000] [7] [INFO] Worker exiting (pid: 7)"),
        ],
        &[0, 0, 2, 0, 0, 0, 0, 7],
    );
}

#[test]
fn records_above_a_trace_belong_to_it() {
    check_groups(
        "2025-01-01 10:00:00.000 ERROR 1 --- [exec-1] c.a.Web : request failed [x] with root cause\n\njava.lang.IllegalStateException: x\n\tat com.acme.Ctl.get(Ctl.java:20) ~[classes!/:na]",
    );
    check_groups(
        "ERROR:root:failed\nTraceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    f()\nZeroDivisionError: division by zero",
    );
    check_groups(
        "Task exception was never retrieved\nfuture: <Task finished coro=<m()> exception=ValueError('x')>\nTraceback (most recent call last):\n  File \"a.py\", line 1, in m\n    f()\nValueError: x",
    );
    check_groups(
        "--- Logging error ---\nTraceback (most recent call last):\n  File \"a.py\", line 1, in m\n    f()\nTypeError: not all arguments converted\nCall stack:\n  File \"b.py\", line 3, in <module>\n    log('x', 1)\nMessage: 'x'\nArguments: (1,)",
    );
    check_groups(
        "[Nest] 1  - 01/01/2025, 10:00:00 AM   ERROR [ExceptionsHandler] no id\nTypeError: no id\n    at UserService.find (/app/dist/user.service.js:20:15)",
    );
}

#[test]
fn pauses_end_a_trace() {
    check_timed(
        &[
            (1, 0, "TypeError: a"),
            (1, 10, "    at f (/a.js:1:2)"),
            (1, 5_000_000, "    at g (/a.js:2:2)"),
            (1, 5_000_020, "    at h (/a.js:3:2)"),
        ],
        &[0, 0, 2, 2],
    );
}

#[test]
fn headless_object_joins_its_label() {
    check_timed(
        &[
            (4, 0, "Refund for order 3 did not work: {"),
            (4, 20, "  code: 'E_REFUSED',"),
            (4, 30, "  path: [Array]"),
            (4, 35, "}"),
            (4, 900_000, "done"),
        ],
        &[0, 0, 0, 0, 4],
    );
}

#[test]
fn streams_do_not_mix_and_repeats_are_two() {
    let text = ["Broken: a", "\tat x.Y.z(Y.java:1)"];
    let entries: Vec<Line<'_>> = [(0, 0), (1, 0), (0, 1), (0, 0), (1, 1), (0, 1)]
        .iter()
        .map(|(stream, n)| Line { text: text[*n], stream: *stream, time: None })
        .collect();
    assert_eq!(group(&entries), [0, 1, 0, 3, 1, 3]);
}

#[test]
fn whole_entries_stand_alone() {
    let trace = "TypeError: a\n    at f (/a.js:1:2)";
    let entries: Vec<Line<'_>> =
        [trace, trace, "ok", trace].iter().map(|text| Line { text, stream: 0, time: None }).collect();
    assert_eq!(group(&entries), [0, 1, 2, 3]);
    assert_eq!(group(&[]), Vec::<u32>::new());
}

#[test]
fn fragments() {
    let yes = [
        "    at f (/a.js:1:2)",
        "\tat x.Y.z(Y.java:1)",
        "  File \"/a.py\", line 3, in f",
        "Traceback (most recent call last):",
        "  ^^^^",
        "Caused by: x.Y: no",
        "\t... 12 more",
        "}",
        "  ],",
        "{",
        "  path: [Array],",
        "      message: 'Required'",
        "\"code\": \"invalid\",",
        "#3 {main}",
        "#0      main (file:///a.dart:9:20)",
        "goroutine 7 [running]:",
        "main.main()",
        "main.(*T).Get(0xc000, 0x1)",
        "Node.js v20.1.0",
        "\u{1b}[90m    at f (/a.js:1:2)\u{1b}[39m",
        "at f (/a.js:1:2)",
        "<asynchronous suspension>",
        "app/models/a.rb:3:in `save'",
        "During handling of the above exception, another exception occurred:",
        "  +-+---------------- 1 ----------------",
        "--- End of stack trace from previous location ---",
    ];
    for text in yes {
        assert!(is_fragment(text), "{text}");
    }
    let no = [
        "",
        "INFO started",
        "at 10:00 the job (nightly) ran",
        "Listening on 0.0.0.0:8080",
        "ValueError: no",
        "GET /api/items 200 12ms",
        "#42 is done",
        "{\"message\": \"x\", \"level\": 3}",
        "Loaded config: {}",
        "server.start() took 3 ms",
        "2025-01-01 00:00:00 done",
        "user=7 action=login",
        "Done (3 files)",
    ];
    for text in no {
        assert!(!is_fragment(text), "{text}");
    }
}

#[track_caller]
fn same_key(a: &str, b: &str, same: bool) {
    let key = |t| signature(&parse(t).unwrap());
    assert_eq!(key(a) == key(b), same, "{}\n{}", key(a), key(b));
}

#[test]
fn signatures() {
    let base = "com.acme.Broken: 17\n\tat com.acme.A.f(A.java:3)\n\tat com.acme.A.f(A.java:3)\n\tat org.springframework.X.y(X.java:1)\n\tat com.acme.Main.main(Main.java:9)";
    // Lines, depth of recursion, library frames and numbers of the message say nothing.
    same_key(
        base,
        "com.acme.Broken: 99\n\tat com.acme.A.f(A.java:4)\n\tat com.acme.Main.main(Main.java:12)",
        true,
    );
    same_key(
        base,
        "com.acme.Broken: 17\n\tat com.acme.B.f(B.java:3)\n\tat com.acme.Main.main(Main.java:9)",
        false,
    );
    same_key(
        base,
        "com.acme.Other: 17\n\tat com.acme.A.f(A.java:3)\n\tat com.acme.Main.main(Main.java:9)",
        false,
    );
    // Generated names.
    same_key(
        "X: a\n\tat com.acme.A.lambda$f$0(A.java:3)",
        "X: a\n\tat com.acme.A.lambda$f$12(A.java:3)",
        true,
    );
    same_key(
        "X: a\n\tat com.acme.A$$EnhancerBySpringCGLIB$$1a2b.f(<generated>)",
        "X: a\n\tat com.acme.A$$EnhancerBySpringCGLIB$$99ff.f(<generated>)",
        true,
    );
    same_key(
        "panic: a\n\ngoroutine 1 [running]:\nmain.f.func1()\n\t/s/a.go:3 +0x1",
        "panic: a\n\ngoroutine 9 [running]:\nmain.f.func2()\n\t/s/a.go:8 +0x1",
        true,
    );
}

#[test]
fn bench_forms() {
    let out = bench_group(
        "{\"textPayload\": \"Broken: a\", \"stream\": \"x\"}\n{\"textPayload\": \"\\tat x.Y.z(Y.java:1)\", \"stream\": \"x\"}\n{\"textPayload\": \"ok\", \"stream\": \"x\"}\n",
    );
    assert_eq!(out, "0\n0\n2\n");
    let parsed: serde_json::Value =
        serde_json::from_str(&bench_parse("Broken: a\n\tat x.Y.z(Y.java:1)\n")).unwrap();
    assert_eq!(parsed["chain"][0]["frames"][0]["file"], "Y.java");
    assert_eq!(parsed["chain"][0]["relation"], serde_json::Value::Null);
}

#[test]
fn never_panics_on_broken_text() {
    let pieces = [
        "Traceback (most recent call last):",
        "  File \"",
        "\tat ",
        "Caused by: ",
        "#0 ",
        "#1 0x",
        "goroutine 1 [",
        "panic: ",
        "** (",
        "==1==ERROR: A: ",
        "é…",
        ":in `",
        "[cause]: ",
        "{",
        "}",
        "",
        "  | ",
        "+-",
        "Next ",
        "---> ",
        "x: y in z:1",
        "…:3",
    ];
    let mut seed = 7u32;
    for _ in 0..3000 {
        let mut text = String::new();
        for _ in 0..(seed % 9) {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(pieces[(seed >> 16) as usize % pieces.len()]);
            if seed & 0x100 == 0 {
                text.push('\n');
            }
        }
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) | 1;
        if let Some(trace) = parse(&text) {
            assert!(!trace.chain.is_empty());
            signature(&trace);
            root(&trace);
        }
        let lines: Vec<Line<'_>> =
            text.split('\n').map(|text| Line { text, stream: 0, time: None }).collect();
        assert_eq!(group(&lines).len(), lines.len());
        let _ = text.lines().filter(|l| is_fragment(l)).count();
    }
}

#[test]
fn frames_without_a_head() {
    let told = |text| parse(text).map(|t| (t.runtime.clone(), t.cut, t.chain[0].frames.len()));
    assert_eq!(told("app/a.rb:3:in `x'\napp/b.rb:4:in `y'"), Some(("ruby".into(), true, 2)));
    assert_eq!(
        told("#1      A.b (package:shop/a.dart:3:1)\n#2      C.d (package:shop/a.dart:9:1)"),
        Some(("dart".into(), true, 2))
    );
    assert_eq!(told("    at f (/a.js:1:2)\n    at g (/a.js:3:4)"), Some(("node".into(), true, 2)));
    assert_eq!(
        told("TypeError: x\nf@https://shop.example/app.js:1:2\n@https://shop.example/app.js:3:4"),
        Some(("node".into(), false, 2))
    );
    assert_eq!(
        told("Error: x\n    at eval (eval at f (/srv/a.js:5:28), <anonymous>:1:1)"),
        Some(("node".into(), false, 1))
    );
}
