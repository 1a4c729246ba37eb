//! Writes the sample incident of the page: takes nothing, gives `src/worker/sample.json.gz` and, packed better for the page, `sample.ppmd`, the
//! same bytes each time.
//!
//! An invented service, `orders-api`, runs well on revision 00041 until a deploy. Revision 00042 reads an environment
//! variable that nobody set; gunicorn's worker fails to boot, the container exits with 3, and a new instance starts
//! every few seconds until the log ends. Requests fail meanwhile. Run with `cargo run --example make_sample`.
//!
//! Ids are counted and times are whole tenths of a second: random digits can't be packed, and the page carries the sample.

use fivewhys::entry::Nanos;
use fivewhys::entry::time::SECOND;
use serde_json::{Value, json};
use std::io::Write;

/// Order and memory of the model that packs it: what `src/worker/lead/rehearsal.rs` reads.
const PACKING: (u32, u32) = (24, 8 << 20);
const PROJECT: &str = "parcel-demo";
const OLD: &str = "orders-api-00041-kiv";
const NEW: &str = "orders-api-00042-xod";

struct Log {
    entries: Vec<(i64, Value)>,
    dice: u64,
}

impl Log {
    /// A number below `n`, from a fixed sequence.
    fn roll(&mut self, n: u64) -> u64 {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) % n
    }

    /// Instances of one service have most of their id in common.
    fn instance(&mut self) -> String {
        format!("0069c7a98825d388152d5ca2317e9606e2dd705d0273aba9ce42cfba{:08x}", self.roll(1 << 32))
    }

    fn add(
        &mut self,
        at: i64,
        revision: &str,
        log: &str,
        instance: &str,
        severity: Option<&str>,
        rest: Value,
    ) {
        let id = format!("69afdc78{:08x}", 0x0003_9f1a + 17 * self.entries.len());
        let tenth = at - at % 100_000_000;
        let mut entry = json!({
            "insertId": id,
            "labels": { "instanceId": instance },
            "logName": format!("projects/{PROJECT}/logs/run.googleapis.com%2F{log}"),
            "receiveTimestamp": Nanos(tenth + 60_000_000).rfc3339(),
            "resource": { "type": "cloud_run_revision", "labels": {
                "configuration_name": "orders-api", "location": "europe-west1", "project_id": PROJECT,
                "revision_name": revision, "service_name": "orders-api" } },
            "timestamp": Nanos(tenth).rfc3339(),
        });
        if let (Some(map), Value::Object(rest)) = (entry.as_object_mut(), rest) {
            if let Some(severity) = severity {
                map.insert("severity".into(), json!(severity));
            }
            map.extend(rest);
        }
        self.entries.push((at, entry));
    }

    fn text(
        &mut self,
        at: i64,
        revision: &str,
        log: &str,
        instance: &str,
        severity: Option<&str>,
        text: &str,
    ) {
        self.add(at, revision, log, instance, severity, json!({ "textPayload": text }));
    }

    fn request(&mut self, at: i64, revision: &str, instance: &str, method: &str, path: &str, status: u16) {
        let millis = if status >= 500 { 2 + self.roll(9) } else { 8 + self.roll(60) + self.roll(60) };
        let severity = match status {
            500.. => "ERROR",
            400.. => "WARNING",
            _ => "INFO",
        };
        let trace = format!("4bf92f3577b34da6a3ce929d0e0e{:04x}", 0x4736 + self.entries.len());
        let mut rest = json!({
            "httpRequest": {
                "requestMethod": method, "requestUrl": format!("https://orders.parcel.example{path}"), "status": status,
                "latency": format!("0.{millis:03}s"), "protocol": "HTTP/1.1",
                "remoteIp": format!("198.51.100.{}", 10 + self.roll(12)), "userAgent": "parcel-web/7.3",
            },
            "trace": format!("projects/{PROJECT}/traces/{trace}"),
        });
        if status == 503 {
            let text = "The request failed because either the HTTP response was malformed or connection to the instance had an error.";
            if let Some(fields) = rest.as_object_mut() {
                fields.insert("textPayload".to_owned(), json!(text));
            }
        }
        self.add(at, revision, "requests", instance, Some(severity), rest);
    }
}

fn healthy(log: &mut Log, from: i64) {
    let instance = log.instance();
    for i in 0..90i64 {
        let at = from + i * 9 * SECOND + log.roll(5_000) as i64 * 1_000_000;
        let (method, path, status) = match log.roll(10) {
            0..=3 => ("GET", "/v1/orders?page=1", 200),
            4..=6 => ("POST", "/v1/orders", 201),
            7 => ("GET", "/v1/orders/8841", 200),
            8 => ("GET", "/healthz", 200),
            _ => ("GET", "/v1/orders/0", 404),
        };
        log.request(at, OLD, &instance, method, path, status);
        if method == "POST" {
            let (order, items) = (20_000 + log.roll(9_000), 1 + log.roll(6));
            log.text(
                at + 3_000_000,
                OLD,
                "stdout",
                &instance,
                None,
                &format!("order {order} accepted: {items} items, confirmation queued"),
            );
        }
    }
}

