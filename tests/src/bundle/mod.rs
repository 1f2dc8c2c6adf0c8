//! Writes a world as a support bundle, the way rancher/support-bundle-kit collects one.
//!
//! The path of every list is the collector's own: JSON text, two textual rewrites, a generic parse that
//! turns numbers into floats, YAML 1.1. Nothing here knows how a bundle is read.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let world = hv_testbed::world::load("v1.8.2", jiff::Timestamp::now())?;
//! let options = hv_testbed::bundle::BundleOptions::default();
//! hv_testbed::bundle::write_zip(&world, &options, "bundle.zip".as_ref())?;
//! # Ok(())
//! # }
//! ```

mod collect;
mod definitions;
mod exclusions;
mod generation_log;
mod list;
mod logs;
mod managed_fields;
mod mangle;
mod metadata;
mod sink;
pub mod yaml11;

use std::io;
use std::path::Path;

use crate::world::World;
use sink::{DirectorySink, Sink, ZipSink};

/// Which collector is imitated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kit {
    /// The kit of 2026: settings are collected, empty lists are not written.
    #[default]
    Current,
    /// A kit from before August 2023: no settings at all, and files with no items.
    Before202308,
}

/// How the bundle is written.
#[derive(Clone, Debug, Default)]
pub struct BundleOptions {
    /// Which collector is imitated.
    pub kit: Kit,
    /// Amount of incompressible logs, half of it inside the zips of the nodes.
    pub logs_mib: u64,
    /// Deflate level of the zip, 0 to 9; the default is zip's own 6.
    pub zip_level: Option<i64>,
    /// Lists that fail, as paths such as `/apis/storage.k8s.io/v1/csidrivers`, with the server's sentence.
    pub failures: Vec<(String, String)>,
}

/// Writes the world as a zip with one folder in it.
pub fn write_zip(world: &World, options: &BundleOptions, path: &Path) -> io::Result<()> {
    let root = metadata::bundle_name(world);
    let mut sink = ZipSink::create(path, &root, options.zip_level)?;
    write(world, options, &mut sink)?;
    sink.finish()
}

/// Writes the world as an unpacked bundle: `metadata.yaml` lies directly in `directory`.
pub fn write_dir(world: &World, options: &BundleOptions, directory: &Path) -> io::Result<()> {
    write(world, options, &mut DirectorySink::new(directory))
}

fn write(world: &World, options: &BundleOptions, sink: &mut dyn Sink) -> io::Result<()> {
    sink.text("metadata.yaml", &metadata::document(world))?;
    let collected = collect::collect(world, options)?;
    sink.text("bundleGenerationError.log", &collected.log)?;
    for (path, text) in &collected.files {
        sink.text(path, text)?;
    }
    logs::write(world, options.logs_mib, sink)
}
