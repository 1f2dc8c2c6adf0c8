//! What a VM and a template of VMs refer to.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Found, Need, qualified, volume};
use crate::key::{Key, Kind};

/// Annotation with the claims that Harvester makes for a VM.
pub(crate) const CLAIM_TEMPLATES: &str = "harvesterhci.io/volumeClaimTemplates";
/// Annotation that names the image a disk began as.
pub(crate) const IMAGE_ID: &str = "harvesterhci.io/imageId";

const SSH_NAMES: &str = "harvesterhci.io/sshNames";
const DYNAMIC_KEYS: &str = "harvesterhci.io/dynamic-ssh-key-names";

/// An entry of the annotation with the claims that Harvester makes.
pub(crate) struct ClaimTemplate {
    /// The claim as the entry has it.
    pub(crate) claim: Value,
    /// Whether a volume of the VM uses it.
    pub(crate) used: bool,
}

impl ClaimTemplate {
    pub(crate) fn name(&self) -> &str {
        self.claim["metadata"]["name"].as_str().unwrap_or_default()
    }
}

/// The entries of the annotation; none if it is absent or does not parse.
pub(crate) fn claim_templates(vm: &Value) -> Vec<ClaimTemplate> {
    let text = vm["metadata"]["annotations"][CLAIM_TEMPLATES].as_str();
    let entries: Vec<Value> = text
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let volumes = list(&vm["spec"]["template"]["spec"]["volumes"]);
    let used = |name: &str| {
        volumes.iter().any(|volume| {
            volume["persistentVolumeClaim"]["claimName"] == name
                || volume["dataVolume"]["name"] == name
                || volume["ephemeral"]["persistentVolumeClaim"]["claimName"] == name
        })
    };
    let template = |claim: Value| ClaimTemplate {
        used: claim["metadata"]["name"].as_str().is_some_and(used),
        claim,
    };
    entries.into_iter().map(template).collect()
}

/// The network that an interface is attached to, by the name in the VM.
pub(crate) fn network_key(name: &str, namespace: &str) -> Key {
    let (namespace, name) = qualified(name, namespace);
    Key::new(Kind::NetworkAttachmentDefinition, namespace, name)
}

/// References of a VM.
pub(super) fn machine(found: &mut Found<'_>, vm: &Value) {
    let instance = Kind::VirtualMachineInstance;
    let name = &vm["metadata"]["name"];
    found.local(instance, name, Need::Describe, || {
        "metadata.name".to_owned()
    });
    body(found, vm, true);
}

/// References of a template: its default version.
pub(super) fn template(found: &mut Found<'_>, template: &Value) {
    if let Some(id) = template["spec"]["defaultVersionId"].as_str() {
        let (namespace, name) = qualified(id, found.namespace);
        let key = Key::new(Kind::VirtualMachineTemplateVersion, namespace, name);
        found.push(key, Need::Collect, "spec.defaultVersionId".to_owned());
    }
}

/// References of a version of a template: those of the VM in it, whose disks do not exist.
pub(super) fn template_version(found: &mut Found<'_>, version: &Value) {
    let spec = &version["spec"];
    image(found, &spec["imageId"], || "spec.imageId".to_owned());
    for id in list(&spec["keyPairIds"]) {
        key_pair(found, id, || "spec.keyPairIds".to_owned());
    }
    body(found, &spec["vm"], false);
}

fn body(found: &mut Found<'_>, vm: &Value, exists: bool) {
    let template = &vm["spec"]["template"];
    let spec = &template["spec"];
    if exists {
        for (field, cluster, local) in [
            (
                "instancetype",
                Kind::VirtualMachineClusterInstancetype,
                Kind::VirtualMachineInstancetype,
            ),
            (
                "preference",
                Kind::VirtualMachineClusterPreference,
                Kind::VirtualMachinePreference,
            ),
        ] {
            let matcher = &vm["spec"][field];
            let kind = matcher_kind(matcher, cluster, local);
            found.local(kind, &matcher["name"], Need::Describe, || {
                format!("spec.{field}")
            });
        }
    }
    for volume in list(&spec["volumes"]) {
        let before = found.list.len();
        volume::volume(found, volume);
        if !exists {
            // The claims of a template are names that nobody made yet.
            let mut fresh = found.list.split_off(before);
            fresh.retain(|reference| {
                !matches!(
                    reference.to.kind,
                    Kind::PersistentVolumeClaim | Kind::DataVolume
                )
            });
            found.list.append(&mut fresh);
        }
    }
    if exists {
        data_volume_templates(found, &vm["spec"]["dataVolumeTemplates"]);
    }
    annotation(found, vm, exists);
    for network in list(&spec["networks"]) {
        if let Some(name) = network["multus"]["networkName"].as_str() {
            let by = network["name"].as_str().unwrap_or_default();
            let key = network_key(name, found.namespace);
            found.push(key, Need::Collect, format!("networks[{by}].multus"));
        }
    }
    let kernel = &spec["domain"]["firmware"]["kernelBoot"]["container"]["imagePullSecret"];
    found.secret(Kind::Secret, kernel, None, || {
        "domain.firmware.kernelBoot.container.imagePullSecret".to_owned()
    });
    let account = &spec["serviceAccountName"];
    found.local(Kind::ServiceAccount, account, Need::Describe, || {
        "serviceAccountName".to_owned()
    });
    credentials(found, spec, &template["metadata"]["annotations"]);
    ssh_names(found, &template["metadata"]["annotations"][SSH_NAMES]);
}

