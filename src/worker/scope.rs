//! The worker's own global scope: takes messages to post and a listener, gives nothing. Also slices of files.

use crate::protocol::{FromWorker, wire};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>().ok()
}

/// Calls `on_message` for every message from the page, for as long as the worker lives.
pub(super) fn listen(on_message: impl Fn(MessageEvent) + 'static) {
    let closure = Closure::<dyn Fn(MessageEvent)>::new(on_message);
    if let Some(scope) = scope() {
        scope.set_onmessage(Some(closure.as_ref().unchecked_ref()));
    }
    closure.forget();
}

/// Sends a message to the page.
pub(super) fn post(message: &FromWorker) {
    if let (Some(scope), Ok(envelope)) = (scope(), wire::envelope(message)) {
        let _ = scope.post_message(&envelope);
    }
}

/// Sends a message to the page with a file beside it.
pub(super) fn post_file(message: &FromWorker, file: &File) {
    if let (Some(scope), Ok(envelope)) = (scope(), wire::envelope(message)) {
        wire::beside(&envelope, wire::FILE, file);
        let _ = scope.post_message(&envelope);
    }
}

/// Asks for the bytes of a range; the read runs while the caller does something else.
pub(super) fn request(file: &File, from: u64, to: u64) -> Result<Promise, JsValue> {
    // f64 holds offsets exactly up to 2^53 bytes.
    #[allow(clippy::cast_precision_loss)]
    let blob = file.slice_with_f64_and_f64(from as f64, to as f64)?;
    Ok(blob.array_buffer())
}

/// Waits for bytes asked for with [`request`].
pub(super) async fn bytes(promise: Promise) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(promise).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The bytes of a range.
pub(super) async fn read(file: &File, from: u64, to: u64) -> Result<Vec<u8>, JsValue> {
    bytes(request(file, from, to)?).await
}

/// Milliseconds, for the pace of progress messages only.
pub(super) fn now_millis() -> f64 {
    js_sys::Date::now()
}
