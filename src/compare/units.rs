//! Two indexes → the kinds of messages of each service, mined jointly so that both sides share them, and their events in time.

use super::normal::normal;
use crate::digest::{Index, RequestRow, Shape, fold};
use crate::entry::{Severity, Source};
use crate::hands::Hands;
use crate::hash;
use crate::order::Order as _;
use crate::pattern::{self, VARIABLE};
use crate::trace;
use foldhash::fast::FixedState;
use std::collections::{BTreeMap, HashMap};

/// No unit.
pub(super) const NONE: u32 = u32::MAX;

/// A kind of message of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) template: String,
    /// Number in [`Units::services`].
    pub(super) service: u32,
    pub(super) severity: Severity,
    /// Type of the exception that it carries, or empty.
    pub(super) exception: String,
    pub(super) is_request: bool,
}

impl Unit {
    /// Whether it is an error, by its level or by the exception that it carries.
    pub(super) fn is_error(&self) -> bool {
        self.severity >= Severity::Error || !self.exception.is_empty()
    }
}

/// Something that was said: one entry, or those of one trace.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) unit: u32,
    /// The unit before it in its stream, or [`NONE`].
    pub(super) before: u32,
    /// Its first row.
    pub(super) row: u32,
}

/// What both sides say.
#[derive(Debug, Default)]
pub(super) struct Units {
    pub(super) services: Vec<String>,
    pub(super) units: Vec<Unit>,
    /// Events of each side in the order of rows.
    pub(super) events: [Vec<Event>; 2],
    /// First rows of the events of each unit on each side, ascending.
    pub(super) rows: [Vec<Vec<u32>>; 2],
}

/// The words of a shape or trace as they are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Words {
    text: String,
    severity: Severity,
    exception: String,
    is_request: bool,
}

/// Words seen on either side, with how often.
#[derive(Default)]
struct Book<'i> {
    numbers: HashMap<Words, u32, FixedState>,
    words: Vec<(Words, u64)>,
    /// Numbers of messages whose words are known: most are said on both sides. By message, text and severity.
    messages: HashMap<(&'i str, &'i str, Severity), u32, FixedState>,
}

impl<'i> Book<'i> {
    fn message(&mut self, shape: &'i Shape) -> u32 {
        let key = (shape.message(), shape.text(), shape.severity());
        match self.messages.get(&key) {
            Some(number) => *number,
            None => {
                let number = self.number(words(key.0, key.1, key.2));
                self.messages.insert(key, number);
                number
            }
        }
    }

    fn number(&mut self, words: Words) -> u32 {
        let next = u32::try_from(self.words.len()).unwrap_or(NONE);
        let number = *self.numbers.entry(words.clone()).or_insert(next);
        if number == next {
            self.words.push((words, 0));
        }
        number
    }
}

/// Who said it: the name that a person would give.
pub(super) fn service(source: Option<&Source<'_>>) -> String {
    let Some(source) = source else { return String::new() };
    let names = [&source.service, &source.container, &source.instance, &source.log];
    names.into_iter().find(|name| !name.is_empty()).map_or(String::new(), ToString::to_string)
}

/// Number of words and first row of each event of a side.
type Heard = Vec<(u32, u32)>;

/// What makes a unit: template, service, type of exception, rank of the severity.
type Key<'t> = (&'t str, usize, &'t str, u8);

