//! x
use std::collections::HashMap;
/// p
pub fn patterns(lines: &mut dyn Iterator<Item = &str>) -> Vec<String> {
    lines
        .map(|l| {
            let mut o = String::new();
            super::mask_codes(l, &mut o);
            o
        })
        .collect()
}
