//! Worlds load as promised, and their bundles are what the real collector writes.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own functions too"
)]

mod bundles;
mod contents;
mod goldens;
mod machines;
mod pair;
mod sites;
