//! Which release of Harvester a cluster runs, and how far that can be known.

use crate::facts::ReleaseFacts;
use crate::release::Release;
use crate::source::{Gap, Listing};
use crate::views::{Deployment, Setting};

/// What is known of the release of Harvester.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HarvesterRelease {
    /// A release with a number, as the cluster writes it.
    Known(Release, String),
    /// A build without a number, or newer than the rules: judged as the newest known one.
    Assumed(Release, String),
    /// It could not be read; why.
    Unknown(String),
    /// The kinds of Harvester are not installed.
    NotHarvester,
}

impl HarvesterRelease {
    /// Takes it from the setting `server-version`, or else from the image that runs.
    pub fn read(
        settings: &Listing<Setting>,
        deployments: Option<&Listing<Deployment>>,
        facts: &ReleaseFacts,
    ) -> Self {
        if settings.gap == Some(Gap::NotServed) {
            return Self::NotHarvester;
        }
        let written = settings
            .items
            .iter()
            .find(|setting| setting.metadata.name == "server-version")
            .map(|setting| setting.in_force().to_owned())
            .filter(|text| !text.is_empty())
            .or_else(|| image_tag(deployments?));
        let Some(written) = written else {
            let why = match &settings.gap {
                Some(gap) => gap.describe("settings.harvesterhci.io"),
                None => "the setting server-version is missing or empty".to_owned(),
            };
            return Self::Unknown(why);
        };
        let Some(newest) = facts.newest().map(|known| known.harvester) else {
            return Self::Unknown("no release is known".to_owned());
        };
        match Release::parse(&written) {
            Some(own) if (own.major, own.minor) <= (newest.major, newest.minor) => {
                Self::Known(own, written)
            }
            _ => Self::Assumed(newest, written),
        }
    }

    /// The release to judge by, if there is any.
    pub fn number(&self) -> Option<&Release> {
        match self {
            Self::Known(release, _) | Self::Assumed(release, _) => Some(release),
            Self::Unknown(_) | Self::NotHarvester => None,
        }
    }
}

/// The tag of Harvester's own image, where the settings are silent.
fn image_tag(deployments: &Listing<Deployment>) -> Option<String> {
    let harvester = deployments
        .items
        .iter()
        .find(|deployment| deployment.metadata.name == "harvester")?;
    let containers = &harvester.spec.template.spec.containers;
    let tags = containers
        .iter()
        .filter_map(|container| container.image.rsplit_once(':'))
        .filter(|(name, _)| name.ends_with("/harvester") || *name == "harvester");
    tags.map(|(_, tag)| tag.to_owned()).next()
}
