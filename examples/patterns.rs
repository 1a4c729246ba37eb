//! Messages on standard input, one a line → the template of each on standard output, in the same order.
//! With `--shapes` the shape of each, before clustering, with codes kept.

use std::io::{Read as _, Write as _};

fn main() -> std::io::Result<()> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut out = String::with_capacity(text.len());
    if std::env::args().nth(1).as_deref() == Some("--shapes") {
        for line in text.lines() {
            fivewhys::pattern::mask(line, &mut out);
            out.push('\n');
        }
        return std::io::stdout().lock().write_all(out.as_bytes());
    }
    let patterns = fivewhys::pattern::patterns(&mut text.lines());
    for template in patterns.lines() {
        out.push_str(template);
        out.push('\n');
    }
    std::io::stdout().lock().write_all(out.as_bytes())
}
