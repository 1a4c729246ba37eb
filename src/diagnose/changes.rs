//! The last change before a failure: calls that alter something, and revisions that became ready, as the log tells of them.

pub(super) mod defaulted;
pub(super) mod foretold;
pub(super) mod parted;
pub(super) mod paused;
pub(super) mod ports;
pub(super) mod restated;
pub(super) mod reversal;
pub(super) mod revisions;
pub(super) mod scaled;
pub(super) mod settings;
pub(super) mod switched;
pub(super) mod taken_away;
pub(super) mod taken_back;
mod turns;
pub(super) mod unmanned;

use super::causality::{self, Incident, Scene};
use super::evidence::{Book, derived};
use super::findings;
use super::statements::time;
use super::words::headline;
use crate::entry::Nanos;
use crate::entry::change::alters;
use crate::entry::time::{SECOND, duration_words};
use crate::report::model::{Priority, Rich, Sentence, Why};

/// A change longer ago than this is not told: too much else may have happened since.
const REACH: i64 = 15 * 60 * SECOND;

/// Changes of one caller that belong together follow each other within this time.
const SAME_HAND: i64 = 5 * 60 * SECOND;

/// Changes that are looked at for one that the failure names.
const LOOKED_AT: usize = 1_000;

/// The rule behind the sentence on a secret, and words of its name that say nothing of what it is for.
const SECRET: &str = "audit entries on secrets that the failure names";
const PLAIN: [&str; 10] =
    ["secret", "secrets", "token", "password", "prod", "user", "main", "data", "service", "default"];

/// What an incident is about, as far as a change may name it.
pub(super) struct About<'s> {
    /// The services, jobs or functions that fail.
    pub(super) services: Vec<String>,
    /// The words of its cause.
    pub(super) words: &'s str,
    /// When refusals became so frequent, where a few were there before.
    stepped: Option<Nanos>,
    /// Parts of methods that change what it is about.
    methods: &'static [&'static str],
}

/// What is known to refuse, drop or break something, with the methods that change how (Cloud NAT, clocks of machines that were
/// suspended, secrets).
const METHODS: [(&str, &[&str]); 3] = [
    ("nat-dropped", &[".routers."]),
    ("clock-", &[".instances.resume", ".instances.suspend"]),
    ("secret-version", &["SecretVersion"]),
];
/// How long ago such a change may be: longer ago, too much else has changed.
const BY_METHOD: i64 = 6 * 3_600 * SECOND;
/// The same of requests that a policy refuses.
const POLICIES: &[&str] = &[".securityPolicies."];

