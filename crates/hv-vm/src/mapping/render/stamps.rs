//! What is written into a VM about where it comes from.

use std::collections::BTreeMap;

use serde_json::Value;

use super::tree::{fields, made};
use crate::header::{Disk, Header};
use crate::mapping::Stamps;
use crate::{digest, normal};

const PREFIX: &str = "kubectl-hv.io/";

/// Annotation with the cluster that a VM comes from.
const ORIGIN: &str = "backup.origin.cluster";

/// Annotation with the digest of the normal form of what was sent.
pub(in crate::mapping) const APPLIED: &str = "kubectl-hv.io/applied-digest";

/// Removes what another import wrote.
pub(super) fn remove(vm: &mut Value) {
    if let Some(annotations) = fields(vm, &["metadata", "annotations"]) {
        annotations.retain(|key, _| !key.starts_with(PREFIX) && key != ORIGIN);
    }
}

/// Writes them all but the digest of what is sent.
pub(super) fn write(vm: &mut Value, header: &Header, stamps: &Stamps) {
    let Some(annotations) = made(vm, &["metadata", "annotations"]) else {
        return;
    };
    let source = format!("{}/{}", header.vm.namespace, header.vm.name);
    let values = [
        ("lineage", header.lineage_id.clone()),
        ("epoch", header.epoch.to_string()),
        ("revision", header.revision.to_string()),
        ("digest", header.digest.clone()),
        ("source", source),
        ("source-uid", header.source.uid.clone()),
        ("made-by", stamps.tool.clone()),
    ];
    let given = values.into_iter().filter(|(_, value)| !value.is_empty());
    for (name, value) in given {
        annotations.insert(format!("{PREFIX}{name}"), value.into());
    }
    let cluster = header.source.cluster_id.as_str();
    annotations.insert(ORIGIN.to_owned(), cluster.into());
}

/// Writes the digest of the normal form of the VM as it is, with these texts in their places.
pub(in crate::mapping) fn write_digest(
    vm: &mut Value,
    disks: &[Disk],
    texts: &BTreeMap<String, String>,
) {
    let mut form = normal::normal_form(vm, disks);
    for (pointer, digest) in texts {
        if let Some((above, field)) = pointer.rsplit_once('/')
            && let Some(fields) = form.pointer_mut(above).and_then(Value::as_object_mut)
        {
            // Of text that may be secret the normal form holds digests, too.
            fields.insert(field.to_owned(), digest.as_str().into());
        }
    }
    let digest = digest::digest(&form);
    if let Some(annotations) = made(vm, &["metadata", "annotations"]) {
        annotations.insert(APPLIED.to_owned(), digest.into());
    }
}
