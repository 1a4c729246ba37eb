//! Statements → troubles: kinds of failure, each with its occurrences, before anything is ranked.
//!
//! One trouble is what one repair would end: the same signature about the same thing, the same exception, the same message,
//! the same failing path. Whether it is a cause or a consequence is decided later, by `causality`.

pub(super) mod acted;
pub(super) mod answered;
pub(super) mod beside;
pub(super) mod by_order;
pub mod exceptions;
mod expected;
pub(super) mod items;
pub(super) mod kinds;
pub(super) mod leaving;
pub(super) mod material;
pub(super) mod mild;
mod refused;
mod restored;
mod split;
pub(super) mod stranger;

use super::knowledge::{Knowledge, Match, Role};
use super::lifecycle;
use super::statements::{Occurrences, Statement};
use crate::diagnose::lifecycle::collapse::Collapse;
use crate::diagnose::statements::{self, suspect};
use crate::digest::Index;
use crate::entry::{Origin, Severity, head};
use crate::order::Order as _;
use crate::trace::{self, Trace};
use std::collections::BTreeMap;

/// What a trouble was recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A signature, by its number.
    Signature(usize),
    /// An exception that no signature knows.
    Exception,
    /// Requests answered with a server error.
    ServerErrors,
    /// Requests refused as the client's fault.
    ClientErrors,
    /// A message of WARNING or above.
    Message,
    /// A message without a severity that sounds bad.
    Suspect,
    /// What was said last before an exit, recognised by nothing else.
    LastWords,
}

/// A kind of failure.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) kind: Kind,
    pub(crate) role: Role,
    /// True for catch-all signatures and for what no signature knows.
    pub(crate) generic: bool,
    pub(crate) severity: Severity,
    /// Statements by number, the one to quote first.
    pub(crate) statements: Vec<usize>,
    /// In time order.
    pub(crate) occurrences: Occurrences,
    pub(crate) captures: BTreeMap<String, String>,
}

/// Source and time in nanoseconds of occurrences.
pub(crate) type Occurring = Vec<(u32, i64)>;

impl Trouble {
    /// Takes in what is said together with it.
    pub(crate) fn take_in(&mut self, other: Trouble) {
        self.severity = self.severity.max(other.severity);
        self.statements.extend(other.statements);
        self.occurrences.gather(&other.occurrences);
        self.occurrences.settle();
    }

    /// All rows, ascending.
    pub(crate) fn rows(&self) -> Vec<u32> {
        self.occurrences.rows()
    }

    /// The trace to show: the longest with frames of the user's, of equal ones that of the statement quoted first.
    pub(crate) fn trace<'s>(&self, statements: &'s [Statement]) -> Option<&'s Trace> {
        let traces = self.statements.iter().filter_map(|&n| statements.get(n)?.trace.as_ref());
        let best = traces.enumerate().max_by_key(|(at, trace)| {
            (
                !trace.cut,
                trace.chain.iter().map(|e| e.frames.iter().filter(|f| f.user).count().min(20)).sum::<usize>(),
                trace.chain.len(),
                std::cmp::Reverse(*at),
            )
        });
        best.map(|(_, trace)| trace)
    }

    /// The statement to quote.
    pub(crate) fn lead<'s>(&self, statements: &'s [Statement]) -> Option<&'s Statement> {
        self.statements.first().and_then(|&n| statements.get(n))
    }
}

