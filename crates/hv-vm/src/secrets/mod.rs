//! Secrets that are written so that only their recipients can read them.

mod collect;
mod recipients;

pub(crate) use collect::Collector;
pub use recipients::{RecipientError, Recipients};
