//! Troubles → incidents: which trouble is the cause, which are its consequences.
//!
//! In this order: what happens inside the cycles of a crash loop (or before the end of a failed job, build or deploy) belongs
//! to it, and its most specific cause is the root; what a signature says it explains; what shares a request (trace id, or the
//! time and place of a failed request); what is said right after it by the same instance. What remains stands alone.

pub(super) mod address;
pub(super) mod bounded;
pub(super) mod callers;
pub(super) mod forerun;
pub(super) mod known;
pub(super) mod named;
pub(super) mod relations;
pub(super) mod said_with;
pub(super) mod shared;
pub(super) mod upstreams;

use super::anomalies;
use super::knowledge::{Knowledge, Role};
use super::lifecycle::{self, Episode};
use super::statements::{self, Statement};
use super::troubles::{Kind, Trouble};
use crate::diagnose::lifecycle::collapse::Collapse;
use crate::diagnose::measures::spans::{answered_well, around_requests};
use crate::digest::Index;
use crate::entry::time::SECOND;
use crate::limits::HOSTS;
use crate::order::Order as _;
use callers::{failed_requests, refusals, refused_login, said_meanwhile, unavailable};
use known::Known;
use relations::{
    cut_off, explains, is_by_name, is_one_matter, is_request, led_to, nearness, no_room_left, overlap,
    same_trace, times_known,
};

/// What becomes one finding.
#[derive(Clone, Debug, Default)]
pub(crate) struct Incident {
    /// The cause among the troubles, if the log shows one.
    pub(crate) root: Option<usize>,
    /// Consequences and other wordings, by number of trouble.
    pub(crate) symptoms: Vec<usize>,
    /// The crash loop, failed job or failed deploy it is about.
    pub(crate) collapse: Option<Collapse>,
    /// Failed requests that it explains: rows.
    pub(crate) requests: Vec<u32>,
    /// Whether it was said near the failed requests only, not while they were served.
    pub(crate) nearby: bool,
}

/// Causes of one incident, besides its root, that other things are hung on.
const CAUSES: usize = 3;

impl Incident {
    /// The root and the first of what is a cause in itself and follows from it: in another service (a server that refuses, and the
    /// client that fails for it), or a little later (what needs what cannot be reached).
    pub(super) fn causes<'s>(&'s self, scene: &'s Scene<'s>) -> impl Iterator<Item = &'s Trouble> {
        let (troubles, index) = (scene.troubles, scene.index);
        let service = move |trouble: &Trouble| {
            index.source_of(index.row(trouble.occurrences.first()?.first())?).map(|source| &source.service)
        };
        let root = self.root.and_then(|root| troubles.get(root));
        let here = root.and_then(service);
        let causes = self.symptoms.iter().filter_map(move |&n| troubles.get(n));
        let is_later = move |t: &Trouble| root.is_some_and(|root| forerun::is_so(scene, root, t));
        let causes = causes.filter(move |t| t.role == Role::Cause && (service(t) != here || is_later(t)));
        root.into_iter().chain(causes.take(CAUSES))
    }
}

/// What the rules look at.
pub(crate) struct Scene<'a> {
    pub(crate) index: &'a Index,
    pub(crate) knowledge: &'a Knowledge,
    pub(crate) statements: &'a [Statement],
    pub(crate) troubles: &'a [Trouble],
    pub(crate) episodes: &'a [Episode],
    pub(crate) known: &'a Known,
}

impl<'a> Scene<'a> {
    /// Who said a row: the name of the service, empty where none is named.
    pub(crate) fn service(&self, row: u32) -> Option<&'a str> {
        self.index.row(row).and_then(|row| self.index.source_of(row)).map(|source| source.service.as_ref())
    }
}

