//! AWS CloudFormation's stack events (`describe-stack-events`) → entries.
//!
//! docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html: `Timestamp`, `LogicalResourceId`, `ResourceType`,
//! `ResourceStatus`, `ResourceStatusReason`.

use super::fields::{has_all, mean_value, word};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score};
use crate::entry::{Entry, Severity};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Cloudformation;

const SHAPE: Shape = Shape {
    time: &["Timestamp"],
    service: &["StackName"],
    log: &["ResourceType"],
    id: &["EventId"],
    ..Shape::NONE
};

impl Dialect for Cloudformation {
    fn id(&self) -> &'static str {
        "cloudformation"
    }

    fn title(&self) -> &'static str {
        "AWS CloudFormation"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "stack event fields (StackId, ResourceStatus)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        let (id, status) = (word(value, &["LogicalResourceId"]), word(value, &["ResourceStatus"]));
        let reason = word(value, &["ResourceStatusReason"]);
        entry.message = Cow::Owned(if reason.is_empty() {
            format!("{id} {status}")
        } else {
            format!("{id} {status}: {reason}")
        });
        entry.payload_level = Some(if status.ends_with("FAILED") { Severity::Error } else { Severity::Info });
        emit(&entry);
        1
    }
}

/// A resource's status in a stack.
fn points(value: &Value<'_>) -> u32 {
    if has_all(value, &["StackId", "ResourceStatus", "Timestamp"]) { 100 } else { 0 }
}
