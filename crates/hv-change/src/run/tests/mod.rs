//! Runs over a cluster in memory.

mod asking;
mod crash;
mod faults;
mod keeping;
mod random;
mod resuming;
mod rig;
mod secrets;
mod starting;
mod taking_back;
