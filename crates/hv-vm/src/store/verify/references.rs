//! Whether everything that a bundle's objects refer to is in it, is described, or has a reason.

use std::collections::BTreeSet;

use super::super::layout::Place;
use super::Verification;
use super::objects::Objects;
use crate::graph::{self, Need};
use crate::header::Header;
use crate::key::{Key, Kind};

/// Checks the references of all objects.
pub(super) fn check(
    place: &Place,
    header: &Header,
    objects: &Objects<'_>,
    into: &mut Verification,
) {
    let mut told = BTreeSet::new();
    for (item, object) in &objects.0 {
        for reference in graph::references(item.object.kind, object) {
            let wanted = reference.need != Need::Describe || is_required(reference.to.kind);
            if wanted && !is_known(header, &reference.to) && told.insert(reference.to.clone()) {
                let message = format!(
                    "{} of {} is neither in the bundle nor described",
                    reference.to, reference.by
                );
                into.problem(place, "reference-missing", &item.path, message);
            }
        }
    }
}

/// Whether a target must have something that is only described.
fn is_required(kind: Kind) -> bool {
    match kind {
        Kind::StorageClass
        | Kind::VirtualMachineImage
        | Kind::NetworkAttachmentDefinition
        | Kind::ServiceAccount
        | Kind::VirtualMachineInstancetype
        | Kind::VirtualMachineClusterInstancetype
        | Kind::VirtualMachinePreference
        | Kind::VirtualMachineClusterPreference => true,
        // What was behind a disk, and who ran the VM, stays where it was.
        _ => false,
    }
}

fn is_known(header: &Header, key: &Key) -> bool {
    let id = match key.namespace.as_str() {
        "" => key.name.clone(),
        namespace => format!("{namespace}/{}", key.name),
    };
    let needs = &header.requirements;
    let named = |kind: &str| {
        let mut named = needs.named.iter().filter(|need| need.kind == kind);
        named.any(|need| need.id == id || need.id == key.name)
    };
    Objects::has(header, key)
        || header.unread.iter().any(|unread| unread.object == *key)
        || named(key.kind.name())
        || match key.kind {
            Kind::StorageClass => needs
                .storage_classes
                .iter()
                .any(|need| need.name == key.name),
            Kind::VirtualMachineImage => needs.images.iter().any(|need| need.id == id),
            Kind::NetworkAttachmentDefinition => needs.networks.iter().any(|need| need.id == id),
            kind @ (Kind::Secret | Kind::ConfigMap) => needs
                .secrets
                .iter()
                .any(|need| need.name == key.name && need.config_map == (kind == Kind::ConfigMap)),
            _ => false,
        }
}
