//! Tests: takes access lines of servers and frameworks, gives the requests they tell of.

use super::{common, said};

fn told(text: &str) -> Option<(String, String, u16, Option<u64>)> {
    said(text).map(|h| (h.method.into_owned(), h.url.into_owned(), h.status, h.latency_micros))
}

fn is(text: &str, method: &str, url: &str, status: u16, micros: Option<u64>) {
    assert_eq!(told(text), Some((method.to_owned(), url.to_owned(), status, micros)), "{text}");
}

#[test]
fn access_lines_of_servers_and_frameworks_are_requests() {
    is(
        "INFO:     10.0.0.7:51234 - \"GET /carts/7 HTTP/1.1\" 500 Internal Server Error",
        "GET",
        "/carts/7",
        500,
        None,
    );
    is(
        "10.0.0.7 - - [29/Nov/2026:03:48:42 +0000] \"POST /a HTTP/1.1\" 201 12 \"-\" \"curl/8\"",
        "POST",
        "/a",
        201,
        None,
    );
    is(
        "method=PATCH path=/carts/7 format=json controller=CartsController action=update status=500 error='NoMethodError: x' duration=58.91 view=0.00 db=12.04",
        "PATCH",
        "/carts/7",
        500,
        Some(58_910),
    );
    is(
        "method=GET path=/cart format=json controller=C action=a status=500 error='Upstream: status=404 path=/b' duration=30.5",
        "GET",
        "/cart",
        500,
        Some(30_500),
    );
    assert_eq!(
        told("method=POST path=/v1/charges host=api.pay.example status=503 duration=30.001 attempt=1"),
        None
    );
    is(
        "at=info method=GET path=\"/d\" host=a.example dyno=web.1 connect=1ms service=18ms status=200 bytes=512",
        "GET",
        "/d",
        200,
        Some(18_000),
    );
    is("POST /api/orders 500 30035ms", "POST", "/api/orders", 500, Some(30_035_000));
    is("GET /a?b=1 304 2.125 ms - -", "GET", "/a?b=1", 304, Some(2_125));
    is("GET /a -> 200 in 185 ms", "GET", "/a", 200, Some(185_000));
    is("GET / 200 in 23ms", "GET", "/", 200, Some(23_000));
    is("[GIN] 2026/11/29 - 03:48:42 | 404 |  1.5ms |  10.0.0.9 | GET  \"/b\"", "GET", "/b", 404, Some(1_500));
    is(
        "[2026-11-29T03:48:42.118Z] \"GET /c HTTP/2\" 503 UF 0 91 4001 - \"-\" \"curl/8\" \"id\" \"shop\" \"10.0.0.3:80\"",
        "GET",
        "/c",
        503,
        Some(4_001_000),
    );
}

#[test]
fn other_texts_are_none() {
    for text in [
        "",
        "GET",
        "GET /a",
        "GET /a fails",
        "POST http://scoring.svc:8080/v1 -> 200 in 185 ms",
        "the call \"GET /a HTTP/1.1\" was refused",
        "GET /a 7000 12ms",
        "got 200 from /a",
    ] {
        assert_eq!(told(text), None, "{text}");
    }
}

#[test]
fn common_and_combined_lines_have_time_host_and_duration() {
    let line =
        common("10.0.0.7 - ann [29/Nov/2026:03:48:42 +0100] \"GET /a HTTP/1.1\" 200 612 \"-\" \"Moz\" 0.250");
    let line = line.map(|l| {
        (l.time.date_time(), l.host.to_owned(), l.http.latency_micros, l.http.user_agent.into_owned())
    });
    assert_eq!(line, Some(("2026-11-29 02:48:42".into(), String::new(), Some(250_000), "Moz".into())));
    let line = common("shop.example:443 10.0.0.7 - - [01/Jan/2026:00:00:00 +0000] \"GET / HTTP/1.1\" 502 -");
    assert_eq!(line.map(|l| (l.host.to_owned(), l.http.status)), Some(("shop.example".into(), 502)));
    assert!(common("[error] 12#12: *3 upstream timed out").is_none());
}
