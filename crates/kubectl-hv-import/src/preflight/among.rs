//! What the VMs of one run do to each other.

use std::collections::BTreeMap;

use hv_vm::mapping::DiskChoice;

use super::Sheet;
use super::identity::addresses;
use crate::resolve::Draft;

/// So many others are named; of a thousand the rest is a number.
const NAMED: usize = 3;

/// Names, claims, volumes and addresses that two VMs of the run would have in common.
pub(super) fn judge(cases: &mut [(&mut Sheet<'_>, &mut Draft<'_>)]) {
    let mut taken: BTreeMap<(&'static str, String), Vec<usize>> = BTreeMap::new();
    for (index, (_, draft)) in cases.iter().enumerate() {
        for thing in wanted(draft) {
            let takers = taken.entry(thing).or_default();
            // They come in order, so that one that is there is the last.
            if takers.last() != Some(&index) {
                takers.push(index);
            }
        }
    }
    for ((code, thing), takers) in taken {
        for &index in &takers {
            let others = takers.iter().filter(|other| **other != index);
            let named: Vec<String> = others
                .take(NAMED)
                .map(|&other| {
                    let vm = &cases[other].1.header.vm;
                    format!("{}/{}", vm.namespace, vm.name)
                })
                .collect();
            if named.is_empty() {
                continue;
            }
            let rest = takers.len() - 1 - named.len();
            let mut others = named.join(", ");
            if rest > 0 {
                others = format!("{others} and {rest} more");
            }
            cases[index]
                .0
                .say(code, &[("thing", &thing), ("others", &others)]);
        }
    }
}

/// What only one VM can have, each with the code for two that want it.
fn wanted(draft: &Draft<'_>) -> Vec<(&'static str, String)> {
    if draft.skipped {
        return Vec::new();
    }
    let target = &draft.target;
    let mut wanted = vec![(
        "vm-name-shared",
        format!("{}/{}", target.namespace, target.name),
    )];
    for plug in draft
        .plugs
        .iter()
        .filter(|plug| !plug.is_for_many(&draft.vm))
    {
        let claim = match &plug.choice {
            Some(
                DiskChoice::Existing { claim, .. }
                | DiskChoice::Image { claim, .. }
                | DiskChoice::Blank { claim, .. }
                | DiskChoice::Snapshot { claim, .. },
            ) => claim,
            Some(DiskChoice::Bind { claim, volume, .. }) => {
                wanted.push(("volume-shared", volume.clone()));
                claim
            }
            Some(DiskChoice::Skip) | None => continue,
        };
        wanted.push(("claim-shared", format!("{}/{claim}", target.namespace)));
    }
    let macs = addresses(draft).into_iter();
    wanted.extend(macs.map(|address| ("mac-shared", address.mac)));
    wanted
}
