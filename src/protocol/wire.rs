//! Messages as JavaScript values: takes a message and what must stand beside it, gives an envelope object, and back.
//!
//! The only part of the protocol that knows the browser. Numbers beyond 2^53 (instants, offsets) cross as `BigInt`.

use crate::error::{Code, Problem};
use js_sys::{Array, Object, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

/// Name of the message member of an envelope.
pub const MESSAGE: &str = "message";
/// Name of the member that holds a `File`.
pub const FILE: &str = "file";
/// Name of the member that holds a `MessagePort`.
pub const PORT: &str = "port";
/// Name of the member that holds transferred bytes.
pub const BYTES: &str = "bytes";

fn fault(what: &str, error: impl std::fmt::Display) -> Problem {
    Problem::new(Code::EBug, format!("A message could not be {what}: {}.", unquoted(&error.to_string())))
}

/// An error without what it quotes: that may be a text of the log.
fn unquoted(error: &str) -> String {
    match (error.split_once('"'), error.rsplit_once('"')) {
        (Some((before, _)), Some((_, after))) => format!("{before}…{after}"),
        _ => error.to_owned(),
    }
}

/// An envelope with this message.
pub fn envelope<M: Serialize>(message: &M) -> Result<Object, Problem> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    let value = message.serialize(&serializer).map_err(|error| fault("written", error))?;
    let object = Object::new();
    beside(&object, MESSAGE, &value);
    Ok(object)
}

/// Puts a value beside the message.
pub fn beside(envelope: &Object, name: &str, value: &JsValue) {
    // Setting a plain member of a plain object can't fail.
    let _ = Reflect::set(envelope, &JsValue::from_str(name), value);
}

/// The value beside the message, if there is one.
pub fn take(envelope: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(envelope, &JsValue::from_str(name))
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

/// The message of an envelope.
pub fn read<M: DeserializeOwned>(envelope: &JsValue) -> Result<M, Problem> {
    let value = take(envelope, MESSAGE).unwrap_or(JsValue::UNDEFINED);
    serde_wasm_bindgen::from_value(value).map_err(|error| fault("read", error))
}

/// A list of values whose ownership goes along.
pub fn transfer(values: &[&JsValue]) -> Array {
    values.iter().copied().collect()
}
