//! Whether the disks can be had as it was decided.

use std::collections::BTreeMap;

use hv_vm::mapping::DiskChoice;

use super::Sheet;
use super::amount::is_less;
use super::neighbours::Neighbours;
use super::volume;
use crate::inventory::{Claim, Found};
use crate::resolve::{Draft, Ground, Plug};

pub(super) fn judge(
    ground: &Ground<'_>,
    neighbours: &Neighbours<'_>,
    draft: &Draft<'_>,
    sheet: &mut Sheet<'_>,
) {
    for plug in &draft.plugs {
        match &plug.choice {
            Some(DiskChoice::Existing { claim, .. }) => {
                users(ground, neighbours, draft, plug, claim, sheet);
                existing(ground, draft, plug, claim, sheet);
            }
            Some(DiskChoice::Bind {
                volume,
                create,
                claim,
                ..
            }) => match create {
                Some(made) => volume::handle(ground, neighbours, plug, made, sheet),
                None => volume::bound(ground, draft, plug, (volume, claim), sheet),
            },
            Some(DiskChoice::Image { image, size, .. }) => {
                room(ground, plug, (image, size), sheet);
            }
            Some(DiskChoice::Snapshot { snapshot, size, .. }) => {
                filled(ground, draft, plug, (snapshot, size), sheet);
            }
            Some(DiskChoice::Blank { .. }) => {
                if boots(draft, plug) {
                    sheet.say("disk-blank-boot", &[("disk", plug.name())]);
                }
            }
            Some(DiskChoice::Skip) | None => {}
        }
    }
    classes(ground, draft, sheet);
}

/// The disk that the VM starts from: the first by its order, else the first at all.
fn boots(draft: &Draft<'_>, plug: &Plug<'_>) -> bool {
    let devices = &draft.vm["spec"]["template"]["spec"]["domain"]["devices"];
    let disks: Vec<_> = devices["disks"].as_array().into_iter().flatten().collect();
    let order = |disk: &&&serde_json::Value| disk["bootOrder"].as_u64().unwrap_or(u64::MAX);
    let first = disks.iter().min_by_key(order);
    first.is_some_and(|first| first["name"] == plug.disk.volume.as_str())
}

/// Who else uses a claim that is there.
fn users(
    ground: &Ground<'_>,
    neighbours: &Neighbours<'_>,
    draft: &Draft<'_>,
    plug: &Plug<'_>,
    name: &str,
    sheet: &mut Sheet<'_>,
) {
    if plug.is_for_many(&draft.vm) {
        return;
    }
    let target = &draft.target;
    let [a, b] = [("disk", plug.name()), ("claim", name)];
    for vm in neighbours.with_claim(&target.namespace, name) {
        if vm.metadata.name != target.name {
            sheet.say("claim-in-use", &[a, b, ("other", &vm.id())]);
        }
    }
    if let Err(why) = ground.inventory.machines.all_of(&target.namespace) {
        sheet.say("unknown-claim-use", &[a, b, ("why", why)]);
    }
}

/// A claim that is there.
fn existing(
    ground: &Ground<'_>,
    draft: &Draft<'_>,
    plug: &Plug<'_>,
    name: &str,
    sheet: &mut Sheet<'_>,
) {
    let values = [("disk", plug.name()), ("claim", name)];
    let claims = &ground.inventory.claims;
    let Found::Yes(claim) = claims.get(&draft.target.namespace, name) else {
        return;
    };
    if claim.metadata.annotation("harvesterhci.io/goldenImage") == "true" {
        sheet.say("claim-golden", &values);
    }
    if claim.metadata.is_deleting() || claim.status.phase == "Lost" {
        sheet.say("claim-lost", &values);
    }
    shape(plug, claim, &values, sheet);
}

