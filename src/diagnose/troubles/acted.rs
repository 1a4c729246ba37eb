//! Who called what, on what and from where: takes a trouble that audit entries tell of, gives a sentence, and for administrative
//! calls by the account of a workload the advice to verify before anything is granted.

use super::Trouble;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, observed};
use crate::diagnose::words;
use crate::digest::Shape;
use crate::report::model::{Action, Priority, Rich, Sentence};
use std::collections::{BTreeMap, BTreeSet};

/// Parts of methods that change who may do what, or what can be reached.
const ADMINISTRATIVE: [&str; 12] = [
    "serviceaccount",
    "setiampolicy",
    "createrole",
    "updaterole",
    "firewall",
    "setorgpolicy",
    "orgpolicy",
    "createkey",
    "createaccesskey",
    "attachuserpolicy",
    "putuserpolicy",
    "createuser",
];

/// A call that was refused.
struct Call<'s> {
    principals: BTreeSet<&'s str>,
    methods: BTreeSet<&'s str>,
    resources: BTreeSet<&'s str>,
    from: BTreeSet<&'s str>,
    /// What it asked for by name.
    named: Vec<String>,
}

fn call<'s>(scene: &Scene<'s>, root: &Trouble) -> Option<Call<'s>> {
    let lead = root.lead(scene.statements).filter(|lead| lead.audit)?;
    let row = lead.occurrences.first()?.first();
    let shape = scene.index.row(row).and_then(|row| scene.index.shape(row.shape()))?;
    let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, line) in Shape::fields(shape) {
        for (key, value) in super::beside::pairs(line) {
            values.entry(key).or_default().insert(value);
        }
    }
    let mut take = |key| values.remove(key).unwrap_or_default();
    let (principals, methods) = (take("principal"), take("method"));
    let (resources, from) = (take("resource"), take("from"));
    let named = values.into_iter().filter(|(_, values)| values.len() == 1);
    let named = named
        .flat_map(|(key, values)| values.into_iter().map(move |value| format!("{key}={value}")))
        .collect();
    (!principals.is_empty() || !methods.is_empty()).then_some(Call {
        principals,
        methods,
        resources,
        from,
        named,
    })
}

fn listed(text: Rich, values: &BTreeSet<&str>) -> Rich {
    let more = values.len().saturating_sub(2) as u64;
    let mut text = text;
    for (at, value) in values.iter().take(2).enumerate() {
        text = text.t(if at == 0 { "" } else { ", " }).c(*value);
    }
    if more > 0 { text.t(format!(" and {} more", words::number(more))) } else { text }
}

/// Who did what, as far as the entries say.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let call = call(scene, root)?;
    let mut text = Rich::text("Who was refused: ");
    text =
        if call.principals.is_empty() { text.t("an unnamed caller") } else { listed(text, &call.principals) };
    for (word, values) in [(" from ", &call.from), (", calling ", &call.methods), (" on ", &call.resources)] {
        if !values.is_empty() {
            text = listed(text.t(word), values);
        }
    }
    for (at, pair) in call.named.iter().take(3).enumerate() {
        text = text.t(if at == 0 { ", with " } else { ", " }).c(pair);
    }
    Some(observed(text.t("."), book.rows(&root.rows())))
}

/// First words of a method that only looks at something.
const LOOKS: [&str; 6] = ["access", "get", "list", "read", "query", "search"];

/// Whether people's own queries of BigQuery were wrong or not theirs to ask, or people may not look at what they asked to see: who typed
/// it reads the answer at once, and nothing that runs by itself is hurt. What is short of quota or broken at Google's side is no slip
/// of theirs.
pub(crate) fn is_query_by_hand(scene: &Scene<'_>, root: &Trouble) -> bool {
    let Some(call) = call(scene, root) else { return false };
    let text = root.lead(scene.statements).map_or(String::new(), |lead| lead.text.to_ascii_lowercase());
    let is_person = |who: &&str| who.contains('@') && !who.ends_with("gserviceaccount.com");
    !call.principals.is_empty()
        && call.principals.iter().all(is_person)
        && call.methods.iter().all(|method| {
            let name = method.rsplit(['.', '/']).next().unwrap_or("").to_ascii_lowercase();
            method.to_ascii_lowercase().contains("jobservice")
                || LOOKS.iter().any(|word| name.starts_with(word))
        })
        && !["exceeded", "quota", "internal", "backend", "unavailable"].iter().any(|word| text.contains(word))
}

/// Verify before grant: a workload that tries to make accounts, keys, roles or openings is suspicious until somebody owns it.
pub(crate) fn advice(scene: &Scene<'_>, root: &Trouble, priority: Priority) -> Option<Action> {
    let call = call(scene, root)?;
    let by_workload = !call.principals.is_empty()
        && call.principals.iter().all(|who| who.ends_with(".gserviceaccount.com"));
    let administrative = call.methods.iter().any(|method| {
        let lower = method.to_ascii_lowercase();
        ADMINISTRATIVE.iter().any(|part| lower.contains(part)) && !lower.contains("generateaccesstoken")
    });
    if !by_workload || !administrative {
        return None;
    }
    let text = listed(Rich::text("Ask who made "), &call.principals);
    let text = listed(text.t(" call "), &call.methods);
    let what = text.t(": the account of a workload has no need of administrative calls, so treat it as suspicious, a possible compromise, until somebody owns it. If nobody does, disable its keys or stop the machine that uses it, rotate its credentials, and read everything that this account did. Grant nothing before that.");
    Some(Action {
        priority: priority.min(Priority::P1),
        what,
        verify: Rich::text("Somebody has confirmed the call, or the account can do nothing any more."),
        ..Action::default()
    })
}
