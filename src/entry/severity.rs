//! Severities: the recorded one, and the effective one that the analysis uses, with where it came from.
//!
//! Takes the written field, the level in the payload, the text and the request; gives [`Effective`]. The severity
//! *table* of a report counts recorded levels only; everything else uses the effective one.

use serde::{Deserialize, Serialize};

/// Cloud Logging's severities, lowest first (cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#logseverity).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs)] // the names are the vendor's
pub enum Severity {
    #[default]
    Default,
    Debug,
    Info,
    Notice,
    Warning,
    Error,
    Critical,
    Alert,
    Emergency,
}

/// A level that libraries have beside those of Cloud Logging, as it was written: the report names it, the analysis takes the
/// severity that it is mapped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // the names are those of the libraries
pub enum Native {
    Trace,
    Verbose,
    Severe,
    Fatal,
}

impl Native {
    /// All of them, lowest first.
    pub const ALL: [Native; 4] = [Native::Trace, Native::Verbose, Native::Severe, Native::Fatal];

    /// The name as libraries print it.
    pub fn name(self) -> &'static str {
        match self {
            Native::Trace => "TRACE",
            Native::Verbose => "VERBOSE",
            Native::Severe => "SEVERE",
            Native::Fatal => "FATAL",
        }
    }

    /// The severity that stands for it.
    pub fn severity(self) -> Severity {
        match self {
            Native::Trace | Native::Verbose => Severity::Debug,
            Native::Severe => Severity::Error,
            Native::Fatal => Severity::Critical,
        }
    }

    /// The level of that name, without regard to case.
    pub fn parse(word: &str) -> Option<Native> {
        Native::ALL.into_iter().find(|native| native.name().eq_ignore_ascii_case(word))
    }
}

/// Where an effective severity came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Nothing says how severe it is.
    #[default]
    None,
    /// The entry's own field.
    Field,
    /// A level inside the payload.
    Payload,
    /// A prefix of the text, such as `[ERROR]`.
    Text,
    /// The status of the request.
    Status,
}

/// What the analysis takes as severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Effective {
    /// The severity; `Default` where nothing says.
    pub severity: Severity,
    /// Who said so.
    pub origin: Origin,
}

impl Severity {
    /// All of them, lowest first.
    pub const ALL: [Severity; 9] = [
        Severity::Default,
        Severity::Debug,
        Severity::Info,
        Severity::Notice,
        Severity::Warning,
        Severity::Error,
        Severity::Critical,
        Severity::Alert,
        Severity::Emergency,
    ];

    /// The name as Cloud Logging prints it.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Default => "DEFAULT",
            Severity::Debug => "DEBUG",
            Severity::Info => "INFO",
            Severity::Notice => "NOTICE",
            Severity::Warning => "WARNING",
            Severity::Error => "ERROR",
            Severity::Critical => "CRITICAL",
            Severity::Alert => "ALERT",
            Severity::Emergency => "EMERGENCY",
        }
    }

    /// The severity with this rank, 0 for `Default` to 8 for `Emergency`; larger numbers give `Emergency`.
    pub fn from_rank(rank: u8) -> Severity {
        Severity::ALL.get(usize::from(rank)).copied().unwrap_or(Severity::Emergency)
    }

    /// Rank, 0 for `Default` to 8 for `Emergency`.
    pub fn rank(self) -> u8 {
        self as u8
    }

    /// Its band in a timeline: 0 for what says nothing or little, 1 INFO and NOTICE, 2 WARNING, 3 ERROR, 4 what is worse.
    pub fn band(self) -> usize {
        match self {
            Severity::Default | Severity::Debug => 0,
            Severity::Info | Severity::Notice => 1,
            Severity::Warning => 2,
            Severity::Error => 3,
            _ => 4,
        }
    }

    /// Reads a level word of any common library, without regard to case: `warn`, `ERR`, `fatal`, `Information`, `trace`.
    pub fn parse(word: &str) -> Option<Severity> {
        const WORDS: &[(&str, Severity)] = &[
            ("default", Severity::Default),
            ("trace", Severity::Debug),
            ("verbose", Severity::Debug),
            ("debug", Severity::Debug),
            ("silly", Severity::Debug),
            ("fine", Severity::Debug),
            ("dbg", Severity::Debug),
            ("info", Severity::Info),
            ("information", Severity::Info),
            ("informational", Severity::Info),
            ("inf", Severity::Info),
            ("log", Severity::Info),
            ("http", Severity::Info),
            ("notice", Severity::Notice),
            ("warning", Severity::Warning),
            ("warn", Severity::Warning),
            ("wrn", Severity::Warning),
            ("error", Severity::Error),
            ("err", Severity::Error),
            ("severe", Severity::Error),
            ("critical", Severity::Critical),
            ("crit", Severity::Critical),
            ("fatal", Severity::Critical),
            ("panic", Severity::Critical),
            ("dpanic", Severity::Critical),
            ("alert", Severity::Alert),
            ("emergency", Severity::Emergency),
            ("emerg", Severity::Emergency),
        ];
        let word = word.trim();
        WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, severity)| *severity)
    }
}
