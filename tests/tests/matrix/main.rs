//! The verdicts of the program against tables typed by hand, and every line of its facts against those.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own functions too"
)]

mod expected;
mod facts;
mod inventories;
mod verdicts;
