//! What happens in a generated log: takes a seed, gives one entry after the other in time order.
//!
//! Shares are those of real exports of Cloud Run: four in ten entries are lines of stdout, four of stderr, one is a
//! request; two thirds have no severity; a sixth are structured; one in a hundred is a traceback, grouped by the platform
//! or split over entries line by line. At 20 seconds, and every four hours from then on, a new revision of a service
//! cannot be imported: fifteen instances start, pass their probe and exit, until the revision before it is deployed.

use super::dice::{Dice, decimal};
use super::entry::{Entry, Log};
use super::words::{self, fill};
use std::collections::VecDeque;

/// 2025-03-03T08:00:00Z.
const BEGIN: u64 = 1_740_988_800_000_000_000;
const SECOND: u64 = 1_000_000_000;
/// First crash loop after the begin, and the time from one to the next.
const FIRST_LOOP: u64 = 20 * SECOND;
const NEXT_LOOP: u64 = 4 * 3600 * SECOND;
/// Exits of one loop and the time between them.
const EXITS: u64 = 15;
const BETWEEN_EXITS: u64 = 6 * SECOND;

/// Something that will be said.
#[derive(Debug)]
struct Planned {
    at: u64,
    service: &'static str,
    instance: u64,
    revision: u64,
    log: Log,
    severity: &'static str,
    text: String,
}

/// The story so far.
#[derive(Debug)]
pub(crate) struct Story {
    dice: Dice,
    now: u64,
    entries: u64,
    revision: u64,
    next_loop: u64,
    loops: u64,
    /// Until when which service fails.
    failing: (u64, &'static str),
    planned: VecDeque<Planned>,
}

impl Story {
    /// The story of a seed.
    pub(crate) fn new(seed: u64) -> Story {
        Story {
            dice: Dice::new(seed),
            now: BEGIN,
            entries: 0,
            revision: 41,
            next_loop: BEGIN + FIRST_LOOP,
            loops: 0,
            failing: (0, ""),
            planned: VecDeque::new(),
        }
    }

    /// The next entry.
    pub(crate) fn tell(&mut self, entry: &mut Entry) {
        entry.clear();
        entry.insert_id = (self.dice.next(), self.entries);
        self.entries += 1;
        let next = self.now + 1_000 * self.dice.below(80_000);
        if self.planned.front().is_some_and(|planned| planned.at <= next) {
            return self.speak(entry);
        }
        self.now = next;
        if next >= self.next_loop {
            self.crash_loop();
        }
        self.place(entry);
        match self.dice.below(1000) {
            0..110 => self.request(entry),
            110..124 => self.traceback(entry),
            124..131 => self.audit(entry),
            131..560 => self.line(entry, Log::Stderr),
            _ => self.line(entry, Log::Stdout),
        }
    }

    /// Says what was planned.
    fn speak(&mut self, entry: &mut Entry) {
        let Some(planned) = self.planned.pop_front() else { return };
        self.now = self.now.max(planned.at);
        entry.nanos = self.now;
        (entry.service, entry.instance, entry.revision) =
            (planned.service, planned.instance, planned.revision);
        (entry.log, entry.severity) = (planned.log, planned.severity);
        if planned.log.is_audit() {
            entry.audit.method = if planned.log == Log::Activity {
                "google.cloud.run.v1.Services.ReplaceService"
            } else {
                "/InternalServices.ReplaceInternalService"
            };
            entry.audit.code = if planned.text.is_empty() { 0 } else { 9 };
            entry.audit.message = planned.text;
        } else {
            entry.text = planned.text;
        }
    }

    /// Time, service and instance of an entry of every day.
    fn place(&mut self, entry: &mut Entry) {
        let mut at = self.dice.below(100);
        for (service, share) in words::SERVICES {
            entry.service = service;
            if at < *share {
                break;
            }
            at -= share;
        }
        entry.nanos = self.now;
        entry.revision = self.revision;
        // A dozen instances, all of them new ones every half an hour.
        entry.instance = self.dice.below(12) + 12 * ((self.now - BEGIN) / (1800 * SECOND));
    }

