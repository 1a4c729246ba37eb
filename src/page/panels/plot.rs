//! The timeline's drawing as something to take hold of: a span is chosen with mouse, finger or keys, and zoomed into; what is
//! zoomed into moves along.
//!
//! What is chosen is the span of the active filter, so a chip shows it and one key takes it off.

use super::scale::Scale;
use super::timeline::{HEIGHT, KINDS, LANES, drawing};
use crate::entry::{Nanos, time};
use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::button::button;
use crate::page::parts::swatch::stripes;
use crate::page::state::State;
use crate::page::zone::Zone;
use crate::page::{link, view};
use crate::report::model::Timeline;
use crate::report::render::Redacted;
use leptos::ev;
use leptos::html::{div, span};
use leptos::prelude::*;
use leptos::svg;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, MouseEvent, PointerEvent};

/// What the plot's handlers share.
#[derive(Clone, Copy)]
pub(super) struct Plot {
    pub(super) state: State,
    /// The whole range.
    pub(super) whole: Scale,
    /// Where a choice began and where it is, in buckets.
    pub(super) held: RwSignal<(usize, usize)>,
    /// A pointer is down.
    is_held: RwSignal<bool>,
    /// The bucket under the pointer.
    under: RwSignal<Option<usize>>,
    /// What was shown before each step of zooming in.
    pub(super) past: RwSignal<Vec<Scale>>,
    /// Where the axis was taken hold of: place of the pointer and beginning of the first bucket.
    pub(super) grip: RwSignal<Option<(i32, Scale)>>,
    /// How far the wheel was turned since the last step.
    pub(super) turned: RwSignal<f64>,
}

/// The plot with its axis.
pub fn plot(state: State, report: &Arc<Redacted>, line: &Timeline) -> AnyView {
    let whole = Scale { from: line.from.0, bucket: line.bucket_nanos, n: line.buckets.len() };
    let plot = Plot {
        state,
        whole,
        held: RwSignal::new((0, 0)),
        is_held: RwSignal::new(false),
        under: RwSignal::new(None),
        past: RwSignal::new(Vec::new()),
        grip: RwSignal::new(None),
        turned: RwSignal::new(0.0),
    };
    let shown = {
        let report = Arc::clone(report);
        Memo::new(move |_| report.report.timeline.as_ref().map(|line| plot.line(line)).unwrap_or_default())
    };
    let words = Memo::new(move |_| {
        let held = plot.is_held.get().then(|| plot.held.get());
        let span = held.or_else(|| plot.under.get().map(|at| (at, at))).or_else(|| plot.chosen());
        span.map(|span| shown.with(|line| describe(line, plot.scale(), state.zone.get(), span)))
    });
    Effect::new(move |before: Option<()>| {
        state.zoom.track();
        if before.is_some() {
            link::count();
        }
    });
    (surface(plot, shown), axis(plot, words)).into_any()
}

fn surface(plot: Plot, shown: Memo<Timeline>) -> AnyView {
    let last = move || plot.scale().n.saturating_sub(1);
    let chart = svg::svg()
        .class("timeline-chart")
        .attr("viewBox", move || format!("0 0 {} {}", plot.scale().n, HEIGHT + LANES))
        .attr("preserveAspectRatio", "none")
        .attr("aria-hidden", "true")
        .child((stripes(), move || plot.band(), move || shown.with(drawing)));
    div()
        .id(Id::Plot.name())
        .class("timeline-plot")
        .role("slider")
        .tabindex("0")
        .aria_label("Span of the timeline")
        .aria_valuemin("0")
        .aria_valuemax(move || last().to_string())
        .aria_valuenow(move || plot.held.get().1.min(last()).to_string())
        .aria_valuetext(move || {
            let chosen = plot.words(shown);
            chosen.unwrap_or_else(|| "whole range".into())
        })
        .on(ev::pointerdown, move |event| plot.down(&event))
        .on(ev::pointermove, move |event| plot.moved(&event))
        .on(ev::pointerup, move |event| plot.up(&event))
        .on(ev::pointercancel, move |_| plot.is_held.set(false))
        .on(ev::pointerleave, move |_| plot.under.set(None))
        .on(ev::dblclick, move |_| plot.zoom_in())
        .on(ev::wheel, move |event| plot.turn(&event))
        .on(ev::keydown, move |event| plot.pressed(&event))
        .child(chart)
        .into_any()
}

