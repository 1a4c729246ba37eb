//! Python's `repr` of a dict (`raw_payload` in dumps of the client library) → [`Value`].
//!
//! Takes a text such as `{'message': "it's", 'n': None}`, gives an owned value: rewritten as JSON, then parsed as such.

use crate::ingest::dialect::json_text;
use crate::ingest::value::Value;

/// Parses the repr of a dict of plain values; anything else gives nothing.
pub(super) fn parse(text: &str) -> Option<Value<'static>> {
    let text = text.trim();
    if !text.starts_with('{') {
        return None;
    }
    json_text::parse(&rewrite(text)?).map(Value::into_owned)
}

fn rewrite(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let constant = [("True", "true"), ("False", "false"), ("None", "null")]
            .into_iter()
            .find(|(name, _)| rest.starts_with(name));
        if let Some((name, json)) = constant {
            out.push_str(json);
            rest = rest.get(name.len()..)?;
        } else if c == '\'' || c == '"' {
            rest = rewrite_string(rest.get(1..)?, c, &mut out)?;
        } else {
            out.push(c);
            rest = rest.get(c.len_utf8()..)?;
        }
    }
    Some(out)
}

/// Copies a string up to its closing quote; gives what follows.
fn rewrite_string<'t>(text: &'t str, quote: char, out: &mut String) -> Option<&'t str> {
    out.push('"');
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => {
                out.push('"');
                return text.get(at + 1..);
            }
            '\\' => match chars.next()?.1 {
                '\'' => out.push('\''),
                'x' => {
                    out.push_str("\\u00");
                    out.push(chars.next()?.1);
                    out.push(chars.next()?.1);
                }
                escaped => {
                    out.push('\\');
                    out.push(escaped);
                }
            },
            '"' => out.push_str("\\\""),
            c => out.push(c),
        }
    }
    None
}
