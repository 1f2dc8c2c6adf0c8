//! `hv-testbed bundle`: a world as a support bundle.

use std::path::PathBuf;

use clap::Args;
use hv_testbed::bundle::{BundleOptions, write_dir, write_zip};
use hv_testbed::world;
use jiff::Timestamp;

use super::Failure;

#[derive(Args, Debug)]
pub(crate) struct BundleArgs {
    /// World to write.
    #[arg(long, default_value = "v1.8.2")]
    world: String,
    /// Grow the world by this many backups of two disks first.
    #[arg(long)]
    backups: Option<usize>,
    /// Grow the world to this many contents of snapshots.
    #[arg(long, requires = "backups", default_value_t = 0)]
    contents: usize,
    /// Mebibytes of logs in it.
    #[arg(long, default_value_t = 0, value_name = "MIB")]
    logs: u64,
    /// Level of compression, 0 for none.
    #[arg(long, value_name = "LEVEL")]
    level: Option<i64>,
    /// Where to: a name ending in .zip, or a folder.
    out: PathBuf,
}

pub(super) fn run(args: &BundleArgs) -> Result<(), Failure> {
    let mut world = world::load(&args.world, Timestamp::now())?;
    if let Some(backups) = args.backups {
        world.grow_backups(backups, args.contents)?;
    }
    let options = BundleOptions {
        logs_mib: args.logs,
        zip_level: args.level,
        ..BundleOptions::default()
    };
    if args
        .out
        .extension()
        .is_some_and(|extension| extension == "zip")
    {
        write_zip(&world, &options, &args.out)?;
    } else {
        write_dir(&world, &options, &args.out)?;
    }
    Ok(())
}
