//! Days of three services, for comparisons: takes a seed, a number of requests and what is wrong, gives a log.
#![allow(dead_code, reason = "tests in a browser use a part of it")]

use serde_json::json;

/// Chance for tests (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

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
}

/// What is wrong on a day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The shop no longer reserves: a step is gone, an error stands in its place.
    Reserve,
    /// Mails take three times as long.
    SlowMail,
    /// One path of the shop fails for a third of its requests.
    Status,
}

/// A day of three services: requests come in bursts, each prints a run of lines, the mix of routes differs from day to day by
/// half, several requests run at once, some fail, and lines end in printed objects.
pub(crate) struct Day {
    pub(crate) dice: Dice,
    pub(crate) lines: Vec<(u64, serde_json::Value)>,
    pub(crate) revision: &'static str,
    pub(crate) fault: Fault,
}

impl Day {
    /// A line of a service.
    pub(crate) fn say(&mut self, millis: u64, service: &str, severity: &str, text: &str) {
        let n = self.lines.len();
        let entry = json!({
            "timestamp": stamp(millis), "insertId": format!("{n}-{millis}"), "severity": severity,
            "textPayload": text, "logName": "projects/acme/logs/run.googleapis.com%2Fstdout",
            "resource": { "type": "cloud_run_revision", "labels": { "service_name": service, "revision_name": format!("{service}-{}", self.revision), "project_id": "acme", "location": "europe-west1" } },
            "labels": { "instanceId": format!("{service}-1") },
        });
        self.lines.push((millis, entry));
    }

    fn answer(&mut self, millis: u64, path: &str, status: u64, took: u64) {
        let n = self.lines.len();
        let entry = json!({
            "timestamp": stamp(millis), "insertId": format!("{n}-{millis}"),
            "severity": if status >= 500 { "ERROR" } else { "INFO" },
            "httpRequest": { "requestMethod": "POST", "requestUrl": format!("https://shop.example.com{path}"), "status": status, "latency": format!("{}.{:03}s", took / 1000, took % 1000) },
            "logName": "projects/acme/logs/run.googleapis.com%2Frequests",
            "resource": { "type": "cloud_run_revision", "labels": { "service_name": "shop", "revision_name": format!("shop-{}", self.revision), "project_id": "acme", "location": "europe-west1" } },
        });
        self.lines.push((millis, entry));
    }

    fn buy(&mut self, at: u64) {
        let (id, took) = (self.dice.below(100_000), 40 + self.dice.below(80) * self.dice.below(4));
        let seats: Vec<String> =
            (0..1 + self.dice.below(4)).map(|n| format!("Seat(no={n}, car={})", id % 7)).collect();
        self.say(
            at,
            "shop",
            "INFO",
            &format!("OrderApi: new order Order(id={id}, seats=[{}])", seats.join(", ")),
        );
        self.say(at + 2, "stock", "INFO", &format!("checking stock of item {id}"));
        let fails = self.fault == Fault::Reserve;
        if fails {
            self.say(at + 5, "stock", "ERROR", &format!("no shelf for item {id}: table is empty"));
        } else {
            self.say(at + 5, "stock", "INFO", &format!("reserved item {id} on shelf {}", id % 90));
        }
        let broken = self.fault == Fault::Status && self.dice.below(3) == 0;
        if fails || broken || self.dice.below(80) == 0 {
            self.say(at + 7, "shop", "ERROR", &format!("order {id} failed, will be tried again"));
            self.answer(at + took, "/orders", 500, took);
        } else {
            self.say(at + 9, "shop", "INFO", &format!("order {id} stored"));
            self.answer(at + took, "/orders", 201, took);
            let slow = if self.fault == Fault::SlowMail { 3 } else { 1 };
            let took = (90 + self.dice.below(60)) * slow;
            self.say(
                at + 20 + took,
                "mail",
                "INFO",
                &format!("confirmation for order {id} sent, took {took} ms"),
            );
        }
    }

    fn look(&mut self, at: u64) {
        let (n, took) = (self.dice.below(40), 5 + self.dice.below(30));
        self.say(at, "shop", "INFO", &format!("search found {n} items in category {}", n % 5));
        if self.dice.below(20) == 0 {
            self.say(at + 3, "shop", "WARNING", &format!("cache miss for category {}", n % 5));
        }
        let status = if self.dice.below(60) == 0 { 404 } else { 200 };
        self.answer(at + took, "/search", status, took);
    }
}

/// `2026-03-04T09:…`, so many milliseconds after nine o'clock.
fn stamp(millis: u64) -> String {
    let (minutes, rest) = (millis / 60_000, millis % 60_000);
    format!("2026-03-04T{:02}:{:02}:{:02}.{:03}Z", 9 + minutes / 60, minutes % 60, rest / 1000, rest % 1000)
}

/// The log of a day: so many requests from a minute on.
pub(crate) fn day(seed: u64, requests: u64, minute: u64, revision: &'static str, fault: Fault) -> String {
    let mut day = Day { dice: Dice(seed), lines: Vec::new(), revision, fault };
    // Traffic differs by half from day to day, and so does what people want.
    let pause = 300 + day.dice.below(300);
    let buyers = 35 + day.dice.below(30);
    let mut at = minute * 60_000;
    for n in 0..requests {
        // Bursts: half of the requests follow at once.
        at += if day.dice.below(2) == 0 { day.dice.below(15) } else { day.dice.below(4 * pause) };
        if day.dice.below(100) < buyers {
            day.buy(at);
        } else {
            day.look(at);
        }
        if n % 60 == 30 {
            let jobs = day.dice.below(6);
            for job in 0..jobs {
                day.say(
                    at + job,
                    "mail",
                    "INFO",
                    &format!("digest of week {job} queued for {} readers", n * 3),
                );
            }
        }
    }
    day.lines.sort_by_key(|(at, _)| *at);
    day.lines.iter().map(|(_, entry)| format!("{entry}\n")).collect()
}

/// A good day and one with a broken step, for a comparison that host and wasm must agree on.
pub(crate) fn days() -> [String; 2] {
    [day(71, 120, 0, "00007-abc", Fault::None), day(72, 90, 60, "00008-xyz", Fault::Reserve)]
}
