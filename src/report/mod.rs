//! The report: plain data ([`model`]) and the renderers behind one gate ([`render`]).

pub mod model;
pub mod render;
