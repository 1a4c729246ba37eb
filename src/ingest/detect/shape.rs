//! What containers a text could be, from its punctuation alone.

use crate::ingest::facts::Container;
use crate::ingest::framing::{self, Stray, yaml};
use crate::ingest::json;
use crate::ingest::text::{embedded, leads_with_time, line_value};
use crate::ingest::value::Value;
use crate::order::Order as _;

/// Lines that are looked at.
const LINES: usize = 400;
/// Members of an object that are tried as its list of entries.
const KEYS: usize = 12;
/// Names that exports give to the list of entries; they only break ties.
const KNOWN_KEYS: &[&str] = &[
    "entries",
    "raw_logs",
    "logs_by_severity",
    "logs",
    "events",
    "records",
    "Records",
    "items",
    "result",
    "results",
    "hits",
    "data",
];
/// Words of which one stands in the header of any log that is CSV.
const CSV_WORDS: &[&str] =
    &["time", "date", "message", "payload", "severity", "level", "logname", "insertid", "log", "ts"];

/// A container that the text could be.
#[derive(Clone, Debug)]
pub(super) struct Guess {
    /// Which.
    pub container: Container,
    /// YAML list in flow style, which reads like JSON.
    pub flow: bool,
    /// Whether the punctuation alone is proof, whatever the records hold.
    pub sure: bool,
    /// Whether it may take the place of a sure guess that scores no better.
    pub over_sure: bool,
    /// Why it was proposed.
    pub reason: String,
}

impl Guess {
    fn new(container: Container, sure: bool, reason: impl Into<String>) -> Guess {
        Guess { container, flow: false, sure, over_sure: false, reason: reason.into() }
    }
}

/// Everything the text could be, most specific first.
pub(super) fn guesses(text: &[u8], whole: bool) -> Vec<Guess> {
    let body = text.trim_ascii_start();
    let next = body.get(1..).unwrap_or(&[]).trim_ascii_start().first();
    match body.first() {
        None => Vec::new(),
        Some(b'{') => objects(body, whole),
        Some(b'[') if matches!(next, None | Some(b'{' | b']' | b'[')) => {
            vec![Guess::new(Container::Array, true, "it begins with [ and an object: a JSON array")]
        }
        Some(b'[') if is_broken_list(body) => {
            let reason = "it begins with [ and has objects behind one another: a JSON array whose first element is damaged";
            let mut guesses = vec![Guess::new(Container::Array, false, reason)];
            guesses.extend(texts(body));
            guesses
        }
        Some(_) => texts(body),
    }
}

/// Whether a text on one line has objects behind one another, as the elements of a list have.
fn is_broken_list(body: &[u8]) -> bool {
    let line = body.get(..memchr::memchr(b'\n', body).unwrap_or(body.len())).unwrap_or(body);
    let is_next = |at: usize| {
        let rest = line.get(at + 1..).unwrap_or(&[]).trim_ascii_start();
        rest.strip_prefix(b",").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{\""))
    };
    line.len() * 2 > body.len() && memchr::memchr_iter(b'}', line).any(is_next)
}

/// A text that begins with an object.
fn objects(body: &[u8], whole: bool) -> Vec<Guess> {
    let end = framing::value_end(body);
    let first = body.get(..end.unwrap_or(body.len())).unwrap_or(body);
    let one_line = memchr::memchr(b'\n', first).is_none();
    let rest = body.get(first.len()..).unwrap_or(&[]).trim_ascii_start();
    let alone = rest.is_empty();
    let mut guesses: Vec<Guess> = wrapper_keys(first)
        .into_iter()
        .map(|key| {
            let reason = format!("an object whose member {key} holds a list of objects");
            Guess { over_sure: true, ..Guess::new(Container::Wrapper(key), false, reason) }
        })
        .collect();
    if let Some(key) = empty_list(first).filter(|_| alone) {
        let reason = format!("an object whose member {key} is an empty list");
        guesses.push(Guess::new(Container::Wrapper(key), true, reason));
    }
    let broken_line = end.is_none() && !one_line && json_lines(body) > 0;
    guesses.push(if (one_line && end.is_some()) || broken_line {
        Guess::new(Container::Ndjson, true, "each line holds one JSON object")
    } else if alone && (whole || end.is_none()) {
        Guess::new(Container::Object, true, "one JSON object and nothing else")
    } else {
        Guess::new(Container::Concatenated, true, "JSON objects over several lines, one after another")
    });
    guesses
}

/// The first known name of a list of entries whose list is empty: an export that matched nothing.
fn empty_list(object: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(object).ok()?;
    let value = json::parse(text).ok()?;
    let is_empty = |key: &&&str| matches!(value.get(key), Some(Value::List(items)) if items.is_empty());
    KNOWN_KEYS.iter().find(is_empty).map(|key| (*key).to_owned())
}

/// Lines that are JSON objects each.
fn json_lines(text: &[u8]) -> usize {
    let text = String::from_utf8_lossy(text);
    text.lines().take(LINES).filter(|line| matches!(line_value(line, Stray::Unusual), Ok(Some(_)))).count()
}

