//! The controllers beside an API server: what is there, watched, and what they want, written.

mod cache;
mod driver;
mod watch;

pub(crate) use cache::Cache;
pub use driver::Controllers;
pub(crate) use driver::USER;
