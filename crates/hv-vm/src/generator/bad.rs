//! Random VMs that something is wrong with.

use serde_json::Value;

use super::objects;

/// What is wrong with a VM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The claims that its volumes name are missing.
    NoClaims,
    /// Its networks are missing.
    NoNetworks,
    /// Its secrets are missing.
    NoSecrets,
    /// The image and the classes of its disks are missing.
    NoImageNorClass,
    /// The annotation with the claim templates is no JSON.
    ClaimTemplatesNoJson,
    /// The annotation with the claim templates names claims that are gone.
    ClaimTemplatesStale,
    /// The annotation with the claim templates is absent.
    ClaimTemplatesAbsent,
    /// It sets both `running` and `runStrategy`.
    StrategyTwice,
    /// An address is digits only.
    DigitsOnly,
    /// An address is none.
    NoAddress,
    /// Its cloud-init is a million letters.
    LargeUserData,
}

impl Fault {
    /// Every fault.
    pub const ALL: &'static [Self] = &[
        Self::NoClaims,
        Self::NoNetworks,
        Self::NoSecrets,
        Self::NoImageNorClass,
        Self::ClaimTemplatesNoJson,
        Self::ClaimTemplatesStale,
        Self::ClaimTemplatesAbsent,
        Self::StrategyTwice,
        Self::DigitsOnly,
        Self::NoAddress,
        Self::LargeUserData,
    ];
}

const CLAIM_TEMPLATES: &str = "harvesterhci.io/volumeClaimTemplates";

/// Every object of one VM that something is wrong with; the VM first.
pub fn bad_objects(seed: u64, fault: Fault) -> Vec<Value> {
    let mut all = objects(seed);
    let mut without = |kinds: &[&str]| {
        all.retain(|object| !kinds.contains(&object["kind"].as_str().unwrap_or_default()));
    };
    match fault {
        Fault::NoClaims => without(&["PersistentVolumeClaim", "PersistentVolume"]),
        Fault::NoNetworks => without(&["NetworkAttachmentDefinition"]),
        Fault::NoSecrets => without(&["Secret"]),
        Fault::NoImageNorClass => without(&["VirtualMachineImage", "StorageClass"]),
        _ => {
            if let Some(vm) = all.first_mut() {
                damage(vm, fault);
            }
        }
    }
    all
}

fn damage(vm: &mut Value, fault: Fault) {
    match fault {
        Fault::ClaimTemplatesNoJson => {
            vm["metadata"]["annotations"][CLAIM_TEMPLATES] = "[{\"metadata\":".into();
        }
        Fault::ClaimTemplatesStale => {
            vm["metadata"]["annotations"][CLAIM_TEMPLATES] =
                "[{\"metadata\":{\"name\":\"long-gone\"},\"spec\":{}}]".into();
        }
        Fault::ClaimTemplatesAbsent => {
            if let Some(annotations) = vm["metadata"]["annotations"].as_object_mut() {
                annotations.remove(CLAIM_TEMPLATES);
            }
        }
        Fault::StrategyTwice => {
            vm["spec"]["running"] = true.into();
            vm["spec"]["runStrategy"] = "Manual".into();
        }
        Fault::DigitsOnly => first_address(vm, "52:54:00:12:34:56"),
        Fault::NoAddress => first_address(vm, "not an address"),
        Fault::LargeUserData => {
            let volumes = &mut vm["spec"]["template"]["spec"]["volumes"];
            if let Some(volumes) = volumes.as_array_mut() {
                volumes.push(serde_json::json!({
                    "name": "large", "cloudInitNoCloud": {"userData": "x".repeat(1 << 20)},
                }));
            }
        }
        _ => {}
    }
}

/// Gives the VM one interface with that address.
fn first_address(vm: &mut Value, address: &str) {
    let spec = &mut vm["spec"]["template"]["spec"];
    spec["domain"]["devices"]["interfaces"] =
        serde_json::json!([{"name": "nic-1", "bridge": {}, "macAddress": address}]);
    spec["networks"] = serde_json::json!([{"name": "nic-1", "multus": {"networkName": "vlan100"}}]);
}
