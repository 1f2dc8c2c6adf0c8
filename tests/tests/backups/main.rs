//! `hv-backupfix` on worlds with damaged backups, from support bundles and from a real API server.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own functions too"
)]

mod bundles;
mod expected;
mod live;
mod odd;
mod plugin;
mod refusals;
mod verbs;
