//! Microsoft 365 unified audit log (learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema) → entries.
//!
//! `CreationTime` (UTC without zone), `Operation`, `Workload`, `UserId`, `ResultStatus`.

use super::fields::{has_all, mean_value, word};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score};
use crate::entry::{Entry, Severity};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Microsoft365;

const SHAPE: Shape = Shape {
    time: &["CreationTime", "CreationDate"],
    project: &["OrganizationId"],
    service: &["Workload"],
    log: &["RecordType"],
    id: &["Id"],
    ..Shape::NONE
};

impl Dialect for Microsoft365 {
    fn id(&self) -> &'static str {
        "microsoft365"
    }

    fn title(&self) -> &'static str {
        "Microsoft 365 audit"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "Microsoft 365 fields (CreationTime, Operation, Workload)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        entry.audit = true;
        let (operation, object) = (word(value, &["Operation"]), word(value, &["ObjectId"]));
        let status = word(value, &["ResultStatus"]);
        let failed = ["false", "failed", "failure"].iter().any(|word| word.eq_ignore_ascii_case(status));
        entry.message = Cow::Owned(
            [operation, object, if failed { "failed" } else { "" }]
                .join(" ")
                .replace("  ", " ")
                .trim_end()
                .to_owned(),
        );
        let who = word(value, &["UserId"]);
        if !who.is_empty() {
            entry.labels.push((Cow::Borrowed(crate::ingest::PRINCIPAL), Cow::Borrowed(who)));
        }
        entry.payload_level = failed.then_some(Severity::Error);
        emit(&entry);
        1
    }
}

/// The common schema requires all three.
fn points(value: &Value<'_>) -> u32 {
    if has_all(value, &["CreationTime", "Operation", "Workload"]) { 100 } else { 0 }
}
