//! `hv-testbed parse`: the entries of a support bundle that a scan of backups needs, unpacked, parsed and dropped.
//!
//! The peer of a measurement: the same reader, nothing judged.

use std::path::PathBuf;

use clap::Args;
use hv_cluster::Query;
use hv_cluster::bundle::SupportBundle;
use hv_cluster::kinds;
use serde::de::IgnoredAny;

use super::{Failure, say};

#[derive(Args, Debug)]
pub(crate) struct ParseArgs {
    /// Zip or unpacked folder.
    bundle: PathBuf,
}

pub(super) fn run(args: &ParseArgs) -> Result<(), Failure> {
    let bundle = SupportBundle::open(&args.bundle)?;
    let mut objects = 0;
    for kind in [
        kinds::SETTING,
        kinds::VIRTUAL_MACHINE_BACKUP,
        kinds::VIRTUAL_MACHINE_RESTORE,
        kinds::VOLUME_SNAPSHOT,
        kinds::VOLUME_SNAPSHOT_CONTENT,
        kinds::LONGHORN_BACKUP,
        kinds::LONGHORN_BACKUP_VOLUME,
        kinds::LONGHORN_BACKUP_TARGET,
        kinds::STORAGE_CLASS,
        kinds::VOLUME_SNAPSHOT_CLASS,
        kinds::VIRTUAL_MACHINE_IMAGE,
        kinds::NETWORK_ATTACHMENT_DEFINITION,
        kinds::VOLUME_REMOTE_BACKUP,
        kinds::PERSISTENT_VOLUME_CLAIM,
    ] {
        objects += bundle
            .list::<IgnoredAny>(&kind, &Query::default())?
            .items
            .len();
    }
    say(&objects.to_string())
}
