//! All native tests in one binary.
mod ingest;

mod knowledge;
mod knowledge_coverage;
mod knowledge_docs;
mod same;
mod tidy;
