//! Sections of the report beside its findings, a file each; here coverage and blind spots, raw data and queries.

pub(super) mod absent;
pub(super) mod actions;
pub(super) mod advice;
pub(super) mod caps;
pub(super) mod clock;
pub(super) mod overview;
pub(super) mod patterns;
pub(super) mod proof;
pub(super) mod tables;
pub(super) mod timeline;
pub(super) mod whys;
pub(super) mod works;

pub(crate) mod fetch;

use super::causality::Scene;
use super::evidence::{Book, derived, hypothesis, quotes};
use super::findings::Told;
use super::knowledge::{Phase, Role};
use super::statements;
use super::words::{self, number, per_mille, percent};
use crate::digest::Index;
use crate::entry::Severity;
use crate::error::{Code, Problem};
use crate::order::Order as _;
use crate::report::model::{Coverage, FileRow, RawData, Rich, Sentence};
use std::collections::BTreeMap;

/// Which rows are explained: by a finding that is specific, by a known message, or because only their stream makes them
/// errors.
fn explained(scene: &Scene<'_>, told: &[Told]) -> Vec<bool> {
    let index = scene.index;
    let mut explained = vec![false; index.rows().len()];
    // A finding about the requests of a path is as specific as a signature: it says which, how many and since when.
    let is_specific = |root: &super::troubles::Trouble| {
        !root.generic
            || matches!(root.kind, super::troubles::Kind::ServerErrors | super::troubles::Kind::ClientErrors)
    };
    for t in told.iter().filter(|t| {
        t.incident.root.and_then(|root| scene.troubles.get(root)).is_some_and(is_specific)
            || t.incident.collapse.is_some()
    }) {
        for &row in &t.rows {
            if let Some(slot) = explained.get_mut(row as usize) {
                *slot = true;
            }
        }
    }
    for statement in scene.statements {
        // What only its stream makes an error is explained by that.
        let known = statement.signature(scene.knowledge).is_some_and(|(signature, _)| !signature.generic)
            || super::troubles::is_only_stream(index, statement);
        if known {
            for row in statement.rows() {
                if let Some(slot) = explained.get_mut(row as usize) {
                    *slot = true;
                }
            }
        }
    }
    explained
}

/// How much is explained, and what the log cannot tell.
pub(crate) fn coverage(scene: &Scene<'_>, book: &mut Book<'_>, told: &[Told]) -> Coverage {
    let index = scene.index;
    let explained = explained(scene, told);
    let troubled: Vec<u32> = (0u32..)
        .zip(index.rows())
        .filter(|(_, row)| {
            row.severity() >= Severity::Warning
                && index.shape(row.shape()).is_none_or(|shape| !shape.text().is_empty())
        })
        .map(|(n, _)| n)
        .collect();
    let open: Vec<u32> =
        troubled.iter().copied().filter(|&n| !explained.get(n as usize).copied().unwrap_or(false)).collect();
    let n_explained = (troubled.len() - open.len()) as u64;
    // What a finding tells of in the words of the log alone is told, and not explained.
    let mut is_told = vec![false; index.rows().len()];
    for row in told.iter().flat_map(|t| &t.rows) {
        is_told.get_mut(*row as usize).into_iter().for_each(|slot| *slot = true);
    }
    let (told_only, open): (Vec<u32>, Vec<u32>) =
        open.into_iter().partition(|row| is_told.get(*row as usize) == Some(&true));
    let mut sentences = Vec::new();
    if !troubled.is_empty() {
        let share = percent(per_mille(n_explained, troubled.len() as u64));
        let text = format!(
            "{} of {} of WARNING and above ({share}) are explained by a finding, known noise or a known message.{}",
            number(n_explained),
            words::count(troubled.len() as u64, "entry", "entries"),
            match told_only.len() as u64 {
                0 => String::new(),
                n => format!(
                    " {} more belong to a finding above, but to a kind of message that does not name its cause.",
                    number(n)
                ),
            }
        );
        sentences.push(derived(
            Rich::text(text),
            "entries of findings and of known messages",
            book.rows(&troubled),
        ));
    }
    sentences.extend(noise(scene, book));
    let blind = blind_spots(scene, &mut sentences);
    Coverage {
        troubled: troubled.len() as u64,
        explained: n_explained,
        sentences,
        gaps: fetch::gaps(index, &blind),
        unexplained: quotes(index, &open, 5),
    }
}

/// Kinds of noise that are named.
const NOISE: usize = 6;

/// What is loud and was set aside as harmless, by its signature, so that nobody has to look for it.
fn noise(scene: &Scene<'_>, book: &mut Book<'_>) -> Vec<Sentence> {
    let mut kinds: BTreeMap<usize, Vec<&super::statements::Statement>> = BTreeMap::new();
    for statement in scene.statements.iter().filter(|s| s.severity >= Severity::Warning) {
        let known = statement.signature(scene.knowledge).filter(|(known, _)| known.role == Role::Noise);
        if let Some((_, found)) = known {
            kinds.entry(found.signature).or_default().push(statement);
        }
    }
    let mut kinds: Vec<(usize, Vec<u32>, String)> = kinds
        .into_iter()
        .map(|(signature, said)| {
            let mut rows: Vec<u32> = said.iter().flat_map(|s| s.rows()).collect();
            rows.sort_unstable();
            let words = said
                .first()
                .map_or(String::new(), |s| words::headline(statements::prefix::unprefixed(&s.text), 140));
            (signature, rows, words)
        })
        .collect();
    kinds.order_by_key(|(signature, rows, _)| (std::cmp::Reverse(rows.len()), *signature));
    let told = kinds.into_iter().take(NOISE).filter_map(|(signature, rows, words)| {
        let label = scene.knowledge.signatures().get(signature)?.label();
        let n = words::count(rows.len() as u64, "time", "times");
        let text = Rich::text(format!("Set aside as harmless: {label} ({n}), such as ")).c(words).t(".");
        Some(derived(text, "messages that are known to be harmless", book.rows(&rows)))
    });
    let told: Vec<Sentence> = told.collect();
    told.into_iter().chain(super::troubles::by_order::set_aside(scene, book)).collect()
}

