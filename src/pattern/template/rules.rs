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

/// Names of which the number is a part: `IPv4` and `IPv6` are two things.
const PROTOCOLS: [&str; 10] = ["ipv", "ip", "tls", "ssl", "sslv", "http", "socks", "oauth", "sha", "md"];

/// Units which scale with the number before them.
const UNITS: [&str; 20] = [
    "B", "KB", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "bytes", "ns", "us", "ms", "s", "sec", "secs",
    "seconds", "minutes", "min", "hours",
];

/// Keys whose value says what happened: it is no variable however often it differs.
const TELLING: [&str; 22] = [
    "msg",
    "message",
    "level",
    "severity",
    "error",
    "err",
    "event",
    "reason",
    "status",
    "state",
    "type",
    "kind",
    "code",
    "cause",
    "method",
    "action",
    "result",
    "outcome",
    "exception",
    "phase",
    "lvl",
    "op",
];

/// Whether a value that stands after `key=` may be anything.
pub(super) fn is_free_key(key: &str) -> bool {
    !TELLING.iter().any(|t| t.eq_ignore_ascii_case(key))
}

/// One position of a shape and what stands around it.
pub(super) struct Place<'t, 'a> {
    pub(super) tokens: &'t dyn Fn(usize) -> Option<Token<'a>>,
    pub(super) position: usize,
    /// Words of the shape beside this one.
    pub(super) words: usize,
}

impl Place<'_, '_> {
    fn before(&self, back: usize) -> &str {
        self.position.checked_sub(back).and_then(self.tokens).map_or("", |t| t.text)
    }

    fn after(&self, ahead: usize) -> &str {
        (self.tokens)(self.position + ahead).map_or("", |t| t.text)
    }

    /// The key before `=` or ` = `, if this is its value.
    pub(super) fn key(&self) -> Option<&str> {
        let back = if self.before(1) == "=" {
            2
        } else if self.before(1) == " " && self.before(2) == "=" {
            3
        } else {
            return None;
        };
        Some(if self.before(back) == " " { self.before(back + 1) } else { self.before(back) })
    }

    /// The key of a `key=value` pair or of a quoted pair of an object printed as JSON, if this is its value.
    pub(super) fn pair(&self) -> Option<&str> {
        if let Some(key) = self.key() {
            return Some(key);
        }
        let is_quote = |text: &str| matches!(text, "\"" | "'");
        let colon = 2 + usize::from(self.before(2) == " ");
        let paired =
            is_quote(self.before(1)) && self.before(colon) == ":" && is_quote(self.before(colon + 1));
        paired.then(|| self.before(colon + 2)).filter(|key| !key.is_empty())
    }

    /// The word before `:` or `: `, also when the value is quoted.
    fn label(&self) -> &str {
        let mut back = 1 + usize::from(matches!(self.before(1), "\"" | "'"));
        back += usize::from(self.before(back) == " ");
        if !matches!(self.before(back), ":" | "=") {
            return "";
        }
        // `"key": "value"`
        back += 1 + usize::from(matches!(self.before(back + 1), "\"" | "'"));
        self.before(back)
    }

    /// Whether this position is a variable, given the distinct `values` seen there in equal surroundings.
    pub(super) fn varies(&self, values: &[Token<'_>]) -> bool {
        let words = || values.iter().filter(|v| v.kind == Kind::Word).map(|v| v.text);
        let open = words().count() < values.len();
        if words().all(|w| UNITS.contains(&w)) {
            return self.before(1) == " " && self.before(2) == "<*>";
        }
        if let Some(key) = self.key().filter(|_| !words().any(is_code)) {
            return is_free_key(key) || values.len() >= 24;
        }
        if open && self.after(1) == ":" && self.after(2) == "<*>" && words().all(|w| !w.is_empty()) {
            return self.before(1) != ":";
        }
        if words().any(|w| says_outcome(w) || is_code(w)) || self.words == 0 {
            return false;
        }
        if !is_free_key(self.label()) {
            return values.len() >= 24;
        }
        if words().all(|w| numbered(w).is_some()) && all_equal(words().filter_map(numbered)) {
            return true;
        }
        values.len() >= self.least(values, open)
    }

    /// How many distinct values it takes here to call them a variable.
    fn least(&self, values: &[Token<'_>], open: bool) -> usize {
        let words = || values.iter().filter(|v| v.kind == Kind::Word).map(|v| v.text);
        let quoted = matches!(self.before(1), "\"" | "'") && matches!(self.after(1), "\"" | "'");
        let introducer = self.before(2).trim_end_matches(':');
        let introduced =
            self.before(1) == " " && INTRODUCERS.iter().any(|i| i.eq_ignore_ascii_case(introducer));
        let bracketed = matches!(self.before(1), "(" | "[" | "{") && matches!(self.after(1), ")" | "]" | "}");
        let labelled = self.before(1) == ":" && self.position > 1;
        let capitals = words().all(|w| w.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'));
        if quoted {
            return 2;
        }
        if introduced {
            return if open { 2 } else { 3 };
        }
        if self.words < 2 {
            return 12;
        }
        if self.position == 0 {
            return if words().all(is_identifier) && self.words >= 4 { 3 } else { 16 };
        }
        if bracketed {
            return 3;
        }
        if capitals {
            return if labelled { 4 } else { 24 };
        }
        if words().all(is_identifier) || labelled || open { 3 } else { 6 }
    }
}

/// A number which the mask kept because it means something: groups of different codes stay apart.
fn is_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase() || c == '-');
    digits.len() > 2 && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        || word.bytes().all(|b| b.is_ascii_digit())
}

fn says_outcome(word: &str) -> bool {
    let plain = word.bytes().all(|b| b.is_ascii_lowercase());
    let failure = ["Error", "Exception", "Warning", "Failure", "Fault"].iter().any(|end| word.ends_with(end));
    failure
        || (plain && word.len() > 4 && (word.ends_with("ed") || word.ends_with("ing")))
        || OUTCOMES.iter().any(|o| o.eq_ignore_ascii_case(word))
}

/// `eth0` → `eth`: the letters of a word that ends in digits.
fn numbered(word: &str) -> Option<&str> {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let protocol = PROTOCOLS.iter().any(|p| p.eq_ignore_ascii_case(stem));
    (stem.len() < word.len() && !stem.is_empty() && !protocol).then_some(stem)
}

fn all_equal<'a>(mut items: impl Iterator<Item = &'a str>) -> bool {
    let first = items.next();
    items.all(|item| Some(item) == first)
}

/// Whether a word is a name of a program's rather than of the language.
fn is_identifier(word: &str) -> bool {
    let bytes = word.as_bytes();
    let inner_capital =
        bytes.windows(2).any(|w| matches!(w, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
    inner_capital
        || bytes.iter().any(|b| matches!(b, b'_' | b'.' | b'/' | b'$' | b'\\') || b.is_ascii_digit())
}
