//! Markdown with tables → CommonMark without them: each row becomes an item that names its columns, for trackers and mail that
//! know no tables. Nothing else of it goes beyond CommonMark.

/// A line of a table in its cells; a bar behind a backslash belongs to its cell.
fn cells(line: &str) -> Vec<String> {
    let inner = line.trim_start_matches("| ").trim_end_matches(" |");
    let mut cells = vec![String::new()];
    let mut rest = inner.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, cells.last_mut()) {
            ('\\', Some(cell)) if rest.peek() == Some(&'|') => cell.extend(rest.next()),
            ('|', _) => cells.push(String::new()),
            (c, Some(cell)) => cell.push(c),
            _ => {}
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// `- **Time (UTC):** 09:16 · **Entries:** 84`; a bar of blocks says nothing in words.
fn item(head: &[String], row: &[String]) -> String {
    let named = head.iter().zip(row).filter(|(name, cell)| !name.is_empty() && !cell.is_empty());
    let parts: Vec<String> = named.map(|(name, cell)| format!("**{name}:** {cell}")).collect();
    format!("- {}\n", parts.join(" · "))
}

/// Takes the tables apart. Blocks of code stay as they are.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<usize> = None;
    let mut head: Option<Vec<String>> = None;
    for line in text.lines() {
        let ticks = line.trim_start().bytes().take_while(|byte| *byte == b'`').count();
        let is_edge = ticks >= 3 && fence.is_none_or(|open| ticks >= open && line.trim().len() == ticks);
        if is_edge {
            fence = if fence.is_some() { None } else { Some(ticks) };
        }
        let is_table = fence.is_none() && !is_edge && line.starts_with('|');
        match (&head, is_table) {
            (None, true) => head = Some(cells(line)),
            // The line of dashes below the head.
            (Some(_), true) if line.starts_with("| ---") => {}
            (Some(names), true) => out.push_str(&item(names, &cells(line))),
            (_, false) => {
                head = None;
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn rows_become_items_that_name_their_columns() {
        let text = "Above.\n\n| Path |  | Requests |\n| --- | --- | ---: |\n| `/a\\|b` | ██ | 12 |\n| `/c` |  | 3 |\n\nBelow.\n";
        assert_eq!(
            plain(text),
            "Above.\n\n- **Path:** `/a|b` · **Requests:** 12\n- **Path:** `/c` · **Requests:** 3\n\nBelow.\n"
        );
    }

    #[test]
    fn code_that_looks_like_a_table_stays() {
        let text = "````text\n| a | b |\n```\n| c |\n````\n- x\n";
        assert_eq!(plain(text), text);
    }
}
