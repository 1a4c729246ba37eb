//! A line → the change of a setting that it tells: its name, the old value and the new one (`flag x false -> true`, `flag x is now off`).

use crate::redact::is_secret_name;

/// Longest value.
const LONG: usize = 40;
/// Words of a line on a switch, what it is turned to (with what it was), and words that stand between it and that.
const FLAGS: [&str; 5] = ["flag", "toggle", "feature", "switch", "experiment"];
const TOGGLES: [(&str, &str); 6] = [
    ("disabled", "enabled"),
    ("enabled", "disabled"),
    ("off", "on"),
    ("on", "off"),
    ("inactive", "activated"),
    ("active", "deactivated"),
];
const TURNED: [&str; 12] = [
    "changed", "updated", "switched", "turned", "toggled", "flipped", "set", "is", "now", "from", "was", "to",
];
/// Words by which it tells of a change and not of a state.
const TOLD_NOW: [&str; 9] =
    ["changed", "updated", "switched", "turned", "toggled", "flipped", "now", "from", "was"];
/// Words of a line that tells of a setting, as against the state of a thing.
const SETTINGS: [&str; 17] = [
    "flag",
    "flags",
    "feature",
    "features",
    "toggle",
    "toggled",
    "config",
    "configuration",
    "setting",
    "settings",
    "option",
    "options",
    "parameter",
    "override",
    "experiment",
    "rollout",
    "property",
];

/// `flag NAME enabled` and `NAME is now off` in a line that tells of flags: what it is now, and so what it was.
pub(super) fn toggle(line: &str) -> Option<(&str, &str, &str)> {
    let bare = |c: char| matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | '"' | '\'' | '`' | ':' | '=' | '.');
    let words: Vec<&str> = line.split_whitespace().take(16).map(|word| word.trim_matches(bare)).collect();
    let lower = |word: &&str| word.to_ascii_lowercase();
    let told = words.iter().position(|word| FLAGS.contains(&lower(word).as_str()))?;
    let (at, (was, is)) = words.iter().enumerate().skip(told).find_map(|(at, word)| {
        let known = TOGGLES.iter().find(|(_, is)| lower(word) == *is)?;
        Some((at, (known.0, known.1)))
    })?;
    let mut between = words.get(told + 1..at)?.iter();
    // `feature x is enabled` tells a state, which nobody need have changed.
    let is_state = words.get(told + 1..at)?.iter().any(|word| lower(word) == "is")
        && !words.iter().any(|word| TOLD_NOW.contains(&lower(word).as_str()));
    if is_state {
        return None;
    }
    let is_filler = |word: &&&str| {
        let word = lower(word);
        TURNED.contains(&word.as_str()) || FLAGS.contains(&word.as_str())
    };
    let name = between.find(|word| !is_filler(word))?;
    let fits = name.len() >= 3
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.contains(|c: char| matches!(c, '-' | '_' | '.') || c.is_ascii_uppercase())
        && between.all(|word| is_filler(&word))
        && !is_secret_name(name);
    fits.then_some((*name, was, is))
}

/// `NAME OLD -> NEW` in a line that tells of settings.
fn arrow(line: &str) -> Option<(&str, &str, &str)> {
    let bare = |c: char| matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | '"' | '\'' | '`' | ':' | '=');
    let (before, after) = ["->", "=>", "→"].iter().find_map(|arrow| line.split_once(arrow))?;
    let mut words = before.split_whitespace().rev().map(|word| word.trim_matches(bare));
    let was = words.next()?;
    // `flag "new-tax" changed: off -> on`: the name stands before what happened to it.
    let name = words.find(|word| !TURNED.contains(&word.to_ascii_lowercase().as_str()))?;
    // `name=old -> new` and `name: old -> new`.
    let (name, was) = was.split_once(['=', ':']).unwrap_or((name, was));
    let is = after.split_whitespace().next()?.trim_matches(bare);
    let told = line
        .split(|c: char| !c.is_ascii_alphabetic())
        .any(|word| SETTINGS.contains(&word.to_ascii_lowercase().as_str()));
    let fits = told
        && !is_secret_name(name)
        && name.len() >= 3
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !was.is_empty()
        && !is.is_empty()
        && was != is
        && was.len().max(is.len()) <= LONG;
    fits.then_some((name, was, is))
}

/// A change that a line tells of: name, old value, new one.
pub(super) fn change(line: &str) -> Option<(&str, &str, &str)> {
    arrow(line).or_else(|| toggle(line))
}

#[cfg(test)]
mod tests {
    use super::{arrow, toggle};

    #[test]
    fn settings_are_told_from_states() {
        for (line, expected) in [
            (
                "flags refreshed, 1 changed: cart.new-tax false -> true (by ann)",
                Some(("cart.new-tax", "false", "true")),
            ),
            ("config: pool.max=5 → 50", Some(("pool.max", "5", "50"))),
            ("order 7 state PENDING -> PAID", None),
            ("config loaded: a=1", None),
        ] {
            assert_eq!(arrow(line), expected, "{line}");
        }
        assert_eq!(
            toggle("feature flag new-rates enabled: rates"),
            Some(("new-rates", "disabled", "enabled"))
        );
        assert_eq!(toggle("flag \"new-rates\" is now off"), Some(("new-rates", "on", "off")));
        assert_eq!(toggle("the feature of the day is on sale"), None);
        assert_eq!(toggle("[EXPERIMENTAL] feature Name.PLUGGABLE_AUTH is enabled."), None);
    }
}
