//! Cloud-init text inside a VM, which stays in its file until the VM is sent.

use std::collections::BTreeMap;

use serde_json::Value;

use super::tree::fields;
use crate::digest;
use crate::graph::{CLOUD_INIT, list};

const FIELDS: [&str; 4] = [
    "userData",
    "userDataBase64",
    "networkData",
    "networkDataBase64",
];

/// Texts that were taken out, by their places in the VM on the target.
#[derive(Default)]
pub(super) struct Taken {
    /// Their places in the stored VM.
    pub(super) places: BTreeMap<String, String>,
    /// Their digests, as the normal form has them.
    pub(super) digests: BTreeMap<String, String>,
}

/// Takes the texts out of a VM.
pub(super) fn take(vm: &mut Value, stored: &Value) -> Taken {
    let mut taken = Taken::default();
    let volumes = |vm: &Value| list(&vm["spec"]["template"]["spec"]["volumes"]).to_vec();
    let before: Vec<String> = volumes(stored).iter().map(name).collect();
    for (at, volume) in volumes(vm).iter().enumerate() {
        let Some(was) = before.iter().position(|one| *one == name(volume)) else {
            continue;
        };
        for source in CLOUD_INIT {
            for field in FIELDS {
                let text = volume[source][field].as_str();
                let Some(text) = text.filter(|text| !text.is_empty()) else {
                    continue;
                };
                let place =
                    |at: usize| format!("/spec/template/spec/volumes/{at}/{source}/{field}");
                let volumes = super::tree::list(vm, &["spec", "template", "spec", "volumes"]);
                let volume = volumes.and_then(|volumes| volumes.get_mut(at));
                if let Some(fields) = volume.and_then(|volume| fields(volume, &[source])) {
                    fields.remove(field);
                    let digest = digest::bytes(text.as_bytes());
                    taken.digests.insert(place(at), digest);
                    taken.places.insert(place(at), place(was));
                }
            }
        }
    }
    taken
}

fn name(volume: &Value) -> String {
    volume["name"].as_str().unwrap_or_default().to_owned()
}
