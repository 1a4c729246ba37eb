//! Statements → rows of the pattern table: what differs only by values is one row, with its values beside it.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, clean};
use crate::diagnose::findings::{self, Told};
use crate::diagnose::knowledge::Role;
use crate::diagnose::statements::{self, Occurrence, Statement};
use crate::diagnose::words::{brief, headline};
use crate::entry::Severity;
use crate::limits;
use crate::order::Order as _;
use crate::pattern::variables::{Kind, Variable, summarise, variables};
use crate::pattern::{self, VARIABLE};
use crate::report::model::{Count, PatternRow, PatternVariable};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Rows that are shown.
const ROWS: usize = 25;
/// Characters of a message that are masked, and of a template that are shown.
const MASKED: usize = 240;
const SHOWN: usize = 200;
/// Longest value that goes back into a template, in bytes.
const SETTLED: usize = 60;
/// Variables that are told of one template.
const VARIABLES: usize = 6;

/// What a row says beside its template. Messages of different findings or remarks are never one row.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Remark {
    finding: String,
    note: String,
}

/// A statement that takes part: its number, itself, its masked words.
type Member<'s> = (usize, &'s Statement, String);

/// A row before it is told.
struct Group {
    template: String,
    remark: Remark,
    severity: Severity,
    entries: u64,
    /// Statements, the most severe and frequent first.
    statements: Vec<usize>,
}

/// Templates: the severe first, then the frequent; how many there are beyond the rows, and statements beyond the cap.
pub(crate) fn patterns(scene: &Scene<'_>, book: &mut Book<'_>, told: &[Told]) -> (Vec<PatternRow>, [u64; 2]) {
    let remarks = remarks(scene, told);
    let order = order(scene, &remarks);
    let left_out = order.len().saturating_sub(limits::PATTERN_SHAPES);
    let kept = order.get(..order.len() - left_out).unwrap_or_default();
    let mut groups = groups(scene, &remarks, kept);
    groups.order_by(|a, b| rank(a).cmp(&rank(b)));
    let more = groups.len().saturating_sub(ROWS) + left_out;
    let rows = groups.into_iter().take(ROWS).map(|group| row(scene, book, group)).collect();
    (rows, [more as u64, left_out as u64])
}

/// The most severe first (what a finding tells is at least a warning), then the most frequent, then the earliest.
fn rank(group: &Group) -> (Reverse<Severity>, Reverse<u64>, Option<&usize>) {
    let worth = worth(group.severity, &group.remark);
    (Reverse(worth), Reverse(group.entries), group.statements.iter().min())
}

fn worth(severity: Severity, remark: &Remark) -> Severity {
    let told = if remark.finding.is_empty() { Severity::Default } else { Severity::Warning };
    severity.max(Severity::Info).max(told)
}

/// The remark of each statement.
fn remarks(scene: &Scene<'_>, told: &[Told]) -> Vec<Remark> {
    let mut finding_of: BTreeMap<usize, &str> = BTreeMap::new();
    for t in told {
        let troubles = t.incident.root.iter().chain(&t.incident.symptoms);
        for trouble in troubles.filter_map(|&n| scene.troubles.get(n)) {
            for statement in &trouble.statements {
                finding_of.entry(*statement).or_insert(&t.finding.id);
            }
        }
    }
    let note = |statement: &Statement| {
        statement.signature(scene.knowledge).map_or(String::new(), |(signature, _)| match signature.role {
            Role::Noise => format!("known noise: {}", signature.label()),
            // An exception is told by its own words, not by the frame that a catch-all knows.
            _ if signature.generic && statement.trace.is_some() => String::new(),
            _ => signature.label(),
        })
    };
    let finding = |n: usize| finding_of.get(&n).map_or(String::new(), |id| (*id).to_owned());
    let remark = |(n, statement)| Remark { finding: finding(n), note: note(statement) };
    scene.statements.iter().enumerate().map(remark).collect()
}

