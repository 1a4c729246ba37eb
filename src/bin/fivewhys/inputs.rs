//! Arguments → files: directories are walked, patterns matched, each file taken once, in sorted order.

use crate::output::{Failure, io};
use fivewhys::error::{Code, Problem};
use fivewhys::limits::{FOLDER_DEPTH, deeper_folders};
use std::path::{Path, PathBuf};

/// Where bytes come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Input {
    /// A file.
    File(PathBuf),
    /// A file that is to be known by another name.
    Named(PathBuf, String),
    /// Standard input.
    Stdin,
}

impl Input {
    /// The base name that reports show; the rest of a path is nobody's business.
    pub(crate) fn name(&self) -> String {
        match self {
            Input::File(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            Input::Named(_, name) => name.clone(),
            Input::Stdin => "standard input".into(),
        }
    }

    /// Where it stands, if that is a file.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Input::File(path) | Input::Named(path, _) => Some(path),
            Input::Stdin => None,
        }
    }
}

/// The files that arguments name, and what could not be found.
pub(crate) fn expand(arguments: &[String]) -> (Vec<Input>, Vec<Problem>) {
    let (mut inputs, mut problems) = (Vec::new(), Vec::new());
    for argument in arguments {
        let path = Path::new(argument);
        if argument == "-" {
            inputs.push(Input::Stdin);
        } else if path.is_dir() {
            walk(path, 0, &mut inputs, &mut problems);
        } else if path.exists() || !argument.contains(['*', '?']) {
            inputs.push(Input::File(path.to_path_buf()));
        } else {
            let before = inputs.len();
            glob(argument, &mut inputs, &mut problems);
            if inputs.len() == before {
                problems.push(Problem::new(Code::EIo, format!("No file matches {argument}.")));
            }
        }
    }
    inputs.sort();
    inputs.dedup();
    (inputs, problems)
}

/// Refuses to write over a log that is named to be read.
pub(crate) fn spare<'a>(
    out: Option<&Path>,
    arguments: impl IntoIterator<Item = &'a String>,
) -> Result<(), Failure> {
    let Some(target) = out.filter(|path| path.as_os_str() != "-").and_then(|path| path.canonicalize().ok())
    else {
        return Ok(());
    };
    let is_target = |argument: &&String| Path::new(argument).canonicalize().is_ok_and(|path| path == target);
    match arguments.into_iter().find(is_target) {
        None => Ok(()),
        Some(argument) => {
            let what =
                format!("{argument} is to be read and to be written over. Name another file for the output.");
            Err(Problem::new(Code::EQuery, what).into())
        }
    }
}

/// The files below a folder; hidden ones are left out.
fn walk(folder: &Path, depth: usize, inputs: &mut Vec<Input>, problems: &mut Vec<Problem>) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return problems.push(io(folder, &error)),
    };
    let mut n_deeper = 0;
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        if path.is_dir() && depth >= FOLDER_DEPTH {
            n_deeper += 1;
        } else if path.is_dir() {
            walk(&path, depth + 1, inputs, problems);
        } else if path.is_file() {
            inputs.push(Input::File(path));
        }
    }
    if n_deeper > 0 {
        let folder = folder.to_string_lossy();
        problems.push(Problem::of_file(Code::WLimit, &folder, deeper_folders(n_deeper)));
    }
}

/// The files that a pattern with `*`, `?` and `**` matches; for shells that hand patterns on, and quoted patterns.
fn glob(pattern: &str, inputs: &mut Vec<Input>, problems: &mut Vec<Problem>) {
    let parts: Vec<&str> = pattern.split('/').collect();
    let fixed = parts.iter().take_while(|part| !part.contains(['*', '?'])).count();
    let (root, rest) = parts.split_at(fixed);
    let root = match root {
        [] => PathBuf::from("."),
        [""] => PathBuf::from("/"),
        parts => PathBuf::from(parts.join("/")),
    };
    let mut below = Vec::new();
    walk(&root, 0, &mut below, problems);
    inputs.extend(below.into_iter().filter(|input| match input {
        Input::File(path) => {
            let relative = path.strip_prefix(&root).unwrap_or(path).to_string_lossy().into_owned();
            let names: Vec<&str> = relative.split('/').collect();
            matches_path(rest, &names)
        }
        Input::Named(..) | Input::Stdin => false,
    }));
}

fn matches_path(pattern: &[&str], names: &[&str]) -> bool {
    match (pattern.split_first(), names.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), Some((_, below))) => matches_path(rest, names) || matches_path(pattern, below),
        (Some((&"**", rest)), None) => matches_path(rest, names),
        (Some((part, rest)), Some((name, below))) => {
            matches_name(part.as_bytes(), name.as_bytes()) && matches_path(rest, below)
        }
        _ => false,
    }
}

/// Whether one name matches one part of a pattern, in time linear in the product of their lengths.
fn matches_name(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(b'?') => (p, n) = (p + 1, n + 1),
            Some(c) if Some(c) == name.get(n) => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, n) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|c| *c == b'*'))
}