    fn request(&mut self, entry: &mut Entry) {
        let dice = &mut self.dice;
        entry.log = Log::Requests;
        entry.is_request = true;
        entry.trace = dice.next() | 1;
        let http = &mut entry.http;
        http.url.push_str("https://shop.example.com");
        let fails = self.now < self.failing.0 && entry.service == self.failing.1;
        (http.status, entry.severity) = match dice.below(1000) {
            0..7 => (500, "ERROR"),
            7..60 => (404, "WARNING"),
            60..80 => (401, "WARNING"),
            80..90 => (304, "INFO"),
            _ if fails => (503, "ERROR"),
            _ => (200, "INFO"),
        };
        if http.status == 404 {
            http.url.push_str(dice.pick(words::SCANS));
        } else {
            http.url.push_str(dice.lean(words::ROUTES));
            dice.number(90_000, &mut http.url);
            http.url.push_str("?page=");
            dice.number(9, &mut http.url);
        }
        if http.status == 503 {
            entry.text.push_str("The request failed because the instance could not start successfully.");
        }
        http.method = dice.pick(&["GET", "GET", "GET", "POST"]);
        http.latency_micros = 1_900 + dice.below(40_000) * dice.below(12);
        (http.request_size, http.response_size) = (300 + dice.below(900), 200 + dice.below(9_000));
        (http.agent, http.ip) = (dice.lean(words::AGENTS), dice.below(250));
    }

    fn line(&mut self, entry: &mut Entry, log: Log) {
        let dice = &mut self.dice;
        entry.log = log;
        let bad = dice.in_1000(25);
        let template = if bad { dice.pick(words::WARNINGS) } else { dice.lean(words::LINES) };
        if dice.in_1000(200) && template.len() > 2 {
            entry.logger = "shop.worker";
            entry.pid = 1 + dice.below(40);
            (entry.severity, entry.level) = match (bad, dice.below(10)) {
                (true, 0..6) => ("WARNING", "warning"),
                (false, 0..9) => ("INFO", "info"),
                (false, _) => ("DEBUG", "debug"),
                _ => ("", "warning"),
            };
        } else if dice.in_1000(if log == Log::Stderr { 180 } else { 40 }) {
            entry.severity = if bad { "WARNING" } else { "INFO" };
        }
        if dice.in_1000(60) {
            entry.trace = dice.next() | 1;
        }
        // A few are long, such as a dumped object.
        let long = dice.in_1000(40);
        fill(if long { "dump of {t} {n}:" } else { template }, dice, &mut entry.text);
        if long {
            for _ in 0..2 + dice.below(8) {
                entry.text.push('\n');
                fill("total {n} EUR, checked by {h} at node {s}", dice, &mut entry.text);
            }
        }
    }

    /// An error of every day: one entry where the platform grouped its lines, else one a line, microseconds apart.
    fn traceback(&mut self, entry: &mut Entry) {
        entry.log = Log::Stderr;
        let (name, message, function, file) = self.dice.lean(words::ERRORS);
        let mut text = format!(
            "Traceback (most recent call last):\n  File \"/app/shop/views.py\", line 88, in handle\n    return {function}(request.body)\n           ^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/app/shop/{file}\", line 17, in {function}\n    value = self.lookup(table, key)\n  File \"/app/shop/{file}\", line 41, in lookup\n    raise error\n{name}: "
        );
        fill(message, &mut self.dice, &mut text);
        if self.dice.in_1000(900) {
            entry.severity = "ERROR";
            entry.error_group = name.len() as u64;
            entry.text = text;
            return;
        }
        let mut lines = text.split('\n');
        entry.text.push_str(lines.next().unwrap_or_default());
        let (service, instance, revision) = (entry.service, entry.instance, entry.revision);
        let now = self.now;
        for (at, line) in (1..).map(|n| now + n * 9_000).zip(lines) {
            let text = line.to_owned();
            self.plan(Planned { at, service, instance, revision, log: Log::Stderr, severity: "", text });
        }
    }

