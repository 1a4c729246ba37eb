//! Which piece of work an entry is about and how often it was tried: as a line of its text, and read from one.

/// Names of a piece of work: a message of a queue, a task, a job, an event.
pub(crate) const NAMES: &[&str] =
    &["messageId", "message_id", "taskName", "task_name", "jobId", "job_id", "eventId", "event_id"];
/// Names of how often it was tried.
pub(crate) const ATTEMPTS: &[&str] =
    &["deliveryAttempt", "delivery_attempt", "attempt", "attempts", "retryCount", "retry_count"];

/// `messageId=1048 deliveryAttempt=92`.
pub(crate) fn line(name: &str, id: &str, attempts: &str, n: &str) -> String {
    format!("{name}={id} {attempts}={n}")
}

/// Name, id and attempt, if the last line of a text is of that form and under these names; any other pair says nothing of it.
pub(crate) fn named(text: &str) -> Option<(&str, &str, u64)> {
    let (item, attempt) = text.lines().next_back()?.split_once(' ')?;
    let ((name, id), (attempts, n)) = (item.split_once('=')?, attempt.split_once('=')?);
    let n = n.parse().ok()?;
    (NAMES.contains(&name) && ATTEMPTS.contains(&attempts)).then_some((name, id, n))
}
