//! The text of a query → a filter.
//!
//! `NOT` binds tightest, then `OR`, then `AND`, which is also meant where nothing stands between two conditions, as in the
//! Logging query language.

use super::combine;
use super::field;
use super::words::{At, Kind, Word, words};
use super::{Filter, Term};
use crate::error::Problem;

/// Deepest nesting of parentheses and negations.
const DEPTH: u32 = 32;
const OR: &str = "OR joins values of one field: write the others as a query of their own";
const EMPTY: &str = "no entry can pass this and what stands before it";

/// Says what is wrong with a regular expression; [`super::search::check`] does.
pub type Check<'c> = &'c dyn Fn(&str) -> Result<(), String>;

/// Reads the text of a query, as `docs/query.md` describes it. Error: `E-QUERY` with line, column and what to write. Regular
/// expressions are taken as they are: who has no engine for them need not carry one.
pub fn parse(text: &str) -> Result<Filter, Problem> {
    parse_with(text, &|_| Ok(()))
}

/// The same, and expressions are looked at.
pub fn parse_with(text: &str, check: Check<'_>) -> Result<Filter, Problem> {
    let words = words(text)?;
    let end = words.last().map_or(At(1, 1), |last| last.at);
    let mut parser = Parser { words: words.into_iter().peekable(), end, depth: 0, check };
    if parser.words.peek().is_none() {
        return Ok(Filter::default());
    }
    let at = parser.at();
    let node = parser.all()?;
    match parser.words.next() {
        Some(word) => Err(word.at.fault("this parenthesis was not opened")),
        None => node.one(at),
    }
}

/// What a part of a query means.
enum Node {
    One(Box<Filter>),
    /// Alternatives that no filter holds; good for a negation only.
    Any(Vec<Filter>),
}

impl Node {
    fn one(self, at: At) -> Result<Filter, Problem> {
        match self {
            Node::One(filter) => Ok(*filter),
            Node::Any(_) => Err(at.fault(OR)),
        }
    }
}

struct Parser<'c> {
    check: Check<'c>,
    words: std::iter::Peekable<std::vec::IntoIter<Word>>,
    end: At,
    depth: u32,
}

impl Parser<'_> {
    fn at(&mut self) -> At {
        self.words.peek().map_or(self.end, |word| word.at)
    }

    fn is_word(&mut self, wanted: &str) -> bool {
        self.words.peek().is_some_and(|word| word.kind == Kind::Word && word.text == wanted)
    }

    fn is_mark(&mut self, wanted: char) -> bool {
        self.words.peek().is_some_and(|word| word.kind == Kind::Mark(wanted))
    }

    fn all(&mut self) -> Result<Node, Problem> {
        let at = self.at();
        let mut node = self.any()?;
        let mut first = at;
        while self.words.peek().is_some() && !self.is_mark(')') {
            let at = self.at();
            if self.is_word("AND") {
                self.words.next();
            }
            let next = self.any()?.one(at)?;
            let both = combine::both(node.one(first)?, next).map_err(|_| at.fault(EMPTY))?;
            (node, first) = (Node::One(both.into()), at);
        }
        Ok(node)
    }

    fn any(&mut self) -> Result<Node, Problem> {
        let mut node = self.one()?;
        while self.is_word("OR") {
            self.words.next();
            let next = self.one()?;
            node = either(node, next);
        }
        Ok(node)
    }

    fn one(&mut self) -> Result<Node, Problem> {
        let at = self.at();
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(at.fault("this is nested too deeply"));
        }
        let node = if self.is_word("NOT") || self.is_mark('-') {
            self.words.next();
            let not = match self.one()? {
                Node::One(filter) => vec![*filter],
                Node::Any(filters) => filters,
            };
            Node::One(Filter { not, ..Filter::default() }.into())
        } else if self.is_mark('(') {
            self.words.next();
            let node = self.all()?;
            self.close(at)?;
            node
        } else {
            self.condition()?
        };
        self.depth -= 1;
        Ok(node)
    }

    fn close(&mut self, opened: At) -> Result<(), Problem> {
        if !self.is_mark(')') {
            return Err(opened.fault("this parenthesis is not closed"));
        }
        self.words.next();
        Ok(())
    }

    /// A comparison, a function, or a text alone.
    fn condition(&mut self) -> Result<Node, Problem> {
        let end = self.end;
        let missing = || end.fault("a condition is missing behind this");
        let word = self.words.next().ok_or_else(missing)?;
        match &word.kind {
            Kind::Quoted => return Ok(Node::One(text(word.text).into())),
            Kind::Word if !matches!(word.text.as_str(), "AND" | "OR") => {}
            _ => return Err(word.at.fault("a condition or a text is missing before this")),
        }
        if self.is_mark('(') && field::is_function(&word.text) {
            let opened = self.at();
            self.words.next();
            let value = self.words.next().ok_or_else(missing)?;
            self.close(opened)?;
            let filter = field::condition(&word.text, "=", &value.text, self.check);
            return filter.map(|filter| Node::One(filter.into())).map_err(|hint| word.at.fault(hint));
        }
        if !self.words.peek().is_some_and(|next| next.kind == Kind::Operator) {
            return Ok(Node::One(text(word.text).into()));
        }
        let operator = self.words.next().ok_or_else(missing)?;
        let is_other = matches!(operator.text.as_str(), "!=" | "!~");
        let plain = match operator.text.as_str() {
            "!=" => "=",
            "!~" => "=~",
            other => other,
        };
        let node = self.values(&word, plain, operator.at)?;
        Ok(match node {
            Node::One(filter) if is_other => {
                Node::One(Filter { not: vec![*filter], ..Filter::default() }.into())
            }
            Node::Any(not) if is_other => Node::One(Filter { not, ..Filter::default() }.into()),
            node => node,
        })
    }

    /// The value behind an operator, or several in parentheses joined by OR.
    fn values(&mut self, field: &Word, operator: &str, at: At) -> Result<Node, Problem> {
        if !self.is_mark('(') {
            let Some(value) = self.words.next_if(|word| matches!(word.kind, Kind::Word | Kind::Quoted))
            else {
                return Err(at.fault("a value is missing behind this"));
            };
            let filter = field::condition(&field.text, operator, &value.text, self.check);
            return filter.map(|filter| Node::One(filter.into())).map_err(|hint| field.at.fault(hint));
        }
        let opened = self.at();
        self.words.next();
        let mut node: Option<Node> = None;
        loop {
            let at = self.at();
            let value = self.words.next_if(|word| matches!(word.kind, Kind::Word | Kind::Quoted));
            let value = value.ok_or_else(|| at.fault("a value is missing here"))?;
            let next = field::condition(&field.text, operator, &value.text, self.check);
            let next = Node::One(next.map_err(|hint| value.at.fault(hint))?.into());
            node = Some(match node {
                Some(node) => either(node, next),
                None => next,
            });
            if !self.is_word("OR") {
                break;
            }
            self.words.next();
        }
        self.close(opened)?;
        node.ok_or_else(|| at.fault("a value is missing behind this"))
    }
}

fn either(one: Node, other: Node) -> Node {
    if let (Node::One(one), Node::One(other)) = (&one, &other)
        && let Ok(both) = combine::either((**one).clone(), (**other).clone())
    {
        return Node::One(both.into());
    }
    let list = |node| match node {
        Node::One(filter) => vec![*filter],
        Node::Any(filters) => filters,
    };
    Node::Any(list(one).into_iter().chain(list(other)).collect())
}

fn text(text: String) -> Filter {
    Filter { texts: vec![Term { any: vec![text], regex: false }], ..Filter::default() }
}
