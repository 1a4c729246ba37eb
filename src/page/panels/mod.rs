//! The panels, one file each, in the order in which a reader meets them. Each takes the state (and the report) and
//! gives a view; what they compute stands in pure functions beside them.

pub mod header;
pub mod landing;
pub mod privacy;
pub mod reading;

pub mod reopened;
pub mod report;

pub mod headline;
pub mod lanes;
pub mod outline;
pub mod plot;
pub mod scale;
pub mod timeline;
mod zoom;

pub mod findings;
pub mod origin;
pub mod whys;

pub mod actions;

pub mod changes;

pub mod severity;

pub mod requests;

pub mod noise;
pub mod patterns;

pub mod details;

pub mod works;

pub mod coverage;

pub mod raw;
pub mod rules;

pub mod alike;
pub mod chips;
pub mod entries;
pub mod face;
pub mod facets;
pub mod list;
pub mod look;
pub mod record;
pub mod waterfall;

pub mod export;
pub mod help;
pub mod palette;
pub mod query;
