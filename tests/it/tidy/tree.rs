//! The working tree as tests see it: paths and texts of every file that is kept in the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that builds and tools leave, and git's own.
const LEFT_OUT: &[&str] =
    &["target", "node_modules", ".git", ".tools", "dist", "test-results", "__pycache__"];

/// The folder of Cargo.toml.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// One file: its path from the root with `/`, and its text (empty if it is no UTF-8).
pub(super) struct SourceFile {
    pub(super) path: String,
    pub(super) text: String,
}

impl SourceFile {
    /// Whether the path ends in one of these.
    pub(super) fn is(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    /// Test code inside `src/`: `foo/tests.rs`, `foo_tests.rs`, and helpers of tests in `testing.rs`.
    pub(super) fn is_test_of_a_module(&self) -> bool {
        self.path.starts_with("src/")
            && (self.path.contains("/tests/") || self.is(&["/tests.rs", "_tests.rs", "/testing.rs"]))
    }

    /// Lines with their numbers, counted from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Every file under `folder` (from the root; `""` for all), sorted by path.
pub(super) fn files(folder: &str) -> Vec<SourceFile> {
    let mut paths = Vec::new();
    walk(&root().join(folder), &mut paths);
    paths.sort();
    paths
        .iter()
        .map(|path| SourceFile {
            path: path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/"),
            text: String::from_utf8(fs::read(path).unwrap()).unwrap_or_default(),
        })
        .collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let left_out = LEFT_OUT.contains(&name.as_str()) || name.starts_with("target-");
        if left_out || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            walk(&path, paths);
        } else {
            paths.push(path);
        }
    }
}
