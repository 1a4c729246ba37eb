//! Imports go from a higher rank to a lower one only, by the table of ranks in ARCHITECTURE.md, which also names every
//! module.

use super::none;
use super::tree::{SourceFile, files, root};
use std::collections::BTreeMap;

/// Heading of the table in ARCHITECTURE.md, whose rows are `| rank | module, module … |`.
const HEADING: &str = "## Ranks";

/// Module (`ingest`, `report::render`) → rank, as ARCHITECTURE.md says.
fn ranks() -> BTreeMap<String, u32> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let section = text.split(HEADING).nth(1).expect("a section on ranks");
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut ranks = BTreeMap::new();
    for line in section.lines().filter(|line| line.starts_with('|')) {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let Some(rank) = cells.next().and_then(|cell| cell.parse::<u32>().ok()) else { continue };
        for name in cells.next().unwrap_or_default().split(',') {
            ranks.insert(name.trim().trim_matches('`').to_owned(), rank);
        }
    }
    ranks
}

/// The longest entry of the table that `path` (`report::render::html`) lies in.
fn rank_of<'a>(ranks: &'a BTreeMap<String, u32>, path: &str) -> Option<(&'a str, u32)> {
    ranks
        .iter()
        .filter(|(name, _)| path == name.as_str() || path.starts_with(&format!("{name}::")))
        .max_by_key(|(name, _)| name.len())
        .map(|(name, rank)| (name.as_str(), *rank))
}

/// `src/report/render/html.rs` → `report::render::html`.
fn module_of(path: &str) -> String {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    inner.replace('/', "::")
}

/// The paths that stand behind `crate::` in code, groups taken apart to two levels: `crate::{a, b::{c, d}}`.
fn imports(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in line.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            found.extend(group_members(group));
        } else {
            found.push(path_prefix(rest));
        }
    }
    found
}

fn path_prefix(text: &str) -> String {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    text.get(..end).unwrap_or_default().trim_end_matches(':').to_owned()
}

fn group_members(group: &str) -> Vec<String> {
    let (mut depth, mut current, mut members) = (0_u32, String::new(), Vec::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => members.push(std::mem::take(&mut current)),
            _ if depth == 0 => current.push(c),
            _ => {}
        }
    }
    members.push(current);
    members.iter().map(|member| path_prefix(member.trim())).filter(|member| !member.is_empty()).collect()
}

/// A file's code with comments left out and `use` statements joined to one line each.
fn statements(file: &SourceFile) -> Vec<(usize, String)> {
    let (mut all, mut open) = (Vec::new(), None::<(usize, String)>);
    for (number, line) in file.lines().filter(|(_, line)| !line.trim_start().starts_with("//")) {
        let code = line.split(" // ").next().unwrap_or_default();
        let (start, mut text) = open.take().unwrap_or((number, String::new()));
        text.push_str(code);
        let is_use = text
            .trim_start()
            .trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ")
            .starts_with("use ");
        if is_use && !code.contains(';') {
            open = Some((start, text));
        } else {
            all.push((start, text));
        }
    }
    all
}

#[test]
fn imports_go_to_lower_ranks() {
    let ranks = ranks();
    let mut complaints = Vec::new();
    for file in files("src") {
        if !file.path.ends_with(".rs") || file.path == "src/lib.rs" || file.is_test_of_a_module() {
            continue;
        }
        let module = module_of(&file.path);
        let is_bin = module.starts_with("bin::") || module == "bin";
        let own = if is_bin { Some(("bin", u32::MAX)) } else { rank_of(&ranks, &module) };
        let Some((own_name, own_rank)) = own else {
            if module.contains("::") || !ranks.keys().any(|name| name.starts_with(&format!("{module}::"))) {
                complaints.push(format!("{}: {module} has no rank in ARCHITECTURE.md", file.path));
            }
            continue;
        };
        for (line, code) in statements(&file) {
            for path in imports(&code) {
                let Some((name, rank)) = rank_of(&ranks, &path) else { continue };
                if name != own_name && rank >= own_rank {
                    complaints.push(format!(
                        "{}:{line}: {own_name} [{own_rank}] imports {name} [{rank}]",
                        file.path
                    ));
                }
            }
        }
    }
    none("imports go from a higher rank to a lower one, never to a sibling", &complaints);
}

#[test]
fn architecture_names_every_module_and_no_dead_one() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let words: std::collections::BTreeSet<&str> =
        text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let mut complaints = Vec::new();
    for file in files("src").iter().filter(|file| file.path.ends_with(".rs") && !file.is_test_of_a_module()) {
        let module = module_of(&file.path);
        // Folders made from a recipe (dialects, runtimes, panels) are named once; their members are not listed.
        for part in module.split("::").take(2) {
            if part != "lib" && !words.contains(part) {
                complaints.push(format!("{}: ARCHITECTURE.md doesn't name `{part}`", file.path));
            }
        }
    }
    for path in text.split('`').filter(|path| path.starts_with("src/") || path.starts_with("tests/")) {
        if !root().join(path.trim_end_matches('/')).exists() {
            complaints.push(format!("ARCHITECTURE.md names {path}, which is not there"));
        }
    }
    complaints.dedup();
    none("ARCHITECTURE.md is the map of src/", &complaints);
}

#[test]
fn imports_are_read_as_written() {
    assert_eq!(imports("use crate::entry::{Entry, Nanos};"), ["entry"]);
    assert_eq!(
        imports("use crate::{error::Problem, report::model::{A, B}, limits};"),
        ["error::Problem", "report::model", "limits"]
    );
    assert_eq!(
        imports("let x = crate::redact::Level::Off; crate::page::go()"),
        ["redact::Level::Off", "page::go"]
    );
    assert_eq!(module_of("src/report/render/mod.rs"), "report::render");
}
