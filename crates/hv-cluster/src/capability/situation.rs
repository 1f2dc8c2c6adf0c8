//! An inventory with its indexes and the few facts that every judgement needs.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::csi_driver_config::{CsiDriverConfig, EntryUse, Lookup};
use super::export_targets::ExportTargets;
use crate::facts::{Facts, Storage};
use crate::harvester::HarvesterRelease;
use crate::inventory::Inventory;
use crate::release::Release;
use crate::views::{Lease, SnapshotClass, StorageClass, StorageProfile};

/// An inventory, ready to be judged.
#[derive(Debug)]
pub struct Situation<'a> {
    /// What was read.
    pub inventory: &'a Inventory,
    /// What is known.
    pub facts: &'a Facts,
    /// Harvester's release.
    pub harvester: HarvesterRelease,
    /// Longhorn's version, read or taken from the release; absent where neither tells.
    pub longhorn: Option<Release>,
    /// The setting `csi-driver-config`.
    pub config: CsiDriverConfig,
    classes: BTreeMap<&'a str, &'a StorageClass>,
    profiles: BTreeMap<&'a str, &'a StorageProfile>,
    from_longhorn_v1: ExportTargets,
    from_others: ExportTargets,
}

impl<'a> Situation<'a> {
    /// Indexes an inventory.
    pub fn new(inventory: &'a Inventory, facts: &'a Facts) -> Self {
        let harvester = HarvesterRelease::read(
            &inventory.settings,
            inventory.deployments.as_ref(),
            &facts.releases,
        );
        let longhorn = longhorn_version(inventory).or_else(|| match &harvester {
            HarvesterRelease::Known(release, _) | HarvesterRelease::Assumed(release, _) => {
                facts.releases.shipped_longhorn(release)
            }
            HarvesterRelease::Unknown(_) | HarvesterRelease::NotHarvester => None,
        });
        let by_name = |class: &'a StorageClass| (class.metadata.name.as_str(), class);
        let profile = |profile: &'a StorageProfile| (profile.metadata.name.as_str(), profile);
        Self {
            inventory,
            facts,
            harvester,
            longhorn,
            config: CsiDriverConfig::read(inventory),
            from_longhorn_v1: ExportTargets::of(inventory, true),
            from_others: ExportTargets::of(inventory, false),
            classes: inventory
                .storage_classes
                .items
                .iter()
                .map(by_name)
                .collect(),
            profiles: inventory
                .storage_profiles
                .items
                .iter()
                .map(profile)
                .collect(),
        }
    }

    /// The classes that can take an image from some kind of storage.
    pub(super) fn targets_of(&self, storage: Storage) -> &ExportTargets {
        match storage {
            Storage::LonghornV1 => &self.from_longhorn_v1,
            _ => &self.from_others,
        }
    }

    /// A storage class by name.
    pub fn class(&self, name: &str) -> Option<&'a StorageClass> {
        self.classes.get(name).copied()
    }

    /// CDI's profile of a storage class.
    pub fn profile(&self, class: &str) -> Option<&'a StorageProfile> {
        self.profiles.get(class).copied()
    }

    /// A snapshot class by name.
    pub fn snapshot_class(&self, name: &str) -> Option<&'a SnapshotClass> {
        self.inventory
            .snapshot_classes
            .items
            .iter()
            .find(|class| class.metadata.name == name)
    }

    /// Whether the release, known or assumed, is of this minor line or a later one.
    pub(crate) fn is_at_least(&self, major: u32, minor: u32) -> bool {
        let bound = Release {
            major,
            minor,
            patch: None,
            candidate: None,
        };
        match &self.harvester {
            HarvesterRelease::Known(release, _) | HarvesterRelease::Assumed(release, _) => {
                release.at_least(&bound)
            }
            HarvesterRelease::Unknown(_) | HarvesterRelease::NotHarvester => false,
        }
    }

    /// The sentence of a reason code.
    pub(crate) fn message(&self, code: &str) -> String {
        debug_assert!(self.facts.reasons.get(code).is_some(), "{code} has no text");
        self.facts.reasons.message(code).to_owned()
    }

    /// The Leases that a driver's sidecar holds or held, by the sidecar's name for it.
    ///
    /// `prefix` is the sidecar's, such as `external-snapshotter-leader-`.
    pub(crate) fn leases(&self, prefix: &str, driver: &str) -> impl Iterator<Item = &'a Lease> {
        let name = format!("{prefix}{}", lease_name(driver));
        self.inventory.leases.items.iter().filter(move |lease| {
            let held = lease.metadata.name.as_str();
            // A sidecar appends an X where the name would end in a dash.
            held == name || held.strip_suffix('X') == Some(&name)
        })
    }

    /// Whether a Lease was renewed within twice its duration.
    pub(crate) fn is_fresh(&self, lease: &Lease) -> bool {
        let Ok(renewed) = lease.spec.renew_time.parse::<Timestamp>() else {
            return false;
        };
        let limit = 2 * lease.spec.lease_duration_seconds.unwrap_or(15);
        self.inventory.now.as_second() - renewed.as_second() <= limit
    }
}

/// How a sidecar writes a driver's name in its Lease.
fn lease_name(driver: &str) -> String {
    driver
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' {
                c
            } else {
                '-'
            }
        })
        .collect()
}

fn longhorn_version(inventory: &Inventory) -> Option<Release> {
    let setting = inventory.longhorn_version.as_ref().ok()?.as_ref()?;
    Release::parse(&setting.value)
}

/// The snapshot class that `csi-driver-config` names for VM snapshots of a driver.
pub fn named_snapshot_class(situation: &Situation<'_>, driver: &str) -> Option<String> {
    match situation.config.lookup(driver, EntryUse::VmSnapshot) {
        Lookup::Entry(entry) => {
            Some(entry.volume_snapshot_class_name.clone()).filter(|name| !name.is_empty())
        }
        _ => None,
    }
}

/// The sidecars of a driver that hold a Lease; those that no longer renew it are marked.
pub fn lease_signs(situation: &Situation<'_>, driver: &str) -> Vec<String> {
    let sidecars = [
        ("provisioner", ""),
        ("attacher", "external-attacher-leader-"),
        ("resizer", "external-resizer-"),
        ("snapshotter", "external-snapshotter-leader-"),
    ];
    let sign = |(name, prefix): (&str, &str)| {
        let mut leases = situation.leases(prefix, driver).peekable();
        leases.peek()?;
        let fresh = leases.any(|lease| situation.is_fresh(lease));
        Some(if fresh {
            name.to_owned()
        } else {
            format!("{name}(stale)")
        })
    };
    sidecars.into_iter().filter_map(sign).collect()
}
