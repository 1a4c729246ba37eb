//! Knowledge → text for the `rules` command and for `docs/signatures.md`: list, explain one, check a file.

use super::model::{AREAS, FACTS, PHASES, PRIORITIES, ROLES, Rule, Signature};
use super::{Knowledge, Samples, file, problem, prove};
use crate::error::{Code, Problem};
use crate::order::Gather as _;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// One line a signature: id, role, area, title.
pub fn list(knowledge: &Knowledge) -> String {
    let wide = knowledge.signatures().iter().map(|signature| signature.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for s in knowledge.signatures() {
        let _ = writeln!(out, "{:<wide$}  {:<9}  {:<22}  {}", s.id, s.role.name(), s.area, s.label());
    }
    out
}

/// Everything about one signature, as text; an id that does not exist is an `E-RULES` with the nearest one.
pub fn explain(knowledge: &Knowledge, id: &str) -> Result<String, Problem> {
    let Some(s) = knowledge.get(id) else {
        let ids: Vec<&str> = knowledge.signatures().iter().map(|signature| signature.id.as_str()).collect();
        let hint = file::nearest(id, &ids).map_or(String::new(), |name| format!(" Did you mean `{name}`?"));
        return Err(Problem::new(Code::ERules, format!("There is no signature `{id}`.{hint}")));
    };
    let mut out = format!("{}\n{}\n\n", s.id, s.label());
    let flags =
        [(s.generic, "generic (only if nothing else matches)"), (s.applies_to_request, "request lines too")];
    let flags: Vec<&str> = flags.iter().filter(|(set, _)| *set).map(|(_, text)| *text).collect();
    let facts: Vec<String> = s.facts.iter().map(|(name, text)| format!("{name} = {text}")).collect();
    let Samples { source, examples, counterexamples } = knowledge.samples(id);
    let rows = [
        ("role", s.role.name().to_owned()),
        ("area", s.area.clone()),
        ("priority", format!("{} while it stands, {} otherwise", s.priority_outage, s.priority_otherwise)),
        ("lifecycle", s.lifecycle.map_or(String::new(), |phase| phase.name().to_owned())),
        ("flags", flags.join(", ")),
        ("what", s.what.clone()),
        ("impact", s.impact.clone()),
        ("action", s.action.clone()),
        ("commands", s.actions.join("\n")),
        ("verify", s.verify.clone()),
        ("check", s.check.join("\n")),
        ("facts", facts.join("\n")),
        ("each", s.each.clone()),
        ("subject", s.subject.join(", ")),
        ("explains", s.explains.join(", ")),
        ("wins over", s.also.join(", ")),
        ("anchors", s.anchor.join("\n")),
        ("regex", s.regex.clone()),
        ("source", source),
    ];
    for (name, text) in rows.iter().filter(|(_, text)| !text.is_empty()) {
        let _ = writeln!(out, "{name:<10}{}", text.replace('\n', "\n          "));
    }
    for why in &s.why_candidates {
        let _ = writeln!(out, "\nperhaps   {}", why.hypothesis);
        let _ = writeln!(out, "  for     {}\n  against {}", why.confirm, why.refute);
    }
    for (name, texts) in [("matches", examples), ("not", counterexamples)] {
        for text in texts {
            let _ = writeln!(out, "\n{name:<10}{}", text.replace('\n', "\n          "));
        }
    }
    Ok(out)
}

/// Checks a rule file as the built-in ones are checked: keys, references, examples, counterexamples, anchors, overlaps
/// with each other and with what is known. Nothing wrong: an empty list.
pub fn check(knowledge: &Knowledge, name: &str, toml: &str) -> Vec<Problem> {
    let rules = match knowledge.read(name, toml) {
        Ok(rules) => rules,
        Err(problems) => return problems,
    };
    let mut faults = prove::samples(&rules);
    let own: BTreeSet<String> = rules.iter().map(|rule| rule.signature.id.clone()).gathered();
    let mut all = self_rules(knowledge);
    all.retain(|rule| !own.contains(&rule.signature.id));
    all.extend(rules);
    let own = own.iter().map(String::as_str).collect();
    faults.extend(prove::overlaps(&all, &own));
    faults.iter().map(|fault| problem(name, fault)).collect()
}

/// What is known, as rules with their samples.
pub fn self_rules(knowledge: &Knowledge) -> Vec<Rule> {
    let mut samples: BTreeMap<String, Samples> = knowledge.all_samples();
    let rules = knowledge.signatures().iter().map(|signature| Rule {
        signature: signature.clone(),
        samples: samples.remove(&signature.id).unwrap_or_default(),
        line: 0,
    });
    rules.collect()
}

/// `docs/signatures.md`: all built-in signatures by area.
pub fn signatures_md() -> String {
    let knowledge = Knowledge::builtin();
    let mut samples = knowledge.all_samples();
    let mut areas: BTreeMap<&str, Vec<&Signature>> = BTreeMap::new();
    for signature in knowledge.signatures() {
        areas.entry(&signature.area).or_default().push(signature);
    }
    let mut out = String::from(
        "# Signatures\n\n<!-- Generated from knowledge/**/*.toml by `cargo run --example write_docs`. Do not edit. -->\n\n",
    );
    let _ = writeln!(
        out,
        "What Fivewhys recognises: {} signatures in {} areas. An area tells who owns the problem, not which program \
         printed it. `fivewhys rules ID` shows all fields; `knowledge/README.md` explains them.\n",
        knowledge.signatures().len(),
        areas.len()
    );
    for (area, list) in &areas {
        let _ = writeln!(out, "- [{area}](#{area}): {}", list.len());
    }
    for (area, list) in areas {
        let _ = writeln!(out, "\n## {area}");
        for s in list {
            let samples = samples.remove(&s.id).unwrap_or_default();
            entry(&mut out, s, &samples);
        }
    }
    out
}

/// One signature of the document.
fn entry(out: &mut String, s: &Signature, samples: &Samples) {
    let example = samples.examples.first().map_or("", String::as_str);
    let _ = writeln!(out, "\n### {}\n", s.id);
    let _ = writeln!(
        out,
        "**{}** · {} · {} while it stands, {} otherwise\n",
        s.label(),
        s.role.name(),
        s.priority_outage,
        s.priority_otherwise
    );
    let _ = writeln!(out, "{}\n", s.what);
    if s.action != s.what {
        let _ = writeln!(out, "{}\n", s.action);
    }
    let _ = writeln!(out, "```text\n{}\n```\n", example.trim());
    let _ = writeln!(out, "Source: {}", samples.source);
}

/// `knowledge/schema.json`: JSON Schema of a rule file, for editors.
pub fn schema_json() -> String {
    let text = || json!({ "type": "string", "minLength": 1 });
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    let some = || json!({ "type": "array", "minItems": 1, "items": { "type": "string" } });
    let one_of = |names: Vec<&str>| json!({ "enum": names });
    let roles = one_of(ROLES.iter().map(|(name, _)| *name).collect());
    let phases = one_of(PHASES.iter().map(|(name, _)| *name).collect());
    let priority = one_of(PRIORITIES.to_vec());
    let facts: serde_json::Map<String, Value> =
        FACTS.iter().map(|name| ((*name).to_owned(), text())).collect();
    let keys = ["hypothesis", "confirm", "refute"];
    let why: serde_json::Map<String, Value> = keys.iter().map(|name| ((*name).to_owned(), text())).collect();
    let property = |key: &str| match key {
        "id" => json!({ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$" }),
        "area" => one_of(AREAS.to_vec()),
        "role" => roles.clone(),
        "lifecycle" => phases.clone(),
        "priority" => {
            json!({ "type": "object", "additionalProperties": false, "required": ["outage", "otherwise"],
            "properties": { "outage": priority, "otherwise": priority } })
        }
        "generic" => json!({ "type": "boolean" }),
        "applies_to" => json!({ "type": "array", "items": { "enum": ["message", "request"] } }),
        "anchor" | "examples" | "counterexamples" => some(),
        "explains" | "also" | "check" | "actions" | "subject" => texts(),
        "facts" => json!({ "type": "object", "additionalProperties": false, "properties": facts }),
        "why_candidates" => json!({ "type": "array", "maxItems": 3, "items": { "type": "object",
            "additionalProperties": false, "required": keys, "properties": why } }),
        _ => text(),
    };
    let properties: serde_json::Map<String, Value> =
        file::KEYS.iter().map(|(key, _)| ((*key).to_owned(), property(key))).collect();
    let required: Vec<&str> = file::KEYS.iter().filter(|(_, needed)| *needed).map(|(key, _)| *key).collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fivewhys rule file",
        "type": "object",
        "additionalProperties": false,
        "required": ["signature"],
        "properties": {
            "version": { "const": 1 },
            "signature": { "type": "array", "minItems": 1, "items": { "type": "object", "additionalProperties": false,
                "required": required, "properties": properties } },
        },
    });
    format!("{schema:#}\n")
}
