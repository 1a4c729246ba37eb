//! Troubles → incidents: which trouble is the cause, which are its consequences.
//!
//! In this order: what happens inside the cycles of a crash loop (or before the end of a failed job, build or deploy) belongs
//! to it, and its most specific cause is the root; what a signature says it explains; what shares a request (trace id, or the
//! time and place of a failed request); what is said right after it by the same instance. What remains stands alone.

use super::callers::{failed_requests, refusals, refused_login, said_meanwhile, unavailable};
use super::collapse::Collapse;
use super::knowledge::{Knowledge, Role};
use super::known::Known;
use super::lifecycle::Episode;
use super::relations::{
    cut_off, explains, is_by_name, is_end, is_one_matter, is_request, led_to, nearness, no_room_left,
    overlap, same_trace, times_known,
};
use super::spans::{answered_well, around_requests};
use super::statements::{Statement, time};
use super::troubles::{Kind, Trouble};
use crate::digest::Index;
use crate::entry::Severity;
use crate::entry::time::SECOND;
use crate::limits::HOSTS;
use crate::order::Order as _;
use std::collections::BTreeMap;

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

/// What the rules look at.
pub(crate) struct Scene<'a> {
    pub(crate) index: &'a Index,
    pub(crate) knowledge: &'a Knowledge,
    pub(crate) statements: &'a [Statement],
    pub(crate) troubles: &'a [Trouble],
    pub(crate) episodes: &'a [Episode],
    pub(crate) known: &'a Known,
}

/// All incidents, every trouble belongs to exactly one; and how many were beyond those on which others are hung.
pub(crate) fn link(scene: &Scene<'_>, collapses: Vec<Collapse>) -> (Vec<Incident>, u64) {
    let mut taken = vec![false; scene.troubles.len()];
    let mut incidents = Vec::new();
    for collapse in collapses {
        incidents.push(around(scene, collapse, &mut taken));
    }
    incidents.extend(causes(scene, &mut taken));
    incidents.extend(heads(scene, &mut taken));
    let n_beyond = incidents.len().saturating_sub(HOSTS) as u64;
    attach(scene, &mut incidents, &mut taken);
    super::said_with::link(scene, &mut incidents, &mut taken);
    incidents.extend(said_meanwhile(scene, &mut taken));
    incidents.extend(super::bounded::incidents(scene, &mut taken));
    incidents.extend(refusals(scene, &mut taken));
    incidents.extend(unavailable(scene, &mut taken));
    super::set_aside::link(scene, &mut incidents, &mut taken);
    for (number, trouble) in scene.troubles.iter().enumerate() {
        if trouble.kind != Kind::LastWords
            && !std::mem::replace(taken.get_mut(number).unwrap_or(&mut true), true)
            && !trouble.occurrences.is_empty()
        {
            incidents.push(Incident { root: Some(number), ..Incident::default() });
        }
    }
    super::address::unite(scene, &mut incidents);
    for incident in &mut incidents {
        incident.requests = failed_requests(scene, incident);
    }
    (incidents, n_beyond)
}

/// A trouble that happens inside the cycles of a collapse.
struct Inside {
    number: usize,
    /// Share (per cent) of its occurrences inside.
    share: usize,
    /// Cycles it happens in.
    hit: usize,
    /// Median of the times from its last occurrence in a cycle to the cycle's end.
    lead_nanos: i64,
}

