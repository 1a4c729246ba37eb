//! .NET and Mono: takes lines of `Exception.ToString()`, gives exceptions. Inner exceptions print their frames first, each
//! ended by `--- End of inner exception stack trace ---`.

use super::{Exception, Frame, Trace, frame, line, throwable};

/// `at Ns.Class.M(Type arg) in file:line N`, Mono's `at Ns.Class.M (args) [0x00000] in file:N`.
fn frame_of(text: &str) -> Option<Frame> {
    let rest = text.trim().strip_prefix("at ")?;
    let (call, place) = match rest.rfind(" in ") {
        Some(at) if rest.get(..at).is_some_and(|c| c.ends_with([')', ']'])) => {
            (rest.get(..at)?, rest.get(at + 4..)?)
        }
        _ => (rest, ""),
    };
    let function = call.split('(').next().unwrap_or(call).trim_end().to_owned();
    let place = place.trim_end();
    let (file, number) = match place.rsplit_once(":line ") {
        Some((file, number)) => (file, number.parse().ok()),
        None => line::trailing_number(place).map_or((place, None), |(file, number)| (file, Some(number))),
    };
    let known = file != "<filename unknown>" && !file.starts_with('<');
    Some(Frame {
        user: frame::user("dotnet", if known { file } else { "" }, &function),
        file: if known { file.to_owned() } else { String::new() },
        line: number.filter(|n| known && *n > 0),
        function,
        source: String::new(),
    })
}

fn exception(text: &str, relation: &str) -> Exception {
    let text = text.trim();
    let member = text.strip_prefix("(Inner Exception #").and_then(|t| t.split_once(") "));
    let (text, relation) = member.map_or((text, relation), |(_, rest)| (rest, "member"));
    throwable::exception(text, relation)
}

/// The exceptions of a trace.
pub(super) fn parse(lines: &[&str]) -> Option<Trace> {
    let mut chain: Vec<Exception> = Vec::new();
    let mut at = 0usize;
    let mut text_open = true;
    for text in lines {
        let bare = text.trim();
        if line::at_frame(text) {
            if chain.is_empty() {
                chain.push(Exception::default());
            }
            text_open = false;
            if let (Some(current), Some(frame)) = (chain.get_mut(at), frame_of(text)) {
                current.frames.push(frame);
            }
        } else if bare.starts_with("--- End of inner exception") {
            at = at.saturating_sub(1);
        } else if bare.starts_with("--- End of") || bare.starts_with("<---") {
            continue;
        } else if let Some(rest) = bare.strip_prefix("---> ") {
            nested(&mut chain, rest, "cause");
            at = chain.len().saturating_sub(1);
            text_open = true;
        } else if chain.is_empty() {
            if !bare.is_empty() {
                nested(&mut chain, text, "");
                at = chain.len().saturating_sub(1);
            }
        } else if text_open
            && !bare.is_empty()
            && let Some(current) = chain.last_mut()
        {
            current.message.push('\n');
            current.message.push_str(text);
        }
    }
    let cut = chain.first().is_some_and(|e| e.kind.is_empty());
    (!chain.is_empty()).then(|| Trace { runtime: "dotnet".to_owned(), chain, cut })
}

/// Adds `Type: msg ---> Inner: msg ---> …`.
fn nested(chain: &mut Vec<Exception>, text: &str, relation: &str) {
    for (n, part) in text.split(" ---> ").enumerate() {
        let relation = if n == 0 { relation } else { "cause" };
        chain.push(exception(part, relation));
    }
}
