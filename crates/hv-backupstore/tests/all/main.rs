//! Tests of the backup target as files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod example;
mod fields;
mod folder;
mod go_rules;
mod layout;
mod listing;
mod presence;
mod properties;
mod refusals;
mod target;