/// All incidents, every trouble belongs to exactly one; and how many were beyond those on which others are hung.
pub(crate) fn link(scene: &Scene<'_>, collapses: Vec<Collapse>) -> (Vec<Incident>, u64) {
    let mut taken = vec![false; scene.troubles.len()];
    let mut incidents = Vec::new();
    for collapse in collapses {
        incidents.push(lifecycle::inside::around(scene, collapse, &mut taken));
    }
    incidents.extend(causes(scene, &mut taken));
    incidents.extend(heads(scene, &mut taken));
    let n_beyond = incidents.len().saturating_sub(HOSTS) as u64;
    attach(scene, &mut incidents, &mut taken);
    said_with::link(scene, &mut incidents, &mut taken);
    incidents.extend(said_meanwhile(scene, &mut taken));
    incidents.extend(bounded::incidents(scene, &mut taken));
    incidents.extend(refusals(scene, &mut taken));
    incidents.extend(unavailable(scene, &mut taken));
    anomalies::set_aside::link(scene, &mut incidents, &mut taken);
    for (number, trouble) in scene.troubles.iter().enumerate() {
        if trouble.kind != Kind::LastWords
            && !std::mem::replace(taken.get_mut(number).unwrap_or(&mut true), true)
            && !trouble.occurrences.is_empty()
        {
            incidents.push(Incident { root: Some(number), ..Incident::default() });
        }
    }
    address::unite(scene, &mut incidents);
    forerun::join(scene, &mut incidents);
    lifecycle::rollouts::join(scene, &mut incidents);
    lifecycle::balanced::join(scene, &mut incidents);
    for incident in &mut incidents {
        incident.requests = failed_requests(scene, incident);
    }
    (incidents, n_beyond)
}

/// Incidents of causes that stand outside any collapse; causes that always come together are one.
fn causes(scene: &Scene<'_>, taken: &mut [bool]) -> Vec<Incident> {
    let is_cause = |trouble: &Trouble| {
        trouble.role == Role::Cause
            && !matches!(trouble.kind, Kind::ServerErrors | Kind::ClientErrors | Kind::LastWords)
    };
    let mut numbers: Vec<usize> = (0..scene.troubles.len())
        .filter(|&n| !taken.get(n).copied().unwrap_or(true) && scene.troubles.get(n).is_some_and(is_cause))
        .collect();
    let strength = |n: &usize| {
        scene.troubles.get(*n).map(|t| {
            let rank = match (t.kind, t.generic) {
                (Kind::Signature(_), false) => 0,
                (Kind::Exception, _) => 1,
                _ => 2,
            };
            (
                rank,
                std::cmp::Reverse(t.severity),
                t.occurrences.first().map(super::statements::Occurrence::first),
            )
        })
    };
    numbers.order_by_key(strength);
    let mut incidents: Vec<Incident> = Vec::new();
    for number in numbers {
        let Some(trouble) = scene.troubles.get(number) else { continue };
        if let Some(slot) = taken.get_mut(number) {
            *slot = true;
        }
        let host = incidents.iter_mut().take(HOSTS).find(|incident| {
            let root = incident.root.and_then(|root| scene.troubles.get(root));
            root.is_some_and(|root| comes_with(scene, root, trouble))
        });
        let host = match host {
            Some(host) => Some(host),
            None => incidents.iter_mut().find(|incident| {
                let root = incident.root.and_then(|root| scene.troubles.get(root));
                root.is_some_and(|root| are_tied(scene, root, trouble))
            }),
        };
        match host {
            Some(incident) => {
                let root = incident.root.and_then(|root| scene.troubles.get(root));
                let leads = root.is_some_and(|root| {
                    forerun::is_so(scene, trouble, root)
                        || is_origin(scene, trouble, root)
                        || shared::in_step(scene, root, trouble)
                            && explains(scene, trouble, root)
                            && !explains(scene, root, trouble)
                });
                let follows = if leads { incident.root.replace(number) } else { Some(number) };
                incident.symptoms.extend(follows);
            }
            None => incidents.push(Incident { root: Some(number), ..Incident::default() }),
        }
    }
    forewarned(scene, &mut incidents, taken);
    incidents
}

/// Hangs incidents on others: `host` gives the place of the one that the incident at a place belongs to.
pub(super) fn hang(incidents: &mut Vec<Incident>, host: impl Fn(&[Incident], &Incident) -> Option<usize>) {
    let mut at = 0;
    while let Some(incident) = incidents.get(at) {
        let Some(host) = host(incidents, incident).filter(|host| *host != at) else {
            at += 1;
            continue;
        };
        let hung = incidents.remove(at);
        if let Some(host) = incidents.get_mut(if host > at { host - 1 } else { host }) {
            host.symptoms.extend(hung.root.into_iter().chain(hung.symptoms));
        }
    }
}

/// How long before another one a cause was said several times that is not said more often, and how often.
const BEFORE: i64 = 60 * SECOND;
const SEVERAL: usize = 5;