/// All troubles, in the order of their keys.
pub(crate) fn collect(index: &Index, knowledge: &Knowledge, statements: &[Statement]) -> Vec<Trouble> {
    let mut troubles: BTreeMap<String, Trouble> = BTreeMap::new();
    for (number, statement) in real(statements) {
        let Some((key, kind, role, generic, captures)) = identify(index, knowledge, statement) else {
            continue;
        };
        let trouble = troubles.entry(key).or_insert_with(|| Trouble {
            kind,
            role,
            generic,
            severity: Severity::Default,
            statements: Vec::new(),
            occurrences: Occurrences::default(),
            captures: BTreeMap::new(),
        });
        // One wording may leave out what another one names; a build tells of one mistake in many lines.
        let of_build = matches!(kind, Kind::Signature(n) if knowledge
            .signatures()
            .get(n)
            .is_some_and(|s| s.explains.iter().any(|id| id == "gcb-step-failed")));
        if rich(&captures) > rich(&trouble.captures) {
            let before = std::mem::replace(&mut trouble.captures, captures);
            if of_build {
                for (name, value) in before {
                    trouble.captures.entry(name).or_insert(value);
                }
            }
        } else if of_build {
            for (name, value) in captures {
                trouble.captures.entry(name).or_insert(value);
            }
        }
        // However low its level, a failed execution is a failure.
        let level = if is_outcome(index, statement) { Severity::Error } else { Severity::Default };
        trouble.severity = trouble.severity.max(statement.severity).max(level);
        trouble.statements.push(number);
        trouble.occurrences.gather(&statement.occurrences);
    }
    troubles.values_mut().for_each(|trouble| trouble.occurrences.settle());
    troubles.retain(|_, t| {
        !is_idle_warning(statements, t)
            && !by_order::is_signalled(index, knowledge, statements, t)
            && !refused::is_answered(index, knowledge, statements, t)
    });
    statements::heads::join(index, statements, &mut troubles);
    let mut troubles = statements::together::unite(index, troubles.into_values().collect());
    troubles.iter_mut().for_each(|trouble| order_statements(statements, trouble));
    troubles
}

/// Puts the statement to quote first: one with a trace, then the most severe, then the earliest.
fn order_statements(statements: &[Statement], trouble: &mut Trouble) {
    trouble.statements.order_by_key(|&n| {
        let statement = statements.get(n);
        let traced = statement.and_then(|s| s.trace.as_ref()).filter(|t| !trace::root(t).kind.is_empty());
        let complete = traced.is_some();
        let cut = traced.is_some_and(|t| t.cut);
        // A wording that names what it is about says more than one that does not.
        let named = statement.and_then(|s| s.matches.first()).is_some_and(|m| !m.captures.is_empty());
        let severity = statement.map(|s| std::cmp::Reverse(s.severity));
        // Of equal ones, what is said most often is what mostly happens.
        let often = statement.map_or(0, |s| s.occurrences.len()).saturating_sub(1);
        (!complete, !named, severity, std::cmp::Reverse(often), cut, n)
    });
}

/// Statements without those by which somebody tries a logger.
fn real(statements: &[Statement]) -> impl Iterator<Item = (usize, &Statement)> {
    let rehearsed = statements::rehearsed::find(statements);
    statements.iter().enumerate().filter(move |(number, _)| rehearsed.get(*number) != Some(&true))
}

/// Whether it is a warning that no signature knows, whose words mean nothing bad and that is said once or twice: it is left to the
/// table of patterns.
fn is_idle_warning(statements: &[Statement], trouble: &Trouble) -> bool {
    let may_be_bad = |n: &usize| statements.get(*n).is_none_or(|s| suspect::may_be_bad(&s.text));
    trouble.kind == Kind::Message
        && trouble.role == Role::Warning
        && trouble.occurrences.len() < OFTEN
        && !trouble.statements.iter().any(may_be_bad)
}

/// How much captures tell: how many there are, then how long they are.
fn rich(captures: &BTreeMap<String, String>) -> (usize, usize) {
    (captures.len(), captures.values().map(String::len).sum())
}

/// Times from which on a warning is told whatever its words are.
const OFTEN: usize = 3;

type Identity = (String, Kind, Role, bool, BTreeMap<String, String>);

