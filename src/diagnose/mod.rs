//! A finished digest → the report.
//!
//! [`diagnose`] reads statements from rows, collects troubles, sees who started and died, links causes with consequences, and
//! tells the result section by section. Each stage is a folder, beginning with the file of its name; all are scans over sorted
//! rows, so the report depends on the entries alone.

pub mod knowledge;

mod anomalies;
mod causality;
mod changes;
mod compared;
mod evidence;
mod findings;
mod lifecycle;
mod measures;
mod sections;
mod statements;
mod troubles;
mod words;

use crate::digest::Index;
use crate::entry::Nanos;
use crate::error::Problem;
use crate::hands::Hands;
use crate::query::Filter;
use crate::report::model::{Class, Report, Rich, SCHEMA_VERSION};
use causality::Scene;
use causality::known::Known;
pub use compared::{Change, foreseen, told_with, unasked};
use evidence::Book;
use lifecycle::Episode;
use lifecycle::collapse::{self, Collapse};
pub use lifecycle::lanes;
use sections::{actions, caps, clock, overview, patterns, tables, timeline, whys, works};
pub use troubles::exceptions;

/// What the caller decides.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Time of generation, shown in the report; the core reads no clock.
    pub generated_at: Option<Nanos>,
    /// Only entries that pass (`--since`, `--until`, `--where`).
    pub filter: Filter,
    /// Problems met while reading, shown beside the report.
    pub problems: Vec<Problem>,
    /// Whether a second thread may help; it changes no byte.
    pub hands: Hands,
}

/// Findings that are told; what is less important stays in the pattern table.
const FINDINGS: usize = 7;

/// Diagnoses. `knowledge` is usually [`knowledge::Knowledge::builtin`]. Where the log holds the revision in which the main
/// finding shows and the one before it, what changed between them is told as well.
pub fn diagnose(index: &Index, knowledge: &knowledge::Knowledge, options: &Options) -> Report {
    let narrowed;
    let index = if options.filter.is_empty() {
        index
    } else {
        narrowed = index.narrowed(&options.filter);
        &narrowed
    };
    let Made { report, change, .. } = told(index, knowledge, options, true);
    unasked(report, index, change)
}

/// Diagnoses without a look at other revisions: what [`told_with`] and [`unasked`] go on from. The filter of the options is not
/// applied; `index` holds what passes it.
pub fn alone(index: &Index, knowledge: &knowledge::Knowledge, options: &Options) -> Report {
    told(index, knowledge, options, false).report
}

/// What the page shows beside a report, and no other form of it holds.
#[derive(Clone, Debug, Default)]
pub struct Panels {
    /// Who lived when.
    pub lanes: lanes::Lanes,
    /// Exceptions by fault.
    pub exceptions: exceptions::Exceptions,
}

/// The same with what the page shows beside it.
pub fn alone_with_panels(
    index: &Index,
    knowledge: &knowledge::Knowledge,
    options: &Options,
) -> (Report, Panels) {
    let Made { report, statements, episodes, .. } = told(index, knowledge, options, false);
    let line = report.timeline.as_ref();
    let lanes = lanes::lanes(index, &episodes, line);
    let exceptions = exceptions::exceptions(index, &statements, line);
    (report, Panels { lanes, exceptions })
}

/// A report with what it was made from.
struct Made {
    report: Report,
    change: Option<Change>,
    statements: Vec<statements::Statement>,
    episodes: Vec<Episode>,
}

/// The report; where two work on it, the second finds out what the first will ask for, and then what revisions will, if wanted.
fn told(index: &Index, knowledge: &knowledge::Knowledge, options: &Options, foresees: bool) -> Made {
    let (statements, beyond) = statements::read(index, knowledge, options.hands);
    let mut troubles = troubles::collect(index, knowledge, &statements);
    let episodes = lifecycle::episodes(index, knowledge, &statements);
    let collapses = collapse::find(&Scene {
        index,
        knowledge,
        statements: &statements,
        troubles: &troubles,
        episodes: &episodes,
        known: &Known::default(),
    });
    troubles::complete(index, knowledge, &statements, &mut troubles, &collapses);
    let scene = Scene {
        index,
        knowledge,
        statements: &statements,
        troubles: &troubles,
        episodes: &episodes,
        known: &Known::default(),
    };
    let ahead = || {
        if !options.hands.are_two() {
            return None;
        }
        // The comparison takes as long as the first thread needs to get to the rest.
        scene.series();
        let change = if foresees { foreseen(index) } else { None };
        scene.look_ahead();
        change
    };
    let (report, change) = options.hands.both(|| tell(&scene, collapses.clone(), options, beyond), ahead);
    Made { report, change, statements, episodes }
}

