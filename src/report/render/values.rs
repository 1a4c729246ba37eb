//! The variables of a pattern → what a reader is told of them: `duration 3 ms to 1.2 s`, `path /a (12), /b (4)`.

use super::words;
use crate::report::model::{PatternRow, PatternVariable, Rich, VariableKind};

/// Variables told of one pattern, values of one variable, characters of one value.
const VARIABLES: usize = 4;
const VALUES: usize = 3;
const CHARS: usize = 60;

/// What stands at the variables of a pattern, in their order; those that tell nothing are left out.
pub fn values(row: &PatternRow) -> Vec<Rich> {
    numbered(row).into_iter().map(|(_, said)| said).collect()
}

/// The same, each with the number of its variable.
pub fn numbered(row: &PatternRow) -> Vec<(usize, Rich)> {
    let all = row.variables.iter().enumerate();
    all.filter_map(|(nth, one)| Some((nth, variable(one)?))).take(VARIABLES).collect()
}

/// The same as one run of words.
pub(super) fn joined(row: &PatternRow) -> Rich {
    let mut pieces = Vec::new();
    for (n, Rich(said)) in values(row).into_iter().enumerate() {
        if n > 0 {
            pieces.extend(Rich::text("; ").0);
        }
        pieces.extend(said);
    }
    Rich(pieces)
}

fn variable(variable: &PatternVariable) -> Option<Rich> {
    let name = kind(variable.kind);
    if let Some([low, high]) = variable.range.as_ref().filter(|[low, high]| low != high) {
        let rich = Rich::text(format!("{name} ")).c(cut(low)).t(" to ").c(cut(high));
        return Some(if variable.complete { rich } else { rich.t(" in samples") });
    }
    if variable.top.is_empty() {
        return None;
    }
    // Of names that are never the same, one is enough to see what they look like.
    let single = matches!(variable.kind, VariableKind::Id | VariableKind::Uuid)
        && variable.distinct > 1
        && variable.top.iter().all(|value| value.n <= 1);
    let such = single || !variable.complete;
    let mut rich = Rich::text(if such { format!("{name} such as ") } else { format!("{name} ") });
    let shown = if single { 1 } else { VALUES };
    for (n, value) in variable.top.iter().take(shown).enumerate() {
        rich = if n > 0 { rich.t(", ") } else { rich }.c(cut(&value.what));
        if value.n > 0 && variable.distinct > 1 {
            rich = rich.t(format!(" ({})", words::number(value.n)));
        }
    }
    let hidden = variable.distinct.saturating_sub(variable.top.len().min(shown) as u64);
    if hidden == 0 || !variable.complete {
        return Some(rich);
    }
    let n = words::number(if single { variable.distinct } else { hidden });
    Some(rich.t(if single { format!(" ({n} different)") } else { format!(" and {n} more") }))
}

fn cut(value: &str) -> String {
    words::one_line(value, CHARS)
}

fn kind(kind: VariableKind) -> &'static str {
    match kind {
        VariableKind::Number => "number",
        VariableKind::Id => "id",
        VariableKind::Uuid => "UUID",
        VariableKind::Ip => "address",
        VariableKind::Url => "URL",
        VariableKind::Path => "path",
        VariableKind::Duration => "duration",
        VariableKind::Size => "size",
        VariableKind::Time => "time",
        VariableKind::Quoted => "quoted",
        VariableKind::Word => "word",
    }
}
