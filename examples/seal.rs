//! Makes the one-file page: takes Trunk's output and `style/`, gives `dist/fivewhys.html`, the same bytes for the same input.
//!
//! Everything stands in that file: style, script, and both programs packed as text that nothing executes. The policy
//! comes first in the head and names each script and the style by hash. Run as
//! `cargo run --example seal -- dist/parts dist/fivewhys.html`; `scripts/page.sh` does.
#![allow(clippy::disallowed_methods, reason = "it reads what Trunk built")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lzma_rust2::{LzmaOptions, LzmaWriter};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::io::Write;
use std::path::Path;

#[path = "seal/filter.rs"]
mod filter;
#[path = "seal/names.rs"]
mod names;
#[path = "seal/numbers.rs"]
mod numbers;
#[path = "seal/order.rs"]
mod order;
#[path = "seal/short.rs"]
mod short;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const SHELL: &str = include_str!("seal/shell.html");
const CHECK: &str = include_str!("seal/check.js");
const BOOT: &str = include_str!("seal/boot.js");
const LZMA: &str = include_str!("seal/lzma.js");
const FILTER: &str = include_str!("seal/filter.js");
const WORKER: &str = include_str!("seal/worker.js");

/// Identifiers that reach the network, move the page or write markup. None may stand in the sealed scripts.
const FORBIDDEN: &[&str] = &[
    "fetch(",
    "XMLHttpRequest",
    "WebSocket",
    "EventSource",
    "sendBeacon",
    "WebTransport",
    "importScripts(",
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
    "location.",
    ".submit(",
    "window.open",
    "serviceWorker.",
];

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// A script as lines that another one has too, `=FROM TO` for a run of them, and lines of its own behind a blank: nearly all of
/// wasm-bindgen's glue is the same for both programs. `lent` of `seal/boot.js` reads it.
fn borrow(lender: &str, script: &str) -> String {
    let lent: Vec<&str> = lender.split('\n').collect();
    let lines: Vec<&str> = script.split('\n').collect();
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(line) = lines.get(at) {
        let run = |from: usize| {
            let pairs = lent.iter().skip(from).zip(lines.iter().skip(at));
            pairs.take_while(|(a, b)| a == b).count()
        };
        let found =
            (0..lent.len()).filter(|from| lent.get(*from) == Some(line)).map(|from| (run(from), from));
        match found.max_by_key(|(n, from)| (*n, std::cmp::Reverse(*from))) {
            Some((n, from)) if n > 1 || line.len() > 8 => {
                out.push(format!("={from} {}", from + n));
                at += n;
            }
            _ => {
                out.push(format!(" {line}"));
                at += 1;
            }
        }
    }
    out.join("\n")
}

/// Bytes as text: the characters from `!` to `~` but `&` and `<`, of which the first 36 stand for six bits and the other 56 for seven.
/// That is the code that gzip finds for such a text, and it finds few repetitions in it, so that what a server sends is half a per
/// cent larger than the bytes; with base64 it is a whole one. `dense` of `seal/boot.js` reads it.
fn dense(bytes: &[u8]) -> String {
    let symbols: Vec<char> = ('!'..='~').filter(|c| !matches!(c, '&' | '<')).collect();
    let byte = |at: usize| bytes.get(at).map_or(0, |byte| usize::from(*byte));
    let (mut text, mut at) = (String::with_capacity(bytes.len() * 5 / 4), 0);
    while at < bytes.len() * 8 {
        let seven = (byte(at / 8) << 8 | byte(at / 8 + 1)) >> (9 - at % 8) & 127;
        let six = seven >> 1;
        let (symbol, bits) = if six < 36 { (six, 6) } else { (seven - 36, 7) };
        text.extend(symbols.get(symbol));
        at += bits;
    }
    text
}

/// LZMA with its header (the `.lzma` form), a quarter smaller than gzip. The page unpacks it (`seal/lzma.js`).
fn pack_tight(bytes: &[u8], (lc, lp, pb): (u32, u32, u32)) -> Result<Vec<u8>> {
    let options = LzmaOptions {
        dict_size: 1 << 23,
        lc,
        lp,
        pb,
        nice_len: LzmaOptions::NICE_LEN_MAX,
        depth_limit: 2_000,
        ..LzmaOptions::with_preset(9)
    };
    let mut packer = LzmaWriter::new_use_header(Vec::new(), &options, Some(bytes.len() as u64))?;
    packer.write_all(bytes)?;
    Ok(packer.finish()?)
}

