//! The page: draws what the core decided.
