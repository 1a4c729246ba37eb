//! JSON as the tools write it: takes fields, gives an object on one line or indented by two blanks.

use super::dice::hex;
use super::entry::Entry;
use super::fields::{Fields, fields};

/// JSON, on one line or indented.
pub(crate) struct Json<'a> {
    out: &'a mut String,
    pretty: bool,
    depth: usize,
    comma: bool,
}

impl<'a> Json<'a> {
    /// One that writes here; an indented one stands one level deep.
    pub(crate) fn new(out: &'a mut String, pretty: bool) -> Json<'a> {
        Json { out, pretty, depth: 1, comma: false }
    }

    /// Writes an entry.
    pub(crate) fn element(&mut self, entry: &Entry) {
        self.open();
        fields(entry, self);
        self.close();
    }

    fn next(&mut self) {
        if self.comma {
            self.out.push(',');
        }
        self.comma = true;
        self.line();
    }

    fn line(&mut self) {
        if self.pretty {
            self.out.push('\n');
            (0..self.depth).for_each(|_| self.out.push_str("  "));
        }
    }

    fn key(&mut self, key: &str) {
        self.next();
        self.out.extend(["\"", key, if self.pretty { "\": " } else { "\":" }]);
    }

    fn open(&mut self) {
        self.out.push('{');
        self.depth += 1;
        self.comma = false;
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.line();
        self.out.push('}');
        self.comma = true;
    }
}

impl Fields for Json<'_> {
    fn object(&mut self, key: &'static str, fields: &mut dyn FnMut(&mut dyn Fields)) {
        self.key(key);
        self.open();
        fields(self);
        self.close();
    }

    fn text(&mut self, key: &'static str, value: &str) {
        self.key(key);
        quoted(value, self.out);
    }

    fn bare(&mut self, key: &'static str, value: &str) {
        self.key(key);
        self.out.push_str(value);
    }

    fn list(&mut self, key: &'static str, inner: &'static str, value: &str) {
        self.key(key);
        self.out.push('[');
        self.depth += 1;
        self.line();
        self.open();
        self.text(inner, value);
        self.close();
        self.depth -= 1;
        self.line();
        self.out.push(']');
    }
}

/// Writes a JSON string.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in
        text.bytes().enumerate().filter(|(_, byte)| *byte < 0x20 || matches!(byte, b'"' | b'\\'))
    {
        out.push_str(text.get(from..at).unwrap_or_default());
        match byte {
            b'\n' => out.push_str("\\n"),
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            _ => {
                out.push_str("\\u00");
                hex(u64::from(byte), 2, out);
            }
        }
        from = at + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out.push('"');
}
