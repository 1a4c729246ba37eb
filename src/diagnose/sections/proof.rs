//! Hypotheses against the log: takes what would speak for one, gives the entry that does.

use crate::diagnose::causality::Scene;
use crate::diagnose::findings::Told;
use crate::diagnose::statements::time;
use crate::diagnose::words::headline;
use crate::entry::time::SECOND;

/// How long before the first failure an entry may stand that speaks for a reason.
const REACH: i64 = 3600 * SECOND;

/// Names in a text that stand for themselves: `SetIamPolicy`, or what stands in quotes.
fn names(text: &str) -> Vec<&str> {
    let camel = |word: &&str| {
        let inner = word.chars().skip(1).filter(char::is_ascii_uppercase).count();
        word.len() >= 6
            && inner >= 1
            && word.chars().all(|c| c.is_ascii_alphanumeric())
            && word.chars().any(|c| c.is_ascii_lowercase())
    };
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(camel);
    let quoted = text.split('"').skip(1).step_by(2).filter(|quoted| quoted.len() >= 6);
    words.chain(quoted).collect()
}

/// The words of the last entry before the failures that holds a name of `confirm`, with its time. Only where the confirmation
/// asks for an entry before the failures: elsewhere the same name may mean anything.
pub(crate) fn of(scene: &Scene<'_>, main: &Told, confirm: &str) -> Option<String> {
    let first = main.finding.first.filter(|_| confirm.contains("before"))?;
    let names = names(confirm);
    if names.is_empty() {
        return None;
    }
    // Cloud Storage calls it by a name of its own.
    let is_other = |name: &str, text: &str| name == "SetIamPolicy" && text.contains("setIamPermissions");
    let holds = |text: &str| names.iter().any(|name| text.contains(name) || is_other(name, text));
    let rows = scene
        .statements
        .iter()
        .filter(|statement| holds(crate::digest::cut(&statement.text, 600)))
        .flat_map(|statement| statement.occurrences.firsts().iter().copied());
    let near = |row: &u32| time(scene.index, *row).is_some_and(|at| (0..=REACH).contains(&(first.0 - at.0)));
    let row = rows.filter(|row| main.rows.binary_search(row).is_err()).filter(near).max()?;
    let at = time(scene.index, row)?;
    Some(format!(
        "`{}` at {} UTC",
        headline(&scene.index.text_of(row), 240).replace('`', "'"),
        at.date_time()
    ))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_are_those_of_calls_and_quotes() {
        assert_eq!(names("a SetIamPolicy entry before the first failure"), ["SetIamPolicy"]);
        assert_eq!(names("the log says \"connection reset\" before it"), ["connection reset"]);
        assert!(names("It begins with a deploy, several services do").is_empty());
    }
}
