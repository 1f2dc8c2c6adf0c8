//! The crate as users meet it: a small plugin in a process of its own, and the real kubectl.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod completion;
mod plugin;
mod process;
mod signals;
mod yaml;
