//! All bundles in one file: a tar that zstd compressed, the same bytes for the same bundles.
//!
//! It holds what the folder of a store holds, without the index: unpacked, it is a store.

mod entry;
mod file;
mod reader;
mod writer;

pub use self::file::ArchiveFile;
pub(crate) use self::reader::raw;
pub use self::reader::{bundles, for_each};
pub use self::writer::ArchiveWriter;