/// Mines both sides.
pub(super) fn mine(sides: [&Index; 2]) -> Units {
    let mut book = Book::default();
    let heard = sides.map(|index| read(index, &mut book));
    let templates = templates(&book);
    let services = services(sides);
    let keys = keys(&book, &templates);
    // Each event by the number of its words and its service; the unit of such a pair is looked up once.
    let mut pairs: Vec<(u32, usize)> = Vec::new();
    let mut numbers: HashMap<(u32, usize), usize, FixedState> = HashMap::default();
    let each = [0, 1].map(|side: usize| {
        let (Some(index), Some(heard)) = (sides.get(side), heard.get(side)) else { return Vec::new() };
        let service_of = by_row(index, &services);
        let mut said = |(words, row): &(u32, u32)| {
            let service = service_of(*row);
            let pair = (*words, service);
            let number = *numbers.entry(pair).or_insert(pairs.len());
            if number == pairs.len() {
                pairs.push(pair);
            }
            (number, *row)
        };
        heard.iter().map(&mut said).collect::<Vec<_>>()
    });
    // Units are numbered in the order of their keys, whichever side has them.
    let mut found: BTreeMap<Key<'_>, (u32, bool)> = BTreeMap::new();
    let key = |(words, service): (u32, usize)| {
        let (template, exception, rank) = keys.get(words as usize).copied()?;
        Some((template, service, exception, rank))
    };
    for pair in &pairs {
        let is_request = book.words.get(pair.0 as usize).is_some_and(|(words, _)| words.is_request);
        // The same template may come from a request line on one side and a message on the other.
        key(*pair).into_iter().for_each(|key| found.entry(key).or_insert((NONE, false)).1 |= is_request);
    }
    for (number, slot) in (0u32..).zip(found.values_mut()) {
        slot.0 = number;
    }
    let unit =
        |pair: &(u32, usize)| key(*pair).and_then(|key| found.get(&key)).map_or(NONE, |(unit, _)| *unit);
    let unit_of: Vec<u32> = pairs.iter().map(unit).collect();
    let mut sides = sides.iter();
    let events = each.map(|each| {
        let event = |(pair, row): &(usize, u32)| {
            let unit = unit_of.get(*pair).copied().filter(|unit| *unit != NONE)?;
            Some(Event { unit, before: NONE, row: *row })
        };
        let mut events: Vec<Event> = each.iter().filter_map(event).collect();
        sides.next().into_iter().for_each(|index| link(index, &mut events));
        events
    });
    let rows = events.each_ref().map(|events| postings(events, found.len()));
    let unit = |((template, service, exception, rank), (_, is_request)): (Key<'_>, (u32, bool))| Unit {
        template: template.to_owned(),
        service: u32::try_from(service).unwrap_or(0),
        severity: Severity::from_rank(rank),
        exception: exception.to_owned(),
        is_request,
    };
    Units { units: found.into_iter().map(unit).collect(), services, events, rows }
}

/// The number of the service of a row.
fn by_row<'i>(index: &'i Index, services: &[String]) -> impl Fn(u32) -> usize + use<'i> {
    let number = |source| services.binary_search(&service(Some(source))).unwrap_or(0);
    let of_source: Vec<usize> = index.sources().iter().map(number).collect();
    move |row| {
        let source = index.row(row).map_or(NONE, crate::digest::Row::source) as usize;
        of_source.get(source).copied().unwrap_or(0)
    }
}

/// One set of templates over the words of both sides.
fn templates(book: &Book<'_>) -> pattern::Templates {
    let shapes: Vec<pattern::Shape<'_>> = book
        .words
        .iter()
        .map(|(words, count)| pattern::Shape {
            text: &words.text,
            count: *count,
            severity: words.severity.rank(),
        })
        .collect();
    pattern::cluster(&shapes)
}

/// Template, type of exception and rank of the severity of each of the words.
fn keys<'b>(book: &'b Book<'_>, templates: &'b pattern::Templates) -> Vec<(&'b str, &'b str, u8)> {
    let words = book.words.iter().zip(&templates.of_shape);
    words
        .map(|((words, _), template)| {
            let template = templates.texts.get(*template).map_or("", String::as_str);
            (template, words.exception.as_str(), words.severity.rank())
        })
        .collect()
}

/// Names of services on either side, sorted; the empty one among them.
fn services(sides: [&Index; 2]) -> Vec<String> {
    let named = sides.iter().flat_map(|index| index.sources().iter().map(|source| service(Some(source))));
    let mut services: Vec<String> = named.chain([String::new()]).collect();
    services.order();
    services.dedup();
    services
}

/// First rows of the events of each unit.
fn postings(events: &[Event], units: usize) -> Vec<Vec<u32>> {
    let mut rows: Vec<Vec<u32>> = vec![Vec::new(); units];
    for event in events {
        rows.get_mut(event.unit as usize).into_iter().for_each(|rows| rows.push(event.row));
    }
    rows
}

/// A shape and, of a request, its path and status.
type Said = (u32, Option<(u32, u16)>);

