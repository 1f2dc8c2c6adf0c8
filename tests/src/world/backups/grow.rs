//! Many sound backups, for measurements.

use serde_json::{Value, json};

use super::cast::Cast;
use super::line::Line;
use super::names::digits;
use super::plan::{Plan, text};
use super::rows::{BackupRow, Made, Target};
use super::sheet::Sheet;
use super::{cover, longhorn, snapshot, vmbackup};
use crate::world::{World, WorldError, identity, times};

/// Backups of one VM.
const PER_VM: usize = 10;
const NAMESPACES: usize = 20;

/// The objects of `backups` backups with two disks each, and of further snapshots up to `contents` contents.
pub(crate) fn objects(
    world: &mut World,
    backups: usize,
    contents: usize,
) -> Result<Vec<Value>, WorldError> {
    let line = Line::of(world);
    let mut sheet = Sheet::sound()?;
    sheet.machines.clear();
    sheet.elsewhere.clear();
    let mut objects = namespaces(world);
    let target = target(world, &sheet, line, &mut objects)?;
    let cast = Cast::of(world, &sheet)?;
    let plans = plans(world, &cast, backups, line)?;
    for plan in &plans {
        objects.push(vmbackup::object(plan, line, &target));
        for disk in &plan.disks {
            objects.extend(snapshot::pair(plan, disk));
        }
    }
    let mut kept = longhorn::objects(&plans, line, &target.url());
    kept.retain(|object| object["kind"] != "Snapshot");
    objects.extend(kept);
    let there = [&world.objects, &objects].map(|objects| {
        let of_kind = objects
            .iter()
            .filter(|o| o["kind"] == "VolumeSnapshotContent");
        of_kind.count()
    });
    let more = contents.saturating_sub(there.iter().sum());
    objects.extend((0..more).flat_map(foreign_pair));
    Ok(objects)
}

/// The target of the world; a world without one gets the sound one.
fn target(
    world: &mut World,
    sheet: &Sheet,
    line: Line,
    objects: &mut Vec<Value>,
) -> Result<Target, WorldError> {
    let mut target = sheet.target()?;
    if world
        .get("BackupTarget", "longhorn-system", "default")
        .is_none()
    {
        let before = world.objects.len();
        target.set(world, line);
        objects.extend(world.objects.drain(before..));
        let now = world.now;
        if let Some(setting) = world.get_mut("Setting", "", "backup-target") {
            times::resolve(setting, now);
        }
        return Ok(target);
    }
    let value = world
        .get("Setting", "", "backup-target")
        .map(|setting| text(&setting["value"]));
    let value: Value = value
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    for (field, key) in [
        (&mut target.endpoint, "endpoint"),
        (&mut target.bucket, "bucketName"),
        (&mut target.region, "bucketRegion"),
    ] {
        *field = text(&value[key]);
    }
    Ok(target)
}

fn namespace(number: usize) -> String {
    format!("load-{:02}", number % NAMESPACES)
}

/// The namespaces that are not there yet; all are covered by a bundle from now on.
fn namespaces(world: &mut World) -> Vec<Value> {
    let names: Vec<String> = (0..NAMESPACES).map(namespace).collect();
    cover(world, &names);
    names
        .into_iter()
        .filter(|name| world.get("Namespace", "", name).is_none())
        .map(|name| {
            json!({
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
                "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
            })
        })
        .collect()
}

/// Ten backups of each VM; every third VM is of another cluster, and none is there any more.
fn plans(world: &World, cast: &Cast, backups: usize, line: Line) -> Result<Vec<Plan>, WorldError> {
    let mut plans = Vec::with_capacity(backups);
    for vm in 0..backups.div_ceil(PER_VM) {
        let (name, namespace) = (format!("saved-{vm:05}"), namespace(vm));
        let disk = json!({"class": "harvester-longhorn", "size": "10Gi"});
        let row = json!({
            "name": name, "namespace": namespace, "labels": {"tier": "load"},
            "agent": vm.is_multiple_of(2), "disks": [disk, disk],
        });
        let objects = cast.expand(world, &[row])?;
        for number in vm * PER_VM..backups.min((vm + 1) * PER_VM) {
            let day = number % PER_VM;
            let row = BackupRow {
                made: if vm % 3 == 2 {
                    Made::Elsewhere
                } else {
                    Made::Here
                },
                age: format!("{}h", 24 * (PER_VM - day) + vm % 24),
                ..BackupRow::plain(&format!("{name}-day-{day}"), &namespace, &name)
            };
            plans.push(Plan::of(&row, &objects, &[], line)?);
        }
    }
    Ok(plans)
}

/// A snapshot that a backup tool took of a volume of another storage.
fn foreign_pair(number: usize) -> [Value; 2] {
    let (namespace, name) = (namespace(number), format!("velero-data-{number:05}"));
    let uid = identity::uid("VolumeSnapshot", &namespace, &name);
    let content = format!("snapcontent-{uid}");
    let claim = format!("data-{number:05}");
    let volume = format!(
        "pvc-{}",
        identity::uid("PersistentVolumeClaim", &namespace, &claim)
    );
    let created = format!("@now-{}h", 1 + number % 200);
    let labels = json!({"velero.io/backup-name": format!("nightly-{}", number % 30)});
    let api = "snapshot.storage.k8s.io/v1";
    let class = "csi-rbdplugin-snapclass";
    let bound = "snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection";
    let guards = ["as-source", "bound"]
        .map(|what| format!("snapshot.storage.kubernetes.io/volumesnapshot-{what}-protection"));
    let handle = format!(
        "0001-0009-rook-ceph-0000000000000002-{}",
        digits("Handle", &namespace, &name, 32)
    );
    [
        json!({
            "apiVersion": api, "kind": "VolumeSnapshotContent",
            "metadata": {"name": content, "creationTimestamp": created, "finalizers": [bound]},
            "spec": {
                "deletionPolicy": "Delete", "driver": "rook-ceph.rbd.csi.ceph.com",
                "source": {"volumeHandle": volume}, "sourceVolumeMode": "Block",
                "volumeSnapshotClassName": class,
                "volumeSnapshotRef": {
                    "apiVersion": api, "kind": "VolumeSnapshot", "name": name,
                    "namespace": namespace, "uid": uid, "resourceVersion": "4711",
                },
            },
            "status": {
                "creationTime": created.replace("now", "nanos"), "readyToUse": true,
                "restoreSize": 10_737_418_240_u64, "snapshotHandle": handle,
            },
        }),
        json!({
            "apiVersion": api, "kind": "VolumeSnapshot",
            "metadata": {
                "name": name, "namespace": namespace, "uid": uid, "creationTimestamp": created,
                "labels": labels, "finalizers": guards,
            },
            "spec": {
                "source": {"persistentVolumeClaimName": claim}, "volumeSnapshotClassName": class,
            },
            "status": {
                "boundVolumeSnapshotContentName": content, "creationTime": created,
                "readyToUse": true, "restoreSize": "10Gi",
            },
        }),
    ]
}
