//! The rules.

use super::duration;
use super::inputs::{Disk, Inputs};
use super::refusal::{Refusal, SOURCE};
use super::setting::{self, Classes};

const LONGHORN: &str = "driver.longhorn.io";

/// What the mutating webhook refuses: a name in use, and a deadline it cannot read.
pub fn mutate(inputs: &Inputs) -> Result<(), Refusal> {
    if let Some(existing) = &inputs.existing {
        let name = existing["metadata"]["name"].as_str().unwrap_or_default();
        let theirs = existing["spec"]["type"].as_str().unwrap_or("backup");
        return Err(Refusal::bad_request(duplicate(inputs, name, theirs)));
    }
    if let Some(text) = deadline(inputs) {
        duration::seconds(text).map_err(Refusal::internal)?;
    }
    Ok(())
}

fn duplicate(inputs: &Inputs, name: &str, theirs: &str) -> String {
    let is_same = inputs.kind_of_backup() == theirs;
    match (inputs.release.is_9_or_later(), is_same) {
        (true, true) => format!("{theirs} {name:?} already exists"),
        (true, false) => {
            format!("name {name:?} is already used by a {theirs} (backup and snapshot share names)")
        }
        (false, true) => {
            format!("The {name} {theirs} is already existent. Please use another name for it.")
        }
        (false, false) => format!(
            "VM Backup and Snapshot use same CRD - VirtualMachineBackup. \
             The {name} {theirs} is already existent. Please use another name for it."
        ),
    }
}

/// The field exists since 1.9 only.
fn deadline(inputs: &Inputs) -> Option<&str> {
    inputs
        .release
        .is_9_or_later()
        .then(|| inputs.backup["spec"]["fsFreezeDeadline"].as_str())?
}

/// What the validating webhook refuses.
pub fn judge(inputs: &Inputs) -> Result<(), Refusal> {
    if inputs.vm_name().is_empty() {
        return Err(Refusal::invalid(SOURCE, "source VM name is empty"));
    }
    if deadline(inputs)
        .and_then(|text| duration::seconds(text).ok())
        .is_some_and(|s| s < 0.0)
    {
        return Err(Refusal::invalid(
            "spec.fsFreezeDeadline",
            "must not be negative",
        ));
    }
    // With a status it is taken for the record of a backup made elsewhere, whose VM need not exist here.
    let is_record = inputs.backup["status"]
        .as_object()
        .is_some_and(|status| !status.is_empty());
    if !is_record {
        check_vm(inputs)?;
    }
    let (default, value) = &inputs.backup_target;
    if inputs.is_backup() && !setting::has_target(default, value) {
        return Err(Refusal::invalid("spec.type", "backup target is not set"));
    }
    Ok(())
}

fn check_vm(inputs: &Inputs) -> Result<(), Refusal> {
    let (namespace, name) = (inputs.namespace(), inputs.vm_name());
    if inputs.vm.is_none() {
        let message = format!("virtualmachines.kubevirt.io {name:?} not found");
        return Err(Refusal::invalid(SOURCE, message));
    }
    if inputs.is_migrating {
        return Err(Refusal::invalid(
            SOURCE,
            format!("VM {namespace}/{name} is in migration"),
        ));
    }
    if !inputs.release.checks_storage() {
        return Ok(());
    }
    if let Some(disk) = inputs.disks.iter().find(|disk| disk.is_shareable)
        && inputs.release.is_9_or_later()
    {
        let message = format!(
            "cannot back up VM {namespace}/{name}: disk {} is shareable and may be written by \
             multiple VMs concurrently",
            disk.name
        );
        return Err(Refusal::invalid(SOURCE, message));
    }
    let (default, value) = &inputs.csi_driver_config;
    let classes = setting::classes(default, value).map_err(|error| {
        Refusal::invalid(
            SOURCE,
            format!("can't parse csi-driver-config setting, err: {error}"),
        )
    })?;
    for disk in &inputs.disks {
        check_disk(inputs, disk, &|driver| classes.get(driver))
            .map_err(|message| Refusal::invalid(SOURCE, message))?;
    }
    Ok(())
}

fn check_disk<'a>(
    inputs: &Inputs,
    disk: &Disk,
    classes_of: &dyn Fn(&str) -> Option<&'a Classes>,
) -> Result<(), String> {
    let claim_name = &disk.claim_name;
    let Some(claim) = &disk.claim else {
        return Err(format!("persistentvolumeclaims {claim_name:?} not found"));
    };
    let provisioner = disk.provisioner();
    if provisioner.is_empty() {
        let class = claim["spec"]["storageClassName"]
            .as_str()
            .unwrap_or_default();
        return Err(format!("storageclasses.storage.k8s.io {class:?} not found"));
    }
    if provisioner == LONGHORN {
        check_longhorn(inputs, disk)?;
    }
    let kind = inputs.kind_of_backup();
    if inputs.is_backup() && provisioner != LONGHORN && inputs.release.backs_up_longhorn_only() {
        return Err(format!(
            "provisioner {provisioner} is not supported for type {kind}"
        ));
    }
    let setting = "in the csi-driver-config setting";
    let Some(classes) = classes_of(provisioner) else {
        return Err(format!(
            "provisioner {provisioner} is not configured {setting}"
        ));
    };
    if inputs.is_backup() && classes.backup_volume_snapshot_class_name.is_empty() {
        return Err(format!(
            "backup's snapshot class is not configured for provisioner {provisioner} {setting}"
        ));
    }
    if !inputs.is_backup() && classes.volume_snapshot_class_name.is_empty() {
        return Err(format!(
            "snapshot's VolumeSnapshotClassName is not configured for provisioner {provisioner} {setting}"
        ));
    }
    Ok(())
}

fn check_longhorn(inputs: &Inputs, disk: &Disk) -> Result<(), String> {
    let volume = disk.volume_name();
    if inputs.release.refuses_v2_by_volume() && disk.longhorn_volume.as_deref() == Some("v2") {
        return Err(format!(
            "vm {namespace}/{vm} contains Longhorn v2 volume {volume} from PVC {namespace}/{claim}, \
             which does not support VM backup",
            namespace = inputs.namespace(),
            vm = inputs.vm_name(),
            claim = disk.claim_name,
        ));
    }
    if disk.engines.len() != 1 {
        return Err(format!(
            "expected 1 Longhorn engine volume {volume}, found {}",
            disk.engines.len()
        ));
    }
    if inputs.release.refuses_v2_by_engine() && disk.engines[0] == "v2" {
        let kind = inputs.kind_of_backup();
        return Err(format!(
            "provisioner v2.{LONGHORN} is not supported for type {kind}"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