/// Tells a scene. `beyond` are statements and entries that the cap left out of it.
fn tell(scene: &Scene<'_>, collapses: Vec<Collapse>, options: &Options, beyond: [u64; 2]) -> Report {
    let index = scene.index;
    let mut book = Book::new(index);
    let (incidents, n_hosts) = causality::link(scene, collapses);
    let (mut told, holes) = findings::tell(scene, &mut book, incidents);
    let counts = overview::entries_by_source(index);
    let mut coverage = sections::coverage(scene, &mut book, &told);
    coverage.sentences.extend(holes);
    told.truncate(FINDINGS);
    told.iter_mut().for_each(|t| findings::more(scene, &mut book, t));
    told.iter_mut().for_each(|t| t.finding.fetch = sections::fetch::of_rows(index, &t.rows));
    let (severity, severity_notes) = tables::severities(scene, &mut book);
    let (patterns, [more_patterns, n_patterns]) = patterns::patterns(scene, &mut book, &told);
    let mut report = Report {
        schema: SCHEMA_VERSION,
        generator: format!("fivewhys {}", env!("CARGO_PKG_VERSION")),
        generated_at: options.generated_at,
        headline: overview::headline(scene, &told),
        overview: overview::overview(scene, &mut book, &counts),
        timeline: timeline::timeline(scene, &mut book, &told),
        whys: whys::ask(scene, &mut book, &told),
        actions: actions::advise(scene, &told),
        severity,
        severity_notes,
        requests: tables::requests(scene, &mut book),
        patterns,
        more_patterns,
        details: overview::details(scene, &mut book, &counts),
        deployments: tables::deployments(scene.episodes),
        works: works::works(scene, &mut book),
        not_found: scene.not_found().to_vec(),
        coverage,
        raw: sections::raw(index),
        ..Report::default()
    };
    all_is_well(&mut report, index, &told);
    report.findings = told.into_iter().map(|t| t.finding).collect();
    report.evidence = book.into_list();
    let [statements, entries] = beyond;
    let left = caps::Left { statements, entries, hosts: n_hosts, patterns: n_patterns };
    let capped = caps::problems(index, scene.statements, &report.evidence, left);
    report.warnings =
        sections::warnings(index, &[options.problems.clone(), clock::problems(index), capped].concat());
    report
}

/// Entries from which on a log says something of a service.
const LEAST: usize = 4;

/// What a handful of entries does not show.
fn too_little(index: &Index) -> String {
    match index.rows().len() {
        0 | LEAST.. => String::new(),
        n => format!(
            " {}: there is too little of it to conclude anything about a service.",
            if n == 1 { "It is one entry" } else { "It is a handful of entries" }
        ),
    }
}

/// Says that nothing is urgent, where that is so.
fn all_is_well(report: &mut Report, index: &Index, told: &[findings::Told]) {
    // Of an empty log nothing can be said, not even that all is well.
    if index.rows().is_empty() {
        report.not_found.clear();
    } else if told.iter().all(|t| t.finding.class == Class::Notice) {
        let calm = if told.iter().any(|t| t.incident.collapse.is_some()) {
            "Nothing urgent: what ended badly was repaired by its own retry, and no error needs action."
        } else {
            "Nothing urgent: no crash, no failed job, build or deploy, and no error that needs action."
        };
        // Without one success nothing is known to work.
        let text = if overview::none_answered(index) {
            format!("{calm} But no request succeeded either, so whether the service works is not shown.")
        } else {
            format!("{calm} The service looks healthy in this log.{}", too_little(index))
        };
        report.no_findings.push(evidence::derived(Rich::text(text), "no incident of P0 or P1", None));
    }
}
