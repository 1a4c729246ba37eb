//! Is this line a piece of a trace or of a printed error object? Takes one line, gives yes or no from its first and last bytes.

use super::line;

/// Starts of lines that nothing but a trace prints at the left edge.
const STARTS: [&str; 30] = [
    "Traceback (most recent call last):",
    "The above exception was the direct cause",
    "During handling of the above exception",
    "Caused by: ",
    "Suppressed: ",
    "Wrapped by: ",
    "goroutine ",
    "created by ",
    "stack backtrace:",
    "Stack trace:",
    "[stacktrace]",
    "note: run with `RUST_BACKTRACE",
    "note: Some details are omitted",
    "Node.js v",
    "[cause]: ",
    "[errors]: [",
    "[cause]:",
    "--- End of ",
    "---> ",
    "<asynchronous suspension>",
    "[Previous line repeated ",
    "[signal SIG",
    "exit status ",
    "[CIRCULAR REFERENCE",
    "nested exception is:",
    "thrown in ",
    "[previous exception] ",
    "(Background on this error at: ",
    "[parameters: ",
    "+ Exception Group Traceback",
];

/// Whether `text` is a line of a trace or of a printed error object: a frame, a marker, a separator, a bracket, a property, or
/// a line indented so far that it is probably a source line. Header and exception lines are none: they carry a message.
pub fn is_fragment(text: &str) -> bool {
    let text = line::logged(text.strip_suffix('\r').unwrap_or(text));
    let bytes = text.as_bytes();
    match bytes {
        [] => return false,
        [b'\t', ..] | [b' ', b' ', b' ', b' ', ..] => return true,
        [0x1b, ..] => return coloured(text),
        _ => {}
    }
    let bare = text.trim();
    let indent = line::indent(text);
    let Some(first) = bare.bytes().next() else { return false };
    let last = bare.bytes().next_back().unwrap_or(0);
    match first {
        b'a' if bare.starts_with("at ") => line::at_frame(text),
        b'F' if bare.starts_with("File \"") => bare.contains("\", line "),
        b'^' | b'~' => line::caret(bare),
        b'.' => line::elision(bare) || bare.ends_with("levels..."),
        b'}' | b']' => bare.len() <= 4,
        b'{' | b'[' if bare.len() == 1 => true,
        b'|' => indent > 0,
        b'+' if bare.starts_with("+-") => indent > 0,
        b'#' => frame_number(bare),
        _ => started(bare) || ruby(bare, last) || call(bare, last) || property(bare, last, indent),
    }
}

/// The same for a line that starts with a colour.
fn coloured(text: &str) -> bool {
    let plain = line::plain(text);
    !plain.starts_with('\u{1b}') && is_fragment(&plain)
}

fn started(bare: &str) -> bool {
    STARTS.iter().any(|s| bare.starts_with(s))
}

/// `#0 …` of PHP, Dart and sanitizers, not `#42 is a ticket`.
fn frame_number(bare: &str) -> bool {
    let rest = bare.get(1..).unwrap_or("");
    let digits = line::digits(rest);
    let rest = rest.get(digits..).unwrap_or("");
    digits > 0
        && rest.starts_with(' ')
        && (rest.starts_with(" 0x")
            || rest.ends_with(')')
            || rest.ends_with("{main}")
            || rest.contains("): ")
            || rest.contains("[internal function]"))
}

/// Ruby: ends in a quoted label after `:12:in `.
fn ruby(bare: &str, last: u8) -> bool {
    last == b'\'' && (bare.contains(":in `") || bare.contains(":in '"))
}

/// Go: `main.(*T).Get(0xc000, …)`.
fn call(bare: &str, last: u8) -> bool {
    last == b')'
        && bare.split('(').next().is_some_and(|f| f.contains('.') && !f.contains([' ', ':', '"', '\'', '=']))
        && (bare.ends_with("()")
            || bare.contains("(0x")
            || bare.contains("(...)")
            || bare.contains("({")
            || bare.contains("*"))
}

/// `path: [Array],`, `"code": "x",`, `details: {` of a printed object.
fn property(bare: &str, last: u8, indent: usize) -> bool {
    if !matches!(last, b',' | b'{' | b'[' | b'}' | b']') || bare.len() > 400 {
        return false;
    }
    let key = bare.split(':').next().unwrap_or("");
    let quoted = key.strip_prefix(['"', '\'']).and_then(|k| k.strip_suffix(['"', '\'']));
    let name = quoted.unwrap_or(key);
    let simple = !name.is_empty()
        && name.len() < bare.len()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'-' | b'.'));
    let value = bare.get(key.len()..).is_some_and(|v| v.starts_with(": "));
    // At the left edge only what opens a bracket or goes on: `Loaded: {}` alone says nothing of an error.
    simple
        && value
        && (indent >= 2 || matches!(last, b',' | b'{' | b'['))
        && (indent > 0 || !super::line::thrown_name(name))
}
