//! Starts workers: takes the page's state, gives the lead and its readers, joined by ports.
//!
//! Workers come from the host object that the sealed page's script put in place before the program began: it holds the
//! worker's program, packed, and the only policy that may name a worker's script.

use super::{crew, messages};
use crate::error::{Code, Problem};
use crate::page::host;
use crate::page::state::State;
use crate::protocol::{ToWorker, wire};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ErrorEvent, MessageChannel, MessageEvent, Worker};

fn missing(what: &str) -> Problem {
    Problem::new(Code::ETooOld, format!("Missing: {what}."))
}

/// The id of everything that was sealed together.
pub(super) fn build() -> String {
    host::member("build").and_then(|id| id.as_string()).unwrap_or_default()
}

fn readers() -> u32 {
    // A number of processors is small and whole.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let n = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency()) as u32;
    n.clamp(1, 16)
}

/// One lead and as many readers as there are processors.
pub(super) async fn all(state: State) -> Result<(Worker, Vec<Worker>), Problem> {
    let lead = one(state, messages::Sender::Lead).await?;
    let mut all = Vec::new();
    for _ in 0..readers() {
        let number = all.len();
        let reader = one(state, messages::Sender::Reader(number)).await?;
        join(&lead, &reader, number).map_err(|_| missing("MessageChannel"))?;
        all.push(reader);
    }
    Ok((lead, all))
}

/// A function of the host object.
fn function(name: &str) -> Result<Function, Problem> {
    host::member(name)
        .and_then(|found| found.dyn_into().ok())
        .ok_or_else(|| missing("the sealed page's script"))
}

/// A worker that has been told the build id and is listened to.
pub(super) async fn one(state: State, sender: messages::Sender) -> Result<Worker, Problem> {
    let spawn = function("spawn")?;
    let promise: Promise =
        spawn.call0(&JsValue::NULL).map_err(|_| missing("workers from blob URLs"))?.unchecked_into();
    let worker: Worker =
        JsFuture::from(promise).await.map_err(|_| missing("workers from blob URLs"))?.unchecked_into();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        messages::receive(state, sender, &event);
    });
    let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |event: ErrorEvent| {
        event.prevent_default();
        crew::lost(state, sender);
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    // Most workers live as long as the page.
    on_message.forget();
    on_error.forget();
    let start = wire::envelope(&ToWorker::Start { build: build() })?;
    worker.post_message(&start).map_err(|_| missing("structured cloning"))?;
    Ok(worker)
}

/// The number of a reader as messages have it; there are at most 16.
pub(super) fn nth(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Ends a worker; what it still says is not heard.
pub(super) fn end(worker: &Worker) {
    worker.set_onmessage(None);
    worker.set_onerror(None);
    worker.terminate();
}

/// Joins a reader to the lead by a port of their own.
pub(super) fn join(lead: &Worker, reader: &Worker, number: usize) -> Result<(), JsValue> {
    let channel = MessageChannel::new()?;
    let adopt = ToWorker::Adopt { reader: nth(number) };
    for (worker, message, port) in [(lead, adopt, channel.port1()), (reader, ToWorker::Join, channel.port2())]
    {
        let envelope = wire::envelope(&message).map_err(|_| JsValue::NULL)?;
        wire::beside(&envelope, wire::PORT, &port);
        worker.post_message_with_transfer(&envelope, &wire::transfer(&[&port]))?;
    }
    Ok(())
}
