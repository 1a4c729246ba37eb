//! A seed → small logs with everything that makes merging hard: traces split over entries, restart loops, duplicates,
//! overlapping files, equal times, entries without a time, files that are newest first, damaged lines, several containers.

#[path = "../trust/dice.rs"]
mod dice;

pub(crate) use dice::Dice;
use serde_json::{Value, json};

/// A file.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Dice for indices.
pub(crate) trait Roll {
    fn roll(&mut self, n: usize) -> usize;
}

impl Roll for Dice {
    fn roll(&mut self, n: usize) -> usize {
        self.below(n as u64) as usize
    }
}

const PYTHON: &[&str] = &[
    "Traceback (most recent call last):",
    "  File \"/app/ledger/main.py\", line 12, in <module>",
    "    from ledger.store import Store",
    "  File \"/app/ledger/store.py\", line 3, in <module>",
    "    import pgdriver",
    "ModuleNotFoundError: No module named 'pgdriver'",
];
const NODE: &[&str] = &[
    "TypeError: Cannot read properties of undefined (reading 'total')",
    "    at sum (/srv/basket.js:41:17)",
    "    at handle (/srv/routes.js:9:3)",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
];
const WORDS: &[&str] =
    &["amber", "birch", "cedar", "dune", "ember", "fjord", "grove", "heath", "isle", "jetty"];

struct Scribe {
    dice: Dice,
    nanos: u64,
    entries: Vec<Value>,
}

impl Scribe {
    fn pause(&mut self) {
        self.nanos += match self.dice.below(5) {
            0 => 0,
            1 => self.dice.below(30_000),
            2 => self.dice.below(900_000_000),
            _ => self.dice.below(20_000_000_000),
        };
    }

    fn entry(&mut self, log: &str, instance: u64, severity: &str, payload: Value) -> usize {
        let seconds = self.nanos / 1_000_000_000;
        let time = format!(
            "2025-03-02T{:02}:{:02}:{:02}.{:09}Z",
            10 + seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            self.nanos % 1_000_000_000
        );
        let service = if instance > 3 { "mailer" } else { "ledger" };
        let mut entry = json!({
            "logName": format!("projects/demo/logs/run.googleapis.com%2F{log}"),
            "resource": {"type": "cloud_run_revision", "labels": {
                "service_name": service, "revision_name": format!("{service}-0000{}-abc", 3 + instance % 2),
                "location": "europe-west1", "project_id": "demo"}},
            "labels": {"instanceId": format!("00c0ffee{instance:04}"), "batch": format!("b{}", self.dice.below(12))},
        });
        if let Value::Object(fields) = payload {
            for (key, value) in fields {
                entry[key] = value;
            }
        }
        if !severity.is_empty() {
            entry["severity"] = json!(severity);
        }
        if self.dice.below(25) > 0 {
            entry["timestamp"] = json!(time);
        }
        if self.dice.below(4) > 0 {
            // Ids repeat, so some entries are duplicates and others only share an id.
            entry["insertId"] = json!(format!("id{}", self.entries.len() / 2 * 2));
        }
        self.entries.push(entry);
        self.entries.len() - 1
    }

    fn trace(&mut self, lines: &[&str], instance: u64) {
        for (n, line) in lines.iter().enumerate() {
            self.nanos += self.dice.below(9_000);
            let severity = if n == 0 { "ERROR" } else { "" };
            self.entry("stderr", instance, severity, json!({"textPayload": line}));
            if self.dice.below(6) == 0 {
                self.entry("stdout", 9 - instance, "INFO", json!({"textPayload": "heartbeat ok"}));
            }
        }
    }

