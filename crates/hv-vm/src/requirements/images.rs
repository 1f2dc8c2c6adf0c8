//! The images that a VM's disks began as.

use std::collections::BTreeMap;

use serde_json::Value;

use super::url::without_credentials;
use super::{Needs, text};
use crate::graph::{IMAGE_ID, backing_image_key};
use crate::header::ImageNeed;
use crate::key::{Key, Kind};
use crate::objects::Objects;

pub(super) fn images(needs: &Needs<'_>) -> Vec<ImageNeed> {
    let mut by_id: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for disk in needs.disks {
        if let Some(image) = &disk.image {
            by_id.entry(image).or_default().push(disk.claim.clone());
        }
    }
    by_id
        .into_iter()
        .map(|(id, used_by)| image(id, used_by, needs.objects))
        .collect()
}

/// What is known of an image by its id.
pub(crate) fn image(id: &str, used_by: Vec<String>, objects: &Objects) -> ImageNeed {
    let need = ImageNeed {
        id: id.to_owned(),
        used_by,
        ..ImageNeed::default()
    };
    let (namespace, name) = id.split_once('/').unwrap_or(("default", id));
    let key = Key::new(Kind::VirtualMachineImage, namespace, name);
    let Some(image) = objects.get(&key) else {
        return need;
    };
    let (spec, status) = (&image["spec"], &image["status"]);
    let class = text(&status["storageClassName"]).or_else(|| text(&spec["targetStorageClassName"]));
    let backing = backing_of(image, class.as_deref(), objects);
    let backing = backing.map_or(&Value::Null, |backing| &backing["status"]);
    let size = &status["virtualSize"];
    let size = size.as_u64().or_else(|| backing["virtualSize"].as_u64());
    let url = text(&spec["url"]).or_else(|| text(&status["appliedUrl"]));
    ImageNeed {
        display_name: text(&spec["displayName"]),
        checksum: text(&spec["checksum"]).or_else(|| text(&backing["checksum"])),
        virtual_size_bytes: size.filter(|size| *size > 0),
        url: url.map(|url| without_credentials(&url).into_owned()),
        source_type: text(&spec["sourceType"]),
        // Images of old releases have no such field, and there was one backend.
        backend: Some(text(&spec["backend"]).unwrap_or_else(|| "backingimage".to_owned())),
        storage_class: class,
        ..need
    }
}

/// Longhorn's side of an image: by the image's class, by its uid, or by its name as of old.
fn backing_of<'a>(image: &Value, class: Option<&str>, objects: &'a Objects) -> Option<&'a Value> {
    let by_class = class.and_then(|class| {
        let class = objects.get(&Key::new(Kind::StorageClass, "", class))?;
        let name = class["parameters"]["backingImage"].as_str()?;
        objects.get(&Key::new(Kind::BackingImage, "longhorn-system", name))
    });
    by_class.or_else(|| {
        let uid = image["metadata"]["uid"].as_str()?;
        objects.get(&backing_image_key(uid))
    })
}

/// The image that a claim began as: what the claim says, what the VM says of it, what CDI cloned,
/// or what its class is for.
pub(crate) fn image_of(
    claim: Option<&Value>,
    template: Option<&Value>,
    data_volume: Option<&Value>,
    class: Option<&str>,
    objects: &Objects,
) -> Option<String> {
    let annotated = |object: Option<&Value>| text(&object?["metadata"]["annotations"][IMAGE_ID]);
    annotated(claim)
        .or_else(|| annotated(template))
        .or_else(|| {
            let volume = data_volume?;
            let source = &volume["spec"]["source"]["pvc"];
            let namespace = &volume["metadata"]["namespace"];
            let namespace = source["namespace"].as_str().or(namespace.as_str())?;
            let key = Key::new(
                Kind::VirtualMachineImage,
                namespace,
                source["name"].as_str()?,
            );
            // Any claim can be cloned; only that of an image shares its name with one.
            objects.get(&key)?;
            Some(format!("{}/{}", key.namespace, key.name))
        })
        .or_else(|| {
            let class = objects.get(&Key::new(Kind::StorageClass, "", class?))?;
            let backing = class["parameters"]["backingImage"].as_str()?;
            let backing = Key::new(Kind::BackingImage, "longhorn-system", backing);
            annotated(objects.get(&backing))
        })
}
