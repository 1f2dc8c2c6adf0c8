//! The plugin `hv-import` against real API servers: what it checks, plans, makes, and takes back.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod bad;
mod crash;
mod desk;
mod fleet;
mod life;
mod rights;
mod walk;