/// The incident of a collapse: its most specific cause as root, everything else that happens inside as consequence.
fn around(scene: &Scene<'_>, collapse: Collapse, taken: &mut [bool]) -> Incident {
    let total = collapse.cycles.len();
    let inside: Vec<Inside> = (0..scene.troubles.len())
        .filter(|number| !taken.get(*number).copied().unwrap_or(true))
        .filter_map(|number| inside(scene, &collapse, number))
        .collect();
    let root = inside
        .iter()
        .filter(|candidate| {
            candidate.hit * 10 >= total * 3
                && scene.troubles.get(candidate.number).is_some_and(|t| rank(scene, t) > 0)
        })
        .max_by_key(|candidate| {
            let rank = scene.troubles.get(candidate.number).map_or(0, |t| rank(scene, t));
            // Among known causes the earliest leads; of mere words those nearest to the end.
            let lead = if rank > 1 { candidate.lead_nanos } else { -candidate.lead_nanos };
            let traced = scene
                .troubles
                .get(candidate.number)
                .is_some_and(|t| t.role == Role::Symptom && t.trace(scene.statements).is_some());
            (candidate.hit * 10 >= total * 6, rank, candidate.hit, traced, candidate.share, lead)
        })
        .map(|candidate| behind(scene, &inside, candidate))
        .map(|candidate| (candidate.number, candidate.lead_nanos));
    let mut symptoms = Vec::new();
    for candidate in &inside {
        let Some(trouble) = scene.troubles.get(candidate.number) else { continue };
        let is_root = root.is_some_and(|(number, _)| number == candidate.number);
        // What is said clearly before the cause is another matter, and warnings repeat only because starts repeat.
        let before = root.is_some_and(|(_, lead)| candidate.lead_nanos > lead + SECOND / 4);
        let apart = trouble.role == Role::Warning && trouble.kind != Kind::Suspect
            || trouble.kind == Kind::Suspect && before;
        // What was said last is only told where nothing better is known.
        if !is_root && !apart && trouble.kind != Kind::LastWords {
            symptoms.push(candidate.number);
        }
        if (is_root || !apart)
            && let Some(slot) = taken.get_mut(candidate.number)
        {
            *slot = true;
        }
    }
    let root = root.map(|(number, _)| number);
    Incident { root, symptoms, collapse: Some(collapse), ..Incident::default() }
}

/// What is known to lead to a cause and happens in as many cycles: it may be printed after it, as a compiler goes by the names of files.
fn behind<'i>(scene: &Scene<'_>, inside: &'i [Inside], cause: &'i Inside) -> &'i Inside {
    let trouble = |one: &Inside| scene.troubles.get(one.number);
    let leads = |one: &&Inside| {
        trouble(one).zip(trouble(cause)).is_some_and(|(one, cause)| {
            one.role == Role::Cause && explains(scene, one, cause) && !explains(scene, cause, one)
        }) && one.hit >= cause.hit
    };
    inside.iter().find(leads).unwrap_or(cause)
}

/// How a trouble lies in the cycles, if it belongs to them.
fn inside(scene: &Scene<'_>, collapse: &Collapse, number: usize) -> Option<Inside> {
    let trouble = scene.troubles.get(number).filter(|trouble| trouble.kind != Kind::ClientErrors)?;
    let mut cycles: BTreeMap<usize, i64> = BTreeMap::new();
    let mut n = 0;
    for occurrence in trouble.occurrences.iter() {
        if let Some(cycle) = collapse.cycle_of(scene.index, occurrence.first()) {
            n += 1;
            let at = time(scene.index, occurrence.first()).map_or(0, |t| t.0);
            let until = collapse.cycles.get(cycle).map_or(at, |c| c.until.0);
            let lead = cycles.entry(cycle).or_insert(i64::MIN);
            *lead = (*lead).max(until - at);
        }
    }
    let share = n * 100 / trouble.occurrences.len().max(1);
    // What goes on all the time happens in every cycle too.
    let comes_along = cycles.len() * 2 >= collapse.cycles.len() && trouble.role == Role::Cause && share >= 20;
    if n == 0 || share < 60 && !comes_along {
        return None;
    }
    let hit = cycles.len();
    let mut leads: Vec<i64> = cycles.into_values().collect();
    leads.sort_unstable();
    Some(Inside { number, share, hit, lead_nanos: leads.get(leads.len() / 2).copied().unwrap_or(0) })
}

