//! Runs the door against a small HTTP server.

mod access;
mod configs;
mod failures;
mod lists;
mod server;
mod telling;
mod writes;
