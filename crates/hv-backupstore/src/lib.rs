//! A backup target as files: layout, records, read-only by construction.
//!
//! Harvester keeps one JSON record for each VM backup and each image on its backup target, beside
//! Longhorn's volumes. This crate knows where they lie ([`layout`]), what they say ([`record`]) and
//! how to find them in a mounted or copied target ([`folder`]).
//!
//! There is no function here that writes, and none that keeps or prints the values of the secrets
//! that records hold.

pub mod folder;
mod json;
pub mod layout;
pub mod record;

pub use folder::{Entry, Folder, Presence, StoreError, Stray};
pub use layout::{ImagePath, PathError, RecordPath};
pub use record::{ImageRecord, Mismatch, RecordError, Stops, VmRecord};
