//! A VM's configuration as portable data: what it refers to, what of it travels, its normal form
//! and digest, its lineage, and the bundles it is kept in.
//!
//! Nothing here knows a cluster or a terminal.

pub mod change;
pub mod digest;
pub mod effective;
pub mod export;
pub mod externalise;
#[cfg(any(test, feature = "generator"))]
pub mod generator;
pub mod graph;
pub mod header;
pub mod key;
pub mod lineage;
pub mod mapping;
pub mod normal;
pub mod objects;
pub mod policy;
pub mod quantity;
mod requirements;
#[cfg(test)]
mod samples;
pub mod secrets;
pub mod store;
pub mod stored;

pub use header::Header;
pub use key::{Key, Kind};
pub use objects::{Objects, State};
pub use stored::{FileBody, Stored};