fn identify(index: &Index, knowledge: &Knowledge, statement: &Statement) -> Option<Identity> {
    let request = request(index, statement);
    // A logger that is given an empty line writes its head alone.
    let says_nothing = |line: &str| !head::words(line).chars().any(char::is_alphanumeric);
    if request.is_none() && statement.text.lines().all(says_nothing) {
        return None;
    }
    if let Some((signature, found)) = statement.signature(knowledge) {
        match signature.role {
            Role::Cause | Role::Symptom | Role::Warning
                // What is said in a request that fails is said of it, at whatever level.
                if (counts(index, statement, signature.role, signature.generic)
                    || request.is_some_and(|(status, _)| status >= 400) && !crate::entry::http::is_request_line(&statement.text))
                    && !(signature.generic && request.is_some()) =>
            {
                let role = if signature.role == Role::Cause && suspect::is_guess(&statement.text) {
                    Role::Symptom
                } else {
                    signature.role
                };
                let about = subject(knowledge, found);
                let key = format!("{}|{about}", signature.id);
                let generic_trace = signature.generic && statement.trace.is_some();
                if !generic_trace {
                    return Some((
                        key,
                        Kind::Signature(found.signature),
                        role,
                        signature.generic,
                        found.captures.clone(),
                    ));
                }
            }
            // Whom a policy refused is known by the paths alone.
            Role::Noise if request.is_some() && signature.id == "lb-denied-by-policy" => {}
            Role::Noise | Role::Lifecycle | Role::Healthy
                if statement.severity < Severity::Error || !signature.generic =>
            {
                return None;
            }
            _ => {}
        }
    }
    let thrown = statement.trace.as_ref().is_some_and(|trace| !trace::root(trace).kind.is_empty());
    // A failed request that carries its exception is told by that.
    let is_line = || crate::entry::http::is_request_line(&statement.text);
    let told = |status: u16| {
        (status < 500 || !thrown) && (status >= 400 || statement.severity < Severity::Error || is_line())
    };
    if let Some((status, path)) = request.filter(|(status, _)| told(*status)) {
        return match status {
            500..=599 => Some((
                format!("http|{status}|{path}"),
                Kind::ServerErrors,
                Role::Symptom,
                true,
                BTreeMap::new(),
            )),
            400..=499 => Some((
                format!("http|{status}|{path}"),
                Kind::ClientErrors,
                Role::Warning,
                true,
                BTreeMap::new(),
            )),
            _ => None,
        };
    }
    if let Some(trace) = &statement.trace {
        let root = trace::root(trace);
        if !(root.kind.is_empty() && root.message.is_empty()) {
            return Some((
                exception_key(&root.kind, &root.message),
                Kind::Exception,
                Role::Cause,
                false,
                BTreeMap::new(),
            ));
        }
    }
    message(index, statement)
}

/// What tells one exception from another that no signature knows.
pub(crate) fn exception_key(kind: &str, message: &str) -> String {
    format!("exception|{kind}|{}", masked(message))
}

fn masked(text: &str) -> String {
    let mut masked = String::new();
    crate::pattern::mask::mask_lines(crate::digest::cut(text, 400), |_| false, &mut masked);
    masked
}

/// What tells one message from another that no signature knows, if it may mean a failure.
fn message(index: &Index, statement: &Statement) -> Option<Identity> {
    let key = || masked(&statement.text);
    match statement.severity {
        severity if severity >= Severity::Error && is_only_stream(index, statement) => None,
        severity if severity >= Severity::Error => {
            let role = if suspect::is_own_warning(&statement.text) { Role::Warning } else { Role::Cause };
            Some((format!("message|{}", key()), Kind::Message, role, true, BTreeMap::new()))
        }
        Severity::Warning => {
            Some((format!("message|{}", key()), Kind::Message, Role::Warning, true, BTreeMap::new()))
        }
        severity
            if severity != Severity::Debug && statements::rails::exception(&statement.text).is_some() =>
        {
            Some((format!("message|{}", key()), Kind::Message, Role::Cause, true, BTreeMap::new()))
        }
        Severity::Default if suspect::is_suspect(&statement.text) => {
            Some((format!("suspect|{}", key()), Kind::Suspect, Role::Warning, true, BTreeMap::new()))
        }
        _ => None,
    }
}

