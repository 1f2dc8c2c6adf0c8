//! Tests of the whole store: whole runs, damaged stores, and runs that end at every step.

mod archive;
mod crash;
mod damage;
mod disk;
mod exported;
mod history;
mod links;
mod receipts;
mod refusals;
mod sample;
mod schema;
mod verify;
mod whole;
