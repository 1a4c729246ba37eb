//! What the sealed page's script hands over before the program begins: takes a name, gives the build id, workers, and
//! the one thing that may be told to the browser's history, a whole number.

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

/// Name of the host object.
const HOST: &str = "fivewhys";

/// A member of the host object.
pub fn member(name: &str) -> Option<JsValue> {
    Reflect::get(&js_sys::global(), &JsValue::from_str(HOST))
        .and_then(|host| Reflect::get(&host, &JsValue::from_str(name)))
        .ok()
}

/// Adds an entry to the history: a number that means something to this page's memory only.
pub fn step(number: usize) {
    let step = member("step").and_then(|step| step.dyn_into::<Function>().ok());
    if let (Some(step), Ok(number)) = (step, u32::try_from(number)) {
        let _ = step.call1(&JsValue::NULL, &JsValue::from(number));
    }
}
