//! Shell completion through kubectl: answering its questions, and installing the file it asks.

mod answer;
mod names;
mod shim;

pub(crate) use answer::{QUESTION, answer};
pub use clap_complete::CompletionCandidate;
pub use clap_complete::engine::ArgValueCandidates;
pub use names::{DoorWords, argv, candidates, names};
pub use shim::CompletionArgs;
