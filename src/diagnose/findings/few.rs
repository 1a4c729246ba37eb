//! Failures that come from few of the instances of a service → the sentence on it, a step of the whys, and first aid: what is said by one
//! machine alone is hardly a matter of what all of them share.

use super::Told;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, observed};
use crate::diagnose::words;
use crate::order::Gather as _;
use crate::report::model::{Rich, Sentence, State, Why};
use std::collections::BTreeSet;

/// Entries of each instance at least, instances of the service at least.
const SPREAD: usize = 4;
const ENOUGH: usize = 3;
/// Instances that are named, and that can be taken out.
const NAMED: usize = 3;
const TAKEN_OUT: usize = 2;
/// The rule of the sentence.
const RULE: &str = "instances of its entries against all of the service";

/// The instances of a failure.
struct Few<'s> {
    names: BTreeSet<&'s str>,
    of: usize,
    service: &'s str,
    resource: &'s str,
}

fn of<'s>(scene: &Scene<'s>, rows: &[u32]) -> Option<Few<'s>> {
    let source = |row: u32| scene.index.row(row).and_then(|row| scene.index.source_of(row));
    let first = source(*rows.first()?)?;
    let service = first.service.as_ref();
    // Many rows are of few sources.
    let mut is_mine = vec![false; scene.index.sources().len()];
    for row in rows.iter().filter_map(|row| scene.index.row(*row)) {
        is_mine.get_mut(row.source() as usize).into_iter().for_each(|slot| *slot = true);
    }
    let shown = scene.index.sources().iter().zip(is_mine).filter(|(_, is_mine)| *is_mine).map(|(s, _)| s);
    let mine: BTreeSet<&str> =
        shown.clone().filter(|s| s.service == service).map(|s| s.instance.as_ref()).gathered();
    // What one revision alone tells of is no matter of the instances of another.
    let revisions: BTreeSet<&str> = shown.map(|s| s.revision.as_ref()).gathered();
    let only = revisions.first().filter(|revision| revisions.len() == 1 && !revision.is_empty());
    let all: BTreeSet<&str> = scene
        .episodes
        .iter()
        .filter(|e| e.service == service && only.is_none_or(|revision| e.name == *revision))
        .flat_map(|e| e.instances.iter().map(String::as_str))
        .gathered();
    let is_few = |all: &BTreeSet<&str>| all.len() >= ENOUGH && mine.len() * 2 < all.len();
    if !is_few(&all) || rows.len() < SPREAD * mine.len() || service.is_empty() {
        return None;
    }
    // Who was gone before says nothing of it by its silence.
    let later = scene.index.rows().get(*rows.first()? as usize..).unwrap_or_default();
    let mut speaks = vec![false; scene.index.sources().len()];
    later
        .iter()
        .for_each(|row| speaks.get_mut(row.source() as usize).into_iter().for_each(|slot| *slot = true));
    let alive: BTreeSet<&str> = scene
        .index
        .sources()
        .iter()
        .zip(speaks)
        .filter(|(s, speaks)| *speaks && s.service == service)
        .map(|(s, _)| s.instance.as_ref())
        .gathered();
    let all: BTreeSet<&str> = all.intersection(&alive).copied().gathered();
    let is_known = is_few(&all) && !mine.iter().any(|name| name.is_empty());
    is_known.then(|| Few { names: mine, of: all.len(), service, resource: first.resource.as_ref() })
}

/// From how many instances of how many a failure comes, where it is not half of them.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, rows: &[u32]) -> Option<Sentence> {
    let few = of(scene, rows)?;
    let mut text = Rich::text(format!(
        "All of it comes from {} of the {} of ",
        words::number(few.names.len() as u64),
        words::count(few.of as u64, "instance", "instances")
    ))
    .c(few.service)
    .t(" in this log: ");
    for (at, name) in few.names.iter().take(NAMED).enumerate() {
        text = text.t(if at == 0 { "" } else { ", " }).c(*name);
    }
    Some(derived(text.t(". The others do not tell of it."), RULE, book.rows(rows)))
}

/// The pods that tell of it, where they are one to three: a name is what a reader looks for first.
pub(crate) fn pods(scene: &Scene<'_>, book: &mut Book<'_>, rows: &[u32]) -> Option<Sentence> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for row in rows {
        let source = scene.index.row(*row).and_then(|row| scene.index.source_of(row))?;
        if source.resource != "k8s_pod" || source.instance.is_empty() {
            return None;
        }
        names.insert(source.instance.as_ref());
        if names.len() > NAMED {
            return None;
        }
    }
    let mut text = Rich::text(if names.len() == 1 { "It is told of pod " } else { "It is told of pods " });
    for (at, name) in names.iter().enumerate() {
        text = text.t(if at == 0 { "" } else { ", " }).c(*name);
    }
    (!names.is_empty()).then(|| observed(text.t("."), book.rows(rows)))
}

/// The step of the whys that it answers.
pub(crate) fn why(main: &Told) -> Option<Why> {
    let answer = main.finding.cause.iter().find(|sentence| sentence.rule == RULE)?.clone();
    Some(Why { question: Rich::text("Where does it happen?"), answer, alternatives: Vec::new() })
}

/// First aid while it goes on: those instances are taken out before anything is changed for all.
pub(crate) fn step(scene: &Scene<'_>, told: &Told) -> Option<Rich> {
    let is_told = told.finding.cause.iter().any(|sentence| sentence.rule == RULE);
    let root = told.incident.root.and_then(|root| scene.troubles.get(root))?;
    let few = of(scene, &root.rows())
        .filter(|few| is_told && told.finding.state == State::Ongoing && few.names.len() <= TAKEN_OUT)?;
    let names: Vec<&str> = few.names.iter().copied().collect();
    let rest = few.of - names.len();
    let text = Rich::text("First aid: ");
    let text = if few.resource.starts_with("k8s") {
        text.t("let the pod be replaced (").c(format!("kubectl delete pod {}", names.join(" "))).t(")")
    } else {
        text.t("take ").c(names.join(", ")).t(" out, or start it anew")
    };
    Some(text.t(format!(
        " before anything is changed for all: the other {} of the service do not tell of it. If its successor fails as well, look at its machine and network.",
        words::number(rest as u64)
    )))
}