/// Whether a claim has the size and mode of the disk.
fn shape(plug: &Plug<'_>, claim: &Claim, values: &[(&str, &str); 2], sheet: &mut Sheet<'_>) {
    let [a, b] = *values;
    let wanted = plug.disk.size.as_deref().unwrap_or_default();
    if is_less(claim.size(), wanted) {
        let sizes = [("size", claim.size()), ("wanted", wanted)];
        sheet.say("claim-too-small", &[a, b, sizes[0], sizes[1]]);
    }
    let mode = claim.spec.volume_mode.as_str();
    if let Some(before) = plug.disk.volume_mode.as_deref()
        && !mode.is_empty()
        && mode != before
    {
        sheet.say(
            "claim-mode-differs",
            &[a, b, ("mode", mode), ("before", before)],
        );
    }
}

/// Whether an image fits on the disk.
fn room(ground: &Ground<'_>, plug: &Plug<'_>, (id, size): (&str, &str), sheet: &mut Sheet<'_>) {
    let (namespace, name) = crate::resolve::parts(id);
    let found = ground.inventory.images.get(namespace, name).yes();
    let Some(virtual_size) = found.and_then(|found| found.status.virtual_size) else {
        return;
    };
    if is_less(size, &virtual_size.to_string()) {
        let needed = super::amount::text(i128::from(virtual_size) * 1000);
        let source = plug.disk.image.as_deref().unwrap_or(id);
        let values = [
            ("disk", plug.name()),
            ("image", source),
            ("target", id),
            ("size", size),
            ("needed", &needed),
        ];
        sheet.say("image-too-large", &values);
    }
}

/// A disk that is filled from a snapshot.
fn filled(
    ground: &Ground<'_>,
    draft: &Draft<'_>,
    plug: &Plug<'_>,
    (name, size): (&str, &str),
    sheet: &mut Sheet<'_>,
) {
    let values = [("disk", plug.name()), ("snapshot", name)];
    let [a, b] = values;
    match ground
        .inventory
        .snapshots
        .get(&draft.target.namespace, name)
    {
        Found::No => sheet.say("snapshot-missing", &values),
        Found::Unknown(why) => sheet.say("unknown-snapshots", &[a, b, ("why", why)]),
        Found::Yes(found) => {
            if found.status.ready_to_use != Some(true) {
                sheet.say("snapshot-not-ready", &values);
            }
            let needed = found.status.restore_size.as_str();
            if is_less(size, needed) {
                sheet.say(
                    "snapshot-too-large",
                    &[a, b, ("size", size), ("needed", needed)],
                );
            }
        }
    }
}

/// What the classes of the new claims mean together.
fn classes(ground: &Ground<'_>, draft: &Draft<'_>, sheet: &mut Sheet<'_>) {
    let mut nodes: BTreeMap<&str, &str> = BTreeMap::new();
    for plug in &draft.plugs {
        let Some(
            DiskChoice::Image { class, .. }
            | DiskChoice::Blank { class, .. }
            | DiskChoice::Snapshot { class, .. }
            | DiskChoice::Existing { class, .. },
        ) = &plug.choice
        else {
            continue;
        };
        let Some(found) = ground.inventory.classes.get("", class).yes() else {
            continue;
        };
        let is_new = !matches!(plug.choice, Some(DiskChoice::Existing { .. }));
        if is_new && found.waits() {
            sheet.say("class-waits", &[("class", &found.metadata.name)]);
        }
        if let Some(node) = found.only_node() {
            nodes.insert(node, &found.metadata.name);
        }
    }
    let names: Vec<&str> = nodes.keys().copied().collect();
    let classes: Vec<&str> = nodes.values().copied().collect();
    match names.as_slice() {
        [] => {}
        [node] => sheet.say("class-one-node", &[("class", classes[0]), ("node", node)]),
        several => {
            let (nodes, classes) = (several.join(", "), classes.join(", "));
            sheet.say(
                "one-node-conflict",
                &[("classes", &classes), ("nodes", &nodes)],
            );
        }
    }
}
