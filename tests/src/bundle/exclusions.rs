//! What the collector leaves out, and what Harvester's part of it adds back in reduced form.

use serde_json::Value;

use super::Kit;
use crate::world::resources::Resource;

/// Resources that are never collected, as `plural.group`.
const EXCLUDED: &[&str] = &[
    "authconfigs.management.cattle.io",
    "authtokens.management.cattle.io",
    "samltokens.management.cattle.io",
    "tokens.management.cattle.io",
    "users.management.cattle.io",
];

/// Settings that may hold keys, certificates or passwords.
const HIDDEN_SETTINGS: &[&str] = &[
    "cluster-registration-url",
    "containerd-registry",
    "additional-ca",
    "ssl-certificates",
];

/// Keys of a machine plan that say how it went and hold no secrets.
const PLAN_KEYS: &[&str] = &[
    "applied-checksum",
    "applied-output",
    "applied-periodic-output",
    "failed-checksum",
    "failed-output",
    "failure-count",
    "failure-threshold",
    "last-apply-time",
    "max-failures",
    "probe-statuses",
    "success-count",
];

/// Tells whether a list of this resource is requested at all.
pub(super) fn is_collected(resource: &Resource, namespace: Option<&str>, kit: Kit) -> bool {
    match resource.qualified_name().as_str() {
        "secrets" => namespace == Some("fleet-local"),
        "settings.harvesterhci.io" => kit == Kit::Current,
        name => !EXCLUDED.contains(&name),
    }
}

/// Drops the items and the data that must not leave the cluster.
pub(super) fn filter_items(resource: &Resource, items: &mut Vec<Value>) {
    match resource.qualified_name().as_str() {
        "secrets" => {
            items.retain(|item| item["type"] == "rke.cattle.io/machine-plan");
            for data in items
                .iter_mut()
                .filter_map(|item| item["data"].as_object_mut())
            {
                data.retain(|key, _| PLAN_KEYS.contains(&key.as_str()));
            }
        }
        "settings.harvesterhci.io" => items.retain(|item| {
            !item["metadata"]["name"]
                .as_str()
                .is_some_and(|name| HIDDEN_SETTINGS.contains(&name))
        }),
        _ => {}
    }
}