    fn scene(&mut self) {
        let instance = self.dice.below(6);
        let (a, b) = (self.dice.below(1000), self.dice.below(WORDS.len() as u64) as usize);
        match self.dice.below(9) {
            0 => self.trace(PYTHON, instance),
            1 => self.trace(NODE, instance),
            2 => {
                let text = "Starting new instance. Reason: AUTOSCALING - Instance started due to configured scaling factors.";
                self.entry("varlog%2Fsystem", instance, "INFO", json!({"textPayload": text}));
                self.pause();
                self.trace(PYTHON, instance);
                let text = "Container called exit(1).";
                self.entry("varlog%2Fsystem", instance, "WARNING", json!({"textPayload": text}));
            }
            3 | 4 => {
                let status = [200, 200, 404, 500, 503][self.dice.below(5) as usize];
                let severity =
                    ["INFO", "WARNING", "ERROR"][usize::from(status >= 400) + usize::from(status >= 500)];
                let trace = format!("projects/demo/traces/{a:032x}");
                let url =
                    format!("https://ledger.example.com/{}/{}?page={a}", WORDS[b], WORDS[a as usize % 10]);
                let request = json!({"requestMethod": "GET", "requestUrl": url, "status": status,
                    "latency": format!("{}.{:03}s", a % 70, a), "userAgent": "probe/1.0"});
                self.entry("requests", instance, severity, json!({"httpRequest": request, "trace": trace}));
                if status >= 500 {
                    let text = format!("could not settle {} after {a} ms", WORDS[b]);
                    self.entry("stderr", instance, "ERROR", json!({"textPayload": text, "trace": trace}));
                }
            }
            5 => {
                let nested = format!("upstream {} refused", WORDS[b]);
                // A warning says its error itself; beside a calm entry it is an aside.
                let level = ["info", "warn"][usize::from(a % 3 == 0)];
                let payload =
                    json!({"message": format!("retry {a}"), "error": {"message": nested}, "level": level});
                self.entry("stdout", instance, "", json!({"jsonPayload": payload}));
            }
            6 => {
                let text = format!("ERROR {} {} failed: key-{a}", WORDS[b], WORDS[a as usize % 10]);
                self.entry("stderr", instance, "", json!({"textPayload": text}));
            }
            _ => {
                let text = format!("{} {} loaded {a} rows in {} ms", WORDS[a as usize % 10], WORDS[b], a * 3);
                self.entry("stdout", instance, "", json!({"textPayload": text}));
            }
        }
        self.pause();
    }
}

/// Two to four files of one system, which overlap.
pub(crate) fn logs(seed: u64) -> Vec<Log> {
    let mut scribe = Scribe { dice: Dice(seed), nanos: 0, entries: Vec::new() };
    let n_scenes = 8 + scribe.dice.below(30);
    for _ in 0..n_scenes {
        scribe.scene();
    }
    let Scribe { mut dice, entries, .. } = scribe;
    let n_files = 2 + dice.below(3);
    (0..n_files)
        .map(|n| {
            let from = dice.below(entries.len() as u64) as usize / 2;
            let to = entries.len() - dice.below(entries.len() as u64 / 3 + 1) as usize;
            let mut part = entries[from.min(to)..to].to_vec();
            if dice.below(3) == 0 {
                part.reverse();
            }
            let bytes = match dice.below(4) {
                0 => serde_json::to_string_pretty(&part).unwrap() + "\n",
                1 => csv(&part),
                _ => lines(&part, &mut dice),
            };
            // Some names are equal, so that size and token have to tell files apart.
            let name = if dice.below(3) == 0 { "export.json".to_owned() } else { format!("export-{n}.json") };
            Log { name, bytes: bytes.into_bytes() }
        })
        .collect()
}

fn lines(entries: &[Value], dice: &mut Dice) -> String {
    let mut text = String::new();
    for entry in entries {
        let line = entry.to_string();
        match dice.below(40) {
            0 => text.push_str(&line[..line.len() / 2]),
            1 => text.push_str(&format!("{line}\r")),
            _ => text.push_str(&line),
        }
        text.push('\n');
    }
    text
}

fn csv(entries: &[Value]) -> String {
    let mut text =
        "insertId,timestamp,severity,textPayload,logName,resource.type,resource.labels.service_name\n"
            .to_owned();
    let cell = |value: &Value| format!("\"{}\"", value.as_str().unwrap_or_default().replace('"', "\"\""));
    for entry in entries {
        let labels = &entry["resource"]["labels"];
        let fields = ["insertId", "timestamp", "severity", "textPayload", "logName"].map(|key| &entry[key]);
        let cells: Vec<String> = fields
            .into_iter()
            .chain([&entry["resource"]["type"], &labels["service_name"]])
            .map(cell)
            .collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}
