//! Worlds load as promised, and their bundles are what the real collector writes.

mod bundles;
mod contents;
mod goldens;
mod machines;