fn deploy(log: &mut Log, at: i64) {
    log.entries.push((at, json!({
        "insertId": "a1x9c2dk7u", "logName": format!("projects/{PROJECT}/logs/cloudaudit.googleapis.com%2Factivity"),
        "protoPayload": { "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": "google.cloud.run.v1.Services.ReplaceService",
            "serviceName": "run.googleapis.com", "resourceName": "namespaces/parcel-demo/services/orders-api",
            "authenticationInfo": { "principalEmail": "deployer@parcel-demo.iam.gserviceaccount.com" }, "status": {} },
        "receiveTimestamp": Nanos(at + 300_000_000).rfc3339(),
        "resource": { "type": "cloud_run_revision", "labels": { "configuration_name": "orders-api", "location": "europe-west1",
            "project_id": PROJECT, "revision_name": "", "service_name": "orders-api" } },
        "severity": "NOTICE", "timestamp": Nanos(at).rfc3339(),
    })));
}

const TRACEBACK: &str = "Traceback (most recent call last):
  File \"/usr/local/lib/python3.12/site-packages/gunicorn/arbiter.py\", line 608, in spawn_worker
    worker.init_process()
  File \"/usr/local/lib/python3.12/site-packages/gunicorn/workers/gthread.py\", line 95, in init_process
    super().init_process()
  File \"/usr/local/lib/python3.12/site-packages/gunicorn/workers/base.py\", line 136, in init_process
    self.load_wsgi()
  File \"/usr/local/lib/python3.12/site-packages/gunicorn/util.py\", line 370, in import_app
    mod = importlib.import_module(module)
  File \"/usr/local/lib/python3.12/importlib/__init__.py\", line 90, in import_module
    return _bootstrap._gcd_import(name[level:], package, level)
  File \"/app/orders/main.py\", line 11, in <module>
    from orders.payments import PaymentsClient
  File \"/app/orders/payments.py\", line 9, in <module>
    from orders.settings import settings
  File \"/app/orders/settings.py\", line 27, in <module>
    PAYMENTS_API_URL = os.environ[\"PAYMENTS_API_URL\"]
  File \"<frozen os>\", line 714, in __getitem__
KeyError: 'PAYMENTS_API_URL'";

fn crash(log: &mut Log, at: i64, first: bool) {
    let instance = log.instance();
    let reason = if first {
        "DEPLOYMENT_ROLLOUT - Instance started due to traffic shifting between revisions due to deployment"
    } else {
        "AUTOSCALING - Instance started to serve traffic"
    };
    log.text(
        at,
        NEW,
        "varlog%2Fsystem",
        &instance,
        Some("INFO"),
        &format!("Starting new instance. Reason: {reason}."),
    );
    let pid = 1;
    for (after, line) in [
        (1_310, "Starting gunicorn 22.0.0"),
        (1_312, "Listening at: http://0.0.0.0:8080 (1)"),
        (1_313, "Using worker: gthread"),
    ] {
        let text = format!("[2026-03-10 {} +0000] [{pid}] [INFO] {line}", Nanos(at).clock());
        log.text(at + after * 1_000_000, NEW, "stderr", &instance, None, &text);
    }
    log.text(
        at + 1_400_000_000,
        NEW,
        "varlog%2Fsystem",
        &instance,
        Some("INFO"),
        "Default STARTUP TCP probe succeeded after 1 attempt for container \"orders\" on port 8080.",
    );
    let text = format!(
        "[2026-03-10 {} +0000] [7] [ERROR] Exception in worker process\n{TRACEBACK}",
        Nanos(at + 2 * SECOND).clock()
    );
    log.text(at + 2_050_000_000, NEW, "stderr", &instance, Some("ERROR"), &text);
    for (after, line) in [
        (2_080, "[7] [INFO] Worker exiting (pid: 7)"),
        (2_300, "[1] [ERROR] Worker (pid:7) exited with code 3"),
        (2_302, "[1] [ERROR] Shutting down: Master"),
        (2_303, "[1] [ERROR] Reason: Worker failed to boot."),
    ] {
        let text = format!("[2026-03-10 {} +0000] {line}", Nanos(at + 2 * SECOND).clock());
        log.text(at + after * 1_000_000, NEW, "stderr", &instance, None, &text);
    }
    let wait = log.roll(700) as i64;
    log.request(at + (2_350 + wait) * 1_000_000, NEW, &instance, "POST", "/v1/orders", 503);
    if wait > 350 {
        log.request(at + (2_360 + wait) * 1_000_000, NEW, &instance, "GET", "/v1/orders?page=1", 503);
    }
    log.text(
        at + 2_600_000_000,
        NEW,
        "varlog%2Fsystem",
        &instance,
        Some("WARNING"),
        "Container called exit(3).",
    );
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let start = Nanos::parse("2026-03-10T09:02:00.117Z").ok_or("a time")?.0;
    let mut log = Log { entries: Vec::new(), dice: 20_260_310 };
    healthy(&mut log, start);
    let rollout = start + 14 * 60 * SECOND;
    deploy(&mut log, rollout);
    let mut at = rollout + 11 * SECOND;
    for i in 0..15 {
        crash(&mut log, at, i == 0);
        at += 6 * SECOND + log.roll(1_900) as i64 * 1_000_000;
    }
    log.entries.sort_by_key(|(at, _)| *at);
    let values: Vec<Value> = log.entries.into_iter().map(|(_, value)| value).collect();
    let text = serde_json::to_string_pretty(&values)?;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/worker/sample.json.gz");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(text.as_bytes())?;
    std::fs::write(path, gzip.finish()?)?;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/worker/sample.ppmd");
    let (order, memory) = PACKING;
    let mut ppmd = ppmd_rust::Ppmd7Encoder::new(Vec::new(), order, memory)?;
    ppmd.write_all(text.as_bytes())?;
    std::fs::write(path, ppmd.finish(true)?)?;
    Ok(())
}
