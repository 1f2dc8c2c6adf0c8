//! The built plugin on support bundles: what it prints, where, and with which exit code.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own functions too"
)]

mod backup_target;
mod bad_bundles;
mod claims;
mod classes;
mod coverage;
mod csi_driver_config;
mod desk;
mod documents;
mod drivers;
mod escapes;
mod explain;
mod images;
mod odd_vms;
mod other_settings;
mod releases;
mod requirements;
mod sidecars;
mod streams;
mod suggestions;
mod unusual_clusters;
mod usage;
mod vms;
