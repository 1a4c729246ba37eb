//! Numbers, times, states and grades → the words every renderer shows; and log text → text that can do no harm.
//!
//! Takes values of the model, gives plain text without markup. Each renderer adds its own escaping on top.

pub(super) use crate::entry::number;
use crate::entry::{Nanos, Severity};
use crate::redact::acts;
pub(super) use crate::redact::visible;
use crate::report::model::{Class, Deployment, Fact, Grade, Priority, Report, State};

/// `8.4 %`.
pub(super) fn percent(per_mille: u64) -> String {
    format!("{}.{} %", number(per_mille / 10), per_mille % 10)
}

/// `1 entry`, `12 entries`.
pub(super) fn entries(n: u64) -> String {
    if n == 1 { "1 entry".into() } else { format!("{} entries", number(n)) }
}

/// `850 µs`, `12 ms`, `1.4 s`, `2 min 5 s`: a latency.
pub(super) fn micros(n: u64) -> String {
    match n {
        0..=999 => format!("{n} µs"),
        1_000..=9_999 => format!("{}.{} ms", n / 1000, n % 1000 / 100),
        _ => crate::entry::time::duration_words(i64::try_from(n).unwrap_or(i64::MAX).saturating_mul(1000)),
    }
}

/// `812 bytes`, `17.4 kB`, `3.1 MB`: powers of 1,000.
pub(super) fn bytes(n: u64) -> String {
    let (unit, name) = match n {
        0..=999 => return format!("{n} bytes"),
        1_000..=999_999 => (1_000, "kB"),
        1_000_000..=999_999_999 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    format!("{}.{} {name}", n / unit, n % unit * 10 / unit)
}

/// `2025-09-16 04:36:31.118`, UTC.
pub(super) fn instant(time: Nanos) -> String {
    let (year, month, day, ..) = time.civil();
    format!("{year:04}-{month:02}-{day:02} {}", time.clock_millis())
}

/// `2025-09-16 04:36:31 to 04:38:12 UTC`: two instants, the date once where it is the same.
pub(super) fn span(first: Option<Nanos>, last: Option<Nanos>) -> String {
    match (first, last) {
        (None, None) => String::new(),
        (Some(one), None) | (None, Some(one)) => format!("{} UTC", one.date_time()),
        (Some(first), Some(last)) if first == last => format!("{} UTC", first.date_time()),
        (Some(first), Some(last)) if first.civil().0 == last.civil().0 && same_day(first, last) => {
            format!("{} to {} UTC", first.date_time(), last.clock())
        }
        (Some(first), Some(last)) => format!("{} to {} UTC", first.date_time(), last.date_time()),
    }
}

fn same_day(a: Nanos, b: Nanos) -> bool {
    let day = |time: Nanos| time.0.div_euclid(86_400 * crate::entry::time::SECOND);
    day(a) == day(b)
}

/// The badge of a state.
pub(super) fn state(state: State) -> &'static str {
    match state {
        State::Ongoing => "ongoing",
        State::Ended => "ended",
        State::Superseded => "ended: a later attempt works",
        State::Once => "once",
        State::Healthy => "healthy",
        State::Unknown => "unknown",
    }
}

/// The word of a class.
pub(super) fn class(class: Class) -> &'static str {
    match class {
        Class::Critical => "critical",
        Class::Warning => "warning",
        Class::Notice => "notice",
    }
}

/// A priority and when it is due.
pub(super) fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::P0 => "P0 (now)",
        Priority::P1 => "P1 (this week)",
        Priority::P2 => "P2 (later)",
    }
}

/// The mark of a sentence: observed sentences need none.
pub(super) fn grade(grade: Grade, rule: &str) -> Option<String> {
    match grade {
        Grade::Observed => None,
        Grade::Derived if rule.is_empty() => Some("Derived.".into()),
        Grade::Derived => Some(format!("Derived ({}).", rule.trim_end_matches('.'))),
        Grade::Hypothesis => Some("Hypothesis.".into()),
    }
}

/// The name of a severity in a quote: `-` where nothing is recorded or derived.
pub(super) fn severity(severity: Severity) -> &'static str {
    if severity == Severity::Default { "-" } else { severity.name() }
}

