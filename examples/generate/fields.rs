//! The fields of an entry in the order in which the tools write them: takes an entry, gives fields to JSON or CSV.

use super::dice::{decimal, hex, padded};
use super::entry::Entry;

const PROJECT: &str = "demo-shop";

/// Who takes the fields of an entry.
pub(crate) trait Fields {
    fn object(&mut self, key: &'static str, fields: &mut dyn FnMut(&mut dyn Fields));
    fn text(&mut self, key: &'static str, value: &str);
    /// A number or a truth value.
    fn bare(&mut self, key: &'static str, value: &str);
    /// A list of one object with one text.
    fn list(&mut self, key: &'static str, inner: &'static str, value: &str);
}

/// Gives all fields of an entry.
pub(crate) fn fields(entry: &Entry, out: &mut dyn Fields) {
    let mut scratch = String::with_capacity(160);
    let mut with = |make: &dyn Fn(&mut String)| {
        scratch.clear();
        make(&mut scratch);
        std::mem::take(&mut scratch)
    };
    let (random, number) = entry.insert_id;
    out.text(
        "insertId",
        &with(&|text| {
            hex(random, 16, text);
            hex(number, 8, text);
        }),
    );
    if entry.is_request {
        out.object("httpRequest", &mut |out| request(entry, out));
    }
    payload(entry, out);
    out.object("resource", &mut |out| resource(entry, out));
    let time = with(&|text| rfc3339(entry.nanos, text));
    out.text("timestamp", &time);
    if !entry.severity.is_empty() {
        out.text("severity", entry.severity);
    }
    out.object("labels", &mut |out| labels(entry, out));
    out.text("logName", &with(&|text| text.extend(["projects/", PROJECT, "/logs/", entry.log.name()])));
    if entry.trace != 0 {
        out.text(
            "trace",
            &with(&|text| {
                text.extend(["projects/", PROJECT, "/traces/"]);
                hex(entry.trace, 32, text);
            }),
        );
        out.text("spanId", &with(&|text| hex(entry.trace ^ random, 16, text)));
        out.bare("traceSampled", "true");
    }
    if entry.error_group != 0 {
        out.list(
            "errorGroups",
            "id",
            &with(&|text| {
                text.push_str("CJmU");
                hex(entry.error_group, 12, text);
            }),
        );
    }
    out.text("receiveTimestamp", &with(&|text| rfc3339(entry.nanos + 37_000_000, text)));
}

fn payload(entry: &Entry, out: &mut dyn Fields) {
    if entry.log.is_audit() {
        out.object("protoPayload", &mut |out| {
            out.text("@type", "type.googleapis.com/google.cloud.audit.AuditLog");
            out.object("authenticationInfo", &mut |out| {
                out.text("principalEmail", "deploy@demo-shop.example.com");
            });
            out.text("serviceName", "run.googleapis.com");
            out.text("methodName", entry.audit.method);
            out.text("resourceName", &format!("namespaces/{PROJECT}/services/{}", entry.service));
            if entry.audit.code != 0 {
                out.object("status", &mut |out| {
                    out.bare("code", &entry.audit.code.to_string());
                    out.text("message", &entry.audit.message);
                });
            }
        });
    } else if !entry.logger.is_empty() {
        out.object("jsonPayload", &mut |out| {
            out.text("message", &entry.text);
            out.text("logger", entry.logger);
            out.text("level", entry.level);
            out.bare("pid", &entry.pid.to_string());
        });
    } else if !entry.text.is_empty() {
        out.text("textPayload", &entry.text);
    }
}

fn request(entry: &Entry, out: &mut dyn Fields) {
    let http = &entry.http;
    let mut text = String::with_capacity(24);
    let mut number = |n: u64| {
        text.clear();
        decimal(n, &mut text);
        text.clone()
    };
    out.text("requestMethod", http.method);
    out.text("requestUrl", &http.url);
    out.text("requestSize", &number(http.request_size));
    out.bare("status", &number(u64::from(http.status)));
    out.text("responseSize", &number(http.response_size));
    out.text("userAgent", http.agent);
    out.text("remoteIp", &format!("203.0.113.{}", http.ip));
    out.text("serverIp", "198.51.100.7");
    out.text(
        "latency",
        &format!("{}.{:06}000s", http.latency_micros / 1_000_000, http.latency_micros % 1_000_000),
    );
    out.text("protocol", "HTTP/1.1");
}

fn resource(entry: &Entry, out: &mut dyn Fields) {
    out.text("type", "cloud_run_revision");
    out.object("labels", &mut |out| {
        out.text("project_id", PROJECT);
        out.text("service_name", entry.service);
        let mut revision = String::with_capacity(32);
        if !entry.log.is_audit() {
            revision.extend([entry.service, "-"]);
            padded(entry.revision, 5, &mut revision);
            revision.push_str("-kip");
        }
        out.text("revision_name", &revision);
        out.text("location", "europe-west1");
        out.text("configuration_name", entry.service);
    });
}

fn labels(entry: &Entry, out: &mut dyn Fields) {
    if !entry.log.is_audit() {
        let mut instance = String::with_capacity(110);
        instance.push_str("00f46b9285");
        let seed = entry.instance.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (0..6u32).for_each(|n| hex(seed.rotate_left(11 * n), 16, &mut instance));
        out.text("instanceId", &instance);
    }
    let mut text = String::with_capacity(40);
    text.push_str("4f9d0c");
    (0..2).for_each(|n| hex((entry.revision + n).wrapping_mul(0xBF58_476D_1CE4_E5B9), 17, &mut text));
    out.text("commit-sha", &text);
    text.truncate(8);
    text.push_str("-52a1-4c7e-9b1d-0a5e3f7c21d4");
    out.text("gcb-build-id", &text);
    out.text("gcb-trigger-id", "c1b0a5f2-7d1e-4b9a-8e55-91f3d7a2c604");
    out.text("managed-by", "gcp-cloud-build-deploy-cloud-run");
}

/// Writes an instant.
fn rfc3339(nanos: u64, out: &mut String) {
    let (seconds, fraction) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Days since 0000-03-01, so that a leap day ends its year (howardhinnant.github.io/date_algorithms.html).
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let of_400 = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * of_400 + of_400 / 4 - of_400 / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + of_400 + u64::from(month <= 2);
    let parts = [
        (year, 4, '-'),
        (month, 2, '-'),
        (of_year - (153 * shifted + 2) / 5 + 1, 2, 'T'),
        (second / 3600, 2, ':'),
        (second / 60 % 60, 2, ':'),
        (second % 60, 2, '.'),
        (fraction / 1000, 6, 'Z'),
    ];
    for (value, digits, after) in parts {
        padded(value, digits, out);
        out.push(after);
    }
}
