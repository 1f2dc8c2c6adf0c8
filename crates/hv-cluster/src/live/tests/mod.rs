//! Runs the door against a small HTTP server.

mod configs;
mod failures;
mod lists;
mod server;
mod telling;
