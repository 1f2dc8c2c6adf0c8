//! What makes Harvester refuse a change of the backup target now.

use hv_cluster::Gap;
use hv_cluster::views::{Backup, Restore};

use super::document::{Blocker, ChangeFacts};
use crate::finding::ObjectRef;
use crate::inventory::Inventory;

/// Goes by the rules of the setting's admission, which are the same on every release.
pub(super) fn blockers(inventory: &Inventory) -> ChangeFacts {
    let backups = inventory.backups.items.iter().filter_map(of_backup);
    let restores = inventory.restores.items.iter().filter_map(of_restore);
    let mut blockers: Vec<Blocker> = backups.chain(restores).collect();
    blockers.sort();
    let not_read = not_read(
        inventory,
        &[
            (
                "virtualmachinebackups.harvesterhci.io",
                inventory.backups.gap.as_ref(),
            ),
            (
                "virtualmachinerestores.harvesterhci.io",
                inventory.restores.gap.as_ref(),
            ),
        ],
    );
    ChangeFacts {
        state: match (blockers.is_empty(), not_read.is_empty()) {
            (false, _) => "blocked",
            (true, true) => "free",
            (true, false) => "unknown",
        },
        blockers,
        not_read,
    }
}

/// Of both types and in all namespaces; an error does not lift it.
fn of_backup(backup: &Backup) -> Option<Blocker> {
    let meta = &backup.metadata;
    let reason = match () {
        () if meta.is_deleting() => "is being deleted",
        () if !backup.is_ready() && backup.status.error.is_some() => {
            "is not ready, it has an error"
        }
        () if !backup.is_ready() => "is not ready",
        () => return None,
    };
    let object = ObjectRef::new("VirtualMachineBackup", &meta.namespace, &meta.name);
    Some(Blocker {
        object,
        reason: reason.to_owned(),
    })
}

/// Failed ones too: a restore that failed is not complete.
fn of_restore(restore: &Restore) -> Option<Blocker> {
    let meta = &restore.metadata;
    let reason = match restore.status.complete {
        _ if meta.is_deleting() => "is being deleted",
        Some(true) => return None,
        _ => "is not complete",
    };
    let object = ObjectRef::new("VirtualMachineRestore", &meta.namespace, &meta.name);
    Some(Blocker {
        object,
        reason: reason.to_owned(),
    })
}

/// Why some of these kinds may be more than was read.
pub(super) fn not_read(inventory: &Inventory, gaps: &[(&str, Option<&Gap>)]) -> Vec<String> {
    let gaps = gaps
        .iter()
        .filter_map(|(what, gap)| gap.as_ref().map(|gap| gap.describe(what)));
    let mut not_read: Vec<String> = gaps.collect();
    if let Some(covered) = &inventory.covered {
        not_read.push(format!(
            "the bundle covers only the namespaces {}",
            covered.join(", ")
        ));
    }
    not_read
}
