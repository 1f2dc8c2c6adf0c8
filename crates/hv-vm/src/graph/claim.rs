//! What disks, their classes and their images refer to.

use serde_json::Value;

use super::vm::{IMAGE_ID, image as image_reference};
use super::{Found, Need, qualified};
use crate::key::{Key, Kind};

/// Where Longhorn keeps its side of images.
const LONGHORN: &str = "longhorn-system";

/// The class of a claim, in its field or in the annotation of old clients.
pub(crate) fn class_of(claim: &Value) -> &Value {
    match &claim["spec"]["storageClassName"] {
        Value::Null => &claim["metadata"]["annotations"]["volume.beta.kubernetes.io/storage-class"],
        class => class,
    }
}

/// References of a claim.
pub(super) fn claim(found: &mut Found<'_>, claim: &Value) {
    let metadata = &claim["metadata"];
    let name = metadata["name"].as_str().unwrap_or_default();
    let by = |field: &str| format!("PersistentVolumeClaim/{name}.{field}");
    let volume = &claim["spec"]["volumeName"];
    found.local(Kind::PersistentVolume, volume, Need::Describe, || {
        by("spec.volumeName")
    });
    found.local(Kind::StorageClass, class_of(claim), Need::Describe, || {
        by("spec.storageClassName")
    });
    if is_from_data_volume(claim) {
        found.local(Kind::DataVolume, &metadata["name"], Need::Describe, || {
            by("metadata.ownerReferences")
        });
    }
    let image = &metadata["annotations"][IMAGE_ID];
    image_reference(found, image, || by("metadata.annotations"));
}

/// Whether CDI made a claim; only then is there a `DataVolume` to ask for.
fn is_from_data_volume(claim: &Value) -> bool {
    let metadata = &claim["metadata"];
    let annotations = &metadata["annotations"];
    let owners = metadata["ownerReferences"].as_array();
    owners
        .into_iter()
        .flatten()
        .any(|owner| owner["kind"] == "DataVolume")
        || annotations["cdi.kubevirt.io/createdForDataVolume"].is_string()
        || annotations["cdi.kubevirt.io/storage.populatedFor"].is_string()
}

/// References of a `DataVolume`: the claim it was cloned from bears the name of the image.
pub(super) fn data_volume(found: &mut Found<'_>, volume: &Value) {
    let source = &volume["spec"]["source"]["pvc"];
    if let Some(name) = source["name"].as_str() {
        let namespace = source["namespace"].as_str().unwrap_or(found.namespace);
        let key = Key::new(Kind::VirtualMachineImage, namespace, name);
        let volume = volume["metadata"]["name"].as_str().unwrap_or_default();
        let by = format!("DataVolume/{volume}.spec.source.pvc");
        found.push(key, Need::Describe, by);
    }
}

/// References of a storage class.
pub(super) fn class(found: &mut Found<'_>, class: &Value) {
    if let Some(name) = class["parameters"]["backingImage"].as_str() {
        let class = class["metadata"]["name"].as_str().unwrap_or_default();
        let by = format!("StorageClass/{class}.parameters.backingImage");
        let key = Key::new(Kind::BackingImage, LONGHORN, name);
        found.push(key, Need::Describe, by);
    }
}

/// References of an image.
pub(super) fn image(found: &mut Found<'_>, image: &Value) {
    if image["spec"]["backend"] == "cdi" {
        return;
    }
    let name = image["metadata"]["name"].as_str().unwrap_or_default();
    if let Some(uid) = image["metadata"]["uid"].as_str() {
        let by = format!("VirtualMachineImage/{name}.metadata.uid");
        found.push(backing_image_key(uid), Need::Describe, by);
    }
}

/// The name of Longhorn's side of an image, as Harvester makes it today.
pub(crate) fn backing_image_key(uid: &str) -> Key {
    Key::new(Kind::BackingImage, LONGHORN, &format!("vmi-{uid}"))
}

/// References of Longhorn's side of an image.
pub(super) fn backing_image(found: &mut Found<'_>, backing: &Value) {
    if let Some(id) = backing["metadata"]["annotations"][IMAGE_ID].as_str() {
        let (namespace, name) = qualified(id, "default");
        let key = Key::new(Kind::VirtualMachineImage, namespace, name);
        let backing = backing["metadata"]["name"].as_str().unwrap_or_default();
        let by = format!("BackingImage/{backing}.metadata.annotations");
        found.push(key, Need::Describe, by);
    }
}
