//! All native tests in one binary.

mod same;
mod tidy;
