//! The reports that `tests/web.rs` compares with what wasm gives: snapshots of the host's.
//!
//! After a wanted change: `INSTA_UPDATE=always cargo test --test it same`.

#[path = "../same/mod.rs"]
mod pipeline;

use super::days::days;
use pipeline::{CASES, comparison, reports};

#[test]
fn reports_are_those_of_the_snapshots_wasm_reads() {
    for (name, bytes) in CASES {
        insta::assert_snapshot!(*name, reports(name, bytes, 64 * 1024));
    }
}

#[test]
fn the_comparison_is_that_of_the_snapshot_wasm_reads() {
    let logs = days();
    let logs = logs.each_ref().map(String::as_str);
    insta::assert_snapshot!("comparison", comparison(logs, 64 * 1024));
    assert_eq!(comparison(logs, 64 * 1024), comparison(logs, 7));
}

#[test]
fn chunking_does_not_show() {
    for (name, bytes) in CASES {
        let whole = reports(name, bytes, bytes.len());
        for chunk in [1, 7, 100] {
            assert_eq!(whole, reports(name, bytes, chunk), "{name} in chunks of {chunk}");
        }
    }
}
