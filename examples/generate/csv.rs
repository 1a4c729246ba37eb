//! CSV as Logs Explorer writes it since 2025: takes fields, gives a line; apostrophes stand before what a spreadsheet might run.

use super::entry::Entry;
use super::fields::{Fields, fields};

/// Columns of the CSV form, sorted as the tool sorts them.
const COLUMNS: &[&str] = &[
    "errorGroups",
    "httpRequest.latency",
    "httpRequest.protocol",
    "httpRequest.remoteIp",
    "httpRequest.requestMethod",
    "httpRequest.requestSize",
    "httpRequest.requestUrl",
    "httpRequest.responseSize",
    "httpRequest.serverIp",
    "httpRequest.status",
    "httpRequest.userAgent",
    "insertId",
    "jsonPayload.level",
    "jsonPayload.logger",
    "jsonPayload.message",
    "jsonPayload.pid",
    "labels.\"commit-sha\"",
    "labels.\"gcb-build-id\"",
    "labels.\"gcb-trigger-id\"",
    "labels.\"managed-by\"",
    "labels.instanceId",
    "logName",
    "protoPayload.@type",
    "protoPayload.authenticationInfo.principalEmail",
    "protoPayload.methodName",
    "protoPayload.resourceName",
    "protoPayload.serviceName",
    "protoPayload.status.code",
    "protoPayload.status.message",
    "receiveTimestamp",
    "resource.labels.configuration_name",
    "resource.labels.location",
    "resource.labels.project_id",
    "resource.labels.revision_name",
    "resource.labels.service_name",
    "resource.type",
    "severity",
    "spanId",
    "textPayload",
    "timestamp",
    "trace",
    "traceSampled",
];

/// Writes the line of column names.
pub(crate) fn head(out: &mut String) {
    for (n, column) in COLUMNS.iter().enumerate() {
        out.push_str(if n > 0 { "," } else { "" });
        cell(column, out);
    }
    out.push('\n');
}

/// Writes the line of an entry.
pub(crate) fn row(entry: &Entry, out: &mut String) {
    let mut row =
        Row { values: String::with_capacity(2048), cells: [(0, 0); COLUMNS.len()], path: String::new() };
    fields(entry, &mut row);
    row.write(out);
}

/// A line of CSV: the values one after the other, and where that of each column stands.
struct Row {
    values: String,
    cells: [(usize, usize); COLUMNS.len()],
    path: String,
}

impl Row {
    fn put(&mut self, key: &str, value: &str) {
        let depth = self.path.len();
        if key.contains('-') {
            self.path.extend(["\"", key, "\""]);
        } else {
            self.path.push_str(key);
        }
        let column = COLUMNS.binary_search(&self.path.as_str()).ok();
        if let Some(cell) = column.and_then(|column| self.cells.get_mut(column)) {
            *cell = (self.values.len(), self.values.len() + value.len());
            self.values.push_str(value);
        }
        self.path.truncate(depth);
    }

    fn write(&self, out: &mut String) {
        for (n, (from, to)) in self.cells.iter().enumerate() {
            out.push_str(if n > 0 { "," } else { "" });
            cell(self.values.get(*from..*to).unwrap_or_default(), out);
        }
        out.push('\n');
    }
}

impl Fields for Row {
    fn object(&mut self, key: &'static str, fields: &mut dyn FnMut(&mut dyn Fields)) {
        let depth = self.path.len();
        self.path.extend([key, "."]);
        fields(self);
        self.path.truncate(depth);
    }

    fn text(&mut self, key: &'static str, value: &str) {
        self.put(key, value);
    }

    fn bare(&mut self, key: &'static str, value: &str) {
        self.put(key, value);
    }

    fn list(&mut self, key: &'static str, inner: &'static str, value: &str) {
        self.put(key, &format!("[{{\"{inner}\":\"{value}\"}}]"));
    }
}

/// Writes a cell: guarded against spreadsheets, quoted where it has to be.
fn cell(text: &str, out: &mut String) {
    let guard = if text.contains(['-', '/', '"', '=', '@']) { "'" } else { "" };
    if text.contains([',', '"', '\n', '\r']) {
        out.extend(["\"", guard]);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('"') {
            out.extend([before, "\"\""]);
            rest = after;
        }
        out.extend([rest, "\""]);
    } else {
        out.extend([guard, text]);
    }
}
