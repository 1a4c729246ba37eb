//! Files being read: figures that move, and a way out. No spinner: the figures show that it lives.

use crate::page::format;
use crate::page::link;
use crate::page::parts::button::button;
use crate::page::state::{Figures, State};
use leptos::html::{dd, div, dl, dt, h1, p, progress};
use leptos::prelude::*;

/// The figures.
pub fn reading(state: State) -> AnyView {
    let row = move |name: &'static str, value: fn(&Figures) -> String| {
        div().child((dt().child(name), dd().child(move || state.figures.with(value)))).into_any()
    };
    div()
        .class("reading")
        .child((
            h1().child(move || state.figures.with(title)),
            p().class("note").child(move || state.figures.with(|figures| figures.names.join(", "))),
            progress()
                .class("bar")
                .aria_label("Read")
                .max("1000")
                .prop("value", move || state.figures.with(per_mille)),
            dl().class("figures").child((
                row("Read", |f| format!("{} of {}", format::bytes(f.bytes), format::bytes(f.total))),
                row("Entries", |f| format::count(f.entries)),
                row("Speed", speed),
                row("Time left", left),
            )),
            button("button", "Cancel", link::cancel),
        ))
        .into_any()
}

fn title(figures: &Figures) -> String {
    if figures.diagnosing { "Writing the report".into() } else { "Reading".into() }
}

/// Share read, in per mille, as a progress element takes it.
pub fn per_mille(figures: &Figures) -> f64 {
    if figures.total == 0 {
        return 0.0;
    }
    // Shares are for the eye; rounding is fine.
    #[allow(clippy::cast_precision_loss)]
    let share = figures.bytes as f64 / figures.total as f64;
    (share * 1000.0).min(1000.0)
}

/// `212 MB/s`.
pub fn speed(figures: &Figures) -> String {
    if figures.millis < 200.0 {
        return "–".into();
    }
    #[allow(clippy::cast_precision_loss)]
    let rate = figures.bytes as f64 / 1000.0 / figures.millis;
    if rate < 10.0 { format!("{rate:.1} MB/s") } else { format!("{rate:.0} MB/s") }
}

/// `4 s`.
pub fn left(figures: &Figures) -> String {
    if figures.bytes == 0 || figures.millis < 200.0 {
        return "–".into();
    }
    #[allow(clippy::cast_precision_loss)]
    let seconds =
        figures.total.saturating_sub(figures.bytes) as f64 / figures.bytes as f64 * figures.millis / 1000.0;
    if seconds < 1.0 { "less than 1 s".into() } else { format!("{seconds:.0} s") }
}
