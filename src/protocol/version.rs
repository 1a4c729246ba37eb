//! Two build ids in, whether the two sides may talk out. A build id is the content hash of everything that was sealed.

use crate::error::{Code, Problem};

/// `Ok` if page and worker were sealed together. Error: `E-VERSION`.
pub fn same_build(mine: &str, theirs: &str) -> Result<(), Problem> {
    if mine == theirs && !mine.is_empty() {
        return Ok(());
    }
    Err(Problem::new(
        Code::EVersion,
        format!("Page and worker differ (\"{theirs}\" and \"{mine}\"). Load the page again."),
    ))
}

#[cfg(test)]
#[path = "version_tests.rs"]
mod tests;
