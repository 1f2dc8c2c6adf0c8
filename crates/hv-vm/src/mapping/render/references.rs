//! Every field of a VM that names something beside it or elsewhere.

use serde_json::{Map, Value};

use super::names::Names;
use super::tree::{at, each, fields, rewrite, rewrite_json};

/// Annotation with the key pairs that were put into cloud-init.
pub(super) const SSH_NAMES: &str = "harvesterhci.io/sshNames";
/// Annotation with the key pairs that are in Secrets, by the name of the Secret.
pub(super) const DYNAMIC_KEYS: &str = "harvesterhci.io/dynamic-ssh-key-names";
/// Label that must be the name of the VM.
const VM_NAME: &str = "harvesterhci.io/vmName";

/// Rewrites the names of networks, Secrets, config maps, key pairs and of the VM itself.
pub(super) fn rewrite_all(vm: &mut Value, names: Names<'_>) {
    let metadata = ["spec", "template", "metadata"];
    if let Some(template) = at(vm, &metadata) {
        in_template(template, names);
    }
    let Some(spec) = at(vm, &["spec", "template", "spec"]) else {
        return;
    };
    for network in each(spec, &["networks"]) {
        rewrite(network, &["multus", "networkName"], |id| names.network(id));
    }
    let secret = |value: &mut Value, path: &[&str]| {
        rewrite(value, path, |name| names.secret(name));
    };
    for volume in each(spec, &["volumes"]) {
        for source in crate::graph::CLOUD_INIT {
            secret(volume, &[source, "secretRef", "name"]);
            secret(volume, &[source, "networkDataSecretRef", "name"]);
        }
        secret(volume, &["sysprep", "secret", "name"]);
        secret(volume, &["sysprep", "configMap", "name"]);
        secret(volume, &["containerDisk", "imagePullSecret"]);
        secret(volume, &["secret", "secretName"]);
        secret(volume, &["configMap", "name"]);
    }
    for credential in each(spec, &["accessCredentials"]) {
        for way in ["sshPublicKey", "userPassword"] {
            secret(credential, &[way, "source", "secret", "secretName"]);
        }
    }
    let kernel = [
        "domain",
        "firmware",
        "kernelBoot",
        "container",
        "imagePullSecret",
    ];
    secret(spec, &kernel);
    if names.is_renamed() {
        for field in ["hostname", "subdomain"] {
            own_name(spec, &[field], names);
        }
    }
    neighbours(spec, names);
}

fn own_name(value: &mut Value, path: &[&str], names: Names<'_>) {
    rewrite(value, path, |said| match said == names.source.name {
        true => names.target().name.clone(),
        false => said.to_owned(),
    });
}

fn in_template(template: &mut Value, names: Names<'_>) {
    if names.is_renamed()
        && let Some(labels) = fields(template, &["labels"])
        && labels.contains_key(VM_NAME)
    {
        let name = names.target().name.as_str();
        labels.insert(VM_NAME.to_owned(), name.into());
    }
    rewrite_json(template, &["annotations", SSH_NAMES], |ids| {
        for id in ids.as_array_mut().into_iter().flatten() {
            rewrite(id, &[], |id| names.key_pair(id));
        }
    });
    rewrite_json(template, &["annotations", DYNAMIC_KEYS], |secrets| {
        let Some(secrets) = secrets.as_object_mut() else {
            return;
        };
        let mut renamed = Map::new();
        for (name, mut ids) in std::mem::take(secrets) {
            for id in ids.as_array_mut().into_iter().flatten() {
                rewrite(id, &[], |id| names.key_pair(id));
            }
            renamed.insert(names.secret(&name), ids);
        }
        *secrets = renamed;
    });
}

/// Rules on other VMs: where they are, and the VM itself among them.
fn neighbours(spec: &mut Value, names: Names<'_>) {
    for which in ["podAffinity", "podAntiAffinity"] {
        let rules = fields(spec, &["affinity", which]);
        for terms in rules.into_iter().flat_map(|rules| rules.values_mut()) {
            for term in each(terms, &[]) {
                let below: &[&str] = match term.get("podAffinityTerm") {
                    Some(_) => &["podAffinityTerm"],
                    None => &[],
                };
                if let Some(term) = at(term, below) {
                    selector(term, names);
                }
            }
        }
    }
    for term in each(spec, &["topologySpreadConstraints"]) {
        selector(term, names);
    }
}

fn selector(term: &mut Value, names: Names<'_>) {
    for namespace in each(term, &["namespaces"]) {
        rewrite(namespace, &[], |said| names.namespace(said));
    }
    if !names.is_renamed() {
        return;
    }
    own_name(term, &["labelSelector", "matchLabels", VM_NAME], names);
    for expression in each(term, &["labelSelector", "matchExpressions"]) {
        if expression["key"] == VM_NAME {
            for value in each(expression, &["values"]) {
                own_name(value, &[], names);
            }
        }
    }
}
