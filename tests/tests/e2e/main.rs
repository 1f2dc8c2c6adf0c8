//! The end-to-end suites, which run against a real API server.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own functions too"
)]

mod answers;
mod controlplane;
mod harvester;
mod krew;
mod matrix;
mod plugin;
mod refusals;
mod servers;