/// Whether it is the platform's line on how an execution of a function of the first generation ended: DEBUG, however it did.
pub(crate) fn is_outcome(index: &Index, statement: &Statement) -> bool {
    let row = statement.occurrences.first().and_then(|o| index.row(o.first()));
    statement.text.starts_with("Function execution took ")
        && row.and_then(|row| index.source_of(row)).is_some_and(|source| source.resource == "cloud_function")
}

/// Whether its severity is that of the stream, as GKE gives all that a container prints to standard error, without a level of the
/// program's own, and its words tell of nothing bad.
pub(crate) fn is_only_stream(index: &Index, statement: &Statement) -> bool {
    let row = statement.occurrences.first().and_then(|o| index.row(o.first()));
    row.is_some_and(|row| {
        let of_stream = row.severity() == Severity::Error
            && row.recorded() == Some(Severity::Error)
            && row.origin() == Origin::Field;
        let source = index.source_of(row);
        of_stream
            && source.is_some_and(|s| s.log.ends_with("stderr") && s.resource == "k8s_container")
            && !suspect::may_be_bad(&statement.text)
    })
}

/// Whether a match of a troubled role counts: not where an entry of INFO or below may be quoting it, except in logs of builds
/// and jobs, where everything is INFO.
fn counts(index: &Index, statement: &Statement, role: Role, generic: bool) -> bool {
    // A warning tells of something that works: it is as good on an INFO entry.
    if role == Role::Warning && !generic && statement.severity != Severity::Debug {
        return true;
    }
    // An exception counts at whatever level its lines are logged.
    let thrown = statement.trace.as_ref().is_some_and(|trace| !trace::root(trace).kind.is_empty());
    if thrown && !generic && role == Role::Cause && statement.severity != Severity::Debug {
        return true;
    }
    let silent = suspect::is_first_hand(index, statement, role);
    if statement.severity >= Severity::Warning || silent && !generic {
        return true;
    }
    let source =
        statement.occurrences.first().and_then(|o| index.row(o.first())).and_then(|row| index.source_of(row));
    let unlevelled = source.is_some_and(|source| {
        matches!(source.resource.as_ref(), "build" | "cloud_run_job" | "cloud_build" | "dataflow_step")
            || !source.execution.is_empty()
            || source.service.ends_with(".service") && statements::suspect::is_unlevelled(&statement.text)
    });
    let severity = statement.severity;
    is_outcome(index, statement) && !generic
        || unlevelled
            && severity != Severity::Debug
            && (!generic || statements::suspect::sounds_bad(&statement.text))
        || statement.audit && severity != Severity::Debug && !generic
}

/// Status and path of the requests of a statement, if it is about requests.
fn request<'i>(index: &'i Index, statement: &Statement) -> Option<(u16, &'i str)> {
    let row = statement.occurrences.first()?.first();
    let request = index.request_of(row)?;
    (request.status > 0).then(|| (request.status, index.path(request.path).unwrap_or("")))
}

/// What tells two troubles of one signature apart, masked so that ids and addresses do not.
fn subject(knowledge: &Knowledge, found: &Match) -> String {
    let mut masked = String::new();
    for value in knowledge.subject(found) {
        crate::pattern::mask(&value, &mut masked);
        masked.push('|');
    }
    masked
}

/// What the collapses need: each service its own part of a trouble, and last words where nothing else is known.
pub(crate) fn complete(
    index: &Index,
    knowledge: &Knowledge,
    statements: &[Statement],
    troubles: &mut Vec<Trouble>,
    collapses: &[Collapse],
) {
    split::split(index, statements, troubles, collapses);
    let last = lifecycle::last_words::find(index, knowledge, statements, troubles, collapses);
    troubles.extend(last);
}
