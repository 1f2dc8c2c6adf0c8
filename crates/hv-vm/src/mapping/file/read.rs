//! Reads a map file: first its shape, then every value.

use std::collections::BTreeMap;

use serde_json::Value;

use super::disk::{self, same_claims};
use super::form::{Form, MacForm, MacPolicy};
use super::name::{NameKind, check_id, check_label, check_name, mac_of};
use super::problem::{Problems, quoted};
use super::shape::{Shape, below, check};
use super::{Clash, MapError, MapFile, clashes};
use crate::header::VmName;
use crate::mapping::MacChoice;

/// API version of our documents.
const API_VERSION: &str = "kubectl-hv.io/v1alpha1";

const NAMES: Shape = Shape::Named(&Shape::Text);

const MAP: Shape = Shape::Fields(&[
    ("apiVersion", Shape::Text),
    ("kind", Shape::Text),
    ("namespaces", NAMES),
    ("names", NAMES),
    ("storageClasses", NAMES),
    ("images", NAMES),
    ("networks", NAMES),
    ("secrets", NAMES),
    ("keyPairs", NAMES),
    ("nodeLabels", NAMES),
    ("macs", Shape::Named(&Shape::TextOr(&NAMES))),
    ("disks", Shape::Named(&Shape::Named(&disk::DISK))),
]);

impl MapFile {
    /// Reads YAML or JSON; everything that is wrong is told at once.
    pub fn parse(text: &str) -> Result<Self, MapError> {
        let mut problems = Problems::default();
        let Some(document) = document(text, &mut problems) else {
            return problems.settle(Self::default());
        };
        let form: Form = match serde_json::from_value(document) {
            Ok(form) => form,
            Err(error) => {
                problems.add("", error.to_string());
                return problems.settle(Self::default());
            }
        };
        let map = Self::checked(form, &mut problems);
        problems.settle(map)
    }

    fn checked(form: Form, problems: &mut Problems) -> Self {
        use NameKind::{Namespace, Object, Vm};
        let mut names = |section: &str, map: BTreeMap<String, String>, key: Check, value: Check| {
            for (from, to) in &map {
                let path = below(section, from);
                for wrong in [key(from), value(to)].into_iter().filter_map(Result::err) {
                    problems.add(&path, wrong);
                }
            }
            map
        };
        let mut map = Self {
            namespaces: names(
                "namespaces",
                form.namespaces,
                |text| check_name(Namespace, text),
                |text| check_name(Namespace, text),
            ),
            names: names("names", form.names, |text| check_id(Vm, text), target_name),
            storage_classes: names("storageClasses", form.storage_classes, object, object),
            images: names("images", form.images, object_id, object_id),
            networks: names("networks", form.networks, object_id, object_id),
            secrets: names("secrets", form.secrets, object_id, object),
            key_pairs: names("keyPairs", form.key_pairs, object_id, object_id),
            node_labels: names("nodeLabels", form.node_labels, check_label, |to| match to {
                "" => Ok(()),
                to => check_label(to),
            }),
            ..Self::default()
        };
        for (from, to) in &map.node_labels {
            if !to.is_empty() && from.contains('=') != to.contains('=') {
                let message = "one side has a value and the other has none";
                problems.add(&below("nodeLabels", from), message);
            }
        }
        map.two_to_one(problems);
        for (vm, macs) in form.macs {
            let path = below("macs", &vm);
            vm_key(&path, &vm, problems);
            map.macs.insert(vm, mac_choice(&path, macs, problems));
        }
        for (vm, disks) in form.disks {
            let path = below("disks", &vm);
            vm_key(&path, &vm, problems);
            let mut entries = BTreeMap::new();
            for (disk, form) in disks {
                let path = below(&path, &disk);
                if let Err(wrong) = check_name(Object, &disk) {
                    problems.add(&path, wrong);
                }
                if let Some(entry) = disk::entry(&path, form, problems) {
                    entries.insert(disk, entry);
                }
            }
            same_claims(&path, &entries, problems);
            map.disks.insert(vm, entries);
        }
        map
    }

