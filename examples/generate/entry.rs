//! One entry of a generated log, before it is written in any form; its texts are reused from entry to entry.

/// Which log of Cloud Run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Log {
    /// What the program prints.
    #[default]
    Stdout,
    /// What it prints as errors; most of it is none.
    Stderr,
    /// One entry a request.
    Requests,
    /// What the platform says of instances.
    System,
    /// Audit: what somebody did.
    Activity,
    /// Audit: what the platform did.
    SystemEvent,
}

impl Log {
    /// Its name as it ends a `logName`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Log::Stdout => "run.googleapis.com%2Fstdout",
            Log::Stderr => "run.googleapis.com%2Fstderr",
            Log::Requests => "run.googleapis.com%2Frequests",
            Log::System => "run.googleapis.com%2Fvarlog%2Fsystem",
            Log::Activity => "cloudaudit.googleapis.com%2Factivity",
            Log::SystemEvent => "cloudaudit.googleapis.com%2Fsystem_event",
        }
    }

    /// Whether an entry of it carries a `protoPayload`.
    pub(crate) fn is_audit(self) -> bool {
        matches!(self, Log::Activity | Log::SystemEvent)
    }
}

/// A request.
#[derive(Debug, Default)]
pub(crate) struct Http {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) status: u16,
    pub(crate) latency_micros: u64,
    pub(crate) request_size: u64,
    pub(crate) response_size: u64,
    pub(crate) agent: &'static str,
    pub(crate) ip: u64,
}

/// What an audit entry says.
#[derive(Debug, Default)]
pub(crate) struct Audit {
    pub(crate) method: &'static str,
    pub(crate) code: u64,
    pub(crate) message: String,
}

/// One entry.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    pub(crate) nanos: u64,
    pub(crate) insert_id: (u64, u64),
    pub(crate) service: &'static str,
    pub(crate) revision: u64,
    pub(crate) instance: u64,
    pub(crate) log: Log,
    /// Recorded severity, or empty.
    pub(crate) severity: &'static str,
    /// The message: `textPayload`, or `jsonPayload.message` where `logger` is named.
    pub(crate) text: String,
    pub(crate) logger: &'static str,
    pub(crate) level: &'static str,
    pub(crate) pid: u64,
    pub(crate) is_request: bool,
    pub(crate) http: Http,
    pub(crate) audit: Audit,
    /// Id of the trace it belongs to, or 0.
    pub(crate) trace: u64,
    /// Google's own cluster of an error, or 0.
    pub(crate) error_group: u64,
}

impl Entry {
    /// Makes it an empty one.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.http.url.clear();
        self.audit.message.clear();
        (self.severity, self.logger, self.level) = ("", "", "");
        (self.is_request, self.trace, self.error_group, self.audit.code) = (false, 0, 0, 0);
    }
}
