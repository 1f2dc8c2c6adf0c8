//! The disks of a VM: images, claims of other VMs, shareable ones, drives without a disc.

use serde_json::Value;

use crate::admission::since::Rule;
use crate::admission::{Refusal, Release};
use crate::model::machine::{self, GOLDEN, inner, list, text};
use crate::model::{Store, claim, kind};

const VOLUMES: &str = "spec.templates.spec.volumes";
const LONGHORN: &str = "driver.longhorn.io";

pub(super) fn check_golden(vm: &Value, store: &Store) -> Result<(), Refusal> {
    let label = &vm["metadata"]["labels"]["migration.harvesterhci.io/imported"];
    if *label == "true" {
        return Ok(());
    }
    let namespace = machine::namespace(vm);
    for name in machine::claims(vm) {
        let found = store.get(kind::CLAIM, namespace, &name);
        if found.is_some_and(|found| machine::annotation(found, GOLDEN) == "true") {
            return Err(Refusal::invalid(
                VOLUMES,
                format!(
                    "PVC {namespace}/{name} is a golden image, it can't be used as a volume in VM"
                ),
            ));
        }
    }
    Ok(())
}

/// Claims that are not there yet are not looked at.
pub(super) fn check_occupied(vm: &Value, store: &Store, release: Release) -> Result<(), Refusal> {
    let (namespace, own) = (machine::namespace(vm), machine::name(vm));
    for name in machine::claims(vm) {
        let users = || {
            store
                .with_claim(namespace, &name)
                .filter(|key| key.name != own)
                .filter_map(|key| store.get(kind::VM, &key.namespace, &key.name))
        };
        if !release.has(Rule::SharedClaims) {
            let other = users().find(|other| machine::claims(other).any(|claim| claim == name));
            if let Some(other) = other {
                let other = machine::name(other);
                let message =
                    format!("the volume {name} is already used by VM {namespace}/{other}");
                return Err(Refusal::invalid(VOLUMES, message));
            }
            continue;
        }
        let Some(found) = store.get(kind::CLAIM, namespace, &name) else {
            continue;
        };
        let is_shared = claim::is_shared(found) && claim::provisioner(found, store) != LONGHORN;
        if !is_shared && users().any(|other| uses_alone(other, &name)) {
            return Err(Refusal::invalid(
                VOLUMES,
                format!(
                    "PVC {namespace}/{name} is already used by other VM, please use a shareable RWX volume."
                ),
            ));
        }
    }
    Ok(())
}

/// Whether a VM has a claim on a disk that is not marked shareable.
fn uses_alone(vm: &Value, claim: &str) -> bool {
    list(&inner(vm)["volumes"])
        .filter(|volume| volume["persistentVolumeClaim"]["claimName"] == claim)
        .any(|volume| {
            list(&inner(vm)["domain"]["devices"]["disks"])
                .any(|disk| disk["name"] == volume["name"] && disk["shareable"] != true)
        })
}

pub(super) fn check_drives(vm: &Value) -> Result<(), Refusal> {
    let volume = |name: &Value| list(&inner(vm)["volumes"]).find(|volume| volume["name"] == *name);
    for disk in list(&inner(vm)["domain"]["devices"]["disks"]) {
        let Some(drive) = disk.get("cdrom") else {
            continue;
        };
        if drive["bus"] == "sata" {
            continue;
        }
        match volume(&disk["name"]) {
            None => {
                return Err(Refusal::internal(
                    "empty cd-rom device should connect via SATA bus",
                ));
            }
            Some(volume) if volume["persistentVolumeClaim"]["hotpluggable"] == true => {
                return Err(Refusal::internal(
                    "hotpluggable cd-rom volume should connect via SATA bus",
                ));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

pub(super) fn check_shareable(vm: &Value, store: &Store) -> Result<(), Refusal> {
    let disks: Vec<&Value> = list(&inner(vm)["domain"]["devices"]["disks"]).collect();
    let has_order = disks.iter().any(|disk| disk["bootOrder"].is_u64());
    for (index, disk) in disks.iter().enumerate() {
        if disk["shareable"] != true {
            continue;
        }
        let name = text(&disk["name"]);
        let refused = |field: &'static str, why: &str| {
            let message = format!("disk {name} cannot be shareable: {why}");
            Err(Refusal::invalid(field, message))
        };
        let in_disks = "spec.template.spec.domain.devices.disks";
        if disk["bootOrder"] == 1 || (!has_order && index == 0) {
            return refused(in_disks, "a shareable disk cannot be used as the boot disk");
        }
        let cache = text(&disk["cache"]);
        if !cache.is_empty() && cache != "none" {
            let why = format!("a shareable disk requires cache mode none, got {cache}");
            return refused(in_disks, &why);
        }
        let volume = list(&inner(vm)["volumes"]).find(|volume| volume["name"] == disk["name"]);
        let claim = volume.map(|volume| text(&volume["persistentVolumeClaim"]["claimName"]));
        let Some(claim) = claim.filter(|claim| !claim.is_empty()) else {
            let why = "a shareable disk must be backed by a persistent volume claim";
            return refused("spec.template.spec.volumes", why);
        };
        let namespace = machine::namespace(vm);
        let found = store.get(kind::CLAIM, namespace, claim);
        let fits = found.is_none_or(|found| {
            claim::is_shared(found) && claim::provisioner(found, store) != LONGHORN
        });
        if !fits {
            return Err(Refusal::invalid(
                "spec.template.spec.volumes",
                format!(
                    "PVC {namespace}/{claim} cannot back a shareable disk: a ReadWriteMany volume from a provisioner other than Longhorn is required"
                ),
            ));
        }
    }
    Ok(())
}
