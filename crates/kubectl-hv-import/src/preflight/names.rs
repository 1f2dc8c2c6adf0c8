//! Whether the names that an import needs are free, and names at all.

use hv_vm::mapping::{DiskChoice, NameKind, check_name};

use super::Sheet;
use crate::inventory::{Found, Machine};
use crate::resolve::{Draft, Ground, OnExists, Plug};

pub(super) fn judge(ground: &Ground<'_>, draft: &mut Draft<'_>, sheet: &mut Sheet<'_>) {
    let target = draft.target.clone();
    let checks = [
        (NameKind::Vm, &target.name),
        (NameKind::Namespace, &target.namespace),
    ];
    for (kind, name) in checks {
        if let Err(why) = check_name(kind, name) {
            sheet.say("name-invalid", &[("name", name), ("why", &why)]);
            draft.open = true;
        }
    }
    namespace(ground, draft, sheet);
    vm(ground, draft, sheet);
    if draft.skipped {
        return;
    }
    for plug in &draft.plugs {
        claim(ground, draft, plug, sheet);
    }
}

fn namespace(ground: &Ground<'_>, draft: &mut Draft<'_>, sheet: &mut Sheet<'_>) {
    let name = draft.target.namespace.as_str();
    let values = [("namespace", name)];
    match ground.inventory.namespaces.get("", name) {
        Found::Yes(found)
            if found.metadata.is_deleting() || found.status.phase == "Terminating" =>
        {
            sheet.say("namespace-deleting", &values);
        }
        Found::Yes(_) => {}
        Found::No if ground.options.create_namespace => draft.new_namespace = true,
        Found::No => sheet.say("namespace-missing", &values),
        Found::Unknown(why) => sheet.say("unknown-namespaces", &[values[0], ("why", why)]),
    }
}

fn vm(ground: &Ground<'_>, draft: &mut Draft<'_>, sheet: &mut Sheet<'_>) {
    let target = &draft.target;
    let id = format!("{}/{}", target.namespace, target.name);
    let values = [("target", id.as_str())];
    match ground
        .inventory
        .machines
        .get(&target.namespace, &target.name)
    {
        Found::No => {}
        Found::Unknown(why) => sheet.say("unknown-vms", &[values[0], ("why", why)]),
        Found::Yes(_) if ground.options.on_exists == OnExists::Fail => {
            sheet.say("vm-exists", &values);
        }
        Found::Yes(there) if is_this(there, draft) => {
            draft.skipped = true;
            sheet.say("vm-skipped", &values);
        }
        Found::Yes(_) => sheet.say("vm-taken", &values),
    }
}

/// Whether a VM of the target is the one of the bundle: by its lineage, or itself in its own cluster.
fn is_this(there: &Machine, draft: &Draft<'_>) -> bool {
    let lineage = there.metadata.annotation("kubectl-hv.io/lineage");
    let uid = &draft.header.source.uid;
    let is_of_lineage = !lineage.is_empty() && lineage == draft.header.lineage_id;
    is_of_lineage || (!uid.is_empty() && there.metadata.uid == *uid)
}

fn claim(ground: &Ground<'_>, draft: &Draft<'_>, plug: &Plug<'_>, sheet: &mut Sheet<'_>) {
    let (claim, volume) = match &plug.choice {
        Some(DiskChoice::Bind {
            claim,
            volume,
            create,
            ..
        }) => (claim, create.as_ref().map(|_| volume)),
        Some(
            DiskChoice::Image { claim, .. }
            | DiskChoice::Blank { claim, .. }
            | DiskChoice::Snapshot { claim, .. },
        ) => (claim, None),
        Some(DiskChoice::Existing { .. } | DiskChoice::Skip) | None => return,
    };
    let namespace = draft.target.namespace.as_str();
    let values = [
        ("claim", claim.as_str()),
        ("namespace", namespace),
        ("disk", plug.name()),
    ];
    match ground.inventory.claims.get(namespace, claim) {
        Found::No => {}
        Found::Yes(_) => sheet.say("claim-exists", &values),
        Found::Unknown(why) => {
            let [a, b, c] = values;
            sheet.say("unknown-claim-names", &[a, b, c, ("why", why)]);
        }
    }
    let Some(volume) = volume else { return };
    if let Found::Yes(_) = ground.inventory.volumes.get("", volume) {
        let values = [("volume", volume.as_str()), ("disk", plug.name())];
        sheet.say("volume-exists", &values);
    }
}
