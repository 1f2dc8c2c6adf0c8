//! What the engine asks of this plugin: objects that lie in bundles, and the normal form of a VM.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use hv_change::{Action, Body, Plan, SealedBody, Step};
use hv_cli::Failure;
use hv_vm::policy::Policy;
use hv_vm::secrets::Identities;
use hv_vm::{Kind, digest, normal, store};
use serde_json::{Map, Value};

use crate::bundles;

/// Bundle and file.
type At = (String, String);

/// Secrets of bundles, as they lie there, and what opens them.
pub(crate) struct Vault {
    policy: Policy,
    identities: Option<Identities>,
    files: BTreeMap<At, Vec<u8>>,
}

impl Vault {
    /// One that holds nothing, for runs that send no secret.
    pub(crate) fn bare() -> Result<Self, Failure> {
        let policy = Policy::builtin().map_err(|error| Failure::failed(error.to_string()))?;
        Ok(Self {
            policy,
            identities: None,
            files: BTreeMap::new(),
        })
    }

    /// Reads the files that a plan needs, and opens each once: a wrong key, or a file that is
    /// another than it was, is told before anything is written.
    pub(crate) fn open(plan: &Plan, identity: Option<&Path>) -> Result<Self, Failure> {
        let vault = Self::open_some(plan, identity)?;
        let sealed: Vec<&SealedBody> = plan.steps.iter().filter_map(sealed).collect();
        if vault.identities.is_none()
            && let Some(secret) = sealed.iter().find(|body| is_encrypted(body))
        {
            let failure = format!(
                "\"{}\" of the VM \"{}\" is encrypted",
                secret.file, secret.bundle
            );
            return Err(
                Failure::usage(failure).hint("name the file with the age key: --identity FILE")
            );
        }
        vault.check(&sealed)?;
        Ok(vault)
    }

    /// The same, and leaves it to each use to tell what cannot be opened.
    pub(crate) fn open_some(plan: &Plan, identity: Option<&Path>) -> Result<Self, Failure> {
        let mut vault = Self::bare()?;
        vault.identities = identity.map(identities).transpose()?;
        let sealed: Vec<&SealedBody> = plan.steps.iter().filter_map(sealed).collect();
        let sources: BTreeSet<&Path> = sealed.iter().map(|body| body.source.as_path()).collect();
        for source in sources {
            vault.read(source, &sealed)?;
        }
        Ok(vault)
    }

    fn read(&mut self, source: &Path, sealed: &[&SealedBody]) -> Result<(), Failure> {
        let wanted: BTreeSet<(&str, &str)> = sealed
            .iter()
            .filter(|body| body.source == source)
            .map(|body| (body.bundle.as_str(), body.file.as_str()))
            .collect();
        let files = &mut self.files;
        store::for_each(source, &mut |bundle| {
            let Ok(stored) = bundle.stored else {
                return Ok(());
            };
            for (path, bytes) in stored.files {
                let place = bundle.place.path();
                if wanted.contains(&(place, path.as_str())) {
                    files.insert((place.to_owned(), path), bytes);
                }
            }
            Ok(())
        })
        .map_err(|error| bundles::failure(&error))
    }

    fn check(&self, sealed: &[&SealedBody]) -> Result<(), Failure> {
        for body in sealed {
            self.opened(body).map_err(|why| {
                Failure::refused(why).hint(
                    "nothing was changed; name another key with --identity, or make a new plan if the bundle is another",
                )
            })?;
        }
        Ok(())
    }

    /// The normal form of a VM, as a cluster or a plan has it.
    pub(crate) fn normal_form(&self, vm: &Value) -> Value {
        let stored = self.policy.apply(Kind::VirtualMachine, vm).object;
        normal::normal_form(&stored, &[])
    }

    fn opened(&self, body: &SealedBody) -> Result<Value, String> {
        let what = format!("\"{}\" of the VM \"{}\"", body.file, body.bundle);
        let at = (body.bundle.clone(), body.file.clone());
        let Some(bytes) = self.files.get(&at) else {
            let place = body.source.display();
            return Err(format!("{what} is no longer in \"{place}\""));
        };
        if digest::bytes(bytes) != body.sha256 {
            return Err(format!(
                "{what} is another file than when the plan was made"
            ));
        }
        let parsed = match (is_encrypted(body), &self.identities) {
            (false, _) => serde_json::from_slice(bytes),
            (true, Some(identities)) => {
                let clear = identities.open(bytes);
                let clear = clear.map_err(|error| format!("{what} cannot be opened: {error}"))?;
                serde_json::from_slice(&clear)
            }
            (true, None) => return Err(format!("{what} is encrypted, and no --identity is given")),
        };
        // The parser's own words could repeat a piece of the secret.
        let mut object: Value = parsed.map_err(|_| format!("{what} is no object"))?;
        if !body.restored.is_empty() {
            return restored(&object, body).ok_or_else(|| format!("{what} lacks a text"));
        }
        json_patch::merge(&mut object, &body.edits);
        for field in ["data", "stringData"] {
            if let Some(data) = object.get_mut(field).and_then(Value::as_object_mut) {
                rename(data, &body.renamed_keys);
            }
        }
        Ok(object)
    }
}

