//! Whether a tool that keeps a cluster as its files say manages what is written to.

use hv_vm::mapping::DiskChoice;

use super::Sheet;
use crate::inventory::{Found, Meta};
use crate::resolve::{Draft, Ground};

/// Keys by which tools mark what they manage.
const MARKS: &[(&str, &str)] = &[
    ("argocd.argoproj.io/tracking-id", "Argo CD"),
    ("argocd.argoproj.io/instance", "Argo CD"),
    ("kustomize.toolkit.fluxcd.io/name", "Flux"),
    ("kustomize.toolkit.fluxcd.io/namespace", "Flux"),
    ("helm.toolkit.fluxcd.io/name", "Flux"),
    ("helm.toolkit.fluxcd.io/namespace", "Flux"),
];

pub(super) fn judge(ground: &Ground<'_>, draft: &Draft<'_>, sheet: &mut Sheet<'_>) {
    let (inventory, namespace) = (ground.inventory, draft.target.namespace.as_str());
    if let Found::Yes(found) = inventory.namespaces.get("", namespace)
        && let Some(owner) = owner(&found.metadata)
    {
        sheet.say(
            "namespace-owned",
            &[("namespace", namespace), ("owner", owner)],
        );
    }
    for plug in &draft.plugs {
        let Some(DiskChoice::Existing { claim, .. }) = &plug.choice else {
            continue;
        };
        if let Found::Yes(found) = inventory.claims.get(namespace, claim)
            && let Some(owner) = owner(&found.metadata)
        {
            let values = [
                ("claim", claim.as_str()),
                ("owner", owner),
                ("disk", plug.name()),
            ];
            sheet.say("claim-owned", &values);
        }
    }
}

/// The tool that manages an object, if one does.
fn owner(meta: &Meta) -> Option<&'static str> {
    let marked = |key: &str| !meta.label(key).is_empty() || !meta.annotation(key).is_empty();
    let mark = MARKS.iter().find(|(key, _)| marked(key));
    mark.map(|(_, tool)| *tool)
}
