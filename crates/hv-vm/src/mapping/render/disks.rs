//! What becomes of every disk of a VM, checked against its volumes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::RenderError;
use crate::graph::list;
use crate::header::{Disk, Header};
use crate::mapping::{Assignment, DiskChoice};
use crate::quantity;

/// A disk with a claim and what becomes of it.
pub(super) struct Placed<'a> {
    pub(super) disk: &'a Disk,
    pub(super) choice: &'a DiskChoice,
}

/// All disks of a VM.
pub(super) struct Disks<'a> {
    /// In the order of the header.
    pub(super) placed: Vec<Placed<'a>>,
    /// Volumes or empty drives that the VM goes without.
    pub(super) skipped: Vec<&'a str>,
}

impl<'a> Disks<'a> {
    /// Fails unless every disk has a choice and every choice a disk.
    pub(super) fn of(
        header: &'a Header,
        vm: &Value,
        assignment: &'a Assignment,
    ) -> Result<Self, RenderError> {
        let mut placed = Vec::new();
        let with_claims = header.disks.iter().filter(|disk| has_choice(disk));
        for disk in with_claims {
            let choice = assignment.disks.get(&disk.volume);
            let choice = choice.ok_or_else(|| RenderError::NoChoice(disk.volume.clone()))?;
            placed.push(Placed { disk, choice });
        }
        let mut skipped = Vec::new();
        let spec = &vm["spec"]["template"]["spec"];
        let has = |all: &Value, name: &str| list(all).iter().any(|one| one["name"] == name);
        for (volume, choice) in &assignment.disks {
            let is_volume = has(&spec["volumes"], volume);
            if *choice == DiskChoice::Skip {
                // A drive without a medium has no volume.
                if !is_volume && !has(&spec["domain"]["devices"]["disks"], volume) {
                    return Err(RenderError::NoDisk(volume.clone()));
                }
                skipped.push(volume.as_str());
            } else if !placed.iter().any(|one| one.disk.volume == *volume) {
                return Err(match is_volume {
                    true => RenderError::NoClaim(volume.clone()),
                    false => RenderError::NoDisk(volume.clone()),
                });
            }
        }
        one_claim_each(&placed)?;
        Ok(Self { placed, skipped })
    }

    /// The disks as the target will have them; `KubeVirt` makes that of firmware state at a start.
    pub(super) fn of_target(&self) -> Vec<Disk> {
        self.placed.iter().filter_map(of_target).collect()
    }

    /// What becomes of a claim of the source.
    pub(super) fn of_claim(&self, claim: &str) -> Option<&Placed<'a>> {
        self.placed.iter().find(|one| one.disk.claim == claim)
    }
}

/// Whether somebody must say what becomes of a disk; that of firmware state `KubeVirt` makes itself.
pub(super) fn has_choice(disk: &Disk) -> bool {
    disk.role != "firmware-state"
}

fn of_target(placed: &Placed<'_>) -> Option<Disk> {
    let claim = Claim::of(placed.choice)?;
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Some(Disk {
        volume: placed.disk.volume.clone(),
        claim: claim.name.to_owned(),
        size: quantity::canonical(claim.size).or_else(|| text(claim.size)),
        volume_mode: text(claim.volume_mode),
        access_modes: claim.access_modes.to_vec(),
        class: text(claim.class),
        image: match placed.choice {
            DiskChoice::Image { image, .. } => Some(image.clone()),
            _ => None,
        },
        csi: None,
        role: placed.disk.role.clone(),
    })
}

/// The claim of a choice.
pub(super) struct Claim<'a> {
    pub(super) name: &'a str,
    pub(super) class: &'a str,
    pub(super) size: &'a str,
    pub(super) volume_mode: &'a str,
    pub(super) access_modes: &'a [String],
}

impl<'a> Claim<'a> {
    /// The claim of a choice; none of a disk that is skipped.
    pub(super) fn of(choice: &'a DiskChoice) -> Option<Self> {
        match choice {
            DiskChoice::Skip => None,
            DiskChoice::Existing {
                claim,
                class,
                size,
                volume_mode,
                access_modes,
            }
            | DiskChoice::Bind {
                claim,
                class,
                size,
                volume_mode,
                access_modes,
                ..
            }
            | DiskChoice::Image {
                claim,
                class,
                size,
                volume_mode,
                access_modes,
                ..
            }
            | DiskChoice::Blank {
                claim,
                class,
                size,
                volume_mode,
                access_modes,
            }
            | DiskChoice::Snapshot {
                claim,
                class,
                size,
                volume_mode,
                access_modes,
                ..
            } => Some(Self {
                name: claim,
                class,
                size,
                volume_mode,
                access_modes,
            }),
        }
    }
}

/// Fails if two disks become one claim, or if one claim becomes two.
fn one_claim_each(placed: &[Placed<'_>]) -> Result<(), RenderError> {
    let mut by_source: BTreeMap<&str, &Placed<'_>> = BTreeMap::new();
    let mut by_target: BTreeMap<&str, &Placed<'_>> = BTreeMap::new();
    for one in placed {
        let volume = |one: &Placed<'_>| one.disk.volume.clone();
        if let Some(other) = by_source.insert(&one.disk.claim, one)
            && other.choice != one.choice
        {
            return Err(RenderError::Split(volume(other), volume(one)));
        }
        let Some(claim) = Claim::of(one.choice) else {
            continue;
        };
        if let Some(other) = by_target.insert(claim.name, one)
            && other.disk.claim != one.disk.claim
        {
            let claim = claim.name.to_owned();
            return Err(RenderError::OneClaim(volume(other), volume(one), claim));
        }
    }
    Ok(())
}
