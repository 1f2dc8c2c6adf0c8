//! The claims that are created for disks, and the volumes that they are bound to.

use serde_json::{Value, json};

use super::disks::{Claim, Disks, Placed};
use super::names::Names;
use super::tree::{fields, made, rename};
use super::volume::{Both, volume};
use super::{RenderError, file_of};
use crate::graph::IMAGE_ID;
use crate::key::{Key, Kind};
use crate::mapping::{DiskChoice, RenderedObject};
use crate::stored::Stored;

/// Volumes, then claims.
pub(super) fn all(
    stored: &Stored,
    names: Names<'_>,
    disks: &Disks<'_>,
) -> Result<Vec<RenderedObject>, RenderError> {
    let (mut volumes, mut claims): (Vec<RenderedObject>, Vec<RenderedObject>) = Default::default();
    let namespace = names.target().namespace.as_str();
    for placed in &disks.placed {
        let Some(claim) = Claim::of(placed.choice) else {
            continue;
        };
        if claims.iter().any(|known| known.key.name == claim.name) {
            continue;
        }
        if let DiskChoice::Bind {
            volume: name,
            create: Some(body),
            ..
        } = placed.choice
        {
            let both = Both {
                namespace,
                claim: claim.name,
                volume: name,
                class: claim.class,
                size: claim.size,
                volume_mode: claim.volume_mode,
                access_modes: claim.access_modes,
            };
            volumes.push(volume(body, &both)?);
        }
        claims.extend(created(stored, names, placed, &claim));
    }
    volumes.extend(claims);
    Ok(volumes)
}

/// The claim, unless it is there already or somebody else makes it.
fn created(
    stored: &Stored,
    names: Names<'_>,
    placed: &Placed<'_>,
    claim: &Claim<'_>,
) -> Option<RenderedObject> {
    let (image, bound, source) = match placed.choice {
        DiskChoice::Existing { .. } | DiskChoice::Skip | DiskChoice::Image { cdi: true, .. } => {
            return None;
        }
        DiskChoice::Image { image, .. } => (Some(image), None, None),
        DiskChoice::Bind { volume, .. } => (None, Some(volume), None),
        DiskChoice::Snapshot { snapshot, .. } => (None, None, Some(snapshot)),
        DiskChoice::Blank { .. } => (None, None, None),
    };
    let key = Key::new(
        Kind::PersistentVolumeClaim,
        &names.source.namespace,
        &placed.disk.claim,
    );
    let mut object = file_of(stored, &key)
        .and_then(|item| stored.json(&item.path))
        .filter(Value::is_object)
        .unwrap_or_else(|| json!({}));
    rename(&mut object, &names.target().namespace, claim.name);
    let mut spec = json!({
        "accessModes": claim.access_modes,
        "resources": {"requests": {"storage": claim.size}},
        "storageClassName": claim.class,
    });
    let mode = (!claim.volume_mode.is_empty()).then(|| claim.volume_mode.into());
    let source = source.map(|name| {
        let group = "snapshot.storage.k8s.io";
        json!({"apiGroup": group, "kind": "VolumeSnapshot", "name": name})
    });
    let optional = [
        ("volumeMode", mode),
        ("volumeName", bound.map(|name| name.as_str().into())),
        ("dataSource", source),
    ];
    for (field, value) in optional {
        if let (Some(spec), Some(value)) = (spec.as_object_mut(), value) {
            spec.insert(field.to_owned(), value);
        }
    }
    if let Some(object) = object.as_object_mut() {
        object.insert("apiVersion".to_owned(), "v1".into());
        object.insert("kind".to_owned(), "PersistentVolumeClaim".into());
        object.insert("spec".to_owned(), spec);
    }
    name_image(&mut object, image);
    Some(RenderedObject {
        key: Key::new(
            Kind::PersistentVolumeClaim,
            &names.target().namespace,
            claim.name,
        ),
        object,
        sealed: None,
        owned: false,
    })
}

/// Names the image that the claim is filled from; that of the source is unknown here.
fn name_image(object: &mut Value, image: Option<&String>) {
    if let Some(image) = image {
        if let Some(annotations) = made(object, &["metadata", "annotations"]) {
            annotations.insert(IMAGE_ID.to_owned(), image.as_str().into());
        }
        return;
    }
    if let Some(annotations) = fields(object, &["metadata", "annotations"]) {
        annotations.remove(IMAGE_ID);
        if annotations.is_empty()
            && let Some(metadata) = fields(object, &["metadata"])
        {
            metadata.remove("annotations");
        }
    }
}
