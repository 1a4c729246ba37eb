//! `traces --group|--parse`: reads standard input, prints what `fivewhys traces` prints. For scoring.

use std::io::{Read, Write};

fn main() -> std::io::Result<()> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let out = match std::env::args().nth(1).as_deref() {
        Some("--group") => fivewhys::trace::bench_group(&input),
        _ => fivewhys::trace::bench_parse(&input),
    };
    std::io::stdout().write_all(out.as_bytes())
}
