//! Secrets and config maps: made of the bundle, or there already.

use hv_vm::header::SecretNeed;
use hv_vm::{Key, Kind};

use super::{Draft, Ground, Roads};
use crate::inventory::{Found, Known};
use crate::preflight::Sheet;

/// Names the Secrets, and says which of them are missing or locked.
pub(super) fn secrets(
    ground: &Ground<'_>,
    draft: &mut Draft<'_>,
    roads: &Roads<'_>,
    sheet: &mut Sheet<'_>,
) {
    for need in &draft.header.requirements.secrets {
        let kind = match need.config_map {
            true => Kind::ConfigMap,
            false => Kind::Secret,
        };
        let key = Key::new(kind, &draft.header.vm.namespace, &need.name);
        if let Some(path) = place(ground, draft, roads, &key, sheet) {
            open(ground, draft, need, &path, sheet);
        }
    }
}

/// Names the config maps that hold no secret.
pub(super) fn config_maps(
    ground: &Ground<'_>,
    draft: &mut Draft<'_>,
    roads: &Roads<'_>,
    sheet: &mut Sheet<'_>,
) {
    let needs = draft.header.requirements.named.iter();
    for need in needs.filter(|need| need.kind == "ConfigMap") {
        let name = need.id.rsplit('/').next().unwrap_or_default();
        let key = Key::new(Kind::ConfigMap, &draft.header.vm.namespace, name);
        place(ground, draft, roads, &key, sheet);
    }
}

/// Decides whether an object is made; its file in the bundle if it is.
fn place(
    ground: &Ground<'_>,
    draft: &mut Draft<'_>,
    roads: &Roads<'_>,
    key: &Key,
    sheet: &mut Sheet<'_>,
) -> Option<String> {
    let target = roads.secret(&key.name);
    let is_mapped = ground.map.secret_of(&key.namespace, &key.name).is_some();
    let held = draft.header.items.iter().find(|item| item.object == *key);
    let held = held.map(|item| item.path.clone());
    let there: &Known<()> = match key.kind {
        Kind::Secret => &ground.inventory.secrets,
        _ => &ground.inventory.config_maps,
    };
    let word = match key.kind {
        Kind::Secret => "secret",
        _ => "config map",
    };
    let values = [
        ("object", word),
        ("name", key.name.as_str()),
        ("namespace", draft.target.namespace.as_str()),
        ("target", target.as_str()),
        ("source", key.namespace.as_str()),
    ];
    let mut made = None;
    match (there.get(&draft.target.namespace, &target), held) {
        // One of the name may be anybody's: only the map says that it is meant.
        (Found::Yes(()), Some(_)) if !is_mapped => sheet.say("secret-exists", &values),
        (Found::Yes(()), Some(_)) => sheet.say("secret-kept", &values),
        (Found::Yes(()), None) => {}
        (Found::No, None) => sheet.say("secret-missing", &values),
        (Found::No, Some(path)) => made = Some(path),
        (Found::Unknown(why), held) => {
            let values = [values.as_slice(), &[("why", why)]].concat();
            match held.is_some() || is_mapped {
                true => sheet.warn("unknown-secrets", &values),
                false => sheet.say("unknown-secrets", &values),
            }
            made = held;
        }
    }
    if made.is_some() {
        draft.create.push(key.clone());
    }
    draft.secrets.insert(key.name.clone(), target);
    made
}

/// Whether a Secret that is made can be read.
fn open(
    ground: &Ground<'_>,
    draft: &Draft<'_>,
    need: &SecretNeed,
    path: &str,
    sheet: &mut Sheet<'_>,
) {
    let name = ("name", need.name.as_str());
    if need.state == "plaintext" {
        sheet.say("secret-plaintext", &[name]);
    }
    if need.state != "encrypted" {
        return;
    }
    let Some(opener) = &ground.options.opener else {
        sheet.say("secret-locked", &[name]);
        return;
    };
    let bytes = draft.stored.files.get(path).map(Vec::as_slice);
    if let Err(why) = opener(bytes.unwrap_or_default()) {
        sheet.say("identity-wrong", &[name, ("why", why.as_str())]);
    }
}
