//! Zooming into the timeline and moving along it: takes what is shown and what a hand does, gives what is shown next.

use super::plot::Plot;
use super::scale::Scale;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent, WheelEvent};

/// How far the wheel turns for a step of zooming, in pixels as browsers count them.
const TURN: f64 = 80.0;

impl Plot {
    /// Shows the chosen span alone, in finer buckets; where none is chosen, the middle half.
    pub(super) fn zoom_in(self) {
        let (scale, chosen) = untrack(|| (self.scale(), self.chosen()));
        let chosen = chosen.filter(|(first, last)| last - first + 1 < scale.n);
        self.zoom(scale, chosen.unwrap_or_else(|| scale.half(scale.n / 2)));
    }

    fn zoom(self, scale: Scale, (first, last): (usize, usize)) {
        let finer = scale.finer(first, last);
        if finer != scale {
            self.past.update(|past| past.push(scale));
            self.look(finer);
        }
    }

    /// Shows these buckets.
    pub(super) fn look(self, scale: Scale) {
        self.state.zoom.set((scale != self.whole).then(|| scale.into()));
        self.held.set((0, scale.n.saturating_sub(1)));
    }

    /// Shows the whole range.
    pub(super) fn whole_range(self) {
        self.past.update(Vec::clear);
        self.look(self.whole);
    }

    /// Back to the width before the last step of zooming in.
    pub(super) fn zoom_out(self) {
        let scale = untrack(|| self.scale());
        let wide = self.past.try_update(Vec::pop).flatten().unwrap_or(self.whole);
        self.look(scale.widened(wide, self.whole));
    }

    /// Moves half of what is shown earlier or later.
    pub(super) fn page(self, way: i64) {
        let scale = untrack(|| self.scale());
        let half = i64::try_from(scale.n / 2).unwrap_or(1).max(1);
        self.look(scale.moved(self.whole, half * way));
    }

    /// Takes hold of the axis.
    pub(super) fn grip(self, event: &PointerEvent) {
        let is_button = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let is_button = is_button.is_some_and(|target| target.closest("button").ok().flatten().is_some());
        if event.button() == 0 && !is_button && self.state.zoom.with_untracked(Option::is_some) {
            let axis = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
            let _ = axis.map(|axis| axis.set_pointer_capture(event.pointer_id()));
            self.grip.set(Some((event.client_x(), untrack(|| self.scale()))));
        }
    }

    /// Moves what is shown along with the pointer that holds the axis.
    pub(super) fn drag(self, event: &PointerEvent) {
        let Some((from, scale)) = self.grip.get_untracked() else { return };
        let axis = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        let wide = axis.map_or(1.0, |axis| axis.get_bounding_client_rect().width()).max(1.0);
        // Places of a pointer are small, and so is what they come to in buckets.
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        let by = (f64::from(from - event.client_x()) / wide * scale.n as f64).round() as i64;
        let moved = scale.moved(self.whole, by);
        if moved != untrack(|| self.scale()) {
            self.look(moved);
        }
    }

    /// The wheel with Ctrl, or two fingers of a touchpad, zooms around the pointer.
    pub(super) fn turn(self, event: &WheelEvent) {
        if !event.ctrl_key() {
            return;
        }
        event.prevent_default();
        let turned = self.turned.get_untracked() + event.delta_y();
        self.turned.set(if turned.abs() < TURN { turned } else { 0.0 });
        if turned <= -TURN {
            let scale = untrack(|| self.scale());
            self.zoom(scale, scale.half(self.hit(event).unwrap_or(scale.n / 2)));
        } else if turned >= TURN {
            self.zoom_out();
        }
    }
}
