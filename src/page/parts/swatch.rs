//! Kinds of bars told apart without colour: the stripes that print and forced colours fill them with, and a square of each for a
//! legend.

use leptos::prelude::*;
use leptos::svg;

/// Kinds that are striped, with the height of a stripe and of the gap below it, in units of the timeline; what stands between
/// these kinds is solid.
const STRIPED: [(&str, u64, u64); 3] = [("none", 1, 4), ("warning", 3, 3), ("error", 8, 2)];

/// The stripes, by the ids that the style sheet names. They have to stand in the page once.
pub fn stripes() -> AnyView {
    let all: Vec<AnyView> = STRIPED
        .into_iter()
        .map(|(kind, stripe, gap)| {
            let high = (stripe + gap).to_string();
            svg::pattern()
                .id(format!("stripes-{kind}"))
                .attr("width", "1")
                .attr("height", high)
                .attr("patternUnits", "userSpaceOnUse")
                .child(
                    svg::rect()
                        .class(format!("stripe-{kind}"))
                        .attr("width", "1")
                        .attr("height", stripe.to_string()),
                )
                .into_any()
        })
        .collect();
    svg::defs().child(all).into_any()
}

/// A square of a kind of bars.
pub fn swatch(style: &'static str) -> AnyView {
    svg::svg()
        .class("swatch")
        .attr("viewBox", "0 0 12 12")
        .attr("aria-hidden", "true")
        .child(svg::rect().class(style).attr("width", "12").attr("height", "12"))
        .into_any()
}
