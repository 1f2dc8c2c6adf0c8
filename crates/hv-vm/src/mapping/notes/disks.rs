//! Disks that are not what they were.

use serde_json::Value;

use super::Move;
use crate::graph::list;
use crate::mapping::DiskChoice;

/// Notes on disks.
pub(super) fn notes(one: &mut Move<'_>) {
    let root = root(one.spec()).map(str::to_owned);
    let choices = &one.names.assignment.disks;
    for (volume, choice) in choices {
        let path = format!("spec.template.spec.volumes[{volume}]");
        let is_root = root.as_deref() == Some(volume);
        let (code, message) = match choice {
            DiskChoice::Existing { .. } | DiskChoice::Bind { .. } => continue,
            DiskChoice::Skip if is_root => (
                "boot-disk-skipped",
                format!("The VM goes without \"{volume}\", the disk that it boots from."),
            ),
            DiskChoice::Skip => (
                "disk-skipped",
                format!("The VM goes without the disk \"{volume}\"."),
            ),
            DiskChoice::Blank { .. } if is_root => (
                "boot-disk-blank",
                format!(
                    "The disk \"{volume}\" is empty, and the VM boots from it: it will not start an operating system."
                ),
            ),
            DiskChoice::Blank { .. } => ("disk-blank", format!("The disk \"{volume}\" is empty.")),
            DiskChoice::Image { image, .. } => (
                "disk-from-image",
                format!(
                    "The disk \"{volume}\" is a fresh copy of the image \"{image}\" and not the disk of the source."
                ),
            ),
            DiskChoice::Snapshot { snapshot, .. } => (
                "disk-from-snapshot",
                format!(
                    "The disk \"{volume}\" is as it was when the snapshot \"{snapshot}\" was taken."
                ),
            ),
        };
        one.note(code, &path, message);
    }
}

/// The drive that the VM boots from: the lowest in the boot order, else the first disk.
fn root(spec: &Value) -> Option<&str> {
    let drives = list(&spec["domain"]["devices"]["disks"]);
    let ordered = drives.iter().filter(|drive| drive["bootOrder"].is_u64());
    let first = ordered.min_by_key(|drive| drive["bootOrder"].as_u64());
    let is_disk = |drive: &&Value| drive["cdrom"].is_null() && drive["floppy"].is_null();
    first.or_else(|| drives.iter().find(is_disk))?["name"].as_str()
}
