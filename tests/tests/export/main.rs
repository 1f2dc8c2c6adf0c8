//! The plugin `hv-export` against a real API server: exports, what they hold, and what they must not.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod again;
mod bad;
mod bundles;
mod crash;
mod fleet;
mod live;
mod plugin;
mod rights;
mod secrets;
