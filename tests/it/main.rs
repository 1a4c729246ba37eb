//! All native tests in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests may stop, read files and print; the helpers of tests are not seen as tests by clippy.toml"
)]

mod anew;
mod away;
mod behind;
mod blocks;
mod calm;
mod causes;
mod cli;
mod cli_compare;
mod compare;
mod compare_parts;
mod compared;
mod days;
mod dialects;
mod digests;
mod ended;
mod entries;
mod exam;
mod figures;
mod foreseen;
mod generated;
mod golden;
mod heads;
mod incidents;
mod ingest;
mod ingest_archives;
mod ingest_chunks;
mod joined;
mod judged;
mod knowledge;
mod knowledge_coverage;
mod knowledge_docs;
mod logs;
mod observed;
mod otherwise;
mod over_and_under;
mod packed_sample;
mod parted;
mod patterns;
mod places;
mod properties;
mod query;
mod quiet;
mod ranks;
mod remarks;
mod render;
mod reopen;
mod same;
mod sample;
mod schema;
mod search;
mod sha256;
mod signals;
mod signals_order;
mod slower;
mod tidy;
mod tied;
mod told;
mod traces;
mod urgency;
mod vanished;
mod verdicts;
mod work;
