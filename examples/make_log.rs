//! Size and seed → a log like those of Cloud Run, as NDJSON on standard output: something to measure speed and memory on.
//!
//! `cargo run --release --example make_log -- 300 7 > big.ndjson` writes 300 MB. The statistics are those of real exports:
//! 0.9 KB an entry, 65 % without a severity, a third of the entries requests (one in 200 of them a 5xx), log lines of
//! an application with ids and durations in them, a traceback in 2,000 entries, split line by line, now and then a new
//! instance. The same size and seed give the same bytes.
#![allow(clippy::print_stderr, reason = "an example may say how it is called")]

use std::io::{BufWriter, Write};

/// A multiplicative generator (splitmix64): small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        let at = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        of.get(at).copied().unwrap_or_default()
    }
}

const SERVICES: &[&str] = &["orders-api", "catalog", "checkout", "mailer"];
const VERBS: &[&str] =
    &["loaded", "stored", "queued", "validated", "refreshed", "skipped", "sent", "indexed"];
const THINGS: &[&str] =
    &["order", "customer", "basket", "invoice", "session", "price list", "parcel", "coupon"];
const PLACES: &[&str] =
    &["cache", "database", "queue", "bucket", "search index", "ledger", "mail gateway", "warehouse"];
const AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
const TRACE: &[&str] = &[
    "Traceback (most recent call last):",
    "  File \"/app/shop/views.py\", line 88, in checkout",
    "    total = price_of(basket)",
    "            ^^^^^^^^^^^^^^^^",
    "  File \"/app/shop/prices.py\", line 17, in price_of",
    "    return table[item.sku] * item.count",
    "           ~~~~~^^^^^^^^^^",
    "KeyError: 'SKU-77'",
];

struct Maker<W: Write> {
    out: W,
    dice: Dice,
    nanos: u64,
    entries: u64,
    written: usize,
    /// Service and instance of what is written next: the lines of a traceback share them.
    source: (&'static str, u64),
}

impl<W: Write> Maker<W> {
    /// One entry: `rest` holds the fields beside source, time and id.
    fn entry(&mut self, log: &str, severity: &str, rest: &str) -> std::io::Result<()> {
        let (service, instance) = self.source;
        let revision = 40 + self.entries / 200_000;
        let (id, trace) = (self.dice.next(), self.dice.next());
        let seconds = self.nanos / 1_000_000_000;
        let (day, of_day) = (1 + seconds / 86_400, seconds % 86_400);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        let nanos = self.nanos % 1_000_000_000;
        let line = format!(
            "{{\"insertId\":\"{id:016x}{:08x}\",{rest},\"resource\":{{\"type\":\"cloud_run_revision\",\"labels\":{{\"project_id\":\"demo-shop\",\
             \"service_name\":\"{service}\",\"revision_name\":\"{service}-{revision:05}-kip\",\"location\":\"europe-west1\",\
             \"configuration_name\":\"{service}\"}}}},\"timestamp\":\"2025-03-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanos:09}Z\",{severity}\
             \"labels\":{{\"instanceId\":\"00f46b9285{:0>44}\",\"commit-sha\":\"4f9d0c{revision}a6b1e22f0c9d8b7a\",\"managed-by\":\"gcp-cloud-build-deploy-cloud-run\",\
             \"gcb-trigger-region\":\"global\"}},\"logName\":\"projects/demo-shop/logs/run.googleapis.com%2F{log}\",\"trace\":\"projects/demo-shop/traces/{trace:032x}\",\
             \"spanId\":\"{:016x}\",\"receiveTimestamp\":\"2025-03-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanos:09}Z\"}}\n",
            self.entries,
            instance,
            id ^ trace,
        );
        self.entries += 1;
        self.written += line.len();
        self.out.write_all(line.as_bytes())
    }