impl<'s> About<'s> {
    pub(super) fn of(scene: &Scene<'s>, incident: &Incident) -> About<'s> {
        let root = incident.root.and_then(|root| scene.troubles.get(root));
        let service = |cause: &super::troubles::Trouble| {
            let row = scene.index.row(cause.occurrences.first()?.first())?;
            Some(scene.index.source_of(row)?.service.to_string()).filter(|service| !service.is_empty())
        };
        let services = incident.causes(scene).filter_map(service).collect();
        let words = root.and_then(|root| root.lead(scene.statements)).map_or("", |lead| lead.text.as_str());
        let id = root
            .and_then(|root| causality::relations::signature_id(scene, root))
            .map_or("", |s| s.id.as_str());
        let is_refused = root.is_some_and(|root| root.kind == super::troubles::Kind::ClientErrors);
        let of_signature =
            METHODS.iter().find(|(of, _)| id.starts_with(of)).map_or(&[][..], |(_, names)| names);
        let is_bounded = is_refused && causality::bounded::of(scene, incident).is_some();
        About {
            services,
            words,
            stepped: if is_refused { findings::onset::stepped(scene, incident) } else { None },
            methods: if is_bounded { POLICIES } else { of_signature },
        }
    }

    /// When what is asked for began: the first failure, or when a few became many.
    fn begin(&self, first: Option<Nanos>) -> Option<Nanos> {
        self.stepped.filter(|at| Some(*at) > first).or(first)
    }

    /// Whether a change is one of a service that this log knows, and neither the one that fails nor one that its words name.
    fn is_of_another(&self, scene: &Scene<'_>, text: &str) -> bool {
        let resource = text.split_whitespace().nth(1).unwrap_or("").trim_end_matches(':');
        let Some((_, rest)) = resource.split_once("/services/") else { return false };
        let name = rest.split('/').next().unwrap_or("");
        !self.services.is_empty()
            && self.services.iter().all(|service| name != service)
            && scene.episodes.iter().any(|e| e.service == name)
            && !causality::named::names(self.words, name)
    }

    /// Whether a change is one by a method that is known to change what fails so.
    pub(super) fn is_by_method(&self, text: &str) -> bool {
        let method = text.split_whitespace().next().unwrap_or("");
        self.methods.iter().any(|part| method.contains(part))
    }

    /// Whether a change is one of what fails, or of something that the failure names.
    fn is_named(&self, text: &str) -> bool {
        let resource =
            text.split_whitespace().nth(1).unwrap_or("").trim_end_matches(':').trim_end_matches("/scale");
        let name = resource.rsplit('/').next().unwrap_or("");
        resource.contains('/')
            && (self.services.iter().any(|service| name == service)
                || resource.len() >= 12 && self.words.contains(resource))
    }
}

/// What changed last before a failure that began at this time.
pub(super) fn before(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    first: Option<Nanos>,
    about: &About<'_>,
) -> Option<Sentence> {
    let (row, is_last) = last_before(scene, first, about)?;
    let at = time(scene.index, row)?;
    let which = if is_last { "The last change before it" } else { "The last change of it" };
    let begin = about.begin(first)?;
    let what = if Some(begin) == first { "the first failure" } else { "they became frequent" };
    let mut text = Rich::text(format!("{which}, {} before {what}: ", duration_words(begin.0 - at.0)))
        .c(headline(&scene.index.text_of(row), 300))
        .t(".");
    let mut rows = vec![row];
    if let Some((earlier, pause)) = earlier(scene, row, about) {
        text = text
            .t(format!(" By the same hand {} before that: ", duration_words(pause)))
            .c(headline(&scene.index.text_of(earlier), 300))
            .t(".");
        rows.insert(0, earlier);
    }
    Some(derived(text, "audit entries before the first failure", book.rows(&rows)))
}

/// The change that the same caller made right before one, with the time between: a setting is changed first, and then started anew.
fn earlier(scene: &Scene<'_>, row: u32, about: &About<'_>) -> Option<(u32, i64)> {
    let index = scene.index;
    let (said, at) = (index.text_of(row), time(index, row)?);
    let by = caller(&said)?;
    let is_change = |row: &u32| {
        let shape = index.row(*row).and_then(|row| index.shape(row.shape()));
        shape.is_some_and(|shape| shape.is_audit() && alters(shape.text()))
    };
    let near = (0..row).rev().take_while(|&row| time(index, row).is_some_and(|t| at.0 - t.0 <= SAME_HAND));
    near.filter(is_change).find_map(|row| {
        let text = index.text_of(row);
        let fits = caller(&text) == Some(by) && text != said && !about.is_of_another(scene, &text);
        fits.then(|| Some((row, at.0 - time(index, row)?.0))).flatten()
    })
}

/// Who made a change, as its entry says.
pub(super) fn caller(text: &str) -> Option<&str> {
    text.lines().next()?.split_once(" by ")?.1.split([' ', ':', ',']).next().filter(|name| !name.is_empty())
}

/// The row of the last change, and whether nothing was changed after it: of all that altered something, what the failure
/// names, however long ago; else the last, if it is not too long ago.
pub(super) fn last_before(scene: &Scene<'_>, first: Option<Nanos>, about: &About<'_>) -> Option<(u32, bool)> {
    let first = about.begin(first)?;
    let index = scene.index;
    let is_change: Vec<bool> =
        index.shapes().iter().map(|shape| shape.is_audit() && alters(shape.text())).collect();
    let end = index.rows().partition_point(|row| row.time().is_none_or(|at| at <= first));
    let mut changes = (0..u32::try_from(end).unwrap_or(u32::MAX)).rev().filter(|&row| {
        let shape = index.row(row).map_or(u32::MAX, crate::digest::Row::shape);
        is_change.get(shape as usize) == Some(&true)
    });
    let since = |row: &u32| time(index, *row).map_or(i64::MAX, |at| first.0 - at.0);
    let is_named = |row: &u32| {
        let text = index.text_of(*row);
        about.is_named(&text) || about.is_by_method(&text) && since(row) <= BY_METHOD
    };
    // What was changed about another service of this log is no change of this one.
    let last = changes.find(|row| is_named(row) || !about.is_of_another(scene, &index.text_of(*row)))?;
    let named = if is_named(&last) { Some(last) } else { changes.take(LOOKED_AT).find(is_named) };
    let near = |row: &u32| time(index, *row).is_some_and(|at| first.0 - at.0 <= REACH);
    let row = named.or_else(|| Some(last).filter(near))?;
    Some((row, row == last))
}

/// Adds to urgent findings whose words name a secret (`stripe` of `stripe-webhook-secret`) when it last got another version: it
/// is read by what starts later, so that the failure begins long after.
pub(super) fn secrets(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [super::findings::Told]) {
    let index = scene.index;
    let is_secret = |text: &str| text.contains(".AddSecretVersion") && alters(text);
    for t in told.iter_mut().filter(|t| t.priority < Priority::P2) {
        let Some(first) = t.finding.first else { continue };
        let said = About::of(scene, &t.incident).words.to_ascii_lowercase();
        let names = |text: &str| {
            let name = text.split_once("/secrets/").and_then(|(_, name)| name.split(['/', ' ']).next());
            let mut parts = name.unwrap_or("").split(['-', '_']).map(str::to_ascii_lowercase);
            let whole =
                |part: &str| said.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == part);
            parts.any(|part| part.len() > 3 && !PLAIN.contains(&part.as_str()) && whole(&part))
        };
        let shapes =
            (0u32..).zip(index.shapes()).filter(|(_, shape)| shape.is_audit() && is_secret(shape.text()));
        let rows = shapes.flat_map(|(number, _)| index.rows_of_shape(number).iter().copied());
        let before = rows.filter(|&row| time(index, row).is_some_and(|at| at <= first));
        let last = before.filter(|&row| names(&index.text_of(row))).max();
        let Some((row, at)) = last.and_then(|row| Some((row, time(index, row)?))) else { continue };
        let text = Rich::text(format!(
            "A secret that it names got a new version {} before the first failure: ",
            duration_words(first.0 - at.0)
        ))
        .c(headline(&index.text_of(row), 300))
        .t(". What starts later and asks for the latest version loads it.");
        t.finding.cause.push(derived(text, SECRET, book.rows(&[row])));
        t.finding.quotes.extend(super::evidence::quotes(index, &[row], 1));
    }
}

