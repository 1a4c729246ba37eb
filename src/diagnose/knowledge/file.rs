//! The text of a rule file → its rules, or what is wrong with it (line, table, key, words).
//!
//! Used by the library at run time (a team's own rules) and by `build.rs`; knows TOML and the schema, not the regexes.

use super::model::{
    AREAS, FACTS, Fault, PHASES, PRIORITIES, ROLES, Role, Rule, Samples, Signature, WhyCandidate,
};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// Keys of a `[[signature]]` table; the second part says whether it must be there.
pub const KEYS: &[(&str, bool)] = &[
    ("id", true),
    ("title", true),
    ("area", true),
    ("role", true),
    ("priority", true),
    ("anchor", true),
    ("regex", true),
    ("examples", true),
    ("counterexamples", true),
    ("what", true),
    ("action", true),
    ("source", true),
    ("explains", false),
    ("also", false),
    ("generic", false),
    ("applies_to", false),
    ("impact", false),
    ("why_candidates", false),
    ("check", false),
    ("actions", false),
    ("verify", false),
    ("lifecycle", false),
    ("facts", false),
    ("each", false),
    ("subject", false),
];

/// Reads a rule file. The rules are given only if nothing is wrong.
pub fn parse(text: &str) -> Result<Vec<Rule>, Vec<Fault>> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| vec![syntax_fault(text, &error)])?;
    let mut faults = Vec::new();
    for key in table.keys().filter(|key| !matches!(key.as_str(), "version" | "signature")) {
        faults.push(Fault {
            line: line_of_key(text, 0, key),
            table: "the file".to_owned(),
            key: key.clone(),
            text: unknown(key, &["version", "signature"]),
        });
    }
    let lines = header_lines(text);
    let mut rules = Vec::new();
    match table.get("signature") {
        Some(Value::Array(items)) => {
            for (number, item) in items.iter().enumerate() {
                let line = lines.get(number).copied().unwrap_or(0);
                let mut reader = Reader::new(text, item, number, line);
                let rule = reader.rule();
                faults.append(&mut reader.faults);
                rules.push(rule);
            }
        }
        _ => faults.push(Fault {
            line: 1,
            table: "the file".to_owned(),
            key: "signature".to_owned(),
            text: "there is no [[signature]] table".to_owned(),
        }),
    }
    if faults.is_empty() { Ok(rules) } else { Err(faults) }
}

fn syntax_fault(text: &str, error: &toml::de::Error) -> Fault {
    let start = error.span().map_or(0, |span| span.start);
    let line = 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count() as u64;
    Fault { line, table: "the file".to_owned(), key: String::new(), text: error.message().to_owned() }
}

/// Lines on which a `[[signature]]` stands.
fn header_lines(text: &str) -> Vec<u64> {
    (1..).zip(text.lines()).filter(|(_, line)| line.trim() == "[[signature]]").map(|(n, _)| n).collect()
}

/// The line of `key = …` at or after line `from`, before the next table; `from` if it can't be found.
fn line_of_key(text: &str, from: u64, key: &str) -> u64 {
    for (number, line) in (1u64..).zip(text.lines()).skip_while(|(number, _)| *number <= from) {
        let line = line.trim_start();
        if line.starts_with("[[") {
            break;
        }
        if line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')) {
            return number;
        }
    }
    from.max(1)
}

/// The known word that the writer may have meant.
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let best = known.iter().map(|name| (distance(word, name), *name)).min()?;
    (best.0 <= 2.max(word.len() / 4)).then_some(best.1)
}

