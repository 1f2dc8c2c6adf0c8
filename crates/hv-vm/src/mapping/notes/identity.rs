//! Names, firmware state and devices.

use super::Move;
use crate::graph::list;

/// Notes on who the guest is.
pub(super) fn notes(one: &mut Move<'_>) {
    renamed(one);
    firmware(one);
    for device in &one.header.requirements.devices {
        let message = format!(
            "The guest goes without the device \"{}\" ({}), which is one of the source's nodes.",
            device.name, device.device
        );
        one.note(
            "device-dropped",
            "spec.template.spec.domain.devices",
            message,
        );
    }
}

fn renamed(one: &mut Move<'_>) {
    let (source, target) = (one.names.source.clone(), one.names.target().clone());
    if one.names.is_renamed() {
        let said = one.spec()["hostname"].as_str().unwrap_or_default();
        let is_own = said.is_empty() || said == source.name;
        if is_own {
            let message = format!(
                "The guest is offered the host name \"{}\" instead of \"{}\".",
                target.name, source.name
            );
            one.note("hostname-renamed", "spec.template.spec.hostname", message);
        }
        if one.spec()["subdomain"].as_str() == Some(&source.name) {
            let message = format!(
                "The domain of the guest is \"{}\" instead of \"{}\".",
                target.name, source.name
            );
            one.note("subdomain-renamed", "spec.template.spec.subdomain", message);
        }
    }
    if one.names.is_moved() {
        let volumes = list(&one.spec()["volumes"]).to_vec();
        let drives = volumes.iter().enumerate();
        for (at, _) in drives.filter(|(_, volume)| volume["cloudInitConfigDrive"].is_object()) {
            let path = format!("spec.template.spec.volumes[{at}].cloudInitConfigDrive");
            let message = format!(
                "The instance id of the config drive becomes \"{}.{}\": cloud-init runs in full once more.",
                target.name, target.namespace
            );
            one.note("config-drive-instance-id", &path, message);
        }
    }
}

fn firmware(one: &mut Move<'_>) {
    const FIRMWARE: &str = "spec.template.spec.domain.firmware";
    let domain = &one.spec()["domain"];
    let has_variables = domain["firmware"]["bootloader"]["efi"]["persistent"] == true;
    let has_keys = domain["devices"]["tpm"]["persistent"] == true;
    let has_serial = domain["firmware"]["serial"].is_string();
    if has_variables {
        let message = "EFI variables do not move: the firmware starts with factory settings, and boot entries are lost.";
        let path = format!("{FIRMWARE}.bootloader.efi");
        one.note("efi-state-lost", &path, message.to_owned());
        if one.names.is_renamed() {
            let message = "The file of the EFI variables bears the name of the VM: a volume that is brought along must have it renamed.";
            one.note("nvram-renamed", &path, message.to_owned());
        }
    }
    if has_keys {
        let message = "The TPM starts empty: keys that the guest sealed in it, as for disk encryption, are lost.";
        let path = "spec.template.spec.domain.devices.tpm";
        one.note("tpm-state-lost", path, message.to_owned());
    }
    if !has_serial {
        let message = "The VM has no serial number, and KubeVirt from 1.7 on makes one up.";
        let path = format!("{FIRMWARE}.serial");
        one.note("serial-unset", &path, message.to_owned());
    }
}
