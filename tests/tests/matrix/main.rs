//! The verdicts of the program against tables typed by hand, and every line of its facts against those.

mod expected;
mod facts;
mod inventories;
mod verdicts;
