//! What every list about a restore is made from.

use hv_cli::plural;
use hv_cluster::Gap;
use hv_cluster::harvester::HarvesterRelease;
use hv_cluster::release::Release;
use hv_cluster::views::{Backup, Schedule, condition};

use super::walk;
use crate::index::{Found, Index};
use crate::inventory::Inventory;

/// A backup, what surrounds it, and the release by which it is judged.
#[derive(Clone, Copy)]
pub(crate) struct Inquiry<'a> {
    pub(crate) index: &'a Index<'a>,
    pub(crate) backup: &'a Backup,
    /// The schedule that made it; `No` if none did, or if it is gone.
    pub(crate) schedule: &'a Found<Schedule>,
    /// Namespace of the restore.
    pub(crate) namespace: &'a str,
    pub(crate) release: Release,
}

impl Inquiry<'_> {
    /// Whether the release is at least this one.
    pub(crate) fn since(&self, bound: &str) -> bool {
        walk::since(&self.release, bound)
    }

    /// The backup as `namespace/name`.
    pub(crate) fn name(&self) -> String {
        let meta = &self.backup.metadata;
        format!("{}/{}", meta.namespace, meta.name)
    }
}

/// The reason with which a pass over the backup target took the readiness of a backup away.
pub(crate) fn demotion(backup: &Backup) -> Option<&str> {
    let ready = condition(&backup.status.conditions, "Ready")?;
    let is_demoted = ready.status == "False" && ready.message == "Change back to non-ready";
    is_demoted.then_some(ready.reason.as_str())
}

/// Why there may be more of a kind than was read, in all namespaces together.
pub(crate) fn unread(inventory: &Inventory, gap: Option<&Gap>, what: &str) -> Option<String> {
    match gap {
        Some(Gap::NotServed) => None,
        Some(gap) => Some(gap.describe(what)),
        None => {
            let covered = inventory.covered.as_ref()?;
            Some(format!(
                "the bundle holds {} only",
                plural::count(covered.len(), "namespace")
            ))
        }
    }
}

/// The releases at which something about a restore was decided differently.
pub(crate) fn bounds() -> Vec<Release> {
    ["1.4", "1.5", "1.9"]
        .into_iter()
        .filter_map(Release::parse)
        .collect()
}

/// The release by which to judge, and its name if the cluster's own is not known.
pub(crate) fn judged(
    release: Option<&HarvesterRelease>,
    newest: Release,
) -> (Release, Option<String>) {
    match release.and_then(HarvesterRelease::number) {
        Some(number) => (*number, None),
        None => (newest, Some(newest.to_string())),
    }
}
