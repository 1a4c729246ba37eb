//! The text of a query → its words, each with the place where it stands.

use crate::error::{Code, Place, Problem};

/// What a word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bare word or the path of a field.
    Word,
    /// A text in quotes.
    Quoted,
    /// A comparison.
    Operator,
    /// An opening or closing parenthesis, or the minus before a condition.
    Mark(char),
}

/// One word.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) at: At,
}

/// Line and column in characters, counted from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct At(pub(super) u64, pub(super) u64);

impl At {
    /// `E-QUERY` at this place; what is wrong and what to write instead.
    pub(super) fn fault(self, detail: impl AsRef<str>) -> Problem {
        let At(line, column) = self;
        let place = Place { file: None, line: Some(line), column: Some(column) };
        let on = if line > 1 { format!("Line {line}, column") } else { "Column".into() };
        Problem { code: Code::EQuery, place, detail: format!("{on} {column}: {}.", detail.as_ref()) }
    }
}

/// Goes through the characters and knows where it is.
struct Cursor<'t> {
    chars: std::iter::Peekable<std::str::Chars<'t>>,
    at: At,
}

impl Cursor<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.chars.next()?;
        self.at = if c == '\n' { At(self.at.0 + 1, 1) } else { At(self.at.0, self.at.1 + 1) };
        Some(c)
    }

    fn next_if(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        self.chars.peek().copied().filter(|c| wanted(*c))?;
        self.next()
    }

    fn is_next(&mut self, wanted: char) -> bool {
        self.chars.peek() == Some(&wanted)
    }
}

/// The words of a query. A comment begins with `--` and ends with its line. Error: a quote that is not closed.
pub(super) fn words(text: &str) -> Result<Vec<Word>, Problem> {
    let mut cursor = Cursor { chars: text.chars().peekable(), at: At(1, 1) };
    let mut words: Vec<Word> = Vec::new();
    loop {
        while cursor.next_if(char::is_whitespace).is_some() {}
        let at = cursor.at;
        let Some(c) = cursor.chars.peek().copied() else { return Ok(words) };
        // Behind a comparison stands a value: a time has colons and a number may be negative.
        let is_value = words.last().is_some_and(|word| word.kind == Kind::Operator);
        let (kind, text) = match c {
            '"' => (Kind::Quoted, quoted(&mut cursor)?),
            '(' | ')' => {
                cursor.next();
                (Kind::Mark(c), c.to_string())
            }
            _ if is_value => (Kind::Word, bare(&mut cursor, &['(', ')', '"'])?),
            '=' | '<' | '>' | ':' | '!' | '~' => {
                let mut text = String::new();
                while let Some(c) = cursor.next_if(|c| matches!(c, '=' | '<' | '>' | ':' | '!' | '~')) {
                    text.push(c);
                }
                (Kind::Operator, text)
            }
            '-' => {
                cursor.next();
                if cursor.is_next('-') {
                    while cursor.next_if(|c| c != '\n').is_some() {}
                    continue;
                }
                (Kind::Mark('-'), "-".into())
            }
            _ => (Kind::Word, bare(&mut cursor, &['(', ')', '"', '=', '<', '>', ':', '!', '~'])?),
        };
        words.push(Word { kind, text, at });
    }
}

/// A bare word; a part of a field's path may be quoted: `labels."run.googleapis.com/execution_name"`.
fn bare(cursor: &mut Cursor<'_>, ends: &[char]) -> Result<String, Problem> {
    let mut text = String::new();
    loop {
        if text.ends_with('.') && cursor.is_next('"') {
            text.push_str(&quoted(cursor)?);
        }
        match cursor.next_if(|c| !c.is_whitespace() && !ends.contains(&c)) {
            Some(c) => text.push(c),
            None => return Ok(text),
        }
    }
}

/// A text in quotes, the cursor at the first of them. What is no known escape stands for itself, so that a regular
/// expression may be written as it is.
fn quoted(cursor: &mut Cursor<'_>) -> Result<String, Problem> {
    let start = cursor.at;
    cursor.next();
    let mut text = String::new();
    while let Some(c) = cursor.next() {
        match c {
            '"' => return Ok(text),
            '\\' => match cursor.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('r') => text.push('\r'),
                Some('u') => text.push_str(&unicode(cursor)),
                Some(c @ ('"' | '\\')) => text.push(c),
                Some(c) => text.extend(['\\', c]),
                None => {}
            },
            c => text.push(c),
        }
    }
    Err(start.fault("this quote is not closed"))
}

/// The character behind `\u`, or what stands there if it is none.
fn unicode(cursor: &mut Cursor<'_>) -> String {
    let mut digits = String::new();
    while digits.len() < 4
        && let Some(c) = cursor.next_if(|c| c.is_ascii_hexdigit())
    {
        digits.push(c);
    }
    let code = (digits.len() == 4).then(|| u32::from_str_radix(&digits, 16).ok()).flatten();
    code.and_then(char::from_u32).map_or_else(|| format!("\\u{digits}"), String::from)
}
