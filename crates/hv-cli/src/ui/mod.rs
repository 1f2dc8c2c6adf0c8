//! The one printer every word goes through.

mod color;
mod observe;
mod printer;
mod progress;
mod remarks;
mod streams;
mod tone;

pub use color::{ColorChoice, Terminals};
pub use printer::{Manner, Ui};
pub use streams::{Captured, Streams};
pub use tone::{Span, Tone};
