//! The VM of a restore, and its claims and volumes.

use serde_json::{Value, json};

use super::cast::Cast;
use super::plan::Disk;
use super::restore::Restore;
use super::rows::Stage;
use super::sheet::SOUND;
use crate::world::release::data_error;
use crate::world::{World, WorldError, edit};

/// Adds what a restore has made so far.
pub(super) fn add(
    world: &mut World,
    restore: &Restore<'_>,
    cast: &Cast,
    url: &str,
) -> Result<(), WorldError> {
    let row = restore.row;
    if row.stage != Stage::Initializing {
        let claims = claims(world, restore, cast, url)?;
        world.objects.extend(claims);
    }
    if row.replaces {
        replace(world, restore)?;
    } else if matches!(row.stage, Stage::Complete | Stage::Creating) {
        let vm = new_vm(world, restore, cast)?;
        world.objects.extend(vm);
    }
    Ok(())
}

/// A VM that nobody sees: its disks have the names of the restored claims.
fn claims(
    world: &World,
    restore: &Restore<'_>,
    cast: &Cast,
    url: &str,
) -> Result<Vec<Value>, WorldError> {
    let claim = if restore.row.stage == Stage::Creating {
        "pending"
    } else {
        "bound"
    };
    let disks: Vec<Value> = restore
        .backup
        .disks
        .iter()
        .map(|disk| {
            let spec = &disk.claim["spec"];
            json!({
                "class": spec["storageClassName"], "claim": claim,
                "size": spec["resources"]["requests"]["storage"],
            })
        })
        .collect();
    let shadow = json!({
        "name": restore.claim_prefix(), "namespace": restore.row.namespace, "node": "node1",
        "state": if restore.row.stage == Stage::Complete { "running" } else { "stopped" },
        "disks": disks,
    });
    let mut objects = cast.expand(world, &[shadow])?;
    objects.retain(|object| {
        let kind = object["kind"].as_str().unwrap_or_default();
        !["VirtualMachine", "VirtualMachineInstance", "Pod"].contains(&kind)
    });
    for disk in &restore.backup.disks {
        for object in &mut objects {
            finish(object, restore, disk, url);
        }
    }
    Ok(objects)
}

/// Says of a claim or of a Longhorn volume what it was made from.
fn finish(object: &mut Value, restore: &Restore<'_>, disk: &Disk, url: &str) {
    let (claim, namespace) = (restore.claim_name(disk), &restore.row.namespace);
    let uid = crate::world::identity::uid("PersistentVolumeClaim", namespace, &claim);
    if edit::is_named(object, "PersistentVolumeClaim", namespace, &claim) {
        let source = json!({
            "apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot",
            "name": restore.snapshot_name(disk),
        });
        let mut patch = json!({
            "metadata": {
                "creationTimestamp": super::names::ago(restore.age() - 2),
                "annotations": {
                    "restore.harvesterhci.io/name": restore.row.name,
                    "volume.kubernetes.io/selected-node": null,
                },
            },
            "spec": {"dataSource": source, "dataSourceRef": source},
        });
        if let Some(owner) = restore.claim_owner() {
            patch["metadata"]["ownerReferences"] = json!([owner]);
        }
        edit::merge_patch(object, &patch);
    }
    if edit::is_named(object, "Volume", "longhorn-system", &format!("pvc-{uid}")) {
        let backup = disk.backup.clone().unwrap_or_default();
        edit::merge_patch(
            object,
            &json!({
                "metadata": {
                    "annotations": {
                        "pvc.harvesterhci.io/name": claim,
                        "pvc.harvesterhci.io/namespace": namespace,
                        "restore.harvesterhci.io/name": restore.row.name,
                    },
                    "labels": {"backup-volume": disk.volume},
                },
                "spec": {"fromBackup": format!("{url}?backup={backup}&volume={}", disk.volume)},
                "status": {"restoreInitiated": true, "restoreRequired": false},
            }),
        );
    }
}

fn new_vm(world: &World, restore: &Restore<'_>, cast: &Cast) -> Result<Vec<Value>, WorldError> {
    let (row, backup) = (restore.row, restore.backup);
    let mut vm = cast.row(&backup.namespace, &backup.row.vm)?;
    let disks = backup.disks.iter().map(|disk| {
        let spec = &disk.claim["spec"];
        json!({
            "class": spec["storageClassName"], "claimName": restore.claim_name(disk),
            "size": spec["resources"]["requests"]["storage"],
        })
    });
    vm["disks"] = disks.collect();
    vm["name"] = row.vm.clone().into();
    vm["namespace"] = row.namespace.clone().into();
    vm["node"] = "node1".into();
    // From 1.9 on the VM is started when its claims are bound, before it is made to run.
    let waiting = if restore.line.harvester(9) {
        "stopped"
    } else {
        "scheduling"
    };
    vm["state"] = if row.stage == Stage::Complete {
        "running"
    } else {
        waiting
    }
    .into();
    let mut objects = cast.expand(world, &[vm])?;
    for object in &mut objects {
        if object["kind"] == "VirtualMachine" {
            object["metadata"]["creationTimestamp"] = super::names::ago(restore.age() - 3).into();
            object["metadata"]["annotations"] = annotations(restore);
            object["metadata"]
                .as_object_mut()
                .map(|metadata| metadata.remove("labels"));
        }
    }
    Ok(objects)
}

/// Puts the backup's VM in the place of one that exists.
fn replace(world: &mut World, restore: &Restore<'_>) -> Result<(), WorldError> {
    let (row, source) = (restore.row, &restore.backup.source["spec"]);
    let Some(vm) = world.get_mut("VirtualMachine", &row.namespace, &row.vm) else {
        let reason = format!("no VM {}/{} to replace", row.namespace, row.vm);
        return Err(data_error(SOUND, &reason));
    };
    vm["spec"] = source.clone();
    vm["spec"]["runStrategy"] = "Halted".into();
    let volumes = vm
        .pointer_mut("/spec/template/spec/volumes")
        .and_then(Value::as_array_mut);
    for volume in volumes.into_iter().flatten() {
        let disk = restore
            .backup
            .disks
            .iter()
            .find(|disk| volume["name"] == disk.name.as_str());
        if let Some(disk) = disk {
            volume["persistentVolumeClaim"]["claimName"] = restore.claim_name(disk).into();
        }
    }
    edit::merge_patch(
        vm,
        &json!({"metadata": {"annotations": annotations(restore)}}),
    );
    Ok(())
}

/// The annotations of a restored VM; since 1.8.1 they hold the claims again.
fn annotations(restore: &Restore<'_>) -> Value {
    let row = restore.row;
    let mut annotations = json!({
        "restore.harvesterhci.io/last-restore-uid": format!("{}-{}", row.name, restore.uid()),
        "restore.harvesterhci.io/name": row.name,
    });
    if restore.line.harvester(8) {
        let templates: Vec<Value> = restore
            .backup
            .disks
            .iter()
            .map(|disk| {
                let spec = &disk.claim["spec"];
                json!({
                    "metadata": {"name": restore.claim_name(disk), "creationTimestamp": null},
                    "spec": {
                        "accessModes": spec["accessModes"], "resources": spec["resources"],
                        "storageClassName": spec["storageClassName"],
                        "volumeMode": spec["volumeMode"],
                    },
                    "status": {},
                })
            })
            .collect();
        let text = Value::from(templates).to_string();
        annotations["harvesterhci.io/volumeClaimTemplates"] = text.into();
    }
    annotations
}
