//! What becomes of each Secret of a VM.

use serde_json::Value;

use crate::export::folder::{Folder, sealed_path, secret_json};
use crate::export::{ExportError, Secrets};
use crate::externalise::Lifted;
use crate::graph::{Need, Reached};
use crate::header::SecretNeed;
use crate::key::{Key, Kind};
use crate::objects::{Objects, State};
use crate::policy::Policy;
use crate::stored::Stored;

/// Takes Secrets into a folder, as the user asked.
pub(crate) struct Collector<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) objects: &'a Objects,
    pub(crate) secrets: Secrets<'a>,
    pub(crate) before: Option<&'a Stored>,
}

impl Collector<'_> {
    /// The Secrets that an object refers to, and those that were text in it.
    pub(crate) fn all(
        &self,
        reached: &[Reached],
        lifted: &[Lifted],
        owner: &Value,
        folder: &mut Folder,
    ) -> Result<Vec<SecretNeed>, ExportError> {
        let metadata = &owner["metadata"];
        let namespace = metadata["namespace"].as_str().unwrap_or_default();
        // Text in an object is another only if its generation is.
        let made_of = match (metadata["uid"].as_str(), &metadata["generation"]) {
            (Some(uid), Value::Number(generation)) => Some(format!("{uid}/{generation}")),
            _ => None,
        };
        let mut needs = self.referenced(reached, folder)?;
        needs.extend(self.lifted(lifted, namespace, made_of.as_deref(), folder)?);
        needs.sort_by(|a, b| (&a.name, a.config_map).cmp(&(&b.name, b.config_map)));
        Ok(needs)
    }

    /// The Secrets that a VM refers to.
    fn referenced(
        &self,
        reached: &[Reached],
        folder: &mut Folder,
    ) -> Result<Vec<SecretNeed>, ExportError> {
        let secret = reached.iter().filter(|one| one.need == Need::Secret);
        secret.map(|one| self.one(one, folder)).collect()
    }

    fn one(&self, one: &Reached, folder: &mut Folder) -> Result<SecretNeed, ExportError> {
        let mut keys = one.keys.clone();
        keys.sort();
        let need = SecretNeed {
            name: one.key.name.clone(),
            config_map: one.key.kind == Kind::ConfigMap,
            keys,
            used_by: one.used_by.clone(),
            ..SecretNeed::default()
        };
        if matches!(self.secrets, Secrets::Omit) {
            return Ok(with_state(need, "omitted"));
        }
        match self.objects.state(&one.key) {
            State::Found(object) => {
                let need = described(need, object);
                let version = &object["metadata"]["resourceVersion"];
                let uid = &object["metadata"]["uid"];
                let made_of = uid.as_str().zip(version.as_str());
                let made_of = made_of.map(|(uid, version)| format!("{uid}/{version}"));
                let stored = || self.policy.apply(one.key.kind, object).object;
                self.put(need, &one.key, made_of, stored, folder)
            }
            State::Missing => Ok(with_state(need, "missing")),
            State::Unreadable(_) => Ok(with_state(need, "unreadable")),
            State::NotRead => Ok(with_state(need, "omitted")),
        }
    }

    /// The Secrets that were text of the VM.
    ///
    /// `made_of` tells when the text may be another.
    fn lifted(
        &self,
        lifted: &[Lifted],
        namespace: &str,
        made_of: Option<&str>,
        folder: &mut Folder,
    ) -> Result<Vec<SecretNeed>, ExportError> {
        let one = |lifted: &Lifted| {
            let need = SecretNeed {
                name: lifted.name.clone(),
                keys: lifted.keys(),
                externalised: true,
                used_by: lifted.used_by.clone(),
                ..SecretNeed::default()
            };
            if matches!(self.secrets, Secrets::Omit) {
                return Ok(with_state(need, "omitted"));
            }
            let need = SecretNeed {
                r#type: Some("Opaque".to_owned()),
                ..need
            };
            let key = Key::new(Kind::Secret, namespace, &lifted.name);
            let made_of = made_of.map(str::to_owned);
            self.put(need, &key, made_of, || lifted.object(namespace), folder)
        };
        lifted.iter().map(one).collect()
    }

    fn put(
        &self,
        need: SecretNeed,
        key: &Key,
        made_of: Option<String>,
        object: impl FnOnce() -> Value,
        folder: &mut Folder,
    ) -> Result<SecretNeed, ExportError> {
        let recipients = match self.secrets {
            Secrets::Omit => return Ok(with_state(need, "omitted")),
            Secrets::Plaintext => {
                folder.private_object(key.clone(), &object());
                return Ok(with_state(need, "plaintext"));
            }
            Secrets::Encrypt(recipients) => recipients,
        };
        let need = SecretNeed {
            made_of,
            recipients: recipients.names().map(str::to_owned).collect(),
            ..with_state(need, "encrypted")
        };
        let path = sealed_path(key);
        if let Some(item) = self.kept(&need, &path) {
            folder.kept(item.clone());
            return Ok(need);
        }
        let clear = secret_json(&object());
        let sealed = recipients.encrypt(&clear);
        let sealed = sealed.map_err(|why| ExportError::Encrypt {
            name: need.name.clone(),
            why,
        })?;
        folder.sealed(path, key.clone(), sealed);
        Ok(need)
    }

    /// The encrypted file of the bundle before, if the same secret is in it for the same readers.
    fn kept(&self, need: &SecretNeed, path: &str) -> Option<&crate::header::Item> {
        let before = self.before?;
        need.made_of.as_ref()?;
        let same = |one: &&SecretNeed| {
            one.name == need.name
                && one.config_map == need.config_map
                && one.externalised == need.externalised
                && one.state == need.state
                && one.made_of == need.made_of
                && one.recipients == need.recipients
        };
        before.header.requirements.secrets.iter().find(same)?;
        before.files.get(path)?;
        before.header.items.iter().find(|item| item.path == path)
    }
}

fn with_state(need: SecretNeed, state: &str) -> SecretNeed {
    SecretNeed {
        state: state.to_owned(),
        ..need
    }
}

/// Names of keys and the type, as they are.
fn described(need: SecretNeed, object: &Value) -> SecretNeed {
    let keys = ["data", "stringData", "binaryData"]
        .iter()
        .filter_map(|field| object[*field].as_object())
        .flat_map(|fields| fields.keys().cloned());
    let mut keys: Vec<String> = keys.collect();
    keys.sort();
    keys.dedup();
    SecretNeed {
        keys,
        r#type: object["type"].as_str().map(str::to_owned),
        ..need
    }
}
