//! What a signature is: plain data, shared by the library and by `build.rs`, which packs it.
//!
//! Takes nothing, gives the types; the words of each field stand in `knowledge/README.md`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Order and memory (bytes) of the PPMd model by which the page's signatures are packed: what packs and what unpacks have to agree.
pub const PACKING: (u32, u32) = (8, 8 << 20);

/// What a match means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Names something a developer can repair.
    Cause,
    /// A consequence; never a root cause while a cause is near it.
    Symptom,
    /// Works, but needs attention later.
    Warning,
    /// Harmless although it looks bad.
    Noise,
    /// Start, stop, scaling.
    Lifecycle,
    /// Evidence that something works.
    Healthy,
}

/// Roles by their names in a rule file, in order of precedence when two signatures match the same text.
pub const ROLES: &[(&str, Role)] = &[
    ("cause", Role::Cause),
    ("symptom", Role::Symptom),
    ("warning", Role::Warning),
    ("noise", Role::Noise),
    ("lifecycle", Role::Lifecycle),
    ("healthy", Role::Healthy),
];

impl Role {
    /// The role as rule files write it.
    pub fn name(self) -> &'static str {
        ROLES.iter().find(|(_, role)| *role == self).map_or("", |(name, _)| name)
    }

    /// Whether a match makes its entry harmless.
    pub fn is_benign(self) -> bool {
        matches!(self, Role::Noise | Role::Lifecycle | Role::Healthy)
    }
}

/// What a matching entry says about the life of an instance, a revision, a job or a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// An instance or process starts.
    Start,
    /// A process says that it serves (listening, started, ready).
    Ready,
    /// A process ended; capture `code` or `signal` says how, if known.
    Exit,
    /// A probe of the platform passed.
    ProbeOk,
    /// A probe of the platform failed.
    ProbeFailed,
    /// The platform or a person asked it to stop.
    StopRequested,
    /// A deploy: a revision was created or became ready.
    Deploy,
    /// A deploy was refused or its revision never became ready.
    DeployFailed,
    /// A job execution or task ended with success.
    JobDone,
    /// A job execution or task failed.
    JobFailed,
    /// A build ended with success.
    BuildDone,
    /// A build or one of its steps failed.
    BuildFailed,
}

/// Phases by their names in a rule file.
pub const PHASES: &[(&str, Phase)] = &[
    ("start", Phase::Start),
    ("ready", Phase::Ready),
    ("exit", Phase::Exit),
    ("probe_ok", Phase::ProbeOk),
    ("probe_failed", Phase::ProbeFailed),
    ("stop_requested", Phase::StopRequested),
    ("deploy", Phase::Deploy),
    ("deploy_failed", Phase::DeployFailed),
    ("job_done", Phase::JobDone),
    ("job_failed", Phase::JobFailed),
    ("build_done", Phase::BuildDone),
    ("build_failed", Phase::BuildFailed),
];

impl Phase {
    /// The phase as rule files write it.
    pub fn name(self) -> &'static str {
        PHASES.iter().find(|(_, phase)| *phase == self).map_or("", |(name, _)| name)
    }
}

/// Areas a signature may belong to: who owns the problem, not which program printed it.
pub const AREAS: &[&str] = &[
    "app-engine",
    "auth-iam",
    "cloud-build",
    "cloud-functions",
    "cloud-run",
    "cloud-sql-postgres",
    "deprecation",
    "dotnet",
    "gke-k8s",
    "go",
    "http",
    "java",
    "lifecycle",
    "memory-cpu-disk",
    "mongodb",
    "mysql",
    "nginx-gunicorn-uvicorn",
    "node",
    "php",
    "python",
    "quota-billing",
    "redis",
    "ruby",
    "rust",
    "scheduler-pubsub-tasks",
    "security-scan",
    "third-party-api",
    "tls-dns-network",
];

/// Technical details that a match may state (`facts`).
pub const FACTS: &[&str] =
    &["database", "environment", "framework", "host", "port", "region", "runtime", "version", "workers"];

/// Values of `priority`.
pub const PRIORITIES: &[&str] = &["P0", "P1", "P2", "none"];

/// Placeholders that the caller fills without a capture.
pub const CONTEXT: &[&str] =
    &["service", "revision", "project", "region", "job", "path_of_request", "own_host", "foreign_host"];

/// A hypothesis of a signature.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyCandidate {
    /// What would explain it.
    pub hypothesis: String,
    /// What would confirm it.
    pub confirm: String,
    /// What would refute it.
    pub refute: String,
}

/// One signature; the fields are those of `knowledge/README.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Stable name, kebab-case.
    pub id: String,
    /// A few words for lists.
    pub title: String,
    /// Who owns the problem; one of [`AREAS`].
    pub area: String,
    /// What a match means.
    pub role: Role,
    /// `P0`, `P1`, `P2` or `none` while it stands.
    pub priority_outage: String,
    /// The same when it is over or had no effect.
    pub priority_otherwise: String,
    /// Catch-all: counts only if nothing else matches.
    pub generic: bool,
    /// Also matched against request lines `METHOD /path STATUS`.
    pub applies_to_request: bool,
    /// Lower-case literals, one of which stands in every text that the regex can match.
    pub anchor: Vec<String>,
    /// Searched over the whole text.
    pub regex: String,
    /// Ids of what follows from it.
    pub explains: Vec<String>,
    /// Ids of less specific signatures that match the same texts; this one wins over them.
    pub also: Vec<String>,
    /// What happened, with placeholders.
    pub what: String,
    /// What it means for those who use the service.
    pub impact: String,
    /// Hypotheses.
    pub why_candidates: Vec<WhyCandidate>,
    /// Commands or looks that tell more.
    pub check: Vec<String>,
    /// What to do, with placeholders.
    pub action: String,
    /// Commands that do it, with placeholders.
    pub actions: Vec<String>,
    /// How to see that it worked.
    pub verify: String,
    /// What a match says about starts, ends, deploys, jobs and builds.
    pub lifecycle: Option<Phase>,
    /// Technical details: one of [`FACTS`] → template over the captures.
    pub facts: BTreeMap<String, String>,
    /// A regex whose captures are collected over the whole text; all values of one name together, as a list, are its value.
    pub each: String,
    /// Captures that tell two troubles of this signature apart; none: all its matches are one trouble.
    pub subject: Vec<String>,
}

/// What proves a signature; not part of the compiled-in matcher, only of `fivewhys rules` and the tests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Samples {
    /// Where the wording comes from.
    pub source: String,
    /// Texts that it must match.
    pub examples: Vec<String>,
    /// Texts that it must not match.
    pub counterexamples: Vec<String>,
}

/// A signature as a rule file holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What is matched and said.
    pub signature: Signature,
    /// What proves it.
    pub samples: Samples,
    /// Line of its `[[signature]]`, counted from 1.
    pub line: u64,
}

/// Something wrong with a rule file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Line, counted from 1; 0 if unknown.
    pub line: u64,
    /// Id of the table, or its number (`signature 3`).
    pub table: String,
    /// The key, if one is to blame.
    pub key: String,
    /// What is wrong, in words.
    pub text: String,
}