/// A matcher's kind is written in any case, and means the whole cluster if it is absent.
pub(crate) fn matcher_kind(matcher: &Value, cluster: Kind, local: Kind) -> Kind {
    match matcher["kind"].as_str() {
        Some(kind) if kind.eq_ignore_ascii_case(local.name()) => local,
        _ => cluster,
    }
}

fn data_volume_templates(found: &mut Found<'_>, templates: &Value) {
    for template in list(templates) {
        let name = &template["metadata"]["name"];
        let by = || format!("dataVolumeTemplates[{}]", name.as_str().unwrap_or_default());
        found.local(Kind::PersistentVolumeClaim, name, Need::Collect, by);
        found.local(Kind::DataVolume, name, Need::Describe, by);
        let spec = &template["spec"];
        for body in ["storage", "pvc"] {
            let class = &spec[body]["storageClassName"];
            found.local(Kind::StorageClass, class, Need::Describe, by);
        }
    }
}

fn annotation(found: &mut Found<'_>, vm: &Value, exists: bool) {
    for template in claim_templates(vm) {
        let by = || format!("annotations[{CLAIM_TEMPLATES}][{}]", template.name());
        let name = &template.claim["metadata"]["name"];
        if exists && !template.used {
            // It is no disk; that it exists still tells whether the entry would make one.
            found.local(Kind::PersistentVolumeClaim, name, Need::Describe, by);
            continue;
        }
        image(
            found,
            &template.claim["metadata"]["annotations"][IMAGE_ID],
            by,
        );
        if !exists {
            let class = &template.claim["spec"]["storageClassName"];
            found.local(Kind::StorageClass, class, Need::Describe, by);
        }
    }
}

pub(super) fn image(found: &mut Found<'_>, id: &Value, by: impl FnOnce() -> String) {
    if let Some(id) = id.as_str().filter(|id| !id.is_empty()) {
        let (namespace, name) = qualified(id, found.namespace);
        let key = Key::new(Kind::VirtualMachineImage, namespace, name);
        found.push(key, Need::Describe, by());
    }
}

fn key_pair(found: &mut Found<'_>, id: &Value, by: impl FnOnce() -> String) {
    if let Some(id) = id.as_str() {
        let (namespace, name) = qualified(id, found.namespace);
        let key = Key::new(Kind::KeyPair, namespace, name);
        found.push(key, Need::Collect, by());
    }
}

fn credentials(found: &mut Found<'_>, spec: &Value, annotations: &Value) {
    for (at, credential) in list(&spec["accessCredentials"]).iter().enumerate() {
        for way in ["sshPublicKey", "userPassword"] {
            let name = &credential[way]["source"]["secret"]["secretName"];
            found.secret(Kind::Secret, name, None, || {
                format!("accessCredentials[{at}].{way}")
            });
        }
    }
    let keys = annotations[DYNAMIC_KEYS].as_str();
    let keys: BTreeMap<String, Vec<String>> = keys
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    for (secret, pairs) in keys {
        let by = || format!("annotations[{DYNAMIC_KEYS}]");
        for pair in pairs {
            let (namespace, name) = qualified(&pair, found.namespace);
            let key = format!("{namespace}-{name}");
            let secret = Value::from(secret.as_str());
            found.secret(Kind::Secret, &secret, Some(&key), by);
            key_pair(found, &Value::from(pair), by);
        }
    }
}

fn ssh_names(found: &mut Found<'_>, names: &Value) {
    let names: Vec<Value> = names
        .as_str()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    for id in names {
        key_pair(found, &id, || format!("annotations[{SSH_NAMES}]"));
    }
}

/// The items of a list; none where there is no list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
