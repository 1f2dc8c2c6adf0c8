//! The custom resource definitions of a world, small but complete enough to say which kinds exist.

use serde_json::{Value, json};

use crate::world::World;
use crate::world::identity;
use crate::world::resources;

/// One definition for every custom kind the world serves, unless the world brings its own.
pub(super) fn of(world: &World) -> Vec<Value> {
    let has_own = |name: &str| world.get("CustomResourceDefinition", "", name).is_some();
    resources::known()
        .into_iter()
        .filter(|r| r.is_custom() && !world.absent_groups.contains(&r.group))
        .filter(|r| !has_own(&r.qualified_name()))
        .filter(|_| world.serves_definitions)
        .map(|resource| {
            let name = resource.qualified_name();
            let singular = resource.kind.to_lowercase();
            let kind = &resource.kind;
            let names = json!({
                "kind": kind, "listKind": format!("{kind}List"),
                "plural": resource.plural, "singular": singular,
            });
            let established = world.ago("45d");
            let condition = |kind: &str, reason: &str| {
                json!({
                    "type": kind, "status": "True", "reason": reason, "message": "",
                    "lastTransitionTime": established,
                })
            };
            json!({
                "apiVersion": "apiextensions.k8s.io/v1",
                "kind": "CustomResourceDefinition",
                "metadata": {
                    "name": name,
                    "uid": identity::uid("CustomResourceDefinition", "", &name),
                    "resourceVersion": "1207",
                    "generation": 1,
                    "creationTimestamp": established,
                },
                "spec": {
                    "conversion": {"strategy": "None"},
                    "group": resource.group,
                    "names": names,
                    "scope": if resource.namespaced { "Namespaced" } else { "Cluster" },
                    "versions": [{
                        "name": resource.version,
                        "served": true,
                        "storage": true,
                        "schema": {"openAPIV3Schema": {
                            "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                        }},
                    }],
                },
                "status": {
                    "acceptedNames": names,
                    "conditions": [
                        condition("NamesAccepted", "NoConflicts"),
                        condition("Established", "InitialNamesAccepted"),
                    ],
                    "storedVersions": [resource.version],
                },
            })
        })
        .collect()
}