/// The words of each event of an index, and its first row.
fn read<'i>(index: &'i Index, book: &mut Book<'i>) -> Heard {
    let mut of_shape: HashMap<Said, u32, FixedState> = HashMap::default();
    let mut of_trace: HashMap<u64, u32, FixedState> = HashMap::default();
    let mut said = Vec::with_capacity(index.rows().len());
    let groups = fold(index, Hands::default());
    let mut joined: Vec<u32> = groups.0.values().flat_map(|rows| rows.iter().skip(1).copied()).collect();
    joined.order();
    let mut joined = joined.into_iter().peekable();
    let mut together = groups.0.iter().peekable();
    for (first, row) in (0u32..).zip(index.rows()) {
        if joined.next_if_eq(&first).is_some() {
            continue;
        }
        let number = if let Some((_, rows)) = together.next_if(|(row, _)| **row == first) {
            let shapes = rows.iter().filter_map(|&n| index.row(n)).map(|row| u64::from(row.shape()));
            let key = shapes.fold(0, hash::mix);
            *of_trace.entry(key).or_insert_with(|| book.number(of_rows(index, rows)))
        } else {
            let request = index.request_of(first);
            let key = (row.shape(), request.map(|r| (r.path, r.status)));
            match of_shape.get(&key) {
                Some(&number) => number,
                None => {
                    let Some(number) = of_row(index, first, request, book) else { continue };
                    of_shape.insert(key, number);
                    number
                }
            }
        };
        if let Some((_, count)) = book.words.get_mut(number as usize) {
            *count += 1;
        }
        said.push((number, first));
    }
    said
}

/// Number of the words of one entry; a request is known by its path and status.
fn of_row<'i>(index: &'i Index, row: u32, request: Option<&RequestRow>, book: &mut Book<'i>) -> Option<u32> {
    let shape = index.shape(index.row(row)?.shape())?;
    let is_own = request.is_some() && matches!(index.text_of(row), std::borrow::Cow::Owned(_));
    if let Some(request) = request.filter(|_| is_own || shape.message().trim().is_empty()) {
        let path = index.path(request.path).unwrap_or_default();
        let text = format!("{path} {}", request.status);
        let severity = shape.severity();
        return Some(book.number(Words { text, severity, exception: String::new(), is_request: true }));
    }
    Some(book.message(shape))
}

/// Words of a trace that several entries share.
fn of_rows(index: &Index, rows: &[u32]) -> Words {
    let shapes = rows.iter().filter_map(|&n| index.shape(index.row(n)?.shape()));
    let (mut text, mut severity) = (String::new(), Severity::Default);
    for shape in shapes.take(crate::limits::TRACE_ENTRIES) {
        severity = severity.max(shape.severity());
        text.push_str(shape.text());
        text.push('\n');
    }
    words(&text, &text, severity)
}

/// Words of a message: of one with a trace, its first line and the error at the root of the chain.
fn words(message: &str, text: &str, severity: Severity) -> Words {
    let has_lines = text.lines().any(trace::is_fragment);
    let found = has_lines.then(|| trace::parse(text)).flatten();
    let Some(found) = found else {
        return Words { text: normal(message), severity, exception: String::new(), is_request: false };
    };
    let root = trace::root(&found);
    let head = normal(message);
    let says = normal(&root.message);
    let error = if root.kind.is_empty() { says } else { format!("{}: {says}", root.kind) };
    // A trace begins with its error, or with a line that only says that one follows.
    let opening = message.lines().find(|line| line.chars().any(char::is_alphanumeric)).unwrap_or_default();
    let bare = trace::is_fragment(opening) || opening.trim_start().starts_with("Traceback (");
    let text = if bare || head.contains(&error) { error } else { format!("{head} {VARIABLE}{error}") };
    Words { text, severity, exception: root.kind.clone(), is_request: false }
}

/// Tells each event what came before it: in its trace where the log names one, else in its stream.
fn link(index: &Index, events: &mut [Event]) {
    let mut last: HashMap<u64, u32, FixedState> = HashMap::default();
    for event in events {
        let Some(row) = index.row(event.row) else { continue };
        let source = u64::from(row.source());
        let key = index.trace_id_of(event.row).map_or(source, |id| hash::mix(id, source));
        event.before = last.insert(key, event.unit).unwrap_or(NONE);
    }
}