/// Whether anything in the log tells of a deployment: a phase of an episode, or the call that asks for one.
fn tells_of_deploy(scene: &Scene<'_>) -> bool {
    const CALLS: [&str; 8] = [
        "ReplaceService",
        "CreateService",
        "UpdateService",
        "ReplaceJob",
        "CreateFunction",
        "UpdateFunction",
        "Deploying revision",
        "DEPLOYMENT_ROLLOUT",
    ];
    let by_phase =
        scene.episodes.iter().any(|e| e.of(Phase::Deploy).chain(e.of(Phase::DeployFailed)).next().is_some());
    let by_call = |text: &str| CALLS.iter().any(|call| text.contains(call));
    by_phase
        || scene.statements.iter().any(|statement| by_call(&statement.text))
        || scene.index.labels().iter().any(|(_, values, _)| values.iter().any(|value| by_call(value)))
}

fn blind_spots(scene: &Scene<'_>, sentences: &mut Vec<Sentence>) -> Vec<&'static fetch::Blind> {
    let index = scene.index;
    let mut blind = Vec::new();
    let n = index.rows().len() as u64;
    for file in index.files() {
        if file.entries >= 100 && (file.entries % 500 == 0 || [100, 200, 50].contains(&file.entries))
            || file.entries == 50
        {
            let text = Rich::default().c(&file.id.name).t(format!(" holds exactly {} entries: it was probably cut by a limit of the export, so what lies before or after is missing.", number(file.entries)));
            sentences.push(hypothesis(text.t(" A second export with a higher limit would show it.")));
            blind = vec![&fetch::CUT];
        }
    }
    if n > 0 && index.n_recorded_at_least(Severity::Warning) == n {
        sentences.push(derived(Rich::text("The file holds only WARNING and above: it was filtered, so it shows neither what worked nor what happened just before a failure."), "recorded severities of all entries", None));
        blind.push(&fetch::MILD);
    }
    let logs: Vec<&str> = index.sources().iter().map(|s| s.log.as_ref()).collect();
    let run = index.sources().iter().any(|s| s.resource.starts_with("cloud_run"));
    // A dump without log names tells nothing about which logs it leaves out.
    let run = run && logs.iter().any(|log| !log.is_empty());
    if run && !logs.iter().any(|log| log.ends_with("stdout") || log.ends_with("stderr")) {
        sentences.push(derived(Rich::text("Neither stdout nor stderr of the service is in the file, so the application itself says nothing here."), "logs of all entries", None));
        blind.push(&fetch::OUTPUT);
    }
    if run && index.requests().is_empty() && !logs.iter().any(|log| log.ends_with("requests")) {
        sentences.push(derived(
            Rich::text("The request log is not in the file, so how many callers were hit is unknown."),
            "logs of all entries",
            None,
        ));
        blind.push(&fetch::REQUESTS);
    }
    if n > 0 && !tells_of_deploy(scene) && !super::changes::any(scene) {
        sentences.push(derived(
            Rich::text(
                "No event of a deployment and no audit entry of a change is in the file; what changed before the first failure may lie outside it.",
            ),
            "deploy messages and audit entries",
            None,
        ));
        blind.push(&fetch::CHANGES);
    }
    if index.n_untimed() > 0 {
        sentences.push(derived(
            Rich::text(format!(
                "{} no time; they are placed after the entry before them in the file.",
                words::count(index.n_untimed(), "entry has", "entries have")
            )),
            "entries without a time field",
            None,
        ));
    }
    blind
}

/// Files as read, duplicates, queries.
pub(crate) fn raw(index: &Index) -> RawData {
    let files = index
        .files()
        .iter()
        .enumerate()
        .map(|(number, facts)| FileRow {
            name: facts.id.name.clone(),
            bytes: facts.id.size,
            entries: facts.entries,
            encoding: if facts.packing.is_empty() {
                facts.encoding.name().to_owned()
            } else {
                format!("{} in {}", facts.encoding.name(), facts.packing)
            },
            container: facts.container.name(),
            dialect: facts.dialects.keys().cloned().collect::<Vec<_>>().join(", "),
            order: index.order(number).name().to_owned(),
            first: facts.first.as_ref().map(|(time, _)| *time),
            last: facts.last.as_ref().map(|(time, _)| *time),
            skipped: facts.n_skipped,
            notes: facts.skipped.iter().map(|s| format!("line {}: {}", s.line, s.reason)).collect(),
            seekable: facts.seekable,
        })
        .collect();
    RawData {
        files,
        bytes: index.files().iter().map(|facts| facts.id.size).sum(),
        entries: index.rows().len() as u64,
        duplicates: index.n_duplicates(),
        queries: fetch::queries(index),
    }
}

/// Warnings beside the report.
pub(crate) fn warnings(index: &Index, given: &[Problem]) -> Vec<Problem> {
    let mut problems = [given, &index.lacks()].concat();
    if index.n_duplicates() > 0 {
        problems.push(Problem::new(
            Code::WDuplicates,
            format!("{}.", words::count(index.n_duplicates(), "entry", "entries")),
        ));
    }
    problems.order();
    problems.dedup();
    problems
}
