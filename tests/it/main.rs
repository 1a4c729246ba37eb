//! All native tests in one binary.

mod knowledge;
mod knowledge_coverage;
mod knowledge_docs;
