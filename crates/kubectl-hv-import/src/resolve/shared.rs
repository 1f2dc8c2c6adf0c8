//! Networks and key pairs: what VMs share.

use hv_vm::{Key, Kind};

use super::{Draft, Ground, Roads, parts};
use crate::inventory::Found;
use crate::preflight::Sheet;

/// Names the networks; whether they are there is judged.
pub(super) fn networks(_: &Ground<'_>, draft: &mut Draft<'_>, roads: &Roads<'_>) {
    for need in &draft.header.requirements.networks {
        draft
            .networks
            .insert(need.id.clone(), roads.network(&need.id));
    }
}

/// Names the key pairs; one that is missing is made of the bundle, if it is in there.
pub(super) fn key_pairs(
    ground: &Ground<'_>,
    draft: &mut Draft<'_>,
    roads: &Roads<'_>,
    sheet: &mut Sheet<'_>,
) {
    let needs = draft.header.requirements.named.iter();
    for need in needs.filter(|need| need.kind == "KeyPair") {
        let target = roads.key_pair(&need.id);
        let (namespace, name) = parts(&need.id);
        let key = Key::new(Kind::KeyPair, namespace, name);
        let held = draft.header.items.iter().find(|item| item.object == key);
        let values = [("id", need.id.as_str()), ("target", target.as_str())];
        let (namespace, name) = parts(&target);
        match (ground.inventory.key_pairs.get(namespace, name), held) {
            (Found::Yes(there), Some(item)) => {
                let held = draft.stored.json(&item.path).unwrap_or_default();
                let held = held["spec"]["publicKey"]
                    .as_str()
                    .unwrap_or_default()
                    .trim();
                if held != there.spec.public_key.trim() {
                    sheet.say("key-pair-differs", &values);
                }
            }
            (Found::Yes(_), None) => {}
            (Found::No, Some(_)) => {
                draft.create.push(key);
                sheet.say("key-pair-created", &values);
            }
            (Found::No, None) => sheet.say("key-pair-missing", &values),
            (Found::Unknown(why), _) => {
                sheet.say("unknown-key-pairs", &[values[0], values[1], ("why", why)]);
            }
        }
        draft.key_pairs.insert(need.id.clone(), target);
    }
}