/// Numbers of the statements, the most severe first, then the most frequent, then the earliest.
fn order(scene: &Scene<'_>, remarks: &[Remark]) -> Vec<usize> {
    let mut order: Vec<(Reverse<Severity>, Reverse<usize>, usize)> = scene
        .statements
        .iter()
        .zip(remarks)
        .enumerate()
        .map(|(n, (s, remark))| (Reverse(worth(s.severity, remark)), Reverse(s.occurrences.len()), n))
        .collect();
    order.order();
    order.into_iter().map(|(_, _, n)| n).collect()
}

/// The words that a statement is listed by: of a trace, the error in its own words.
fn line(statement: &Statement) -> String {
    match &statement.trace {
        Some(trace) => headline(&findings::titles::error_words(Some(statement), None, Some(trace)), MASKED),
        None => headline(&statement.text, MASKED),
    }
}

/// Clusters the statements of each remark.
fn groups(scene: &Scene<'_>, remarks: &[Remark], numbers: &[usize]) -> Vec<Group> {
    let mut classes: BTreeMap<(&Remark, bool), Vec<Member<'_>>> = BTreeMap::new();
    for &n in numbers {
        let (Some(statement), Some(remark)) = (scene.statements.get(n), remarks.get(n)) else { continue };
        let request = is_request(scene, statement);
        let mut text = line(statement);
        // The words of a request are masked already, but for its path, which tells one from another.
        if !request {
            let mut masked = String::with_capacity(text.len());
            pattern::mask(&text, &mut masked);
            text = masked;
        }
        classes.entry((remark, request)).or_default().push((n, statement, text));
    }
    let mut groups = Vec::new();
    for ((remark, request), members) in classes {
        let templates: Vec<String> = if request {
            members.iter().map(|(_, _, text)| text.clone()).collect()
        } else {
            templates(&members)
        };
        let mut by_template: BTreeMap<(String, Severity), Group> = BTreeMap::new();
        for ((n, statement, _), template) in members.into_iter().zip(templates) {
            let group = by_template.entry((template.clone(), statement.severity)).or_insert_with(|| Group {
                template,
                remark: remark.clone(),
                severity: statement.severity,
                entries: 0,
                statements: Vec::new(),
            });
            group.statements.push(n);
            group.entries += statement.occurrences.n_rows() as u64;
        }
        groups.extend(by_template.into_values());
    }
    groups
}

