//! The disks of a VM as configuration.

use serde_json::{Map, Value};

use crate::header::Disk;
use crate::quantity;

/// The disks in the order of the VM's volumes.
///
/// `KubeVirt` makes the disk of persistent firmware state by itself at the first start, under a name
/// of its own, so it is none of them.
pub(super) fn list(disks: &[Disk]) -> Value {
    disks
        .iter()
        .filter(|disk| disk.role != "firmware-state")
        .map(form)
        .collect()
}

fn form(disk: &Disk) -> Value {
    let mut form = Map::new();
    let mut put = |key: &str, value: Value| super::put(&mut form, key, value);
    put("volume", disk.volume.as_str().into());
    put("claim", disk.claim.as_str().into());
    put("role", disk.role.as_str().into());
    if let Some(size) = &disk.size {
        put(
            "size",
            quantity::canonical(size)
                .as_ref()
                .unwrap_or(size)
                .as_str()
                .into(),
        );
    }
    if let Some(mode) = &disk.volume_mode {
        put("volumeMode", mode.as_str().into());
    }
    let mut modes = disk.access_modes.clone();
    modes.sort_unstable();
    put("accessModes", modes.into());
    Value::Object(form)
}
