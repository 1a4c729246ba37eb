//! Drops and pastes on the whole window in, files to read out.

use super::folders::{self, Dropped};
use super::state::State;
use super::{focus, link};
use crate::error::{Code, Problem};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, DataTransfer, File, FileList, HtmlInputElement};

/// Listens for as long as the page lives.
pub fn listen(state: State) {
    let handles = [
        window_event_listener(ev::dragover, move |event| {
            event.prevent_default();
            if !state.dragging.get_untracked() {
                state.dragging.set(true);
            }
        }),
        window_event_listener(ev::dragleave, move |event| {
            if event.related_target().is_none() {
                state.dragging.set(false);
            }
        }),
        window_event_listener(ev::drop, move |event| {
            event.prevent_default();
            state.dragging.set(false);
            if let Some(data) = event.data_transfer() {
                take(state, folders::dropped(&data));
            }
        }),
        window_event_listener(ev::paste, move |event| {
            // What is pasted into a field, or while a dialog asks something else, is no log.
            if focus::is_editable(event.target()) || state.dialog.get_untracked().is_some() {
                return;
            }
            if let Some(event) = event.dyn_ref::<web_sys::ClipboardEvent>() {
                link::open(&state, event.clipboard_data().map(|data| pasted(&data)).unwrap_or_default());
            }
        }),
    ];
    on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
}

/// Reads what was dropped; folders are walked first, so that everything makes one report.
fn take(state: State, dropped: Dropped) {
    let Dropped { mut files, folders } = dropped;
    if folders.is_empty() {
        return link::open(&state, files);
    }
    wasm_bindgen_futures::spawn_local(async move {
        let (found, problems) = folders::walk(folders).await;
        let is_empty = found.is_empty() && problems.is_empty();
        files.extend(found);
        link::open(&state, files);
        if is_empty {
            state.complain(Problem::new(Code::EEmpty, "The folder holds no files."));
        }
        problems.into_iter().for_each(|problem| state.complain(problem));
    });
}

/// The files of a picker.
pub fn picked(input: &HtmlInputElement) -> Vec<File> {
    let found = input.files().map(|list| listed(&list)).unwrap_or_default();
    // The same file can be picked again.
    input.set_value("");
    found
}

fn listed(list: &FileList) -> Vec<File> {
    (0..list.length()).filter_map(|i| list.get(i)).collect()
}

fn files(data: &DataTransfer) -> Vec<File> {
    data.files().map(|list| listed(&list)).unwrap_or_default()
}

/// Pasted files, or pasted text as a file.
fn pasted(data: &DataTransfer) -> Vec<File> {
    let found = files(data);
    if !found.is_empty() {
        return found;
    }
    let text = data.get_data("text/plain").unwrap_or_default();
    if text.trim().is_empty() {
        return Vec::new();
    }
    let parts = js_sys::Array::of1(&JsValue::from_str(&text));
    Blob::new_with_str_sequence(&parts)
        .and_then(|blob| File::new_with_blob_sequence(&js_sys::Array::of1(&blob), "pasted.txt"))
        .into_iter()
        .collect()
}