/// The title of the document.
pub(super) fn title(report: &Report) -> &'static str {
    let trouble = report.findings.iter().any(|finding| finding.class != Class::Notice);
    if trouble { "Incident report" } else { "Log report" }
}

/// What is said where there is no finding and the diagnosis gave no words.
pub(super) const NO_FINDINGS: &str = "No failure was found in this log.";

/// `2025… to …, 3 starts, 2 exits`: the figures of a deployment beside its name.
pub(super) fn deployment_counts(row: &Deployment) -> [String; 4] {
    [row.entries, row.starts, row.exits, row.instances].map(number)
}

/// `and 3 more`, or nothing.
pub(super) fn more(fact: &Fact, shown: usize) -> String {
    let hidden = fact.more + (fact.values.len() - shown.min(fact.values.len())) as u64;
    if hidden == 0 { String::new() } else { format!(" and {} more", number(hidden)) }
}

/// JSON with characters that act written as its own escapes, so that the values stay what they are. JSON leaves the C1
/// controls and marks of direction as they are, and a terminal obeys them.
pub(super) fn json_visible(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if !acts(c) || c < '\u{20}' {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out
}

/// The text on one line: line ends become `⏎`, tabs blanks; cut to `most` characters with an ellipsis.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let text = visible(text.trim_end_matches('\n'));
    let mut out = String::with_capacity(text.len().min(most * 4));
    for (n, c) in text.chars().enumerate() {
        if n >= most {
            out.push('…');
            break;
        }
        match c {
            '\n' => out.push_str(" ⏎ "),
            '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A line cut to `width` characters, but never through a field that says why or what to do: it is told whole, if need be behind
/// an ellipsis, as long as that makes the line not longer than twice the width.
fn telling(line: &str, width: usize) -> String {
    let of = |at: usize| line.get(..at).map_or(0, |text| text.chars().count());
    if width < 80 || line.len() <= width {
        return one_line(line, width);
    }
    let fields = crate::entry::reason::fields(line);
    let Some((from, to)) =
        fields.into_iter().map(|(from, to)| (of(from), of(to))).rfind(|(_, to)| *to > width)
    else {
        return one_line(line, width);
    };
    let part = |from: usize, n: usize| line.chars().skip(from).take(n).collect::<String>();
    let end = part(from, to - from);
    if to <= 2 * width {
        return one_line(line, to);
    }
    format!("{} {}", one_line(line, width.min(from)), one_line(&end, width))
}

/// Shares a budget of lines among quotes: gives the most lines that one of them may take.
pub(super) fn share_lines(quotes: &[crate::report::model::Quote], budget: usize) -> usize {
    let needs: Vec<usize> =
        quotes.iter().map(|quote| excerpt(&quote.text, usize::MAX, 1).len().max(1)).collect();
    let fits = |most: &usize| needs.iter().map(|n| n.min(most)).sum::<usize>() <= budget;
    (1..=budget).rev().find(fits).unwrap_or(1)
}

/// At most `lines` lines of at most `width` characters. Of a longer text the beginning and the end are kept, since a
/// stack trace says most in its first and in its last lines.
pub(super) fn excerpt(text: &str, lines: usize, width: usize) -> Vec<String> {
    let all: Vec<&str> = text.trim_end().lines().filter(|line| !line.trim().is_empty()).collect();
    let cut = |line: &&str| telling(&line.replace('\t', "    "), width);
    if all.len() <= lines {
        return all.iter().map(cut).collect();
    }
    let tail = (lines.saturating_sub(1)) * 2 / 3;
    let head = lines.saturating_sub(1).saturating_sub(tail);
    let hidden = all.len() - head - tail;
    let mut out: Vec<String> = all.iter().take(head).map(cut).collect();
    out.push(format!("… {} lines …", number(hidden as u64)));
    out.extend(all.iter().skip(all.len() - tail).map(cut));
    out
}

/// When a row of the timeline begins: with its day where the log has several, to the millisecond where a row is shorter than a second.
pub(super) fn row_time(from: crate::entry::Nanos, nanos: i64, days: bool) -> String {
    if days {
        from.date_time()
    } else if nanos < crate::entry::time::SECOND {
        from.clock_millis()
    } else {
        from.clock()
    }
}
