//! In a browser: the library in wasm gives the bytes that it gives on the host (`tests/it/same.rs`).
#![cfg(target_arch = "wasm32")]

#[path = "it/days.rs"]
mod days;
#[path = "same/mod.rs"]
mod pipeline;

use fivewhys::error::Code;
use fivewhys::protocol::{FromWorker, wire};
use pipeline::{CASES, comparison, reports};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const SNAPSHOTS: &[(&str, &str)] = &[
    ("crash_loop", include_str!("it/snapshots/it__same__crash_loop.snap")),
    ("crash_loop_array", include_str!("it/snapshots/it__same__crash_loop_array.snap")),
    ("pino_cut", include_str!("it/snapshots/it__same__pino_cut.snap")),
];

const COMPARISON: &str = include_str!("it/snapshots/it__same__comparison.snap");

/// The text of a snapshot file without its head.
fn body(snapshot: &str) -> &str {
    snapshot.splitn(3, "---\n").nth(2).unwrap_or_default().trim_end()
}

#[wasm_bindgen_test]
fn reports_in_wasm_are_those_of_the_host() {
    for ((name, bytes), (of, snapshot)) in CASES.iter().zip(SNAPSHOTS) {
        assert_eq!(name, of);
        assert_eq!(reports(name, bytes, 64 * 1024).trim_end(), body(snapshot), "{name}");
    }
}

#[wasm_bindgen_test]
fn chunks_of_one_byte_change_nothing() {
    for ((name, bytes), (_, snapshot)) in CASES.iter().zip(SNAPSHOTS) {
        assert_eq!(reports(name, bytes, 1).trim_end(), body(snapshot), "{name}");
    }
}

#[wasm_bindgen_test]
fn the_comparison_in_wasm_is_that_of_the_host() {
    let logs = days::days();
    let logs = logs.each_ref().map(String::as_str);
    assert_eq!(comparison(logs, 64 * 1024).trim_end(), body(COMPARISON));
}

#[wasm_bindgen_test]
fn a_message_that_is_none_is_a_fault_of_ours_that_quotes_nothing() {
    let line = wasm_bindgen::JsValue::from_str("order 7 lost by \"ann\"");
    for value in [line.clone(), js_sys::Array::of1(&line).into()] {
        let envelope = js_sys::Object::new();
        wire::beside(&envelope, wire::MESSAGE, &value);
        let problem = wire::read::<FromWorker>(&envelope).expect_err("no message of ours");
        assert_eq!(problem.code, Code::EBug);
        assert!(!problem.detail.contains("ann"), "{problem}");
    }
}
