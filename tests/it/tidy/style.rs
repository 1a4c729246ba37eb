//! Style sheets: colours in one file, and no class that nothing uses.

use super::none;
use super::tree::files;
use regex::Regex;
use std::collections::BTreeSet;

/// The one file that may hold colours.
const TOKENS: &str = "style/tokens.css";

/// A style sheet without its comments, line ends kept.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    for (index, part) in text.split("/*").enumerate() {
        let (comment, code) =
            if index == 0 { ("", part) } else { part.split_once("*/").unwrap_or((part, "")) };
        kept.extend(comment.chars().filter(|c| *c == '\n'));
        kept.push_str(code);
    }
    kept
}

#[test]
fn colours_stand_in_tokens_only() {
    let colour = Regex::new(
        r"(?i):[^;{]*(#[0-9a-f]{3,8}\b|\b(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(|\b(white|black|red|green|blue|gr[ae]y|orange|yellow)\b)",
    )
    .unwrap();
    let mut complaints = Vec::new();
    for file in files("style").iter().filter(|file| file.path.ends_with(".css") && file.path != TOKENS) {
        for (index, line) in without_comments(&file.text).lines().enumerate() {
            if colour.is_match(line) {
                complaints.push(format!("{}:{}: {}", file.path, index + 1, line.trim()));
            }
        }
    }
    none("colours stand in style/tokens.css", &complaints);
}

#[test]
fn every_class_is_used() {
    let class = Regex::new(r"\.([a-zA-Z_][\w-]*)").unwrap();
    let views: String = files("src/page")
        .into_iter()
        .chain(files("examples/seal"))
        .map(|file| file.text)
        .collect::<Vec<_>>()
        .join("\n");
    let mut unused = BTreeSet::new();
    for file in files("style").iter().filter(|file| file.path.ends_with(".css")) {
        let text = without_comments(&file.text);
        let selectors = text.split(['{', '}', ';']).filter(|part| text.contains(&format!("{part}{{")));
        for found in selectors.flat_map(|selector| class.captures_iter(selector)) {
            let name = found.get(1).map_or("", |name| name.as_str());
            // A name built from parts (`severity-{level}`) counts by its first part.
            let stem = name.rsplit_once('-').map_or(name, |(stem, _)| stem);
            let whole = Regex::new(&format!(r"(^|[^\w-]){}($|[^\w-])", regex::escape(name))).unwrap();
            if !whole.is_match(&views) && !views.contains(&format!("{stem}-{{")) {
                unused.insert(format!("{}: .{name}", file.path));
            }
        }
    }
    none("a class that no view uses", &unused.into_iter().collect::<Vec<_>>());
}