/// The step of the whys that tells of a new version of a secret.
pub(super) fn why(main: &super::findings::Told) -> Option<Why> {
    let answer = main.finding.cause.iter().find(|sentence| sentence.rule == SECRET)?.clone();
    Some(Why { question: Rich::text("What changed before it began?"), answer, alternatives: Vec::new() })
}

/// Whether anything in the log altered something.
pub(super) fn any(scene: &Scene<'_>) -> bool {
    scene.index.shapes().iter().any(|shape| shape.is_audit() && alters(shape.text()))
}

/// What changed right after the last failure of something that is over: it may be what ended it.
pub(super) fn after(scene: &Scene<'_>, book: &mut Book<'_>, last: Option<Nanos>) -> Option<Sentence> {
    let last = last?;
    let index = scene.index;
    let from = index.rows().partition_point(|row| row.time().is_none_or(|at| at <= last));
    let row = (u32::try_from(from).ok()?..u32::try_from(index.rows().len()).ok()?)
        .take_while(|&row| time(index, row).is_none_or(|at| at.0 - last.0 <= REACH))
        .find(|&row| {
            let shape = index.row(row).and_then(|row| index.shape(row.shape()));
            shape.is_some_and(|shape| shape.is_audit() && alters(shape.text()))
        })?;
    let at = time(index, row)?;
    let text = Rich::text(format!(
        "The first change after it, {} behind the last failure: ",
        duration_words(at.0 - last.0)
    ))
    .c(headline(&index.text_of(row), 160))
    .t(".");
    Some(derived(text, "audit entries after the last failure", book.rows(&[row])))
}