/// How much a trouble says about the cause of a collapse.
fn rank(scene: &Scene<'_>, trouble: &Trouble) -> u8 {
    match (trouble.role, trouble.kind, trouble.generic) {
        (Role::Cause, Kind::Signature(_), false) => 4,
        (Role::Cause, Kind::Exception, _) => 3,
        (Role::Cause, Kind::Message, _) => 2,
        (Role::Cause, Kind::LastWords, _) | (_, Kind::Suspect, _) => 1,
        (Role::Cause, _, _) => 2,
        // A known consequence is better than nothing, unless it is only the end itself in other words.
        (Role::Symptom, Kind::Signature(number), false)
            if scene
                .knowledge
                .signatures()
                .get(number)
                .is_some_and(|s| s.lifecycle.is_none() && !is_end(s))
                && !is_request(scene, trouble) =>
        {
            if trouble.severity == Severity::Warning {
                1
            } else {
                2
            }
        }
        // An exception says more than an exit code, whatever is known of its kind.
        (Role::Symptom, Kind::Signature(_), _)
            if trouble.trace(scene.statements).is_some() && !is_request(scene, trouble) =>
        {
            1
        }
        _ => 0,
    }
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
        let weak = !matches!(trouble.kind, Kind::Signature(_)) || trouble.generic;
        let host = incidents.iter_mut().take(HOSTS).find(|incident| {
            incident.root.and_then(|root| scene.troubles.get(root)).is_some_and(|root| {
                explains(scene, root, trouble) && overlap(scene, root, trouble, 5 * SECOND) >= 50
                    || weak && overlap(scene, root, trouble, SECOND / 2) >= 70
                    || same_trace(scene, root, trouble) >= 60
                    || no_room_left(scene, root, trouble)
                    || is_one_matter(scene, root, trouble)
                    || weak && super::shared::is_told_by_caller(scene, root, trouble)
            })
        });
        let host = match host {
            Some(host) => Some(host),
            None => incidents.iter_mut().find(|incident| {
                let root = incident.root.and_then(|root| scene.troubles.get(root));
                root.is_some_and(|root| {
                    led_to(scene, trouble, root) || super::address::is_behind(scene, root, trouble)
                })
            }),
        };
        match host {
            Some(incident) => incident.symptoms.push(number),
            None => incidents.push(Incident { root: Some(number), ..Incident::default() }),
        }
    }
    forewarned(scene, &mut incidents, taken);
    incidents
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
        || super::address::is_behind(scene, root, trouble)
        || super::shared::is_of_its_server(scene, root, trouble)
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
        // How much speaks for the incident, and whether only nearness does.
        let score = |incident: &Incident| -> (usize, bool) {
            let Some(root) = incident.root.and_then(|root| scene.troubles.get(root)) else {
                return (0, false);
            };
            let told = explains(scene, root, trouble);
            if root.role != Role::Cause && !told {
                return (0, false);
            }
            if told && is_tied(scene, incident, root, trouble) {
                return (100, false);
            }
            let together =
                if refused || is_request(scene, trouble) { around_requests(scene, root, trouble) } else { 0 };
            let traced = same_trace(scene, root, trouble);
            if refused {
                let fits = refused_login(scene, root, trouble);
                return (if fits { together.max(traced) } else { 0 }, false);
            }
            let reach = match (told, trouble.role) {
                (true, _) => 30,
                (false, Role::Symptom) => 10,
                (false, _) => 2,
            };
            let apart = timed && incident.collapse.is_none() && (!told || answered_well(scene, root));
            let near = if apart { 0 } else { nearness(scene, root, trouble, reach * SECOND, told) };
            let collapse = incident.collapse.as_ref().map_or(0, |c| c.share_during(scene.index, trouble));
            let during = together.max(traced).max(if trouble.role == Role::Symptom { collapse } else { 0 });
            (during.max(near), timed && during < 50)
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