/// The template of each of the masked texts.
fn templates(members: &[Member<'_>]) -> Vec<String> {
    let shapes: Vec<pattern::Shape<'_>> = members
        .iter()
        .map(|(_, statement, text)| pattern::Shape {
            text,
            count: statement.occurrences.len() as u64,
            severity: statement.severity.rank(),
        })
        .collect();
    let found = pattern::cluster(&shapes);
    found.of_shape.iter().map(|n| found.texts.get(*n).map_or_else(String::new, |t| readable(t))).collect()
}

/// One blank between words, and a clock of three variables is one.
fn readable(template: &str) -> String {
    template.split_whitespace().collect::<Vec<_>>().join(" ").replace("<*>:<*>:<*>", VARIABLE)
}

fn is_request(scene: &Scene<'_>, statement: &Statement) -> bool {
    statement.occurrences.first().is_some_and(|o| scene.index.request_of(o.first()).is_some())
}

fn row(scene: &Scene<'_>, book: &mut Book<'_>, group: Group) -> PatternRow {
    let members: Vec<&Statement> = group.statements.iter().filter_map(|&n| scene.statements.get(n)).collect();
    let mut rows: Vec<u32> = members.iter().flat_map(|statement| statement.rows()).collect();
    rows.sort_unstable();
    let time = |row: Option<&u32>| row.and_then(|&row| statements::time(scene.index, row));
    let (template, mut variables) = settled(&group.template, described(scene, &group.template, &members));
    let template = brief(&template, SHOWN);
    variables.truncate(template.matches(VARIABLE).count().min(VARIABLES));
    PatternRow {
        severity: group.severity,
        entries: rows.len() as u64,
        first: time(rows.first()),
        last: time(rows.last()),
        note: group.remark.note,
        finding: group.remark.finding,
        variables,
        evidence: book.rows(&rows),
        template,
    }
}

/// What is known of the words of a statement: the kept messages, and whether these are all that there are.
struct Known {
    texts: Vec<String>,
    whole: bool,
    entries: u64,
}

fn known(scene: &Scene<'_>, statement: &Statement) -> Known {
    let entries = statement.occurrences.len() as u64;
    let mut texts = vec![line(statement)];
    let first = statement.occurrences.first();
    let alone = first.filter(|o| o.rows.len() == 1 && statement.trace.is_none()).map(Occurrence::first);
    let shape = alone.and_then(|n| scene.index.row(n)).and_then(|row| scene.index.shape(row.shape()));
    let Some(shape) = shape else { return Known { texts, whole: entries == 1, entries } };
    texts.extend(shape.others().map(|text| headline(&clean(text), MASKED)));
    let whole = shape.others().count() < limits::SAMPLES_PER_SHAPE;
    texts.order();
    texts.dedup();
    Known { texts, whole, entries }
}

/// What never varies in this log is no variable: its value goes back into the template.
fn settled(template: &str, variables: Vec<PatternVariable>) -> (String, Vec<PatternVariable>) {
    let mut parts = template.split(VARIABLE);
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut left = Vec::new();
    let mut variables = variables.into_iter();
    for after in parts {
        let variable = variables.next();
        let constant =
            variable.as_ref().filter(|v| v.complete && v.distinct == 1).and_then(|v| v.top.first());
        match constant
            .filter(|value| value.n > 0 && value.what.len() <= SETTLED && !value.what.contains(VARIABLE))
        {
            Some(value) => text.push_str(&value.what),
            None => {
                text.push_str(VARIABLE);
                left.extend(variable);
            }
        }
        text.push_str(after);
    }
    (text, left)
}

/// The variables of a template over what is known of its statements.
fn described(scene: &Scene<'_>, template: &str, members: &[&Statement]) -> Vec<PatternVariable> {
    let columns = template.matches(VARIABLE).count();
    let mut complete = members.len() <= limits::PATTERN_SAMPLES;
    let mut counted = vec![complete; columns];
    let mut found: Vec<(Vec<Variable>, u64)> = Vec::new();
    for statement in members.iter().take(limits::PATTERN_SAMPLES) {
        let known = known(scene, statement);
        let values: Vec<Vec<Variable>> = known.texts.iter().map(|text| variables(template, text)).collect();
        let whole = known.whole && values.iter().all(|list| list.len() == columns);
        complete &= whole;
        for (at, counted) in counted.iter_mut().enumerate() {
            let mut column = values.iter().map(|list| list.get(at));
            let first = column.next().flatten();
            *counted &= whole && column.all(|value| value == first);
        }
        // Entries are shared out evenly among the texts; a value that all of them have gets the exact sum.
        let n = values.len().max(1) as u64;
        for (at, list) in (0u64..).zip(values) {
            found.push((list, known.entries / n + u64::from(at < known.entries % n)));
        }
    }
    let told = template.split(VARIABLE).zip(summarise(found)).zip(counted).enumerate();
    told.map(|(at, ((before, summary), counted))| {
        let hidden = summary.kind == Kind::Time || at > 0 && assigns(before);
        PatternVariable {
            kind: summary.kind,
            distinct: summary.distinct as u64,
            complete,
            range: summary.range.filter(|_| !hidden).map(|(low, high)| [low, high]),
            top: if hidden { Vec::new() } else { top(summary.top, counted) },
        }
    })
    .collect()
}

/// Whether what stands between two variables makes the first one the key of the second. The value of a key that varies
/// could be anything, a secret too.
fn assigns(between: &str) -> bool {
    between.contains(['=', ':']) && between.chars().all(|c| "\"'\\=:[{( ".contains(c))
}

fn top(values: Vec<(String, u64)>, counted: bool) -> Vec<Count> {
    let values = values.into_iter().filter(|(value, _)| !value.trim().is_empty());
    values.map(|(what, n)| Count { what, n: if counted { n } else { 0 }, evidence: None }).collect()
}