    /// Somebody looks at or changes a service; nothing comes of it.
    fn audit(&mut self, entry: &mut Entry) {
        entry.log = Log::Activity;
        entry.severity = "NOTICE";
        entry.audit.method = self.dice.pick(&[
            "google.cloud.run.v1.Services.GetService",
            "google.iam.admin.v1.SetIamPolicy",
            "google.cloud.run.v2.Jobs.RunJob",
        ]);
    }

    /// Plans a deployment that fails and the one that takes it back.
    fn crash_loop(&mut self) {
        let (services, modules) = (words::SERVICES.len() as u64, words::MISSING.len() as u64);
        let nth = |n: u64| usize::try_from(self.loops % n).unwrap_or(0);
        let service = words::SERVICES.get(nth(services)).map_or("", |(service, _)| service);
        let module = words::MISSING.get(nth(modules)).copied().unwrap_or_default();
        self.loops += 1;
        self.revision += 1;
        let (from, revision) = (self.now, self.revision);
        let end = from + EXITS * BETWEEN_EXITS;
        self.next_loop += NEXT_LOOP;
        self.failing = (end, service);
        let say = |at, instance, log, severity, text: &str| Planned {
            at,
            service,
            instance,
            revision,
            log,
            severity,
            text: text.to_owned(),
        };
        let mut all = vec![say(from, 0, Log::Activity, "NOTICE", "")];
        for n in 0..EXITS {
            let (at, instance) = (from + n * BETWEEN_EXITS + SECOND, 1_000_000 + 100 * self.loops + n);
            let reason = if n == 0 {
                "DEPLOYMENT_ROLLOUT - Instance started due to traffic shifting"
            } else {
                "AUTOSCALING"
            };
            all.push(say(
                at,
                instance,
                Log::System,
                "INFO",
                &format!("Starting new instance. Reason: {reason}."),
            ));
            all.push(say(
                at + SECOND,
                instance,
                Log::System,
                "INFO",
                "Default STARTUP TCP probe succeeded after 1 attempt for container \"app-1\" on port 8080.",
            ));
            let trace = format!(
                "Traceback (most recent call last):\n  File \"/usr/local/lib/python3.11/site-packages/gunicorn/arbiter.py\", line 609, in spawn_worker\n    worker.init_process()\n  File \"/app/main.py\", line 9, in <module>\n    import {module}\nModuleNotFoundError: No module named '{module}'"
            );
            all.push(say(at + 2 * SECOND, instance, Log::Stderr, "ERROR", &trace));
            for (micro, text) in (1..).zip([
                "[1] [INFO] Worker exiting (pid: 4)",
                "[1] [ERROR] Worker (pid:4) exited with code 3",
                "[1] [INFO] Shutting down: Master",
                "[1] [INFO] Reason: Worker failed to boot.",
            ]) {
                all.push(say(at + 2 * SECOND + micro * 40_000, instance, Log::Stderr, "", text));
            }
            all.push(say(at + 3 * SECOND, instance, Log::System, "WARNING", "Container called exit(3)."));
        }
        let mut failed = format!("Ready condition status changed to False for Revision {service}-000");
        decimal(revision, &mut failed);
        failed.push_str("-kip with message: The user-provided container failed to start and listen on the port defined provided by the PORT=8080 environment variable within the allocated timeout.");
        all.push(say(end, 0, Log::SystemEvent, "ERROR", &failed));
        all.into_iter().for_each(|planned| self.plan(planned));
        self.revision += 1;
        let (at, revision) = (end + SECOND, self.revision);
        self.plan(Planned {
            at,
            service,
            instance: 0,
            revision,
            log: Log::Activity,
            severity: "NOTICE",
            text: String::new(),
        });
    }

    /// Keeps what is planned in time order.
    fn plan(&mut self, planned: Planned) {
        let at = self.planned.partition_point(|other| other.at <= planned.at);
        self.planned.insert(at, planned);
    }
}
