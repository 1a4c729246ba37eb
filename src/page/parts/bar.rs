//! A share in, a bar as long as it out: beside its figure, so that nothing is told by the bar alone.

use leptos::prelude::*;
use leptos::svg;

/// The whole length.
pub const WHOLE: u64 = 1000;

/// A bar of `share` thousandths that begins after `from` of them.
pub fn share(from: u64, share: u64) -> AnyView {
    svg::svg()
        .class("share-bar")
        .attr("viewBox", "0 0 1000 10")
        .attr("preserveAspectRatio", "none")
        .attr("aria-hidden", "true")
        .child(svg::path().class("bars bars-info").attr("d", format!("M{from} 0h{share}v10h-{share}z")))
        .into_any()
}
