//! What Harvester's releases allow, by capability and storage.

use serde::Deserialize;

use crate::capability::{Capability, Verdict};
use crate::release::{Release, Span};

/// The kinds of storage that Harvester tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Storage {
    /// Longhorn, data engine v1.
    #[serde(rename = "longhorn/v1")]
    LonghornV1,
    /// Longhorn, data engine v2.
    #[serde(rename = "longhorn/v2")]
    LonghornV2,
    /// Everything else.
    #[serde(rename = "other")]
    Other,
    /// All of them.
    #[serde(rename = "any")]
    Any,
}

impl Storage {
    /// Whether a rule for `self` speaks of `storage`.
    pub fn covers(self, storage: Self) -> bool {
        self == Self::Any || self == storage
    }
}

/// A setting that must name the driver for a rule to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// An entry in `csi-driver-config`.
    CsiDriverConfig,
    /// `true` in `csi-online-expand-validation`.
    CsiOnlineExpandValidation,
}

/// A row of `rules`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What it allows or refuses.
    pub capability: Capability,
    /// For which storage.
    pub storage: Storage,
    /// First release it speaks of.
    #[serde(default, deserialize_with = "super::bound")]
    pub since: Option<Release>,
    /// First release it no longer speaks of.
    #[serde(default, deserialize_with = "super::bound")]
    pub before: Option<Release>,
    /// Only for classes with this binding mode.
    #[serde(default)]
    pub binding: Option<String>,
    /// Setting that must name the driver.
    #[serde(default)]
    pub needs: Option<Need>,
    /// What it says.
    pub verdict: Verdict,
    /// Why, as a code.
    #[serde(default)]
    pub reason: Option<String>,
    /// Where it was read.
    pub source: String,
}

impl Rule {
    /// The releases it speaks of.
    pub fn span(&self) -> Span {
        Span {
            since: self.since,
            before: self.before,
        }
    }
}

/// A release whose rules were read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownRelease {
    /// Harvester's version.
    #[serde(deserialize_with = "release")]
    pub harvester: Release,
    /// The Longhorn it ships.
    #[serde(deserialize_with = "release")]
    pub longhorn: Release,
    /// Where it was read.
    pub source: String,
}

fn release<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Release, D::Error> {
    super::bound(deserializer)?.ok_or_else(|| serde::de::Error::custom("no release"))
}

/// The table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseFacts {
    /// Releases whose rules were read, oldest first.
    pub known: Vec<KnownRelease>,
    /// The rules.
    pub rules: Vec<Rule>,
}

impl ReleaseFacts {
    /// The newest release whose rules were read.
    pub fn newest(&self) -> Option<&KnownRelease> {
        self.known.last()
    }

    /// The Longhorn that a Harvester release ships: that of its minor line.
    pub fn shipped_longhorn(&self, harvester: &Release) -> Option<Release> {
        let line = |known: &&KnownRelease| {
            (known.harvester.major, known.harvester.minor) == (harvester.major, harvester.minor)
        };
        self.known.iter().find(line).map(|known| known.longhorn)
    }

    /// The rules that speak of a capability on some storage, whatever the release.
    pub fn about(
        &self,
        capability: Capability,
        storage: Storage,
        binding: &str,
    ) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| {
            rule.capability == capability
                && rule.storage.covers(storage)
                && rule
                    .binding
                    .as_deref()
                    .is_none_or(|wanted| wanted == binding)
        })
    }
}