impl hv_change::Domain for Vault {
    fn object(&self, step: &Step) -> Result<Value, String> {
        match &step.action {
            Action::Create(Body::Object(object)) => Ok(object.clone()),
            Action::Create(Body::Sealed(body)) => self.opened(body),
            Action::Own { .. } => Err("it creates nothing".to_owned()),
        }
    }

    fn digest(&self, object: &Value) -> String {
        if object["kind"] == Kind::VirtualMachine.name() {
            return digest::digest(&self.normal_form(object));
        }
        hv_change::normal::digest(object)
    }
}

/// The object of a step with the texts that the plan leaves out.
fn restored(file: &Value, body: &SealedBody) -> Option<Value> {
    let mut object = body.edits.clone();
    for (to, from) in &body.restored {
        let text = file.pointer(from)?.clone();
        let (parent, field) = to.rsplit_once('/')?;
        let field = field.replace("~1", "/").replace("~0", "~");
        let parent = object.pointer_mut(parent)?.as_object_mut()?;
        parent.insert(field, text);
    }
    Some(object)
}

/// Gives keys other names; all are taken out first, since one may get the name of another.
fn rename(data: &mut Map<String, Value>, names: &BTreeMap<String, String>) {
    let taken = names
        .iter()
        .filter_map(|(from, to)| Some((to, data.remove(from)?)));
    let taken: Vec<(&String, Value)> = taken.collect();
    for (to, value) in taken {
        data.insert(to.clone(), value);
    }
}

/// Reads a file of private keys.
pub(crate) fn identities(path: &Path) -> Result<Identities, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| {
        let why = format!("identity \"{shown}\" cannot be read: {error}");
        Failure::failed(why)
    })?;
    let text = zeroize::Zeroizing::new(text);
    Identities::parse(&text)
        .map_err(|error| Failure::usage(format!("identity \"{shown}\" cannot be used: {error}")))
}

fn sealed(step: &Step) -> Option<&SealedBody> {
    match &step.action {
        Action::Create(Body::Sealed(body)) => Some(body),
        _ => None,
    }
}

fn is_encrypted(body: &SealedBody) -> bool {
    Path::new(&body.file)
        .extension()
        .is_some_and(|it| it == "age")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_that_change_places_lose_nothing() {
        let mut data = json!({"a": "1", "b": "2", "c": "3"});
        let names = [("a", "b"), ("b", "a"), ("missing", "c")];
        let names = names.map(|(from, to)| (from.to_owned(), to.to_owned()));
        rename(data.as_object_mut().unwrap(), &names.into());
        assert_eq!(data, json!({"a": "2", "b": "1", "c": "3"}));
    }

    #[test]
    fn texts_that_the_plan_leaves_out_are_put_back() {
        let mut body = SealedBody {
            source: "/bundles".into(),
            bundle: "prod/a".to_owned(),
            file: "objects/virtualmachine.a.json".to_owned(),
            sha256: String::new(),
            edits: json!({"spec": {"volumes": [{"cloudInitNoCloud": {}}]}}),
            renamed_keys: BTreeMap::new(),
            restored: BTreeMap::from([(
                "/spec/volumes/0/cloudInitNoCloud/userData".to_owned(),
                "/spec/volumes/1/cloudInitNoCloud/userData".to_owned(),
            )]),
        };
        let file = json!({"spec": {"volumes": [{}, {"cloudInitNoCloud": {"userData": "text"}}]}});
        let whole = json!({"spec": {"volumes": [{"cloudInitNoCloud": {"userData": "text"}}]}});
        assert_eq!(restored(&file, &body), Some(whole));
        body.restored
            .insert("/spec/x".to_owned(), "/spec/nowhere".to_owned());
        assert_eq!(restored(&file, &body), None);
    }
}