fn axis(plot: Plot, words: Memo<Option<String>>) -> AnyView {
    let state = plot.state;
    let end = move |at: fn(Scale) -> usize| {
        let scale = plot.scale();
        let [first, last, date_time] = [0, scale.n, at(scale)].map(|at| plot.clock(scale, at));
        // The day stands in the middle where there is one.
        if first.get(..10) == last.get(..10) {
            date_time.get(11..).map(str::to_owned)
        } else {
            Some(date_time)
        }
    };
    let note = move || {
        let scale = plot.scale();
        let [first, last] = [0, scale.n].map(|at| plot.clock(scale, at));
        let day = first.get(..10).filter(|day| last.get(..10) == Some(day)).map(|day| format!("{day}, "));
        let zone = state.zone.get().name();
        format!("{}one bar is {}, {zone}", day.unwrap_or_default(), time::duration_words(scale.bucket))
    };
    let tool = move |words: &'static str, run: fn(Plot)| button("quiet", words, move || run(plot));
    let is_zoomed = Memo::new(move |_| state.zoom.with(Option::is_some));
    let tools = move || {
        let n = plot.scale().n;
        (
            plot.chosen().filter(|(a, b)| b - a + 1 < n).map(|_| tool("Zoom in", Plot::zoom_in)),
            is_zoomed.get().then(|| {
                (
                    tool("Earlier", |plot| plot.page(-1)),
                    tool("Later", |plot| plot.page(1)),
                    tool("Whole range", Plot::whole_range),
                )
            }),
        )
    };
    div()
        .class(move || if is_zoomed.get() { "timeline-axis timeline-axis-zoomed" } else { "timeline-axis" })
        .on(ev::pointerdown, move |event| plot.grip(&event))
        .on(ev::pointermove, move |event| plot.drag(&event))
        .on(ev::pointerup, move |_| plot.grip.set(None))
        .on(ev::pointercancel, move |_| plot.grip.set(None))
        .child((
            span().child(move || end(|_| 0)),
            span().class("timeline-words").child((move || words.get().unwrap_or_else(note), tools)),
            span().child(move || end(|scale| scale.n)),
        ))
        .into_any()
}

/// `04:36:00 to 04:38:00: 60 entries, 8 error`.
pub fn describe(line: &Timeline, scale: Scale, zone: Zone, (a, b): (usize, usize)) -> String {
    let (first, last) = (a.min(b), a.max(b));
    let sum = |kind: usize| -> u64 {
        let buckets = line.buckets.iter().take(last + 1).skip(first);
        buckets.filter_map(|bucket| bucket.get(kind)).sum()
    };
    let all: u64 = (0..KINDS.len()).map(sum).sum();
    let fine = scale.bucket < crate::entry::time::SECOND;
    let clock = |at: Nanos| if fine { at.clock_millis() } else { at.clock() };
    let mut words = format!(
        "{} to {}: {}",
        clock(zone.at(scale.start(first))),
        clock(zone.at(scale.start(last + 1))),
        format::counted(all, "entry", "entries")
    );
    for (kind, name) in KINDS.iter().enumerate().skip(2) {
        let n = sum(kind);
        if n > 0 {
            words.push_str(&format!(", {} {name}", format::count(n)));
        }
    }
    words
}

impl Plot {
    /// The buckets in view.
    pub(super) fn scale(self) -> Scale {
        self.state.zoom.get().map_or(self.whole, Scale::from)
    }

    /// The beginning of a bucket in the reader's zone.
    fn clock(self, scale: Scale, at: usize) -> String {
        self.state.zone.get().at(scale.start(at)).date_time()
    }

    /// The chosen span in words.
    fn words(self, shown: Memo<Timeline>) -> Option<String> {
        let (scale, zone) = (self.scale(), self.state.zone.get());
        self.chosen().map(|span| shown.with(|line| describe(line, scale, zone, span)))
    }

    /// What is drawn: the entries of the active filter, in the buckets in view, and the marks of the report.
    fn line(self, line: &Timeline) -> Timeline {
        let scale = self.scale();
        let counted = self.state.counts.with(|counts| {
            let (axis, counts) = &**counts.as_ref()?;
            scale.shifted(Scale::from(*axis), &counts.buckets)
        });
        let buckets = match counted {
            Some(buckets) => buckets,
            None if scale == self.whole => line.buckets.clone(),
            None => vec![[0; 5]; scale.n],
        };
        Timeline {
            from: Nanos(scale.from),
            bucket_nanos: scale.bucket,
            buckets,
            marks: line.marks.clone(),
            notes: Vec::new(),
        }
    }

