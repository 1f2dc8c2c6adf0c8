//! The name of a bundle and its `metadata.yaml`.

use super::yaml11;
use crate::world::World;

/// Name of the top folder: uid of the collecting namespace and time, colons replaced.
pub(super) fn bundle_name(world: &World) -> String {
    let time = world.now_seconds().replace(':', "-");
    format!("supportbundle_{}_{time}", project_uid(world))
}

/// The text of `metadata.yaml`; its keys are in lower case because the collector's type names none.
pub(super) fn document(world: &World) -> String {
    yaml11::struct_to_string(&[
        ("bundlename", "bundle-tlrk9"),
        ("bundleversion", "0.1.0"),
        ("kubernetesversion", &world.kubernetes),
        ("projectnamespaceuuid", &project_uid(world)),
        ("bundlecreatedat", &world.now_seconds()),
        ("issueurl", ""),
        ("issuedescription", "storage check"),
    ])
}

fn project_uid(world: &World) -> String {
    let namespace = world.get("Namespace", "", "harvester-system");
    let uid = namespace.and_then(|object| object["metadata"]["uid"].as_str());
    uid.unwrap_or("00000000-0000-0000-0000-000000000000").into()
}