/// Edit distance, small words only.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut next = vec![i + 1];
        for ((y, above), diagonal) in b.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or(0);
            let change = diagonal + usize::from(x != *y);
            next.push(change.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

fn unknown(word: &str, known: &[&str]) -> String {
    match nearest(word, known) {
        Some(name) => format!("unknown; did you mean `{name}`?"),
        None => format!("unknown; known are {}", known.join(", ")),
    }
}

/// Reads one table and collects what is wrong with it.
struct Reader<'a> {
    text: &'a str,
    table: Option<&'a Table>,
    name: String,
    line: u64,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, item: &'a Value, number: usize, line: u64) -> Reader<'a> {
        let table = item.as_table();
        let id = table.and_then(|table| table.get("id")).and_then(Value::as_str);
        let name = id.map_or_else(|| format!("signature {}", number + 1), str::to_owned);
        Reader { text, table, name, line, faults: Vec::new() }
    }

    fn fault(&mut self, key: &str, text: impl Into<String>) {
        let line = line_of_key(self.text, self.line, key);
        self.faults.push(Fault { line, table: self.name.clone(), key: key.to_owned(), text: text.into() });
    }

    fn rule(&mut self) -> Rule {
        self.keys();
        let (priority_outage, priority_otherwise) = self.priority();
        let signature = Signature {
            id: self.id(),
            title: self.string("title"),
            area: self.one_of("area", AREAS),
            role: self.role(),
            priority_outage,
            priority_otherwise,
            generic: self.flag("generic"),
            applies_to_request: self.applies_to(),
            anchor: self.anchors(),
            regex: self.string("regex"),
            explains: self.strings("explains"),
            also: self.strings("also"),
            what: self.string("what"),
            impact: self.string("impact"),
            why_candidates: self.whys(),
            check: self.strings("check"),
            action: self.string("action"),
            actions: self.strings("actions"),
            verify: self.string("verify"),
            lifecycle: self.phase(),
            facts: self.facts(),
            each: self.string("each"),
            subject: self.strings("subject"),
        };
        let samples = Samples {
            source: self.string("source"),
            examples: self.strings("examples"),
            counterexamples: self.strings("counterexamples"),
        };
        for (key, empty) in [
            ("examples", samples.examples.is_empty()),
            ("counterexamples", samples.counterexamples.is_empty()),
        ] {
            if empty && self.get(key).is_some() {
                self.fault(key, "at least one is needed");
            }
        }
        let must_verify = matches!(signature.role, Role::Cause | Role::Warning);
        if must_verify && signature.verify.is_empty() && self.get("verify").is_none() {
            self.fault("verify", "missing: a cause or warning says how to see that the repair worked");
        }
        Rule { signature, samples, line: self.line }
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.table.and_then(|table| table.get(key))
    }

    fn keys(&mut self) {
        let Some(table) = self.table else {
            return self.fault("", "this is no table");
        };
        let names: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
        for key in table.keys().filter(|key| !names.contains(&key.as_str())) {
            self.fault(key, unknown(key, &names));
        }
        for (name, _) in KEYS.iter().filter(|(name, needed)| *needed && !table.contains_key(*name)) {
            self.fault(name, "missing");
        }
    }

    fn string(&mut self, key: &str) -> String {
        match self.get(key) {
            None => String::new(),
            Some(Value::String(text)) if text.trim().is_empty() => {
                self.fault(key, "is empty");
                String::new()
            }
            Some(Value::String(text)) => text.clone(),
            Some(other) => {
                self.fault(key, format!("should be a text, is {}", kind(other)));
                String::new()
            }
        }
    }

    fn strings(&mut self, key: &str) -> Vec<String> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let items = value.as_array().map(Vec::as_slice);
        let texts: Option<Vec<String>> =
            items.and_then(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect());
        texts.unwrap_or_else(|| {
            self.fault(key, "should be a list of texts");
            Vec::new()
        })
    }

    fn flag(&mut self, key: &str) -> bool {
        match self.get(key) {
            None => false,
            Some(Value::Boolean(flag)) => *flag,
            Some(other) => {
                self.fault(key, format!("should be true or false, is {}", kind(other)));
                false
            }
        }
    }

    fn one_of(&mut self, key: &str, known: &[&str]) -> String {
        let text = self.string(key);
        if !text.is_empty() && !known.contains(&text.as_str()) {
            self.fault(key, format!("`{text}` is {}", unknown(&text, known)));
        }
        text
    }

    fn id(&mut self) -> String {
        let id = self.string("id");
        let kebab = id.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        if !id.is_empty() && !kebab {
            self.fault("id", "should be lower-case words joined by hyphens");
        }
        id
    }

    fn role(&mut self) -> Role {
        let names: Vec<&str> = ROLES.iter().map(|(name, _)| *name).collect();
        let text = self.one_of("role", &names);
        ROLES.iter().find(|(name, _)| *name == text).map_or(Role::Symptom, |(_, role)| *role)
    }

    fn phase(&mut self) -> Option<super::model::Phase> {
        let names: Vec<&str> = PHASES.iter().map(|(name, _)| *name).collect();
        let text = self.one_of("lifecycle", &names);
        PHASES.iter().find(|(name, _)| *name == text).map(|(_, phase)| *phase)
    }

    fn priority(&mut self) -> (String, String) {
        let Some(value) = self.get("priority") else {
            return Default::default();
        };
        let part = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (outage, otherwise) = (part("outage"), part("otherwise"));
        let known = |text: &String| PRIORITIES.contains(&text.as_str());
        if !known(&outage) || !known(&otherwise) || value.as_table().is_none_or(|table| table.len() != 2) {
            self.fault(
                "priority",
                "should be { outage = \"…\", otherwise = \"…\" }, each one of P0, P1, P2, none",
            );
        }
        (outage, otherwise)
    }

    fn applies_to(&mut self) -> bool {
        let values = self.strings("applies_to");
        let known = ["message", "request"];
        if let Some(other) = values.iter().find(|value| !known.contains(&value.as_str())) {
            self.fault("applies_to", format!("`{other}` is {}", unknown(other, &known)));
        }
        values.iter().any(|value| value == "request")
    }

    fn anchors(&mut self) -> Vec<String> {
        let anchors = self.strings("anchor");
        if anchors.is_empty() && self.get("anchor").is_some() {
            self.fault("anchor", "at least one is needed");
        }
        for anchor in &anchors {
            if anchor.chars().count() < 2 || *anchor != anchor.to_lowercase() {
                self.fault("anchor", format!("`{anchor}` should be lower case and two characters or longer"));
            }
        }
        anchors
    }

    fn whys(&mut self) -> Vec<WhyCandidate> {
        let Some(value) = self.get("why_candidates") else {
            return Vec::new();
        };
        let one = |item: &Value| -> Option<WhyCandidate> {
            let table = item.as_table().filter(|table| table.len() == 3)?;
            let part = |name: &str| table.get(name).and_then(Value::as_str).map(str::to_owned);
            Some(WhyCandidate {
                hypothesis: part("hypothesis")?,
                confirm: part("confirm")?,
                refute: part("refute")?,
            })
        };
        let whys: Option<Vec<WhyCandidate>> =
            value.as_array().and_then(|items| items.iter().map(one).collect());
        whys.unwrap_or_else(|| {
            self.fault("why_candidates", "each should be { hypothesis = …, confirm = …, refute = … }");
            Vec::new()
        })
    }

    fn facts(&mut self) -> BTreeMap<String, String> {
        let mut facts = BTreeMap::new();
        match self.get("facts") {
            None => {}
            Some(Value::Table(table)) => {
                for (name, value) in table {
                    if !FACTS.contains(&name.as_str()) {
                        self.fault("facts", format!("`{name}` is {}", unknown(name, FACTS)));
                    }
                    match value.as_str() {
                        Some(text) => drop(facts.insert(name.clone(), text.to_owned())),
                        None => self.fault("facts", format!("`{name}` should be a text")),
                    }
                }
            }
            Some(other) => self.fault("facts", format!("should be a table, is {}", kind(other))),
        }
        facts
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) | Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}
