//! What logs state in so many words beside a failure: the server behind a proxy, settings that differ, and what is no longer claimed
//! to be absent.

use super::work::report_of;
use fivewhys::report::model::{Class, Report, Sentence};

fn plain(sentences: &[Sentence]) -> String {
    sentences.iter().map(|said| said.text.plain()).collect::<Vec<_>>().join(" ")
}

fn clock(second: usize) -> String {
    format!("{:02}:{:02}:{:02}", 10 + second / 3600, second / 60 % 60, second % 60)
}

/// An access log of five minutes, three servers behind it; `bad` says of which request the third one fails, and whether the proxy then
/// asks another one. The tail is that of ingress-nginx, or of keys.
fn access(bad: fn(usize) -> Option<bool>, keys: bool) -> String {
    let servers = ["10.8.1.4:8080", "10.8.2.7:8080", "10.8.3.9:8080"];
    let line = |n: usize| {
        let [first, other] = [servers[n % 3], servers[0]];
        let (status, asked, answers, took) = match bad(n).filter(|_| n % 3 == 2) {
            None => (200, first.to_owned(), "200".to_owned(), "0.015"),
            Some(false) => (502, first.to_owned(), "502".to_owned(), "0.001"),
            Some(true) => (200, format!("{first}, {other}"), "502, 200".to_owned(), "0.001, 0.015"),
        };
        let head = format!(
            "10.1.0.{} - - [02/Mar/2026:{} +0000] \"GET /cart/{n} HTTP/1.1\" {status} 512 \"-\" \"okhttp/4.9\"",
            n % 9,
            clock(n * 6)
        );
        if keys {
            format!("{head} ua=\"{asked}\" us=\"{answers}\" rt=0.{:03} urt=\"{took}\"\n", 20 + n % 50)
        } else {
            format!(
                "{head} 431 0.{:03} [shop-cart-8080] [] {asked} {took} {took} {answers} {n:032x}\n",
                20 + n % 50
            )
        }
    };
    (0..300).map(line).collect()
}

#[test]
fn the_server_behind_a_proxy_that_fails_is_told_from_those_that_work() {
    for keys in [false, true] {
        let log = access(|n| (n > 150).then_some(n % 2 == 1), keys);
        let told = report_of("access.log", log.as_bytes());
        let cause = plain(&told.findings[0].cause);
        assert!(cause.contains("Of the servers behind the proxy 10.8.3.9:8080 fails: 49 of 49 answers meanwhile are bad, and 0 of 120 answers of the 2 others (10.8.1.4:8080, 10.8.2.7:8080)."), "{cause}");
        assert!(
            cause.contains(
                "25 more requests were answered below 500 only because the proxy asked another server"
            ),
            "{cause}"
        );
        assert!(cause.contains("they took 20 ms to"), "{cause}");
        assert!(
            told.actions
                .iter()
                .any(|a| a.steps.iter().any(|step| step.plain().starts_with("First take 10.8.3.9:8080 out")))
        );
    }
    // All failures hidden by retries are a notice, and no failure is denied.
    let told = report_of("access.log", access(|n| (n > 150).then_some(true), false).as_bytes());
    assert_eq!((told.findings.len(), told.findings[0].class), (1, Class::Notice));
    assert!(!told.headline.sentence.plain().contains("no failure"), "{}", told.headline.sentence.plain());
    // A calm log, and one that fails everywhere.
    assert!(report_of("access.log", access(|_| None, false).as_bytes()).findings.is_empty());
    let all = access(|n| (n > 150).then_some(false), false)
        .replace("10.8.1.4", "10.8.3.9")
        .replace("10.8.2.7", "10.8.3.9");
    assert!(!plain(&report_of("access.log", all.as_bytes()).findings[0].cause).contains("behind the proxy"));
}

/// A program's log: what it says as it starts twice, and what fails after the second start.
fn restarted(first: &str, second: &str) -> Report {
    let line = |second: usize, text: &str| format!("2026-03-02 {} {text}\n", clock(second));
    let mut log = line(0, first);
    log.extend((0..100).map(|n| line(5 + n * 10, &format!("INFO answered batch {n} in {} ms", 20 + n % 7))));
    log += &line(1010, "INFO Shutting down");
    log += &line(1012, second);
    log.extend((0..60).map(|n| line(1020 + n * 10, &format!("ERROR queue full, job {n} rejected"))));
    report_of("app.log", log.as_bytes())
}

#[test]
fn a_number_of_a_setting_that_is_another_one_since_the_start_is_told() {
    let told = restarted("INFO Starting with workers=4", "INFO Starting with workers=1");
    let cause = &told.findings[0].cause;
    let wanted =
        "Of what it states as it starts, workers was 4 before, and first 1 at 2026-03-02 10:16:52 UTC.";
    let said =
        cause.iter().find(|said| said.text.plain() == wanted).unwrap_or_else(|| panic!("{}", plain(cause)));
    let evidence = &told.evidence[said.evidence.unwrap() as usize];
    assert_eq!(evidence.entries, 2);
    assert!(told.whys.iter().any(|why| why.answer.text.plain() == wanted));
    // The same setting, a time, a count, or a process id is no change.
    for [first, second] in [
        ["INFO Starting with workers=4", "INFO Starting with workers=4"],
        ["INFO Started in 3.2 s, pid 17", "INFO Started in 4.1 s, pid 23"],
        ["INFO started, loaded 512 rows", "INFO started, loaded 498 rows"],
    ] {
        let told = restarted(first, second);
        assert!(
            !plain(&told.findings[0].cause).contains("What changed:")
                && !plain(&told.findings[0].cause).contains("Of what it states"),
            "{}",
            plain(&told.findings[0].cause)
        );
    }
}

#[test]
fn what_an_error_without_a_level_says_is_not_claimed_to_be_absent() {
    let line = |n: usize, text: &str| {
        format!(
            "{{\"timestamp\":\"2026-03-02T{}Z\",\"textPayload\":\"{text}\",\"insertId\":\"i{n}\"}}\n",
            clock(n * 10)
        )
    };
    let mut log: String = (0..60).map(|n| line(n, &format!("served basket {n}"))).collect();
    log += &line(61, "Error while shaking hands: handshake not completed");
    log += &line(62, "worker ended with exit code 3");
    let told = report_of("log.ndjson", log.as_bytes());
    let absent = plain(&told.not_found);
    assert!(
        !absent.contains("TLS error") && !absent.contains("No exit") && absent.contains("No quota"),
        "{absent}"
    );
    let headline = told.headline.sentence.plain();
    assert!(!headline.contains("no failure"), "{headline}");
}
