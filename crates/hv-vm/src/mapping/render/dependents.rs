//! What is created before a VM: networks, key pairs, config maps and Secrets of the bundle.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::names::Names;
use super::references::DYNAMIC_KEYS;
use super::tree::{rename, rewrite, rewrite_json};
use super::{RenderError, file_of};
use crate::header::{Header, Item, SecretNeed};
use crate::key::{Key, Kind};
use crate::mapping::{RenderedObject, SealedSource};
use crate::stored::Stored;

/// Kinds in the order in which they are created.
const ORDER: [Kind; 4] = [
    Kind::NetworkAttachmentDefinition,
    Kind::KeyPair,
    Kind::ConfigMap,
    Kind::Secret,
];

/// The objects that the assignment asks for.
pub(super) fn all(
    stored: &Stored,
    vm: &Value,
    names: Names<'_>,
) -> Result<Vec<RenderedObject>, RenderError> {
    let mut objects: Vec<RenderedObject> = Vec::new();
    let mut sources: BTreeMap<Key, &Key> = BTreeMap::new();
    let mut wanted: Vec<&Key> = names.assignment.create.iter().collect();
    wanted.sort_by_key(|key| (ORDER.iter().position(|kind| *kind == key.kind), *key));
    wanted.dedup();
    for key in wanted {
        let missing = || RenderError::NotInBundle(key.to_string());
        if !ORDER.contains(&key.kind) {
            return Err(missing());
        }
        let item = file_of(stored, key).ok_or_else(missing)?;
        let target = names.key(key);
        if let Some(other) = sources.insert(target.clone(), key) {
            let both = (other.to_string(), key.to_string());
            return Err(RenderError::OneName(both.0, both.1, target.to_string()));
        }
        let need = secret_need(&stored.header, key);
        objects.push(match need {
            Some(need) => secret(item, need, vm, target, names)?,
            None if key.kind == Kind::Secret => return Err(missing()),
            None => plain(stored, item, key, target).ok_or_else(missing)?,
        });
    }
    Ok(objects)
}

fn secret_need<'a>(header: &'a Header, key: &Key) -> Option<&'a SecretNeed> {
    let is_map = key.kind == Kind::ConfigMap;
    if !is_map && key.kind != Kind::Secret {
        return None;
    }
    let mut needs = header.requirements.secrets.iter();
    needs.find(|need| need.name == key.name && need.config_map == is_map)
}

/// A Secret or what is as secret: what it holds stays in its file.
fn secret(
    item: &Item,
    need: &SecretNeed,
    vm: &Value,
    target: Key,
    names: Names<'_>,
) -> Result<RenderedObject, RenderError> {
    let mut renamed_keys: BTreeMap<String, String> = BTreeMap::new();
    for id in key_pairs(vm, need, names) {
        let (before, after) = names.credential_key(&id);
        if before == after || !need.keys.contains(&before) {
            continue;
        }
        let other = renamed_keys.iter().find(|(_, known)| **known == after);
        if let Some((other, _)) = other.filter(|(other, _)| **other != before) {
            let secret = need.name.clone();
            return Err(RenderError::OneKey(other.clone(), before, secret, after));
        }
        renamed_keys.insert(before, after);
    }
    let stays = |key: &&String| !renamed_keys.contains_key(*key);
    if let Some(other) = need
        .keys
        .iter()
        .filter(stays)
        .find(|key| renamed_keys.values().any(|after| after == *key))
    {
        let before = renamed_keys.iter().find(|(_, after)| *after == other);
        let before = before.map(|(before, _)| before.clone()).unwrap_or_default();
        let (secret, after) = (need.name.clone(), other.clone());
        return Err(RenderError::OneKey(before, other.clone(), secret, after));
    }
    let object = json!({"metadata": {"name": target.name, "namespace": target.namespace}});
    Ok(RenderedObject {
        owned: is_owned(need),
        key: target,
        object,
        sealed: Some(SealedSource {
            file: item.path.clone(),
            sha256: item.sha256.clone(),
            renamed_keys,
            restored: BTreeMap::new(),
        }),
    })
}

/// Key pairs whose keys may be in a Secret: those that the VM lists, and all that are known where it
/// lists none.
fn key_pairs(vm: &Value, need: &SecretNeed, names: Names<'_>) -> Vec<String> {
    let template = &vm["spec"]["template"];
    let text = template["metadata"]["annotations"][DYNAMIC_KEYS].as_str();
    let listed: BTreeMap<String, Vec<String>> = text
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let is_key = |by: &String| by.starts_with("accessCredentials[") && by.ends_with("sshPublicKey");
    match listed.get(&need.name) {
        Some(ids) => ids.clone(),
        None if need.used_by.iter().any(is_key) => {
            let known = names.assignment.key_pairs.keys();
            known.cloned().collect()
        }
        None => Vec::new(),
    }
}

/// Whether it dies with the VM, as Harvester has it: what other VMs may use as well does not.
fn is_owned(need: &SecretNeed) -> bool {
    let is_own = |by: &String| {
        by.contains(".cloudInitNoCloud.")
            || by.contains(".cloudInitConfigDrive.")
            || by.starts_with("accessCredentials[")
            || by.contains(DYNAMIC_KEYS)
    };
    !need.config_map && !need.used_by.is_empty() && need.used_by.iter().all(is_own)
}

/// An object that holds no secret.
fn plain(stored: &Stored, item: &Item, source: &Key, target: Key) -> Option<RenderedObject> {
    let mut object = stored.json(&item.path).filter(Value::is_object)?;
    rename(&mut object, &target.namespace, &target.name);
    let fields = object.as_object_mut()?;
    fields.insert("apiVersion".to_owned(), source.kind.api_version().into());
    fields.insert("kind".to_owned(), source.kind.name().into());
    if source.kind == Kind::NetworkAttachmentDefinition {
        network(&mut object, source, &target);
    }
    Some(RenderedObject {
        key: target,
        object,
        sealed: None,
        owned: false,
    })
}

/// The configuration of a network says its name, and where an overlay is, its namespace too.
fn network(object: &mut Value, source: &Key, target: &Key) {
    let provider = |key: &Key| format!("{}.{}.ovn", key.name, key.namespace);
    rewrite_json(object, &["spec", "config"], |config| {
        rewrite(config, &["name"], |name| match name == source.name {
            true => target.name.clone(),
            false => name.to_owned(),
        });
        rewrite(config, &["provider"], |said| {
            match said == provider(source) {
                true => provider(target),
                false => said.to_owned(),
            }
        });
    });
}
