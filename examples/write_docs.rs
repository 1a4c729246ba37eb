//! Writes the generated pages of `docs/`: the schema of the report, the error codes, the signatures.
//! `cargo run --features schema --example write_docs`; with `--check` it only says which of them are not current.

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "it says which files it wrote")]

use fivewhys::diagnose::knowledge::rules;
use fivewhys::error::Code;
use fivewhys::report::model::{Comparison, Report};
use std::path::Path;
use std::process::ExitCode;

fn main() -> std::io::Result<ExitCode> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let check = std::env::args().any(|argument| argument == "--check");
    let mut code = ExitCode::SUCCESS;
    for (name, text) in [
        ("report.schema.json", schema(&schemars::schema_for!(Report))),
        ("comparison.schema.json", schema(&schemars::schema_for!(Comparison))),
        ("error-codes.md", error_codes()),
        ("signatures.md", rules::signatures_md()),
    ] {
        let path = docs.join(name);
        if std::fs::read_to_string(&path).is_ok_and(|written| written == text) {
            continue;
        }
        if check {
            println!("docs/{name} is not current: run `make docs`");
            code = ExitCode::FAILURE;
        } else {
            std::fs::write(&path, text)?;
            println!("wrote docs/{name}");
        }
    }
    Ok(code)
}

fn schema(schema: &schemars::Schema) -> String {
    let mut text = serde_json::to_string_pretty(schema).unwrap_or_default();
    text.push('\n');
    text
}

fn error_codes() -> String {
    let mut text = String::from(
        "# Error codes\n\n<!-- Generated from src/error.rs by `cargo run --features schema --example write_docs`. Do not edit. -->\n\n\
         Codes that begin with `E` are errors, those that begin with `W` are warnings beside a report. The page and the command use\n\
         the same ones; `fivewhys explain CODE` prints what stands here.\n",
    );
    for code in Code::all() {
        let words = code.words();
        text.push_str(&format!(
            "\n## {}\n\n{}\n\n{}\n\n**What to do:** {}\n",
            words.name, words.what, words.more, words.hint
        ));
    }
    text
}
