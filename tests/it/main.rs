//! All native tests in one binary.
mod ingest;

mod same;
mod tidy;
mod knowledge;
