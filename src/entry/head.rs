//! The head that a logger puts before what it was given to say: a line in, where its words begin out. Only heads whose form leaves
//! no doubt are known: Ruby's Logger, Sidekiq, klog, PostgreSQL's server and the runtimes of AWS Lambda.

/// Bytes within which a head ends.
const HEAD: usize = 240;
/// Levels as PostgreSQL's server prints them, and the parts that it prints below a message.
const PG_LEVELS: [&str; 8] = ["ERROR", "FATAL", "PANIC", "WARNING", "NOTICE", "LOG", "INFO", "DEBUG"];
const PG_PARTS: [&str; 5] = ["STATEMENT", "DETAIL", "HINT", "CONTEXT", "QUERY"];

/// Whether a line is what PostgreSQL prints below a message.
pub(crate) fn is_part(line: &str) -> bool {
    words(line).split_once(':').is_some_and(|(part, _)| PG_PARTS.contains(&part))
}

/// The words of a line without the head of a known logger; the line itself where it has none.
pub(crate) fn words(line: &str) -> &str {
    after(line).unwrap_or(line)
}

/// The head and the words of a line.
pub(crate) fn split(line: &str) -> (&str, &str) {
    let words = words(line);
    line.split_at_checked(line.len() - words.len()).unwrap_or(("", line))
}

fn after(line: &str) -> Option<&str> {
    match line.as_bytes() {
        [b'D' | b'I' | b'W' | b'E' | b'F' | b'A', b',', b' ', b'[', ..] => ruby(line),
        [b'I' | b'W' | b'E' | b'F', b'0' | b'1', b'0'..=b'9', ..] => klog(line),
        [b'0'..=b'9', ..] | [b'p', b'i', b'd', b'=', ..] | [b'[', ..] | [b'U', b'T', b'C', b' ', ..] => {
            lambda(line).or_else(|| {
                let rest = without_time(line);
                sidekiq(rest).or_else(|| postgres(rest)).or_else(|| lambda(rest))
            })
        }
        _ => lambda(line),
    }
}

