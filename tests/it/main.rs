//! All native tests in one binary.
mod ingest;

mod knowledge;
mod same;
mod tidy;
