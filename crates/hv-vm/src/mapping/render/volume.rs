//! A `PersistentVolume` for storage that is there already.

use serde_json::{Value, json};

use super::RenderError;
use super::tree::{fields, made, rename};
use crate::digest;
use crate::header::CsiVolume;
use crate::key::{Key, Kind};
use crate::mapping::{NameKind, RenderedObject, check_name, size_bytes};

/// Harvester's driver for local volumes.
pub(in crate::mapping) const LVM: &str = "lvm.driver.harvesterhci.io";
const LONGHORN: &str = "driver.longhorn.io";

/// A `PersistentVolume` for a CSI volume, and its name.
///
/// It bears the name of the volume's handle, which the driver of local volumes insists on, unless
/// no object can have that name.
pub fn static_volume(volume: &CsiVolume, fs_type: Option<&str>) -> (String, Value) {
    let name = if check_name(NameKind::Object, &volume.handle).is_ok() {
        volume.handle.clone()
    } else {
        let digest = digest::bytes(volume.handle.as_bytes());
        let digits = digest.trim_start_matches("sha256:").chars().take(24);
        format!("hv-{}", digits.collect::<String>())
    };
    let mut csi = json!({
        "driver": volume.driver,
        "volumeHandle": volume.handle,
        "volumeAttributes": volume.attributes,
    });
    if let Some(fields) = csi.as_object_mut() {
        if volume.attributes.is_empty() {
            fields.remove("volumeAttributes");
        }
        if let Some(fs_type) = fs_type {
            fields.insert("fsType".to_owned(), fs_type.into());
        }
    }
    let mut spec = json!({"csi": csi});
    if let (Some(fields), Some(affinity)) = (spec.as_object_mut(), &volume.node_affinity) {
        fields.insert("nodeAffinity".to_owned(), affinity.clone());
    }
    let object = json!({
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": spec,
    });
    (name, object)
}

/// What claim and volume agree on.
pub(super) struct Both<'a> {
    pub(super) namespace: &'a str,
    pub(super) claim: &'a str,
    pub(super) volume: &'a str,
    pub(super) class: &'a str,
    pub(super) size: &'a str,
    pub(super) volume_mode: &'a str,
    pub(super) access_modes: &'a [String],
}

/// The volume as it is created: it names its claim, and outlives it.
pub(super) fn volume(body: &Value, both: &Both<'_>) -> Result<RenderedObject, RenderError> {
    let refuse = |why: &str| RenderError::Volume {
        name: both.volume.to_owned(),
        why: why.to_owned(),
    };
    let mut object = body.clone();
    rename(&mut object, "", both.volume);
    foreign(&mut object);
    if let Some(fields) = object.as_object_mut() {
        fields.insert("apiVersion".to_owned(), "v1".into());
        fields.insert("kind".to_owned(), "PersistentVolume".into());
    }
    let spec = made(&mut object, &["spec"]).ok_or_else(|| refuse("it has no spec"))?;
    for (field, value) in [
        ("capacity", json!({"storage": both.size})),
        ("accessModes", json!(both.access_modes)),
        ("volumeMode", both.volume_mode.into()),
        ("storageClassName", both.class.into()),
        ("persistentVolumeReclaimPolicy", "Retain".into()),
        (
            "claimRef",
            json!({
                "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                "namespace": both.namespace, "name": both.claim,
            }),
        ),
    ] {
        spec.insert(field.to_owned(), value);
    }
    let shared = both.access_modes.iter().any(|mode| mode == "ReadWriteMany");
    let driver = spec.get("csi").map_or(&Value::Null, |csi| &csi["driver"]);
    match driver.as_str() {
        Some(LVM) => local(&mut object, both).map_err(|why| refuse(&why))?,
        // Without it a shared disk cannot follow its VM to another node.
        Some(LONGHORN) if shared && both.volume_mode == "Block" => {
            if let Some(attributes) = made(&mut object, &["spec", "csi", "volumeAttributes"]) {
                let migratable = attributes.entry("migratable");
                migratable.or_insert_with(|| "true".into());
            }
        }
        _ => {}
    }
    Ok(RenderedObject {
        key: Key::new(Kind::PersistentVolume, "", both.volume),
        object,
        sealed: None,
        owned: false,
    })
}

/// What the driver of local volumes reads of a volume when it clones or deletes it.
fn local(object: &mut Value, both: &Both<'_>) -> Result<(), String> {
    let spec = &object["spec"];
    if spec["csi"]["volumeHandle"] != both.volume {
        return Err(
            "the driver of local volumes finds it by the name of its handle only".to_owned(),
        );
    }
    for attribute in ["type", "vgName"] {
        if !spec["csi"]["volumeAttributes"][attribute].is_string() {
            return Err(format!(
                "the driver of local volumes needs its attribute \"{attribute}\""
            ));
        }
    }
    let first = &spec["nodeAffinity"]["required"]["nodeSelectorTerms"][0]["matchExpressions"][0];
    if !first["values"][0].is_string() {
        return Err(
            "the driver of local volumes needs a node affinity that names its node".to_owned(),
        );
    }
    if let Some(attributes) = made(object, &["spec", "csi", "volumeAttributes"])
        && let Some(bytes) = size_bytes(both.size)
    {
        let required = attributes.entry("RequiredBytes");
        required.or_insert_with(|| bytes.to_string().into());
    }
    Ok(())
}

/// Takes away what the binder, a provisioner or another cluster wrote.
fn foreign(object: &mut Value) {
    let is_foreign = |key: &str| {
        key.starts_with("pv.kubernetes.io/")
            || key.starts_with("volume.kubernetes.io/provisioner-deletion-secret-")
    };
    if let Some(metadata) = fields(object, &["metadata"]) {
        let annotations = metadata
            .get_mut("annotations")
            .and_then(Value::as_object_mut);
        let emptied = annotations.is_some_and(|annotations| {
            annotations.retain(|key, _| !is_foreign(key));
            annotations.is_empty()
        });
        if emptied {
            metadata.remove("annotations");
        }
    }
    if let Some(attributes) = fields(object, &["spec", "csi", "volumeAttributes"]) {
        attributes.remove("storage.kubernetes.io/csiProvisionerIdentity");
    }
    if let Some(affinity) = fields(object, &["spec"])
        && affinity.get("nodeAffinity").is_some_and(Value::is_null)
    {
        affinity.remove("nodeAffinity");
    }
}
