//! The generated pages are current.

/// The schemas in `docs/` say what the types say (only with the feature `schema`, as `make docs` writes them). Set
/// `FIVEWHYS_BLESS` to write them instead of comparing them.
#[cfg(feature = "schema")]
#[test]
fn the_schemas_are_current() {
    let report = schemars::schema_for!(fivewhys::report::model::Report);
    let comparison = schemars::schema_for!(fivewhys::report::model::Comparison);
    for (name, schema) in [("report", report), ("comparison", comparison)] {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = format!("{}/docs/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("FIVEWHYS_BLESS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(written == text, "docs/{name}.schema.json is not current: run `make docs`");
    }
}

/// Every field of a report that uses all of the model stands in the schema.
#[test]
fn the_schema_names_every_field() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/report.schema.json");
    let schema: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let report = serde_json::to_value(crate::sample::incident()).unwrap();
    for key in report.as_object().unwrap().keys() {
        assert!(schema["properties"].get(key).is_some(), "{key}");
    }
}

/// `docs/error-codes.md` has every code with its words.
#[test]
fn the_error_codes_are_current() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/error-codes.md")).unwrap();
    for code in fivewhys::error::Code::all() {
        let words = code.words();
        for part in [words.name, words.what, words.more, words.hint] {
            assert!(text.contains(part), "{code}: run `make docs`");
        }
    }
}
