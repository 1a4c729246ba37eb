//! All native tests in one binary.

mod dialects;
mod ingest;
mod knowledge;
mod same;
mod tidy;
