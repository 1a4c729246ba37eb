//! All native tests in one binary.

mod dialects;
mod ingest;
mod ingest_archives;
mod ingest_chunks;
mod knowledge;
mod same;
mod tidy;
