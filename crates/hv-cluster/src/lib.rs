//! One door to a Harvester cluster, live or as a support bundle, and what its storage can do.

pub mod bundle;
pub mod capability;
pub mod facts;
pub mod harvester;
pub mod inventory;
pub mod kinds;
pub mod lenient;
pub mod live;
pub mod machines;
pub mod release;
pub mod source;
pub mod views;

pub use source::{Gap, Listing, Query, Source, SourceError};
