//! Which classes can take an image that is exported from a volume.

use std::collections::BTreeSet;

use super::subject::Subject;
use crate::facts::Storage;
use crate::inventory::Inventory;

/// Which classes can take an image from some kind of storage.
#[derive(Clone, Debug, Default)]
pub(super) struct ExportTargets {
    /// How many can.
    pub(super) taken: usize,
    /// The names of those that cannot.
    pub(super) refused: Vec<String>,
}

impl ExportTargets {
    /// Longhorn v1 takes images of its own kind only; every other class needs modes that CDI knows.
    ///
    /// What cannot be read of a profile counts as having modes.
    pub(super) fn of(inventory: &Inventory, from_longhorn_v1: bool) -> Self {
        let profiles = &inventory.storage_profiles;
        let without_modes: BTreeSet<&str> = profiles
            .items
            .iter()
            .filter(|profile| {
                profiles.gap.is_none() && profile.status.claim_property_sets.is_empty()
            })
            .map(|profile| profile.metadata.name.as_str())
            .collect();
        let mut targets = Self::default();
        for class in &inventory.storage_classes.items {
            let name = class.metadata.name.as_str();
            let longhorn_v1 = Subject::class(class).storage() == Storage::LonghornV1;
            let refuses = if longhorn_v1 {
                !from_longhorn_v1
            } else {
                without_modes.contains(name)
            };
            if refuses {
                targets.refused.push(name.to_owned());
            } else {
                targets.taken += 1;
            }
        }
        targets
    }
}