/// Both programs as text, and what the page must know to take them apart: their sizes, then for each part how long it is packed and
/// how much of it is the page's. Like streams of both are packed as one, since they share much.
fn pack_programs(page: &[u8], worker: &[u8]) -> Result<(String, String)> {
    let (mut packed, mut cuts) = (Vec::new(), vec![page.len(), worker.len()]);
    let (page, worker) = (filter::split(page)?.parts(), filter::split(worker)?.parts());
    for ((page, worker), model) in page.iter().zip(&worker).zip(filter::MODELS) {
        let part = pack_tight(&[page.as_slice(), worker.as_slice()].concat(), model)?;
        cuts.extend([part.len(), page.len()]);
        packed.extend(part);
    }
    Ok((dense(&packed), cuts.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")))
}

/// The import through which the view library could write markup, and what stands in its place: a function that refuses.
const MARKUP: [&str; 2] = ["__wbg_set_innerHTML_", "__wbg_refuse_markup_"];

/// A program whose import of markup is renamed to that of a refusal (names of the same length leave everything in its place), with its
/// functions in the order that packs small.
fn program(path: &Path, names: &names::Names) -> Result<Vec<u8>> {
    let mut bytes = std::fs::read(path)?;
    let [name, refusal] = MARKUP.map(str::as_bytes);
    while let Some(at) = bytes.windows(name.len()).position(|window| window == name) {
        bytes.splice(at..at + name.len(), refusal.iter().copied());
    }
    order::order(&names.put(&bytes))
}

/// wasm-bindgen's glue without the branch that loads a module from an address (ours comes compiled), and without markup.
fn glue(path: &Path) -> Result<String> {
    let text = read(path)?.replace(MARKUP[0], MARKUP[1]);
    let mut out = String::new();
    for line in text.lines() {
        if line.contains("fetch(module_or_path)") {
            out.push_str("throw new TypeError('no address to load from');\n");
        } else if line.contains(".innerHTML = ") {
            out.push_str("throw new TypeError('no markup from text');\n");
        } else if !line.contains("document.currentScript.src") {
            out.push_str(line);
            out.push('\n');
        }
    }
    Ok(out)
}

/// `style/main.css` with each `@import "x.css" layer(y);` replaced by that file inside the layer; comments taken out.
fn style(dir: &Path) -> Result<String> {
    let mut out = String::new();
    for line in read(&dir.join("main.css"))?.lines() {
        match line.strip_prefix("@import \"").and_then(|rest| rest.split_once("\" layer(")) {
            Some((file, layer)) => {
                let layer = layer.trim_end_matches(");");
                out.push_str(&format!("@layer {layer} {{\n{}}}\n", read(&dir.join(file))?));
            }
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    let mut plain = String::new();
    let mut rest = out.as_str();
    while let Some((before, after)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    Ok(plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
}

/// A script of its own scope: the glue, then what starts it; without comments, indentation and empty lines, which run nowhere.
fn whole(glue: &str, start: &str, build: &str) -> Result<String> {
    let script = format!("(() => {{\n\"use strict\";\n{glue}\n{}}})();", start.replace("@BUILD@", build));
    let (mut lines, mut in_comment) = (Vec::new(), false);
    for line in script.lines().map(str::trim) {
        // A text over several lines would lose its blanks.
        if line.matches('`').count() % 2 != 0 {
            return Err(format!("a text over several lines: {line}").into());
        }
        in_comment |= line.starts_with("/*");
        if !in_comment && !line.is_empty() && !line.starts_with("//") {
            lines.push(line);
        }
        in_comment &= !line.ends_with("*/");
    }
    Ok(lines.join("\n"))
}

/// The identifiers of [`FORBIDDEN`] that a script holds.
fn offences(name: &str, script: &str) -> Vec<String> {
    let code: String =
        script.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    FORBIDDEN.iter().filter(|word| code.contains(**word)).map(|word| format!("{name}: {word}")).collect()
}

/// Names a page by everything that goes into it.
fn build_id(parts: &[&[u8]]) -> String {
    let mut all = Sha256::new();
    for part in parts {
        all.update((part.len() as u64).to_le_bytes());
        all.update(part);
    }
    all.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Fails where a script holds what it must not.
fn refuse(main_script: &str, worker_script: &str) -> Result<()> {
    let mut offences: Vec<String> = [("page", main_script), ("worker", worker_script)]
        .into_iter()
        .flat_map(|(name, script)| offences(name, script))
        .collect();
    for (name, script) in [("page", main_script), ("worker", worker_script)] {
        let ends = ["</script", "<!--"].iter().filter(|word| script.contains(**word));
        offences.extend(ends.map(|word| format!("{name}: {word}")));
    }
    if !offences.is_empty() {
        return Err(format!("the sealed scripts hold what they must not: {}", offences.join(", ")).into());
    }
    Ok(())
}

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let parts = args.next().unwrap_or_else(|| "dist/parts".into());
    let target = args.next().unwrap_or_else(|| "dist/fivewhys.html".into());
    let parts = Path::new(&parts);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));

    let (page_js, worker_js) = (glue(&parts.join("page.js"))?, glue(&parts.join("worker.js"))?);
    let names = names::Names::of(&[&page_js, &worker_js]);
    let put = |script: &str| String::from_utf8(names.put(script.as_bytes()));
    let (page_js, worker_js) = (put(&page_js)?, put(&worker_js)?);
    let (page_wasm, worker_wasm) =
        (program(&parts.join("page_bg.wasm"), &names)?, program(&parts.join("worker_bg.wasm"), &names)?);
    for (script, program) in [(&page_js, &page_wasm), (&worker_js, &worker_wasm)] {
        let missing = names::Names::missing(script, program);
        if !missing.is_empty() {
            return Err(format!(
                "the program asks for what its script does not have: {}",
                missing.join(", ")
            )
            .into());
        }
    }
    // What the page's own unpacker has to give back, for the test that runs it.
    std::fs::write(parts.join("page_sealed.wasm"), &page_wasm)?;
    std::fs::write(parts.join("worker_sealed.wasm"), &worker_wasm)?;
    let style = style(&root.join("style"))?;

    let build = build_id(&[
        page_js.as_bytes(),
        worker_js.as_bytes(),
        &page_wasm,
        &worker_wasm,
        style.as_bytes(),
        SHELL.as_bytes(),
        BOOT.as_bytes(),
        LZMA.as_bytes(),
        FILTER.as_bytes(),
        WORKER.as_bytes(),
    ]);

    let main_script = whole(&page_js, &BOOT.replace("@LZMA@", LZMA).replace("@FILTER@", FILTER), &build)?;
    let worker_script = whole(&worker_js, WORKER, &build)?;
    refuse(&main_script, &worker_script)?;

    let policy = format!(
        "default-src 'none'; script-src {} {} 'wasm-unsafe-eval'; style-src {}; worker-src blob:; connect-src 'none'; img-src data: blob:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types fivewhys",
        hash(CHECK),
        hash(&main_script),
        hash(&style)
    );
    let (programs, cuts) = pack_programs(&page_wasm, &worker_wasm)?;
    let page = SHELL
        .replace("@POLICY@", &policy)
        .replace("@STYLE@", &style)
        .replace("@CHECK@", CHECK)
        .replace("@CUTS@", &cuts)
        .replace("@WORKER_JS@", &borrow(&main_script, &worker_script))
        .replace("@PROGRAMS@", &programs)
        .replace("@MAIN@", &main_script);
    if let Some(dir) = Path::new(&target).parent() {
        std::fs::create_dir_all(dir)?;
    }
    std::fs::write(&target, &page)?;

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(page.as_bytes())?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{target}  build {build}")?;
    for (name, bytes) in [
        ("page wasm", page_wasm.len()),
        ("worker wasm", worker_wasm.len()),
        ("style", style.len()),
        ("file", page.len()),
        ("file, gzipped", gzip.finish()?.len()),
    ] {
        writeln!(out, "{bytes:>10}  {name}")?;
    }
    Ok(())
}
