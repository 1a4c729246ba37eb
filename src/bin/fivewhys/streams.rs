//! `traces` and `patterns`: a stream of text → what the library makes of it, for benchmarks and pipes.

use crate::args::{PatternsArgs, TracesArgs};
use crate::output::{self, Exit, Failure};
use fivewhys::error::{Code, Problem};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Groups the entries of split traces, or parses one trace.
pub(crate) fn traces(args: &TracesArgs) -> Result<Exit, Failure> {
    let text = all(&args.inputs)?;
    let out = if args.mode.group {
        fivewhys::trace::bench_group(&text)
    } else {
        fivewhys::trace::bench_parse(&text)
    };
    output::print_log(&ended(out))?;
    Ok(Exit::Made)
}

/// The template of each message, or each template once with its number.
pub(crate) fn patterns(args: &PatternsArgs) -> Result<Exit, Failure> {
    let text = all(&args.inputs)?;
    let patterns = fivewhys::pattern::patterns(&mut text.lines());
    let mut out = String::with_capacity(text.len());
    if args.count {
        let mut counts = vec![0u64; patterns.templates.len()];
        for template in &patterns.of_line {
            if let Some(n) = counts.get_mut(*template as usize) {
                *n += 1;
            }
        }
        let mut rows: Vec<(u64, &String)> = counts.into_iter().zip(&patterns.templates).collect();
        rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        rows.iter().for_each(|(n, template)| out.push_str(&format!("{n:>8}  {template}\n")));
    } else {
        for template in patterns.lines() {
            out.push_str(template);
            out.push('\n');
        }
    }
    output::print_log(&out)?;
    Ok(Exit::Made)
}

fn ended(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The text of all inputs; none means standard input.
fn all(inputs: &[PathBuf]) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let stdin = |bytes: &mut Vec<u8>| std::io::stdin().lock().read_to_end(bytes);
    if inputs.is_empty() {
        stdin(&mut bytes).map_err(|error| output::io(Path::new("standard input"), &error))?;
    }
    for path in inputs {
        let read = if path.as_os_str() == "-" {
            stdin(&mut bytes)
        } else {
            std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
        };
        read.map_err(|error| output::io(path, &error))?;
    }
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// The text of one file.
pub(crate) fn text(path: &Path) -> Result<String, Problem> {
    let bytes = std::fs::read(path).map_err(|error| output::io(path, &error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    String::from_utf8(bytes).map_err(|_| Problem::of_file(Code::EEncoding, &name, "Rules are UTF-8."))
}
