//! `knowledge/<product>/<topic>.toml` → two postcard blobs in `OUT_DIR`: `signatures.bin` (what is matched and said,
//! compiled into the library) and `samples.bin` (examples and counterexamples, linked only where a program asks for them).
//!
//! Checks the files lightly, so that a slip stops the build with file, line, table and key; the tests check the rest.
#![allow(dead_code, unreachable_pub, missing_docs)]
#![allow(clippy::disallowed_methods, clippy::print_stdout)] // a build script reads files and talks to cargo by printing

#[path = "src/diagnose/knowledge/file.rs"]
mod file;
#[path = "src/diagnose/knowledge/model.rs"]
mod model;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("knowledge");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    for watched in
        ["knowledge", "build.rs", "src/diagnose/knowledge/file.rs", "src/diagnose/knowledge/model.rs"]
    {
        println!("cargo::rerun-if-changed={watched}");
    }
    let mut rules = BTreeMap::new();
    let mut faults = Vec::new();
    for path in files(&root)? {
        let shown = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        match file::parse(&fs::read_to_string(&path)?) {
            Err(found) => faults.extend(found.into_iter().map(|fault| {
                format!("knowledge/{shown}:{}: {}: {}: {}", fault.line, fault.table, fault.key, fault.text)
            })),
            Ok(found) => {
                for rule in found {
                    let id = rule.signature.id.clone();
                    if rules.insert(id.clone(), rule).is_some() {
                        faults.push(format!("knowledge/{shown}: {id}: id: used twice"));
                    }
                }
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults.join("\n").into());
    }
    let (signatures, samples): (Vec<_>, Vec<_>) =
        rules.into_values().map(|rule| (rule.signature, rule.samples)).unzip();
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        // The lengths of postcard's texts are noise to the model, the marks of JSON are not.
        let (order, memory) = model::PACKING;
        let mut encoder = ppmd_rust::Ppmd7Encoder::new(Vec::new(), order, memory)?;
        encoder.write_all(&serde_json::to_vec(&signatures)?)?;
        fs::write(out.join("signatures.ppmd"), encoder.finish(true)?)?;
    }
    fs::write(out.join("signatures.bin"), postcard::to_stdvec(&signatures)?)?;
    fs::write(out.join("samples.bin"), postcard::to_stdvec(&samples)?)?;
    Ok(())
}

/// The rule files: TOML files in folders of `knowledge/`, sorted. Files directly in `knowledge/` are something else.
fn files(root: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    let mut folders = Vec::new();
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
