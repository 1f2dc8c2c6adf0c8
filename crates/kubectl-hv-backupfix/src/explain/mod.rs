//! `explain`: why something is as it is, question by question, in Harvester's own order.

mod admission;
mod backup;
mod codes;
mod command;
mod controller;
mod deletion;
mod document;
mod inquiry;
mod machine;
mod needs;
mod reading;
mod record;
mod removal;
mod restore;
mod setting;
mod stretches;
#[cfg(test)]
mod tests;
mod view;
mod walk;
mod words;

pub(crate) use command::{ExplainArgs, candidates, perform};
pub(crate) use words::listed;
