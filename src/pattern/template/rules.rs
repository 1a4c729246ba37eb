//! The values that stand at one position of otherwise equal shapes → whether that position is a variable.

use super::token::{Kind, Token};

/// Words after which a name follows.
const INTRODUCERS: [&str; 45] = [
    "user",
    "users",
    "host",
    "hosts",
    "hostname",
    "node",
    "server",
    "domain",
    "package",
    "class",
    "file",
    "directory",
    "dir",
    "table",
    "database",
    "db",
    "container",
    "instance",
    "service",
    "job",
    "task",
    "device",
    "interface",
    "module",
    "plugin",
    "image",
    "queue",
    "topic",
    "bucket",
    "thread",
    "pool",
    "key",
    "name",
    "named",
    "id",
    "called",
    "program",
    "process",
    "command",
    "client",
    "address",
    "path",
    "group",
    "account",
    "role",
];

/// Words that say how something went: a difference in them is never a variable.
const OUTCOMES: [&str; 60] = [
    "ok",
    "failed",
    "fail",
    "fails",
    "failure",
    "error",
    "errors",
    "success",
    "successful",
    "successfully",
    "succeeded",
    "started",
    "stopped",
    "starting",
    "stopping",
    "start",
    "stop",
    "opened",
    "closed",
    "open",
    "close",
    "opening",
    "closing",
    "up",
    "down",
    "enabled",
    "disabled",
    "on",
    "off",
    "active",
    "inactive",
    "connected",
    "disconnected",
    "accepted",
    "rejected",
    "refused",
    "denied",
    "allowed",
    "timeout",
    "killed",
    "aborted",
    "completed",
    "cancelled",
    "canceled",
    "ready",
    "not",
    "no",
    "yes",
    "startup",
    "shutdown",
    "created",
    "deleted",
    "added",
    "removed",
    "warning",
    "critical",
    "info",
    "debug",
    "normal",
    "unhealthy",
];

const UNITS: [&str; 20] = [
    "B", "KB", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "bytes", "ns", "us", "ms", "s", "sec", "secs",
    "seconds", "minutes", "min", "hours",
];

/// Whether the token at `position` is a variable, given the distinct `values` seen there in equal surroundings.
pub(super) fn varies<'a>(
    around: &dyn Fn(usize) -> Option<Token<'a>>,
    position: usize,
    values: &[Token<'_>],
) -> bool {
    let words = || values.iter().filter(|v| v.kind == Kind::Word).map(|v| v.text);
    let before = |back: usize| position.checked_sub(back).and_then(around).map_or("", |t| t.text);
    let after = around(position + 1).map_or("", |t| t.text);
    if words().all(|w| UNITS.contains(&w)) {
        return before(1) == " " && before(2) == "<*>";
    }
    let assigned = before(1) == "=" || (before(1) == " " && before(2) == "=");
    if assigned {
        return true;
    }
    if words().any(|w| OUTCOMES.iter().any(|o| o.eq_ignore_ascii_case(w))) {
        return false;
    }
    let quoted = matches!(before(1), "\"" | "'") && matches!(after, "\"" | "'");
    let labelled = before(1) == ":" && position > 1;
    let introduced = before(1) == " "
        && INTRODUCERS.iter().any(|i| i.eq_ignore_ascii_case(before(2).trim_end_matches(':')));
    if quoted || introduced {
        return true;
    }
    let least = if position == 0 {
        8
    } else if words().all(|w| w.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')) {
        if labelled { 3 } else { 24 }
    } else if words().all(is_identifier) {
        if labelled { 2 } else { 3 }
    } else if labelled || values.iter().any(|v| v.kind == Kind::Variable) {
        3
    } else {
        6
    };
    values.len() >= least
}

/// Whether a word is a name of a program's rather than of the language.
fn is_identifier(word: &str) -> bool {
    let bytes = word.as_bytes();
    let inner_capital =
        bytes.windows(2).any(|w| matches!(w, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
    inner_capital
        || bytes.iter().any(|b| matches!(b, b'_' | b'.' | b'/' | b'$' | b'\\') || b.is_ascii_digit())
}
