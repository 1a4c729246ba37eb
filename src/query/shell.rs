//! Values of a log inside commands that a reader copies into a shell: takes the command so far and a value, adds the value
//! so that it stays one word, whatever it holds (POSIX shell quoting, pubs.opengroup.org/onlinepubs/9799919799, 2.2).

use crate::redact::acts;

/// Where the end of a command stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Bare,
    /// In apostrophes, where a filter may stand that has quotes of its own.
    Single {
        in_quotes: bool,
    },
    Double,
}

/// Adds a value to a command. Characters that act on a terminal or reorder text are left out: no name has them.
pub fn add(command: &mut String, value: &str) {
    let value: String = value.chars().filter(|c| !acts(*c)).collect();
    match place(command) {
        Place::Bare => {
            // A word that begins with a dash would be an option.
            let begins = command.is_empty() || command.ends_with(char::is_whitespace);
            let value = if begins { value.trim_start_matches('-') } else { &value };
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+=,-".contains(c);
            if !value.is_empty() && value.chars().all(is_plain) {
                command.push_str(value);
            } else {
                command.push('\'');
                command.push_str(&value.replace('\'', "'\\''"));
                command.push('\'');
            }
        }
        Place::Single { in_quotes } => {
            let value = if in_quotes { value.replace('\\', "\\\\").replace('"', "\\\"") } else { value };
            command.push_str(&value.replace('\'', "'\\''"));
        }
        Place::Double => {
            for c in value.chars() {
                if matches!(c, '\\' | '"' | '$' | '`' | '!') {
                    command.push('\\');
                }
                command.push(c);
            }
        }
    }
}

/// The command that reads the entries of a filter, given as text of Logs Explorer, into a file.
pub fn read_logs(filter: &str, project: &str) -> String {
    let mut command = "gcloud logging read ".to_owned();
    add(&mut command, &filter.replace('\n', " AND "));
    if !project.is_empty() {
        command.push_str(" --project=");
        add(&mut command, project);
    }
    command.push_str(" --limit=10000 --format=json > logs.json");
    command
}

fn place(command: &str) -> Place {
    let mut at = Place::Bare;
    let mut rest = command.chars();
    while let Some(c) = rest.next() {
        at = match (at, c) {
            (Place::Bare, '\'') => Place::Single { in_quotes: false },
            (Place::Bare, '"') => Place::Double,
            (Place::Single { .. }, '\'') | (Place::Double, '"') => Place::Bare,
            (Place::Single { in_quotes }, '"') => Place::Single { in_quotes: !in_quotes },
            (Place::Single { in_quotes: true } | Place::Bare | Place::Double, '\\') => {
                let _ = rest.next();
                at
            }
            (at, _) => at,
        };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::add;

    #[track_caller]
    fn check(command: &str, value: &str, want: &str) {
        let mut out = command.to_owned();
        add(&mut out, value);
        assert_eq!(out.strip_prefix(command), Some(want));
    }

    #[test]
    fn a_value_stays_one_word() {
        check("run ", "shop-00007-abc", "shop-00007-abc");
        check("run ", "a; rm -rf ~", "'a; rm -rf ~'");
        check("run ", "it's $(id)", "'it'\\''s $(id)'");
        check("run ", "--flag", "flag");
        check("run --to=", "-x", "-x");
        check("run ", "", "''");
        check("run ", "a\nb\u{202e}\u{1b}c", "abc");
        check("read 'name=\"", "a\"'b\\", "a\\\"'\\''b\\\\");
        check("read 'name=", "it's", "it'\\''s");
        check("read \"", "a\"$(id)`id`", "a\\\"\\$(id)\\`id\\`");
        check("read 'a'\\''b' ", "x y", "'x y'");
    }
}
