//! A bundle under other names: what a person writes in a map file, and the objects that come of it.

mod assignment;
mod file;
mod nearest;
mod notes;
pub mod patch;
mod render;
mod size;
#[cfg(test)]
mod tests;

pub use assignment::{
    Assignment, DiskChoice, MacChoice, Rendered, RenderedObject, SealedSource, Stamps,
};
pub use file::{
    BindEntry, Clash, DiskEntry, DiskMode, Form, MapError, MapFile, NameKind, Problem, check_name,
    clashes,
};
pub use notes::guest_notes;
pub use render::{RenderError, render, static_volume};
pub use size::size_bytes;
