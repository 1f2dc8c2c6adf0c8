//! Whatever else a VM needs by name.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Needs, text};
use crate::graph::{Need, list};
use crate::header::NamedNeed;
use crate::key::Kind;

#[derive(Default)]
struct Names(BTreeMap<(&'static str, String), Vec<String>>);

impl Names {
    fn add(&mut self, kind: &'static str, id: &Value, by: impl FnOnce() -> String) {
        if let Some(id) = text(id) {
            self.0.entry((kind, id)).or_default().push(by());
        }
    }
}

pub(super) fn named(needs: &Needs<'_>) -> Vec<NamedNeed> {
    let mut names = Names::default();
    // Secrets, and what is as secret as one, are listed as such.
    for one in needs.reached.iter().filter(|one| one.need != Need::Secret) {
        let kind = match one.key.kind {
            Kind::KeyPair => "KeyPair",
            Kind::ConfigMap => "ConfigMap",
            Kind::ServiceAccount => "ServiceAccount",
            _ => continue,
        };
        let id = format!("{}/{}", one.key.namespace, one.key.name);
        let used_by = names.0.entry((kind, id)).or_default();
        used_by.extend_from_slice(&one.used_by);
    }
    let spec = &needs.stored["spec"]["template"]["spec"];
    for (kind, field) in [
        ("PriorityClass", "priorityClassName"),
        ("Scheduler", "schedulerName"),
    ] {
        names.add(kind, &spec[field], || field.to_owned());
    }
    for matcher in ["instancetype", "preference"] {
        let kept = &needs.stored["spec"][matcher];
        let kind = match (matcher, kept["kind"].as_str().map(str::to_ascii_lowercase)) {
            ("instancetype", Some(kind)) if kind == "virtualmachineinstancetype" => {
                "VirtualMachineInstancetype"
            }
            ("instancetype", _) => "VirtualMachineClusterInstancetype",
            (_, Some(kind)) if kind == "virtualmachinepreference" => "VirtualMachinePreference",
            _ => "VirtualMachineClusterPreference",
        };
        names.add(kind, &kept["name"], || format!("spec.{matcher}"));
    }
    for interface in list(&spec["domain"]["devices"]["interfaces"]) {
        let by = || format!("interfaces[{}].binding", name(interface));
        names.add("NetworkBinding", &interface["binding"]["name"], by);
    }
    for volume in list(&spec["volumes"]) {
        let image = &volume["containerDisk"]["image"];
        let by = || format!("volumes[{}].containerDisk", name(volume));
        names.add("ContainerImage", image, by);
    }
    let kernel = &spec["domain"]["firmware"]["kernelBoot"]["container"]["image"];
    names.add("ContainerImage", kernel, || {
        "domain.firmware.kernelBoot.container".to_owned()
    });
    for claim in list(&spec["resourceClaims"]) {
        let by = || format!("resourceClaims[{}]", name(claim));
        names.add("ResourceClaim", &claim["resourceClaimName"], by);
        let template = &claim["resourceClaimTemplateName"];
        names.add("ResourceClaimTemplate", template, by);
    }
    let need = |((kind, id), used_by): ((&str, String), Vec<String>)| NamedNeed {
        kind: kind.to_owned(),
        id,
        used_by,
    };
    names.0.into_iter().map(need).collect()
}

fn name(of: &Value) -> &str {
    of["name"].as_str().unwrap_or_default()
}
