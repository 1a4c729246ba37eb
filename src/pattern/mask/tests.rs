//! What stays and what becomes a variable.
use super::*;
use proptest::prelude::*;

fn shape(text: &str) -> String {
    let mut out = String::new();
    mask(text, &mut out);
    out
}

#[test]
fn variables_are_masked() {
    for (text, expected) in [
        ("took 35 ms", "took <*> ms"),
        ("took 35ms at -3.5", "took <*> at <*>"),
        ("user 6f1b3f0e-1c2d-4e5f-8a9b-0c1d2e3f4a5b gone", "user <*> gone"),
        ("from 10.0.3.7:41872 ok", "from <*>:<*> ok"),
        ("dest: /10.0.3.7:41872", "dest: <*>:<*>"),
        ("GET https://api.example.com/v1/x?a=1&b=2 failed", "GET https://<*> failed"),
        ("\"GET /v1/users/17?q=a,b HTTP/1.1\" 200 512", "\"GET <*> HTTP/1.1\" 200 <*>"),
        (
            "[2025-09-15 13:03:25 +0000] [7] [INFO] Booting worker with pid: 7",
            "[<*>] [<*>] [INFO] Booting worker with pid: <*>",
        ),
        ("\u{1b}[32m[Nest] 1  - \u{1b}[39m09/15/2025, 1:03:25 PM", "[Nest] <*> - <*>, <*>:<*>:<*> PM"),
        ("mail to jo.doe+x@example.com sent", "mail to <*> sent"),
        ("mac 00:11:43:e3:ba:c3 v6 2607:f140:6000:8:c6b3:1ff:fecd:467f", "mac <*> v6 <*>"),
        ("node-17 eth1 ssh2 blk_-123456789 rdd_2_0", "node-<*> eth1 ssh2 <*> <*>"),
        ("E1102 08:14:11.203456 1 main.go:17] no", "<*> <*>:<*>:<*> <*> main.go:<*>] no"),
        ("\"GET / HTTP/1.1\" 404", "\"GET <*> HTTP/1.1\" 404"),
        ("[02-Nov-2025 08:14:11 UTC] x", "[<*>] x"),
        ("enabled=true, ratio=45%", "enabled=<*>, ratio=<*>"),
        ("at Fri Jun 17 07:07:00 2005", "at <*>:<*>:<*>"),
        ("1301 bytes (1.27 KB) sent", "<*> bytes sent"),
        ("o.s.OrderService#451 order#451 Order.java#9", "o.s.OrderService#451 order#<*> Order.java#<*>"),
        ("ids 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 done", "ids <*> done"),
    ] {
        assert_eq!(shape(text), expected, "{text}");
    }
}

#[test]
fn codes_stay() {
    for text in [
        "Container called exit(3).",
        "worker exited with code 3",
        "process exited with 137",
        "exit status 2",
        "killed by signal 9",
        "status: 503",
        "ERROR 1045 denied",
        "(pymysql.err.OperationalError) (1364, x",
        "listen on port 8080",
        "error TS2305: no member",
        "E11000 duplicate key",
        "ORA-00001: unique",
        "connect ECONNREFUSED",
        "Starting gunicorn 21.2.0",
        "Python 3.11 found",
        "SQLSTATE[HY000] [2002] Connection refused",
        "connect() failed (111: Connection refused)",
        "Completed 500 Internal Server Error",
        "code: 'P2002'",
        "API run.googleapis.com is disabled",
        "<b>no</b>",
    ] {
        assert_eq!(shape(text), text, "{text}");
    }
}

#[test]
fn fragments_stay_verbatim_but_for_addresses_and_ids() {
    let mut out = String::new();
    mask_lines(
        "failed 17\n    at run (/app/a17.js:3:9)\n\tgoroutine 18 0xc0001",
        |l| l.starts_with([' ', '\t']),
        &mut out,
    );
    assert_eq!(out, "failed <*>\n    at run (/app/a17.js:3:9)\n\tgoroutine <*> <*>");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn masking_twice_changes_nothing(text in "\\PC{0,60}|[ -~]{0,60}|([a-zE]{1,3}|[0-9]{1,4}|[ :./=(,@<>*_\\-]|error |exit|GET |E1102|OK|TS|com|0x|://|bytes|Jan | \\(|\\x1b){0,14}") {
        for f in [mask as fn(&str, &mut String), mask_codes] {
            let (mut once, mut twice) = (String::new(), String::new());
            f(&text, &mut once);
            f(&once, &mut twice);
            prop_assert_eq!(&once, &twice, "{:?}", text);
        }
    }
}