/// Whether a cause that is known to lead to another one, and not the other way round, began before it and is said more often, or was
/// said several times by then: it lies deeper.
fn is_origin(scene: &Scene<'_>, origin: &Trouble, other: &Trouble) -> bool {
    let rows = origin.occurrences.firsts();
    let Some(first) = other.occurrences.firsts().first() else { return false };
    let earlier = rows.get(..rows.partition_point(|row| row < first)).unwrap_or(&[]);
    let at = |row: Option<&u32>| row.and_then(|row| statements::time(scene.index, *row)).map_or(0, |at| at.0);
    explains(scene, origin, other)
        && !explains(scene, other, origin)
        && !earlier.is_empty()
        && (led_to(scene, origin, other) && rows.len() > other.occurrences.len()
            || earlier.len() >= SEVERAL && at(Some(first)) - at(earlier.first()) >= BEFORE
            // What is tried again is said more often than what it waits for, and both last as long.
            || rows.len() >= SEVERAL
                && led_to(scene, origin, other)
                && at(Some(first)) - at(earlier.first()) <= BEFORE
                && (at(rows.last()) - at(other.occurrences.firsts().last())).abs() <= 5 * BEFORE)
}

/// Whether one of two causes led to the other, by what is known of them or by when they began.
fn are_tied(scene: &Scene<'_>, root: &Trouble, trouble: &Trouble) -> bool {
    led_to(scene, trouble, root)
        || led_to(scene, root, trouble)
        || address::is_behind(scene, root, trouble)
        || forerun::is_so(scene, root, trouble)
        || forerun::is_so(scene, trouble, root)
}

/// Whether a cause always comes with another one, so that both are one.
fn comes_with(scene: &Scene<'_>, root: &Trouble, trouble: &Trouble) -> bool {
    let weak = !matches!(trouble.kind, Kind::Signature(_)) || trouble.generic;
    explains(scene, root, trouble) && overlap(scene, root, trouble, 5 * SECOND) >= 50
        || weak && overlap(scene, root, trouble, SECOND / 2) >= 70
        || same_trace(scene, root, trouble) >= 60
        || no_room_left(scene, root, trouble)
        || is_one_matter(scene, root, trouble)
        || weak && shared::is_told_by_caller(scene, root, trouble)
        || shared::in_step(scene, root, trouble)
        || shared::is_quoted(scene, root, trouble)
}

/// Hangs warnings on the failure that they are known to lead to: a clock that is behind, on the tokens that are not valid yet.
fn forewarned(scene: &Scene<'_>, incidents: &mut [Incident], taken: &mut [bool]) {
    for (number, trouble) in scene.troubles.iter().enumerate() {
        let is_warning = trouble.role == Role::Warning && matches!(trouble.kind, Kind::Signature(_));
        let Some(slot) = taken.get_mut(number).filter(|taken| is_warning && !**taken) else { continue };
        let host = incidents.iter_mut().take(HOSTS).find(|incident| {
            let root = incident.root.and_then(|root| scene.troubles.get(root));
            root.is_some_and(|root| led_to(scene, trouble, root))
        });
        if let Some(incident) = host {
            incident.symptoms.push(number);
            *slot = true;
        }
    }
}

/// Incidents of symptoms that explain other symptoms near them: a chain whose cause is not in the log.
fn heads(scene: &Scene<'_>, taken: &mut [bool]) -> Vec<Incident> {
    let open = |n: usize, taken: &[bool]| !taken.get(n).copied().unwrap_or(true);
    let near = |cause: &Trouble, other: &Trouble| {
        overlap(scene, cause, other, 30 * SECOND) >= 50 || cut_off(scene, cause, other) >= 50
    };
    let mut incidents = Vec::new();
    let mut leads = Vec::new();
    for (number, trouble) in scene.troubles.iter().enumerate() {
        if trouble.role != Role::Symptom || !open(number, taken) {
            continue;
        }
        let explained_itself = scene.troubles.iter().enumerate().any(|(n, other)| {
            n != number
                && (other.role == Role::Symptom && (open(n, taken) || leads.contains(&n))
                    || other.role == Role::Cause)
                && explains(scene, other, trouble)
                && near(other, trouble)
        });
        let explains_some = scene.troubles.iter().enumerate().any(|(n, other)| {
            n != number && open(n, taken) && explains(scene, trouble, other) && near(trouble, other)
        });
        if explains_some && !explained_itself {
            incidents.push(Incident { root: Some(number), ..Incident::default() });
            leads.push(number);
            if let Some(slot) = taken.get_mut(number) {
                *slot = true;
            }
        }
    }
    incidents
}

