//! The timeline's drawing as something to take hold of: a span is chosen with mouse, finger or keys, and zoomed into.
//!
//! What is chosen is the span of the active filter, so a chip shows it and one key takes it off.

use super::timeline::{HEIGHT, KINDS, LANES, drawing};
use crate::digest::Axis;
use crate::entry::{Nanos, time};
use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::button::button;
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
use web_sys::{Element, KeyboardEvent, PointerEvent};

/// Bars at most after zooming in.
const BARS: usize = 96;
/// Into how many parts a bucket may be cut, the most first.
const PARTS: [usize; 11] = [60, 30, 24, 12, 10, 6, 5, 4, 3, 2, 1];

/// Where buckets lie in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Beginning of the first bucket.
    pub from: i64,
    /// Nanoseconds of a bucket.
    pub bucket: i64,
    /// Buckets.
    pub n: usize,
}

impl Scale {
    /// Beginning of a bucket.
    pub fn start(self, at: usize) -> Nanos {
        let past = self.bucket.saturating_mul(i64::try_from(at).unwrap_or(i64::MAX));
        Nanos(self.from.saturating_add(past))
    }

    /// The buckets that a span of time touches, the first and the last.
    pub fn touched(self, from: Option<Nanos>, until: Option<Nanos>) -> (usize, usize) {
        let last = self.n.saturating_sub(1);
        let at = |time: Nanos| {
            let past = time.0.saturating_sub(self.from).max(0) / self.bucket.max(1);
            usize::try_from(past).unwrap_or(0).min(last)
        };
        (from.map_or(0, at), until.map_or(last, at))
    }

    /// A stretch of buckets in finer ones that begin where these begin: as many as still look like bars.
    pub fn finer(self, first: usize, last: usize) -> Scale {
        let n = last.saturating_sub(first).saturating_add(1);
        let parts = |by: &usize| n * by <= BARS && i64::try_from(*by).is_ok_and(|by| self.bucket % by == 0);
        let by = PARTS.into_iter().find(parts).unwrap_or(1);
        Scale { from: self.start(first).0, bucket: self.bucket / i64::try_from(by).unwrap_or(1), n: n * by }
    }
}

impl From<Axis> for Scale {
    fn from(axis: Axis) -> Scale {
        Scale { from: axis.from.0, bucket: axis.bucket_nanos, n: axis.buckets as usize }
    }
}

/// What the plot's handlers share.
#[derive(Clone, Copy)]
struct Plot {
    state: State,
    /// The whole range.
    whole: Scale,
    /// Where a choice began and where it is, in buckets.
    held: RwSignal<(usize, usize)>,
    /// A pointer is down.
    is_held: RwSignal<bool>,
    /// The bucket under the pointer.
    under: RwSignal<Option<usize>>,
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
        .child((move || plot.band(), move || shown.with(drawing)));
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
    let tools = move || {
        let n = plot.scale().n;
        (
            plot.chosen().filter(|(a, b)| b - a + 1 < n).map(|_| tool("Zoom in", Plot::zoom_in)),
            state.zoom.get().map(|_| tool("Whole range", |plot| plot.state.zoom.set(None))),
        )
    };
    div()
        .class("timeline-axis")
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
    fn scale(self) -> Scale {
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
            (Scale::from(*axis) == scale).then(|| counts.buckets.clone())
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
    fn chosen(self) -> Option<(usize, usize)> {
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
    fn hit(self, event: &PointerEvent) -> Option<usize> {
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

    /// Shows the chosen span alone, in finer buckets.
    fn zoom_in(self) {
        let (scale, chosen) = untrack(|| (self.scale(), self.chosen()));
        if let Some((first, last)) = chosen {
            let Scale { from, bucket, n } = scale.finer(first, last);
            let buckets = u32::try_from(n).unwrap_or(u32::MAX);
            self.state.zoom.set(Some(Axis { from: Nanos(from), bucket_nanos: bucket, buckets }));
            self.held.set((0, n.saturating_sub(1)));
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
                return self.state.zoom.set(None);
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
