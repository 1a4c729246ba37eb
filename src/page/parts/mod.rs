//! The small things that panels are made of. Each takes plain values and gives a view; none holds state of the page.
//!
//! Views are built with element functions, never from markup text: the page's policy lets no script write HTML.

pub mod badge;
pub mod bar;
pub mod button;
pub mod copy;
pub mod dialog;
pub mod evidence;
pub mod facts;
pub mod figure;
pub mod json;
pub mod live_region;
pub mod marked;
pub mod notice;
pub mod rich;
pub mod section;
pub mod sentence;
pub mod swatch;
