//! Takes secrets out of text that leaves the core. One gate before every renderer, and nowhere earlier.
//!
//! [`Memory`] gives the same value the same placeholder over a whole report.

use serde::{Deserialize, Serialize};

/// How much is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing. Asked for, and said.
    Off,
    /// Tokens, keys, passwords, cookies, credentials in URLs. What callers should choose by default.
    Secrets,
    /// Also e-mails, IPs, phone numbers, query values.
    Standard,
    /// Also ids, hosts, users in paths, names in labels.
    Strict,
}