    fn request(&mut self) -> std::io::Result<()> {
        let (thing, number) = (self.dice.pick(THINGS).replace(' ', "-"), self.dice.below(90_000));
        let (status, severity) = match self.dice.below(200) {
            0 => (503, "\"severity\":\"ERROR\","),
            1..6 => (404, "\"severity\":\"WARNING\","),
            _ => (200, "\"severity\":\"INFO\","),
        };
        let millis = 3 + self.dice.below(40) * self.dice.below(12);
        let rest = format!(
            "\"httpRequest\":{{\"requestMethod\":\"{}\",\"requestUrl\":\"https://shop.example.com/api/v1/{thing}s/{number}?lang=en&page={}\",\
             \"requestSize\":\"{}\",\"status\":{status},\"responseSize\":\"{}\",\"userAgent\":\"{AGENT}\",\"remoteIp\":\"203.0.113.{}\",\
             \"serverIp\":\"198.51.100.7\",\"latency\":\"{}.{:09}s\",\"protocol\":\"HTTP/1.1\"}}",
            self.dice.pick(&["GET", "GET", "GET", "POST"]),
            number % 7,
            900 + number % 700,
            400 + number % 9_000,
            number % 250,
            millis / 1000,
            millis % 1000 * 1_000_000,
        );
        self.entry("requests", severity, &rest)
    }

    fn line(&mut self) -> std::io::Result<()> {
        let (verb, thing, place) = (self.dice.pick(VERBS), self.dice.pick(THINGS), self.dice.pick(PLACES));
        let (a, b) = (self.dice.below(1_000_000), self.dice.next());
        let message = match self.dice.below(4) {
            0 => format!(
                "{verb} {thing} {a} from {place} in {} ms for customer {b:016x}, attempt 1 of 3, {} rows left, no retry needed",
                a % 900,
                a % 77
            ),
            1 => format!(
                "[worker-{}] {thing} {b:016x}: {verb}; {place} answered with {} bytes after {}.{:03} s and is healthy",
                a % 8,
                a % 65_536,
                a % 3,
                a % 1000
            ),
            2 => format!(
                "DEBUG shop.{}: {verb} {thing} id={a} via={place} hit=true user=user{}@example.com session={b:016x}",
                thing.replace(' ', "_"),
                a % 5000
            ),
            _ => format!(
                "{place}: {} {thing}s {verb}, next run in {} seconds, lag {} ms, checkpoint {b:016x} written by node {}",
                a % 400,
                a % 60,
                a % 1200,
                a % 9
            ),
        };
        // An eighth of the lines carry a severity: with the requests that leaves 65 % of all entries without one.
        let (severity, payload) = match self.dice.below(50) {
            0 => ("\"severity\":\"WARNING\",", true),
            1 => ("\"severity\":\"INFO\",", true),
            _ => ("", false),
        };
        let rest = if payload {
            format!(
                "\"jsonPayload\":{{\"message\":\"{message}\",\"logger\":\"shop.worker\",\"pid\":{}}}",
                a % 40
            )
        } else {
            format!("\"textPayload\":\"{message}\"")
        };
        let log = if self.dice.0.is_multiple_of(3) { "stderr" } else { "stdout" };
        self.entry(log, severity, &rest)
    }

    fn trace(&mut self) -> std::io::Result<()> {
        for line in TRACE {
            self.nanos += 9_000;
            self.entry("stderr", "", &format!("\"textPayload\":\"{}\"", line.replace('"', "\\\"")))?;
        }
        Ok(())
    }
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(Ok(megabytes)), Some(Ok(seed))) = (arguments.next(), arguments.next()) else {
        eprintln!("make_log MEGABYTES SEED > FILE");
        return Ok(());
    };
    let out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    let mut maker = Maker { out, dice: Dice(seed), nanos: 0, entries: 0, written: 0, source: ("", 0) };
    while (maker.written as u64) < megabytes * 1_000_000 {
        maker.nanos += 1_000 * maker.dice.below(600_000);
        let instance = maker.dice.below(12) + 12 * (maker.entries / 50_000);
        maker.source = (maker.dice.pick(SERVICES), instance);
        match maker.dice.below(2_000) {
            0 => maker.trace()?,
            n if n < 660 => maker.request()?,
            _ => maker.line()?,
        }
    }
    maker.out.flush()
}
