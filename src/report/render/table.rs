//! Cells of a table that is shown → the table as text to paste: into a spreadsheet, or into Markdown.
//!
//! What is shown is redacted already. A cell that a spreadsheet would take for a formula begins with an apostrophe, and in
//! Markdown no cell opens markup, a link or a mention.

use super::{markdown, words};

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableForm {
    /// Cells between tabs.
    Tsv,
    /// A table of GitHub's Markdown.
    Markdown,
}

/// Longest cell, in characters: what a spreadsheet takes.
const CELL: usize = 32_000;

/// Writes rows of cells; the first row is the head.
pub fn table(rows: &[Vec<String>], form: TableForm) -> String {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        let cell = |nth: usize| row.get(nth).map_or("", |cell| cell.trim());
        let cells: Vec<String> = (0..width).map(|nth| written(cell(nth), form)).collect();
        match form {
            TableForm::Tsv => text.push_str(&format!("{}\n", cells.join("\t"))),
            TableForm::Markdown => {
                text.push_str(&format!("| {} |\n", cells.join(" | ")));
                if at == 0 {
                    text.push_str(&format!("|{}\n", " --- |".repeat(width)));
                }
            }
        }
    }
    text
}

fn written(cell: &str, form: TableForm) -> String {
    let line = words::one_line(cell, CELL);
    match form {
        TableForm::Tsv if line.starts_with(super::entries::FORMULA) => format!("'{line}"),
        TableForm::Tsv => line,
        TableForm::Markdown => markdown::inert(&line),
    }
}

#[cfg(test)]
mod tests {
    use super::{TableForm, table};

    #[track_caller]
    fn check(form: TableForm, rows: &[&[&str]], want: &str) {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        assert_eq!(table(&rows, form), want);
    }

    #[test]
    fn a_spreadsheet_gets_cells_and_no_formula() {
        check(
            TableForm::Tsv,
            &[&["Path", "Requests"], &["=1+1", "12"], &["a\tb\nc"]],
            "Path\tRequests\n'=1+1\t12\na b ⏎ c\t\n",
        );
    }

    #[test]
    fn markdown_gets_a_table_in_which_text_is_inert() {
        check(
            TableForm::Markdown,
            &[&["Message", "n"], &["a|b <img> @all", "3"]],
            "| Message | n |\n| --- | --- |\n| a\\|b \\<img\\> \\@all | 3 |\n",
        );
    }
}