    /// The buckets of the active filter's span.
    pub(super) fn chosen(self) -> Option<(usize, usize)> {
        self.state.drawer.with(|shown| {
            let filter = &shown.as_ref()?.filter;
            (filter.from.is_some() || filter.until.is_some())
                .then(|| self.scale().touched(filter.from, filter.until))
        })
    }

    fn band(self) -> Option<AnyView> {
        let (a, b) = if self.is_held.get() { self.held.get() } else { self.chosen()? };
        let (first, wide) = (a.min(b), a.abs_diff(b) + 1);
        let band = svg::rect()
            .class("timeline-band")
            .attr("x", first.to_string())
            .attr("width", wide.to_string())
            .attr("height", (HEIGHT + LANES).to_string())
            .attr("vector-effect", "non-scaling-stroke");
        Some(band.into_any())
    }

    /// Makes a span of buckets that of the active filter.
    fn choose(self, (a, b): (usize, usize)) {
        let scale = untrack(|| self.scale());
        let (from, end) = (scale.start(a.min(b)), scale.start(a.max(b) + 1));
        view::narrow(self.state, |filter| {
            (filter.from, filter.until) = (Some(from), Some(Nanos(end.0.saturating_sub(1))));
        });
    }

    /// The bucket under the pointer.
    pub(super) fn hit(self, event: &MouseEvent) -> Option<usize> {
        let area = event.current_target()?.dyn_into::<Element>().ok()?.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - area.left()) / area.width();
        // Pointer places are small and, after the clamp, not negative.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let at = (share.clamp(0.0, 0.999_999) * untrack(|| self.scale()).n as f64) as usize;
        Some(at)
    }

    fn down(self, event: &PointerEvent) {
        if event.button() != 0 {
            return;
        }
        if let Some(at) = self.hit(event) {
            let plot = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
            let _ = plot.map(|plot| plot.set_pointer_capture(event.pointer_id()));
            self.held.set((at, at));
            self.is_held.set(true);
        }
    }

    fn moved(self, event: &PointerEvent) {
        let at = self.hit(event);
        self.under.set(at);
        if let (Some(at), true) = (at, self.is_held.get_untracked()) {
            self.held.update(|held| held.1 = at);
        }
    }

    fn up(self, event: &PointerEvent) {
        if self.is_held.get_untracked() {
            self.moved(event);
            self.is_held.set(false);
            self.choose(self.held.get_untracked());
        }
    }

    fn pressed(self, event: &KeyboardEvent) {
        let (scale, chosen) = untrack(|| (self.scale(), self.chosen()));
        let last = scale.n.saturating_sub(1);
        // A span that was chosen in another way is gone on from.
        let held = self.held.get_untracked();
        let is_held = chosen == Some((held.0.min(held.1), held.0.max(held.1)));
        let (mut anchor, head) = if is_held { held } else { chosen.unwrap_or(held) };
        let moved = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" if chosen.is_some() => (head + 1).min(last),
            "ArrowLeft" | "ArrowDown" => head.saturating_sub(1),
            "ArrowRight" | "ArrowUp" => head,
            "Home" => 0,
            "End" => last,
            "Escape" if chosen.is_some() || self.is_held.get_untracked() => {
                event.prevent_default();
                return self.lift();
            }
            "+" => {
                event.prevent_default();
                return self.zoom_in();
            }
            "-" => {
                event.prevent_default();
                return self.zoom_out();
            }
            "PageUp" | "PageDown" if self.state.zoom.with_untracked(Option::is_some) => {
                event.prevent_default();
                return self.page(if event.key() == "PageUp" { -1 } else { 1 });
            }
            _ => return,
        };
        event.prevent_default();
        if !event.shift_key() {
            anchor = moved;
        }
        self.held.set((anchor, moved));
        self.choose((anchor, moved));
    }

    /// Takes the span off.
    fn lift(self) {
        if self.is_held.get_untracked() {
            return self.is_held.set(false);
        }
        view::narrow(self.state, |filter| (filter.from, filter.until) = (None, None));
        if self.state.drawer.with_untracked(|shown| shown.as_ref().is_some_and(|s| s.filter.is_empty())) {
            view::set(self.state, None);
        }
    }
}

#[cfg(test)]
#[path = "plot_tests.rs"]
mod tests;