    /// VMs that the map itself sends to one name.
    fn two_to_one(&self, problems: &mut Problems) {
        let named = self.names.keys().filter_map(|id| {
            let (namespace, name) = id.split_once('/')?;
            let vm = VmName {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            };
            let target = self.vm_name_of(&vm);
            Some((vm, target))
        });
        for Clash { target, sources } in clashes(named) {
            let target = format!("{}/{}", target.namespace, target.name);
            for later in &sources[1..] {
                let path = below("names", &format!("{}/{}", later.namespace, later.name));
                let first = format!("{}/{}", sources[0].namespace, sources[0].name);
                let (first, target) = (quoted(&first), quoted(&target));
                problems.add(&path, format!("{first} becomes {target}, too"));
            }
        }
    }
}

type Check = fn(&str) -> Result<(), String>;

/// Reads YAML or JSON; nothing if it is neither.
pub(in crate::mapping) fn yaml(text: &str, problems: &mut Problems) -> Option<Value> {
    let text = text.trim_start_matches('\u{feff}');
    match serde_saphyr::from_str(text) {
        Ok(document) => Some(document),
        Err(error) => {
            let told = error.to_string();
            let line = told.lines().next().unwrap_or_default().trim();
            problems.add("", format!("is no YAML or JSON: {line}"));
            None
        }
    }
}

/// Reads a map; nothing if it has not the shape it must have.
fn document(text: &str, problems: &mut Problems) -> Option<Value> {
    let document = yaml(text, problems)?;
    check(&document, &MAP, "", problems);
    for (field, wanted) in [("apiVersion", API_VERSION), ("kind", "ImportMap")] {
        match &document[field] {
            Value::String(said) if said == wanted => {}
            Value::String(said) => {
                let (said, wanted) = (quoted(said), quoted(wanted));
                problems.add(field, format!("{said} instead of {wanted}"));
            }
            Value::Null if document.is_object() => {
                problems.add(field, format!("is missing: write {}", quoted(wanted)));
            }
            // The shape has told it.
            _ => {}
        }
    }
    for (vm, macs) in document["macs"].as_object().into_iter().flatten() {
        if let Some(said) = macs
            .as_str()
            .filter(|said| !matches!(*said, "keep" | "new"))
        {
            let message = format!("{} is neither keep nor new", quoted(said));
            problems.add(&below("macs", vm), message);
        }
    }
    problems.is_empty().then_some(document)
}

fn object(text: &str) -> Result<(), String> {
    check_name(NameKind::Object, text)
}

fn object_id(text: &str) -> Result<(), String> {
    check_id(NameKind::Object, text)
}

fn target_name(text: &str) -> Result<(), String> {
    match text.contains('/') {
        true => check_id(NameKind::Vm, text),
        false => check_name(NameKind::Vm, text),
    }
}

fn vm_key(path: &str, vm: &str, problems: &mut Problems) {
    if let Err(wrong) = check_id(NameKind::Vm, vm) {
        problems.add(path, wrong);
    }
}

fn mac_choice(path: &str, form: MacForm, problems: &mut Problems) -> MacChoice {
    let given = match form {
        MacForm::All(MacPolicy::Keep) => return MacChoice::Keep,
        MacForm::All(MacPolicy::New) => return MacChoice::New,
        MacForm::Given(given) => given,
    };
    let mut spelled: BTreeMap<String, String> = BTreeMap::new();
    for (interface, address) in given {
        let path = below(path, &interface);
        match mac_of(&address) {
            Err(wrong) => problems.add(&path, wrong),
            Ok(mac) => {
                if let Some((other, _)) = spelled.iter().find(|(_, known)| **known == mac) {
                    let message =
                        format!("{} has the address {}, too", quoted(other), quoted(&mac));
                    problems.add(&path, message);
                }
                spelled.insert(interface, mac);
            }
        }
    }
    MacChoice::Given(spelled)
}