/// Keys of the first object whose values are lists or objects, known names first.
fn wrapper_keys(object: &[u8]) -> Vec<String> {
    let mut keys = framing::keys_of_containers(object);
    keys.truncate(64);
    let rank = |key: &String| KNOWN_KEYS.iter().position(|known| known == key).unwrap_or(KNOWN_KEYS.len());
    keys.order_by_key(rank);
    keys.dedup();
    keys.truncate(KEYS);
    keys
}

/// A text that begins with neither bracket.
fn texts(body: &[u8]) -> Vec<Guess> {
    let text = String::from_utf8_lossy(body);
    let mut guesses = Vec::new();
    guesses.extend(yaml(&text));
    guesses.extend(csv(&text));
    let lines: Vec<&str> =
        text.lines().map(str::trim_end).filter(|line| !line.is_empty()).take(LINES).collect();
    let n_json = lines.iter().filter(|line| line.starts_with('{') || embedded(line).is_some()).count();
    let whole_lines =
        lines.iter().filter(|line| matches!(line_value(line, Stray::Unusual), Ok(Some(_)))).count();
    let n_times = lines.iter().filter(|line| leads_with_time(line)).count();
    let first_leads = lines.first().is_some_and(|line| leads_with_time(line));
    if whole_lines * 3 >= lines.len() && !(first_leads && whole_lines * 2 < lines.len()) {
        guesses.push(Guess::new(Container::Ndjson, false, "most lines hold a JSON object"));
    }
    if n_json > 0 && lines.iter().any(|line| *line == "{" || (line.starts_with('{') && !line.ends_with('}')))
    {
        guesses.push(Guess::new(Container::Concatenated, false, "JSON objects with prose between them"));
    }
    if first_leads || n_times * 5 >= lines.len().max(1) {
        guesses.push(Guess::new(
            Container::Lines,
            n_times > 0,
            format!("{n_times} of {} lines lead with a time", lines.len()),
        ));
    }
    guesses
}

/// YAML: comments, then a list or `key: value` lines that parse.
fn yaml(text: &str) -> Option<Guess> {
    let mut lines = text.lines().filter(|line| {
        let line = line.trim_end();
        !line.is_empty() && !line.starts_with('#') && line != "---"
    });
    let first = lines.next()?;
    let commented = !text.starts_with(first);
    if commented && first.starts_with('[') {
        let reason = "comments, then a list in brackets: YAML in flow style";
        return Some(Guess { flow: true, ..Guess::new(Container::YamlList, false, reason) });
    }
    if commented && first.starts_with('{') {
        let reason = "comments, then an object in braces: YAML in flow style";
        return Some(Guess { flow: true, ..Guess::new(Container::Yaml, false, reason) });
    }
    let item = first == "-" || first.starts_with("- ");
    let key = first.trim_start_matches("- ").split(':').next().unwrap_or("");
    let is_key = first.contains(':') && !key.is_empty() && !key.contains([' ', '[', '{', '(', '=']);
    if !item && (!is_key || first.starts_with(' ')) {
        return None;
    }
    // One document, or one item, stands for the rest.
    let mut piece = String::new();
    for line in text.lines().skip_while(|line| *line != first) {
        if !piece.is_empty() && (line.trim_end() == "---" || (item && line.starts_with("- "))) {
            break;
        }
        piece.push_str(line);
        piece.push('\n');
    }
    match yaml::parse(&piece)? {
        Value::List(items) if matches!(items.first(), Some(Value::Object(_))) => {
            Some(Guess::new(Container::YamlList, false, "a YAML list of mappings"))
        }
        Value::Object(_) if !item => Some(Guess::new(Container::Yaml, false, "YAML documents")),
        _ => None,
    }
}

/// CSV: a first row of distinct names, one of which a log has.
fn csv(text: &str) -> Option<Guess> {
    let header = text.lines().next()?;
    if leads_with_time(header) && header.contains(',') {
        let columns = framing::csvlog::columns(&framing::csvlog::first_row(text))?;
        let reason = format!("rows of {} columns as PostgreSQL's csvlog has them", columns.len());
        return Some(Guess::new(Container::Csv, true, reason));
    }
    let cells: Vec<String> =
        header.split(',').map(|cell| cell.trim().trim_matches(['"', '\'']).to_ascii_lowercase()).collect();
    let is_name = |cell: &String| {
        !cell.is_empty() && cell.len() < 300 && !cell.contains(['{', '}', ';']) && !leads_with_time(cell)
    };
    let has_word = cells.iter().any(|cell| CSV_WORDS.iter().any(|word| cell.contains(word)));
    let mut distinct = cells.clone();
    distinct.order();
    distinct.dedup();
    if cells.len() < 2 || !cells.iter().all(is_name) || !has_word || distinct.len() < cells.len() {
        return None;
    }
    let words = cells.iter().filter(|cell| cell.matches(' ').count() <= 2).count();
    (words == cells.len())
        .then(|| Guess::new(Container::Csv, true, format!("the first line names {} columns", cells.len())))
}
