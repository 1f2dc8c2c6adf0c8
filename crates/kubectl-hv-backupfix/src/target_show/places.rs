//! Where backups lie, compared with the setting character by character.

use std::collections::BTreeMap;

use hv_cluster::views::BackupTargetRef;

use super::blockers::not_read;
use super::document::{BackupFacts, Difference, OtherPlace};
use crate::index::Index;
use crate::target::TargetSetting;

/// Names of backups that are given for a place.
const EXAMPLES: usize = 3;

/// Groups backups by the text of their place; snapshots of VMs lie in the cluster.
pub(super) fn places(index: &Index<'_>) -> BackupFacts {
    let inventory = index.inventory;
    let set = match &index.target {
        TargetSetting::Set(target) => Some(target.place()),
        _ => None,
    };
    let mut facts = BackupFacts {
        not_read: not_read(
            inventory,
            &[(
                "virtualmachinebackups.harvesterhci.io",
                inventory.backups.gap.as_ref(),
            )],
        ),
        ..BackupFacts::default()
    };
    let mut others: BTreeMap<&BackupTargetRef, Vec<String>> = BTreeMap::new();
    for backup in inventory
        .backups
        .items
        .iter()
        .filter(|backup| !backup.is_snapshot())
    {
        match &backup.status.backup_target {
            None => facts.without += 1,
            Some(place) if Some(place) == set.as_ref() => facts.here += 1,
            Some(place) => {
                facts.elsewhere += 1;
                let meta = &backup.metadata;
                others
                    .entry(place)
                    .or_default()
                    .push(format!("{}/{}", meta.namespace, meta.name));
            }
        }
    }
    facts.places = others
        .into_iter()
        .map(|(place, mut names)| {
            names.sort();
            let count = names.len();
            names.truncate(EXAMPLES);
            OtherPlace {
                endpoint: shown(&place.endpoint),
                bucket_name: place.bucket_name.clone(),
                bucket_region: place.bucket_region.clone(),
                count,
                examples: names,
                difference: set.as_ref().and_then(|set| difference(place, set)),
            }
        })
        .collect();
    facts
        .places
        .sort_by_key(|place| std::cmp::Reverse(place.count));
    facts
}

/// The first field that differs, and where; absent if none does.
pub(super) fn difference(theirs: &BackupTargetRef, set: &BackupTargetRef) -> Option<Difference> {
    let fields = [
        ("endpoint", &theirs.endpoint, &set.endpoint),
        ("bucketName", &theirs.bucket_name, &set.bucket_name),
        ("bucketRegion", &theirs.bucket_region, &set.bucket_region),
    ];
    let (field, theirs, set) = fields.into_iter().find(|(_, theirs, set)| theirs != set)?;
    let same = theirs
        .chars()
        .zip(set.chars())
        .take_while(|(one, other)| one == other)
        .count();
    let rest = |text: &str| {
        let hidden = credentials(text).is_some_and(|end| same < text[..end].chars().count());
        match hidden {
            true => hv_cli::redact::MASK.to_owned(),
            false => text.chars().skip(same).collect(),
        }
    };
    Some(Difference {
        field,
        at: same + 1,
        theirs: rest(theirs),
        set: rest(set),
    })
}

/// An endpoint without the credentials that somebody may have put into it.
pub(super) fn shown(endpoint: &str) -> String {
    // In the URL that Longhorn has for S3, the bucket stands before the region.
    if endpoint.starts_with("s3://") {
        return endpoint.to_owned();
    }
    let Some(end) = credentials(endpoint) else {
        return endpoint.to_owned();
    };
    let start = endpoint.find("://").map_or(0, |at| at + 3);
    format!(
        "{}{}{}",
        &endpoint[..start],
        hv_cli::redact::MASK,
        &endpoint[end..]
    )
}

/// Where the `@` behind credentials stands, if there is one.
fn credentials(endpoint: &str) -> Option<usize> {
    let start = endpoint.find("://").map_or(0, |at| at + 3);
    let authority = &endpoint[start..];
    let authority = &authority[..authority.find(['/', '?', '#']).unwrap_or(authority.len())];
    authority.rfind('@').map(|at| start + at)
}
