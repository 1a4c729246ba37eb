//! What page and worker say to each other, typed once. Takes nothing, gives the messages of both directions.
//!
//! Messages cross with serde-wasm-bindgen as the member `message` of an envelope `{ message, file?, port?, bytes? }`:
//! what serde can't carry (a `File`, a `MessagePort`, a transferred buffer) stands beside it. Nothing here touches the
//! browser; [`crate::page`] and the worker do. Read next: [`message`], [`version`].

pub mod export;
pub mod lines;
pub mod message;
pub mod selected;
pub mod sides;
pub mod version;
#[cfg(feature = "browser")]
pub mod wire;

pub use lines::{Line, Record, Rule, Sketch, Spot, Step};
pub use message::{FileKey, FromWorker, ToWorker};
pub use version::same_build;

/// Name of the rule file that patterns marked as noise are written to; a file of this name takes the place of the one in use.
pub const NOISE_FILE: &str = "known-noise.toml";
