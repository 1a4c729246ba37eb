//! Cause and incident → how sure the report is, in a word with its reason.

use crate::diagnose::causality::Incident;
use crate::diagnose::knowledge::{Role, Signature};
use crate::diagnose::troubles::{Kind, Trouble};
use crate::report::model::{Confidence, Rich};

/// How sure it is that this trouble is the cause.
pub(crate) fn confidence(
    root: Option<&Trouble>,
    signature: Option<&Signature>,
    incident: &Incident,
) -> Confidence {
    let (word, reason) = match (root, signature) {
        (None, _) => ("possible", "the failures are certain, their cause is not in the log"),
        (Some(root), Some(_)) if root.role == Role::Cause && incident.collapse.is_some() => {
            ("certain", "the message is known and stands in the cycles before the failures")
        }
        (Some(_), _) if incident.nearby => (
            "possible",
            "it was said shortly before the failed requests, not while they were served, so that it failed them is concluded",
        ),
        (Some(root), Some(_)) if root.role == Role::Cause => ("certain", "the message names the cause"),
        (Some(root), _) if root.kind == Kind::Exception && incident.collapse.is_some() => {
            ("likely", "the exception stands in most cycles before the failures")
        }
        (Some(root), _) if root.kind == Kind::Exception => {
            ("certain", "the exception says what failed; why is another question")
        }
        (Some(root), _)
            if !matches!(root.kind, Kind::ServerErrors | Kind::ClientErrors)
                && !incident.requests.is_empty() =>
        {
            ("likely", "it was said while the failed requests were served")
        }
        (Some(root), _) if root.kind == Kind::Suspect => {
            ("possible", "only the words of the message suggest it")
        }
        _ => ("likely", "the failure is certain, but nothing in the log says what is behind it"),
    };
    Confidence { word: word.to_owned(), reason: Rich::text(reason) }
}
