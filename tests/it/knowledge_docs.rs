//! `docs/signatures.md` and `knowledge/schema.json` are what the code says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)] // a test that fails may panic, and tells figures

use fivewhys::diagnose::knowledge::{file, model, rules};

fn stored(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n")
}

/// Set `FIVEWHYS_BLESS` to write the file instead of comparing it.
fn same(path: &str, text: &str) {
    if std::env::var_os("FIVEWHYS_BLESS").is_some() {
        std::fs::write(format!("{}/{path}", env!("CARGO_MANIFEST_DIR")), text).unwrap();
    }
    assert!(stored(path) == text, "{path} is out of date: cargo run --example write_docs");
}

#[test]
fn the_document_is_up_to_date() {
    same("docs/signatures.md", &rules::signatures_md());
}

#[test]
fn the_schema_is_up_to_date() {
    same("knowledge/schema.json", &rules::schema_json());
    for (key, _) in file::KEYS {
        assert!(stored("knowledge/README.md").contains(&format!("`{key}`")), "README does not explain {key}");
    }
    for name in model::FACTS.iter().chain(model::PRIORITIES) {
        assert!(stored("knowledge/README.md").contains(&format!("`{name}`")), "README does not name {name}");
    }
}
