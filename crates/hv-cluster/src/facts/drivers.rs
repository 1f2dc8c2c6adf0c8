//! What CSI drivers can do, by driver, Longhorn engine and ability.

use serde::Deserialize;

use crate::capability::{Capability, Verdict};
use crate::release::{Release, Span};

/// Something a driver can or cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ability {
    /// Take a snapshot that can be trusted.
    Snapshot,
    /// Make a volume from a snapshot.
    Restore,
    /// Make a VM's disks from a VM snapshot, where that differs from `Restore`.
    VmRestore,
    /// Make a volume from a volume.
    Clone,
    /// Be read by CDI to make an image.
    Export,
    /// Grow a volume that is not in use.
    ExpandOffline,
    /// Grow a volume in use.
    ExpandOnline,
    /// Be written from two nodes while a VM moves.
    LiveMigration,
    /// Cut several volumes at one moment.
    GroupSnapshot,
}

impl Ability {
    /// The abilities that decide a capability, the most specific first.
    pub fn behind(capability: Capability) -> &'static [Self] {
        match capability {
            Capability::VmSnapshot | Capability::VolumeSnapshot | Capability::VmBackup => {
                &[Self::Snapshot]
            }
            Capability::VolumeRestore => &[Self::Restore],
            Capability::VmRestore => &[Self::VmRestore, Self::Restore],
            Capability::Clone => &[Self::Clone],
            Capability::ExportImage => &[Self::Export],
            Capability::ExpandOffline => &[Self::ExpandOffline],
            Capability::ExpandOnline => &[Self::ExpandOnline],
            Capability::LiveMigration => &[Self::LiveMigration],
            Capability::GroupSnapshot => &[Self::GroupSnapshot],
        }
    }
}

/// A row of `keys`: which driver names share a set of facts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriverKey {
    /// Name of the set.
    pub key: String,
    /// Driver names; one `*` at the start or at the end stands for anything.
    pub names: Vec<String>,
    /// Longhorn's data engine, for the sets that need one.
    #[serde(default)]
    pub engine: Option<String>,
    /// Modes to declare where CDI knows none, as in the annotation of the storage class.
    #[serde(default)]
    pub modes: Option<String>,
    /// Where it was read.
    pub source: String,
}

impl DriverKey {
    fn fits(&self, driver: &str, engine: Option<&str>) -> bool {
        let named = self.names.iter().any(|name| match name.strip_prefix('*') {
            Some(end) => driver.ends_with(end),
            None => match name.strip_suffix('*') {
                Some(start) => driver.starts_with(start),
                None => driver == name,
            },
        });
        named
            && self
                .engine
                .as_deref()
                .is_none_or(|wanted| engine == Some(wanted))
    }
}

/// A row of `facts`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriverFact {
    /// Key of the driver.
    pub driver: String,
    /// What it speaks of.
    pub ability: Ability,
    /// First version of the driver it speaks of.
    #[serde(default, deserialize_with = "super::bound")]
    pub since: Option<Release>,
    /// First version of the driver it no longer speaks of.
    #[serde(default, deserialize_with = "super::bound")]
    pub before: Option<Release>,
    /// What it says.
    pub verdict: Verdict,
    /// Why, as a code.
    #[serde(default)]
    pub reason: Option<String>,
    /// Where it was read.
    pub source: String,
}

impl DriverFact {
    /// The versions it speaks of.
    pub fn span(&self) -> Span {
        Span {
            since: self.since,
            before: self.before,
        }
    }
}

/// The table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriverFacts {
    /// Which names share facts.
    pub keys: Vec<DriverKey>,
    /// The facts.
    pub facts: Vec<DriverFact>,
}

impl DriverFacts {
    /// The row of `keys` for a driver, if it is known.
    pub fn key(&self, driver: &str, engine: Option<&str>) -> Option<&DriverKey> {
        self.keys.iter().find(|key| key.fits(driver, engine))
    }

    /// The facts behind a capability, the most specific ability only.
    pub fn behind(&self, key: &str, capability: Capability) -> Vec<&DriverFact> {
        for ability in Ability::behind(capability) {
            let facts: Vec<_> = self
                .facts
                .iter()
                .filter(|f| f.driver == key && f.ability == *ability)
                .collect();
            if !facts.is_empty() {
                return facts;
            }
        }
        Vec::new()
    }
}
