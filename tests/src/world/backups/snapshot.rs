//! The pair of `VolumeSnapshot` and `VolumeSnapshotContent` of a disk.

use serde_json::{Value, json};

use super::names::{ago, nanos_ago};
use super::plan::{Disk, Plan};
use super::rows::{Made, State};

const API: &str = "snapshot.storage.k8s.io/v1";
const AS_SOURCE: &str = "snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection";
const BOUND: &str = "snapshot.storage.kubernetes.io/volumesnapshot-bound-protection";
const CONTENT_BOUND: &str = "snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection";

/// The content and the snapshot of a disk.
pub(super) fn pair(plan: &Plan, disk: &Disk) -> [Value; 2] {
    let owner = json!({
        "apiVersion": "harvesterhci.io/v1beta1", "kind": "VirtualMachineBackup",
        "name": plan.name, "uid": plan.uid(), "controller": true,
    });
    let [mut content, mut snapshot] = match plan.row.made {
        Made::Here => of_claim(plan, disk, &owner),
        Made::Elsewhere => of_handle(&Recovered {
            namespace: &plan.namespace,
            snapshot: &disk.snapshot,
            snapshot_uid: &disk.snapshot_uid,
            content: &disk.content,
            handle: &disk.handle,
            class: &disk.class,
            policy: "Delete",
            snapshot_owner: owner.clone(),
            content_owner: Some(owner),
            age: plan.age - 1,
        }),
    };
    if plan.row.state == State::InProgress {
        for object in [&mut content, &mut snapshot] {
            object.as_object_mut().map(|object| object.remove("status"));
        }
        snapshot["status"] = json!({
            "boundVolumeSnapshotContentName": disk.content, "readyToUse": false,
        });
    }
    [content, snapshot]
}

/// A pair that the snapshot controller made for a claim.
fn of_claim(plan: &Plan, disk: &Disk, owner: &Value) -> [Value; 2] {
    let (age, class) = (plan.age - 1, &disk.class);
    let claim = &disk.claim;
    let mut annotations = json!({
        "harvesterhci.io/storageClassName": claim["spec"]["storageClassName"],
        "harvesterhci.io/storageProvisioner": disk.driver,
    });
    let image = &claim["metadata"]["annotations"]["harvesterhci.io/imageId"];
    if image.is_string() {
        annotations["harvesterhci.io/imageId"] = image.clone();
    }
    let content = json!({
        "apiVersion": API,
        "kind": "VolumeSnapshotContent",
        "metadata": {
            "name": disk.content, "creationTimestamp": ago(age), "generation": 1,
            "finalizers": [CONTENT_BOUND],
        },
        "spec": {
            "deletionPolicy": "Delete",
            "driver": disk.driver,
            "source": {"volumeHandle": disk.volume},
            "sourceVolumeMode": claim["spec"]["volumeMode"],
            "volumeSnapshotClassName": class,
            "volumeSnapshotRef": {
                "apiVersion": API, "kind": "VolumeSnapshot", "name": disk.snapshot,
                "namespace": plan.namespace, "uid": disk.snapshot_uid,
                "resourceVersion": resource_version(&disk.snapshot_uid),
            },
        },
        "status": {
            "creationTime": nanos_ago(age - 1), "readyToUse": true,
            "restoreSize": disk.bytes, "snapshotHandle": disk.handle,
        },
    });
    let snapshot = json!({
        "apiVersion": API,
        "kind": "VolumeSnapshot",
        "metadata": {
            "name": disk.snapshot, "namespace": plan.namespace, "uid": disk.snapshot_uid,
            "creationTimestamp": ago(age), "generation": 1, "annotations": annotations,
            "finalizers": [AS_SOURCE, BOUND], "ownerReferences": [owner],
        },
        "spec": {
            "source": {"persistentVolumeClaimName": claim["metadata"]["name"]},
            "volumeSnapshotClassName": class,
        },
        "status": {
            "boundVolumeSnapshotContentName": disk.content, "creationTime": ago(age - 1),
            "readyToUse": true, "restoreSize": claim["spec"]["resources"]["requests"]["storage"],
        },
    });
    [content, snapshot]
}

/// What a pair is made of that begins with a handle.
pub(super) struct Recovered<'a> {
    pub(super) namespace: &'a str,
    pub(super) snapshot: &'a str,
    pub(super) snapshot_uid: &'a str,
    pub(super) content: &'a str,
    pub(super) handle: &'a str,
    pub(super) class: &'a str,
    pub(super) policy: &'a str,
    pub(super) snapshot_owner: Value,
    pub(super) content_owner: Option<Value>,
    pub(super) age: i64,
}

/// A pair that Harvester made from a handle: ready at once, of unknown size.
pub(super) fn of_handle(pair: &Recovered<'_>) -> [Value; 2] {
    let mut content = json!({
        "apiVersion": API,
        "kind": "VolumeSnapshotContent",
        "metadata": {
            "name": pair.content, "creationTimestamp": ago(pair.age), "generation": 2,
            "finalizers": [CONTENT_BOUND],
        },
        "spec": {
            "deletionPolicy": pair.policy,
            "driver": super::plan::LONGHORN,
            "source": {"snapshotHandle": pair.handle},
            "volumeSnapshotClassName": pair.class,
            "volumeSnapshotRef": {
                "name": pair.snapshot, "namespace": pair.namespace, "uid": pair.snapshot_uid,
            },
        },
        "status": {
            "creationTime": nanos_ago(pair.age), "readyToUse": true, "snapshotHandle": pair.handle,
        },
    });
    if let Some(owner) = &pair.content_owner {
        content["metadata"]["ownerReferences"] = json!([owner]);
    }
    // Nothing would be deleted with a content on Retain, so nothing is guarded.
    let finalizers = match pair.policy {
        "Retain" => vec![AS_SOURCE],
        _ => vec![AS_SOURCE, BOUND],
    };
    let snapshot = json!({
        "apiVersion": API,
        "kind": "VolumeSnapshot",
        "metadata": {
            "name": pair.snapshot, "namespace": pair.namespace, "uid": pair.snapshot_uid,
            "creationTimestamp": ago(pair.age), "generation": 1,
            "finalizers": finalizers, "ownerReferences": [pair.snapshot_owner],
        },
        "spec": {
            "source": {"volumeSnapshotContentName": pair.content},
            "volumeSnapshotClassName": pair.class,
        },
        "status": {
            "boundVolumeSnapshotContentName": pair.content,
            "creationTime": ago(pair.age), "readyToUse": true,
        },
    });
    [content, snapshot]
}

/// A plausible version that the content remembers of its snapshot.
fn resource_version(uid: &str) -> String {
    u32::from_str_radix(&uid[..6], 16)
        .unwrap_or(4_711)
        .to_string()
}
