//! The report: plain data ([`model`]), opened again from its JSON ([`load`]), and the renderers behind one gate ([`render`]).

pub mod load;
pub mod model;
pub mod render;