/// Whether names or addresses tie a known consequence to its cause.
fn is_tied(scene: &Scene<'_>, incident: &Incident, root: &Trouble, trouble: &Trouble) -> bool {
    is_by_name(incident, trouble)
        || address::is_behind(scene, root, trouble)
        || shared::is_of_its_server(scene, root, trouble)
        || is_later_event(scene, root, trouble)
        || matches!(trouble.kind, Kind::Signature(_)) && led_to(scene, root, trouble)
}

/// Whether it is what the kubelet goes on to say of the same pods: it waits longer and longer, long after it said why.
fn is_later_event(scene: &Scene<'_>, root: &Trouble, trouble: &Trouble) -> bool {
    let source = |t: &Trouble| {
        let row = scene.index.row(t.occurrences.first()?.first())?;
        scene.index.source_of(row).filter(|source| source.resource == "k8s_pod" && !source.service.is_empty())
    };
    let first = |t: &Trouble| t.occurrences.first().map(super::statements::Occurrence::first);
    source(root).zip(source(trouble)).is_some_and(|(a, b)| a.service == b.service)
        && first(root) <= first(trouble)
}

/// Hangs symptoms (and messages that only sound bad) on the incident that explains them.
fn attach(scene: &Scene<'_>, incidents: &mut [Incident], taken: &mut [bool]) {
    for (number, trouble) in scene.troubles.iter().enumerate() {
        let open = !taken.get(number).copied().unwrap_or(true);
        let refused = trouble.kind == Kind::ClientErrors;
        let dependent = trouble.role == Role::Symptom || trouble.kind == Kind::Suspect || refused;
        if !open || !dependent {
            continue;
        }
        let timed = is_request(scene, trouble) && times_known(scene, trouble);
        let own = Hung { scene, trouble, refused, timed };
        let score = |incident: &Incident| -> (usize, bool) {
            let scores = incident.causes(scene).map(|cause| own.score(incident, cause));
            scores.max_by_key(|(score, nearby)| (*score, !nearby)).unwrap_or((0, false))
        };
        let best = incidents
            .iter()
            .take(HOSTS)
            .enumerate()
            .map(|(at, incident)| (score(incident), std::cmp::Reverse(at)))
            .max_by_key(|((score, nearby), at)| (*score, !nearby, *at));
        if let Some(((score, nearby), std::cmp::Reverse(at))) = best
            && score >= 50
            && let Some(incident) = incidents.get_mut(at)
        {
            incident.symptoms.push(number);
            incident.nearby |= nearby;
            if let Some(slot) = taken.get_mut(number) {
                *slot = true;
            }
        }
    }
}

/// A trouble that may be hung on an incident.
struct Hung<'a, 's> {
    scene: &'a Scene<'s>,
    trouble: &'a Trouble,
    /// Whether it is refused requests.
    refused: bool,
    /// Whether it is requests of which it is known when they were served.
    timed: bool,
}

impl Hung<'_, '_> {
    /// How much speaks for a cause of an incident, and whether only nearness does.
    fn score(&self, incident: &Incident, cause: &Trouble) -> (usize, bool) {
        let Hung { scene, trouble, refused, timed } = *self;
        let told = explains(scene, cause, trouble);
        if cause.role != Role::Cause && !told {
            return (0, false);
        }
        if told && is_tied(scene, incident, cause, trouble) {
            return (100, false);
        }
        let is_served = refused || is_request(scene, trouble);
        let together = if is_served { around_requests(scene, cause, trouble) } else { 0 };
        let traced = same_trace(scene, cause, trouble);
        if refused {
            let fits = refused_login(scene, cause, trouble);
            return (if fits { together.max(traced) } else { 0 }, false);
        }
        let reach = match (told, trouble.role) {
            (true, _) => 30,
            (false, Role::Symptom) => 10,
            (false, _) => 2,
        };
        let apart = timed && incident.collapse.is_none() && (!told || answered_well(scene, cause));
        let near = if apart { 0 } else { nearness(scene, cause, trouble, reach * SECOND, told) };
        let collapse = incident.collapse.as_ref().map_or(0, |c| c.share_during(scene.index, trouble));
        let during = together.max(traced).max(if trouble.role == Role::Symptom { collapse } else { 0 });
        (during.max(near), timed && during < 50)
    }
}
