//! One message → its shape.

/// Masks digits; stands in until the real mask arrives.
pub fn mask_lines(text: &str, is_fragment: fn(&str) -> bool, out: &mut String) {
    for line in text.lines() {
        if is_fragment(line) {
            out.push_str(line);
        } else {
            let mut in_number = false;
            for c in line.chars() {
                if c.is_ascii_digit() {
                    if !in_number {
                        out.push_str("<*>");
                    }
                    in_number = true;
                } else {
                    in_number = false;
                    out.push(c);
                }
            }
        }
        out.push('\n');
    }
}
