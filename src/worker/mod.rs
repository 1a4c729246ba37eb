//! The worker: a thin loop around the library. Takes [`ToWorker`] messages, gives [`FromWorker`] messages.
//!
//! One program, two roles. The `lead` holds files and digests and answers questions; a `reader` turns a byte range
//! into a digest and sends it to the lead over its own port, past the main thread. [`plan`], [`record`], [`sketch`] and [`spot`] are plain
//! functions and tested without a browser. Never touches storage or the network.

pub mod origins;
pub mod plan;
pub mod record;
pub mod sketch;
pub mod spot;

mod lead;
mod reader;
mod scope;
mod search;

use crate::error::Problem;
use crate::protocol::{FromWorker, ToWorker, same_build, wire};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent, MessagePort};

/// Name of the global that holds the build id, set by the worker's script.
const BUILD: &str = "FIVEWHYS_BUILD";

/// Starts listening.
pub fn run() {
    console_error_panic_hook::set_once();
    let build = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str(BUILD))
        .ok()
        .and_then(|id| id.as_string())
        .unwrap_or_default();
    let worker = Rc::new(RefCell::new(Worker {
        build,
        started: false,
        lead: lead::Lead::new(),
        reader: reader::Reader::new(),
    }));
    scope::listen(move |event| {
        if let Err(problem) = dispatch(&worker, &event) {
            scope::post(&FromWorker::Problem { job: None, key: None, problem });
        }
    });
}

struct Worker {
    build: String,
    started: bool,
    lead: Rc<RefCell<lead::Lead>>,
    reader: Rc<RefCell<reader::Reader>>,
}

fn dispatch(worker: &Rc<RefCell<Worker>>, event: &MessageEvent) -> Result<(), Problem> {
    let data = event.data();
    let message: ToWorker = wire::read(&data)?;
    let file = wire::take(&data, wire::FILE).and_then(|value| value.dyn_into::<File>().ok());
    let port = wire::take(&data, wire::PORT).and_then(|value| value.dyn_into::<MessagePort>().ok());
    if let ToWorker::Start { build } = &message {
        let mut worker = worker.borrow_mut();
        same_build(&worker.build, build)?;
        worker.started = true;
        scope::post(&FromWorker::Ready);
        return Ok(());
    }
    let (lead, reader) = {
        let worker = worker.borrow();
        if !worker.started {
            return same_build(&worker.build, "");
        }
        (Rc::clone(&worker.lead), Rc::clone(&worker.reader))
    };
    match message {
        ToWorker::Read { job, key, id, plan, shard } => {
            if let Some(file) = file {
                reader::start(&reader, reader::Job { job, key, id, plan, shard, file });
            }
        }
        ToWorker::Cancel => reader.borrow_mut().cancel(),
        ToWorker::Join => {
            if let Some(port) = port {
                reader::join(&reader, port);
            }
        }
        ToWorker::Adopt { reader } => {
            if let Some(port) = port {
                lead::adopt(&lead, reader, port);
            }
        }
        ToWorker::Ping => scope::post(&FromWorker::Here),
        message => lead::answer(&lead, message, file),
    }
    Ok(())
}

/// Where a value of the host is missing or refuses.
fn words_of(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(
        || String::from("no reason given"),
        |error| format!("{}: {}", String::from(error.name()), String::from(error.message())),
    )
}