/// `E, [2025-09-16T04:36:31.118204 #1] ERROR -- name: [tag] text` of Ruby's Logger, with the ids that Rails tags it with.
fn ruby(line: &str) -> Option<&str> {
    let (stamp, rest) = line.get(4..)?.split_once(']')?;
    let rest = rest.trim_start();
    let (level, rest) = rest.split_once(" -- ")?;
    let is_level = matches!(level, "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL" | "ANY" | "UNKNOWN");
    let (name, rest) = rest.split_once(':')?;
    if stamp.len() > 50 || !is_level || name.len() > 60 {
        return None;
    }
    let mut rest = rest.strip_prefix(' ').unwrap_or(rest);
    while let Some((tag, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        if !is_id(tag) {
            break;
        }
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    Some(rest)
}

/// `pid=1 tid=9xk class=HardJob jid=4a… elapsed=0.1 INFO: text`, behind a time that may stand before it.
fn sidekiq(text: &str) -> Option<&str> {
    let mut rest = text.strip_prefix("pid=")?;
    rest = rest.get(rest.find(" tid=")? + 1..)?;
    for _ in 0..8 {
        let (token, after) = rest.split_once(' ')?;
        if let Some(level) = token.strip_suffix(':') {
            return matches!(level, "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL").then_some(after);
        }
        if !token.contains('=') {
            return None;
        }
        rest = after;
    }
    None
}

/// `E0916 04:36:31.118204   1 file.go:12] text`.
fn klog(line: &str) -> Option<&str> {
    let (day, rest) = line.get(1..)?.split_once(' ')?;
    let (clock, rest) = rest.split_once(' ')?;
    let (place, rest) = rest.trim_start().split_once("] ")?;
    let number = place.rsplit(':').next()?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (day.len() == 4 && digits(day) && clock.contains(':') && place.len() <= 80 && digits(number))
        .then_some(rest)
}

/// Whether a line has klog's head, as the components of Kubernetes write it.
pub(crate) fn is_klog(line: &str) -> bool {
    klog(line).is_some()
}

/// `[183850]: [7-1] db=app,user=app ERROR:  text`, as `log_line_prefix` has it here and there. What is printed below a message
/// keeps its name.
fn postgres(text: &str) -> Option<&str> {
    let (pid, rest) = text.strip_prefix('[')?.split_once(']')?;
    if pid.is_empty() || !pid.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut rest = rest.strip_prefix(':').unwrap_or(rest).trim_start();
    if let Some((line, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let counted = line.split_once('-').is_some_and(|(line, part)| {
            [line, part].iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        });
        rest = after.trim_start().get(..).filter(|_| counted)?;
    }
    for _ in 0..4 {
        let (token, after) = rest.split_once(' ')?;
        if let Some(level) = token.strip_suffix(':') {
            let level = level.trim_end_matches(|c: char| c.is_ascii_digit());
            return if PG_LEVELS.contains(&level) {
                Some(after.trim_start())
            } else {
                PG_PARTS.contains(&level).then_some(rest)
            };
        }
        if !token.contains(['=', '@']) {
            return None;
        }
        rest = after.trim_start();
    }
    None
}

/// `[ERROR]\t2025-11-11T13:20:20.926Z\tID\ttext` of Python's runtime, `2025-…Z\tID\tERROR\ttext` of the one for Node.
fn lambda(text: &str) -> Option<&str> {
    let head = text.get(..text.floor_char_boundary(HEAD))?;
    memchr::memchr(b'\t', head.as_bytes())?;
    let mut parts = head.split('\t');
    let mut at = 0;
    let mut has_id = false;
    for _ in 0..3 {
        let part = parts.next()?;
        let bare = part.trim_matches(['[', ']']);
        let known = is_level(bare) || is_time(part) || is_uuid(part);
        if !known {
            break;
        }
        has_id |= is_uuid(part);
        at += part.len() + 1;
    }
    text.get(at..).filter(|rest| has_id && !rest.is_empty())
}

/// The line without the time that it begins with, and the zone behind that.
fn without_time(line: &str) -> &str {
    let mut rest = line;
    for _ in 0..3 {
        let Some((token, after)) = rest.split_once(' ') else { return rest };
        if !(is_time(token)
            || matches!(token, "UTC" | "GMT" | "CET" | "CEST" | "EST" | "EDT" | "PST" | "PDT"))
        {
            return rest;
        }
        rest = after;
    }
    rest
}

fn is_level(word: &str) -> bool {
    matches!(word, "TRACE" | "DEBUG" | "INFO" | "WARN" | "WARNING" | "ERROR" | "FATAL" | "CRITICAL")
}

fn is_time(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    digits >= 6
        && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'.' | b'T' | b'Z' | b'+'))
        && word.contains([':', '-'])
}

fn is_uuid(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// The id of a request, as frameworks tag each line with it.
fn is_id(tag: &str) -> bool {
    tag.len() >= 8
        && tag.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
        && tag.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn heads_of_known_loggers_are_told_from_words() {
        for (line, said) in [
            ("E, [2026-03-04T09:00:01.000204 #1] ERROR -- : no such shelf", "no such shelf"),
            (
                "F, [2026-03-04T09:00:01.000204 #1] FATAL -- : [0b54cfe2-9d1c-4b0e-8f9c-0c7a5b1f2d3e] app/a.rb:5:in `b'",
                "app/a.rb:5:in `b'",
            ),
            ("W, [2026-03-04T09:00:01 #12]  WARN -- shelf: [Cart] empty", "[Cart] empty"),
            (
                "2026-03-04T09:00:01.000Z pid=1 tid=9xk class=SortJob jid=a1b2c3 elapsed=1.2 INFO: done",
                "done",
            ),
            ("pid=1 tid=9xk WARN: Net::ReadTimeout: closed", "Net::ReadTimeout: closed"),
            ("E0304 09:00:01.123456       1 sync.go:12] no lease", "no lease"),
            (
                "2026-03-04 09:00:01.000 UTC [17]: [4-1] db=shelf,user=clerk ERROR:  no such row",
                "no such row",
            ),
            ("2026-03-04 09:00:01.000 UTC [17] clerk@shelf STATEMENT:  select 1", "STATEMENT:  select 1"),
            ("[17]: [4-1] db=shelf,user=clerk FATAL:  no", "no"),
            ("[ERROR]\t2026-03-04T09:00:01.000Z\t0b54cfe2-9d1c-4b0e-8f9c-0c7a5b1f2d3e\tno shelf", "no shelf"),
            ("2026-03-04T09:00:01.000Z\t0b54cfe2-9d1c-4b0e-8f9c-0c7a5b1f2d3e\tERROR\tno shelf", "no shelf"),
        ] {
            assert_eq!(words(line), said);
        }
        for line in [
            "E, the letter",
            "2026-03-04 09:00:01 ERROR no shelf",
            "[17] [ERROR] worker",
            "pid=1 left",
            "Error: x\ty",
            "[ERROR]\tno shelf",
            "E0304 is a code",
            "",
            "F, [x",
        ] {
            assert_eq!(words(line), line);
        }
    }
}
