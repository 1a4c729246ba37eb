//! Numbers and words with digits that a diagnosis reads, told by what stands around them: they stay in a shape.

use super::Lexer;

/// Ports by which people name a service rather than a connection.
const PORTS: [&str; 24] = [
    "22", "25", "53", "80", "443", "465", "587", "1433", "1521", "3000", "3306", "4000", "5000", "5432",
    "5672", "6379", "8000", "8080", "8081", "8443", "8888", "9000", "9200", "27017",
];

/// Programs whose version, written `name 3.11`, is worth reading.
const PROGRAMS: [&str; 22] = [
    "python",
    "node",
    "nodejs",
    "php",
    "ruby",
    "java",
    "jdk",
    "go",
    "django",
    "flask",
    "gunicorn",
    "uvicorn",
    "nginx",
    "npm",
    "pnpm",
    "yarn",
    "rust",
    "dotnet",
    "postgresql",
    "mysql",
    "redis",
    "version",
];

/// Reason phrases of HTTP: the number before one is a status.
pub(super) const REASONS: [&str; 18] = [
    "OK",
    "Created",
    "Accepted",
    "No Content",
    "Moved",
    "Found",
    "Not Modified",
    "Bad Request",
    "Unauthorized",
    "Forbidden",
    "Not Found",
    "Method Not Allowed",
    "Conflict",
    "Too Many Requests",
    "Internal Server Error",
    "Bad Gateway",
    "Service Unavailable",
    "Gateway Time",
];

/// Words after which a short number is a code.
const CODES: [&str; 8] = ["exit", "code", "status", "signal", "errno", "sqlstate", "http", "statuscode"];

/// Endings of words after which a short number, or a word such as `E11000`, is a code.
const CODE_ENDINGS: [&str; 5] = ["error", "exception", "code", "errno", "sqlstate"];

impl Lexer<'_> {
    /// The word before `from`, if only ` :=("'[/` lies between.
    fn before(&self, from: usize) -> &str {
        let (start, end) = self.word;
        let gap = self.text(end, from);
        let mark = |b: u8| matches!(b, b' ' | b':' | b'=' | b'(' | b')' | b'"' | b'\'' | b'[' | b']' | b'/');
        if gap.len() <= 4 && gap.bytes().all(mark) && end <= from { self.text(start, end) } else { "" }
    }

    /// Whether the number at `from..to` means something by itself.
    pub(super) fn is_code(&self, from: usize, to: usize) -> bool {
        let text = self.text(from, to);
        let whole = text.bytes().all(|b| b.is_ascii_digit());
        if whole && (self.is_status(text, to) || self.is_described(from, to) || self.is_statement(from, to)) {
            return true;
        }
        let word = self.before(from);
        if word.is_empty() || word.len() > 60 {
            return false;
        }
        if !whole {
            return self.is_version(from, text, word);
        }
        if word.eq_ignore_ascii_case("port") {
            return PORTS.contains(&text);
        }
        if text.len() > 5 {
            return false;
        }
        let is_word = |known: &&str| known.eq_ignore_ascii_case(word);
        let after_exit = matches!(word.len(), 2 | 4)
            && ["with", "by"].iter().any(is_word)
            && self.text(0, self.word.0).trim_end().ends_with("exited");
        after_exit
            || word.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("http/"))
            || CODES.iter().any(is_word)
            || names_code(word)
            || is_coded(word)
    }

    /// `o.s.OrderService#451`: the logger's class and the line of the statement, as the layout `%logger#%line` of Logback and
    /// Log4j prints them. Two statements may use the same words. `order#451` is an id.
    fn is_statement(&self, from: usize, to: usize) -> bool {
        let (start, end) = self.word;
        let class = self.text(start, end).rsplit_once('.').map_or("", |(_, class)| class);
        end + 1 == from
            && self.at(end) == b'#'
            && to - from <= 5
            && class.starts_with(|c: char| c.is_ascii_uppercase())
            && class.bytes().any(|b| b.is_ascii_lowercase())
    }

    /// `gunicorn 21.2.0`, `Python 3.11`.
    fn is_version(&self, from: usize, text: &str, word: &str) -> bool {
        let dots = text.bytes().filter(|b| *b == b'.').count();
        text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && self.at(from.saturating_sub(1)) == b' '
            && (dots == 2 || PROGRAMS.iter().any(|program| program.eq_ignore_ascii_case(word)))
    }

    /// `500 Internal Server Error`.
    fn is_status(&self, text: &str, to: usize) -> bool {
        let Some(rest) = self.line.get(to..).and_then(|rest| rest.strip_prefix(' ')) else { return false };
        text.len() == 3
            && text.starts_with(['1', '2', '3', '4', '5'])
            && REASONS.iter().any(|reason| rest.starts_with(reason))
    }

    /// `(111: Connection refused)`: an error number with its text.
    fn is_described(&self, from: usize, to: usize) -> bool {
        let opened = from > 0 && self.at(from - 1) == b'(';
        let described =
            self.at(to) == b':' && self.at(to + 1) == b' ' && self.at(to + 2).is_ascii_uppercase();
        opened && described && to - from <= 5
    }

    /// `TS2305`, `E11000`, `ORA-00001` where an error is named: first on the line, before a colon or after `error`.
    pub(super) fn is_error_code(&self, from: usize, to: usize) -> bool {
        let text = self.text(from, to);
        if !is_coded(text) {
            return false;
        }
        // `E1102 08:14:11` is the severity and date of glog, not an error.
        let dated = self.at(to) == b' ' && self.at(to + 3) == b':' && self.at(to + 1).is_ascii_digit();
        (from == 0 && !dated) || self.at(to) == b':' || names_code(self.before(from))
    }
}

/// Whether a word ends like the name of a code, in any case.
fn names_code(word: &str) -> bool {
    let ends = |end: &str| {
        let tail = word.len().checked_sub(end.len()).and_then(|at| word.as_bytes().get(at..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
    };
    CODE_ENDINGS.iter().any(|end| ends(end))
}

/// Capital letters, then three to six digits.
fn is_coded(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let tail = text.get(letters..).unwrap_or_default().trim_start_matches('-');
    (1..=6).contains(&letters) && (3..=6).contains(&tail.len()) && tail.bytes().all(|b| b.is_ascii_digit())
}
