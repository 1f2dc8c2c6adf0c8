//! Runs over a cluster in memory.

mod crash;
mod faults;
mod random;
mod resuming;
mod rig;
mod starting;
mod taking_back;
