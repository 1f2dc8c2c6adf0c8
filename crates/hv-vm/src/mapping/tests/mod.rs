//! Maps and what is rendered with them.

mod dependents;
mod disks;
mod documents;
mod file;
mod identity;
mod labels;
mod machine;
mod notes;
mod patch;
mod refusals;
mod rename;
mod volume;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::export::tests::Case;
use crate::generator;
use crate::graph::STATE_LABEL;
use crate::header::{Disk, Header, VmName};
use crate::key::{Key, Kind};
use crate::objects::{Objects, State};
use crate::samples::key_of;
use crate::stored::Stored;

/// The bundle of the VM `prod/web01`, with its Secrets in the clear.
fn web01() -> Stored {
    stored(&mut plain())
}

/// The same before it is exported.
fn plain() -> Case {
    let mut case = Case::new();
    case.plaintext = true;
    case
}

fn stored(case: &mut Case) -> Stored {
    case.store();
    case.before.take().unwrap()
}

/// The bundle of a random VM; its Secrets are in the clear.
fn random(seed: u64) -> Stored {
    bundle(generator::objects(seed))
}

/// The bundle of a VM and everything around it.
fn bundle(all: Vec<Value>) -> Stored {
    let mut case = plain();
    case.state_claim = None;
    case.world.vm = all[0].clone();
    case.world.objects = Objects::default();
    for object in all {
        let key = key_of(&object);
        if object["metadata"]["labels"][STATE_LABEL].is_string() {
            case.state_claim = Some(key.clone());
        }
        let state = State::Found(Arc::new(object));
        case.world.objects.insert(key, state);
    }
    stored(&mut case)
}

/// Everything stays as it was, on claims that are there.
fn identity(header: &Header) -> Assignment {
    Assignment {
        vm: header.vm.clone(),
        namespaces: BTreeMap::new(),
        disks: choices(header, existing),
        networks: BTreeMap::new(),
        secrets: BTreeMap::new(),
        key_pairs: BTreeMap::new(),
        node_labels: BTreeMap::new(),
        macs: MacChoice::Keep,
        stamps: Stamps::default(),
        create: Vec::new(),
    }
}

fn choices(header: &Header, choice: fn(&Disk) -> DiskChoice) -> BTreeMap<String, DiskChoice> {
    let disks = header.disks.iter().filter(|disk| !disk.volume.is_empty());
    disks
        .map(|disk| (disk.volume.clone(), choice(disk)))
        .collect()
}

fn existing(disk: &Disk) -> DiskChoice {
    let disk = disk.clone();
    DiskChoice::Existing {
        claim: disk.claim,
        class: "harvester-longhorn".to_owned(),
        size: disk.size.unwrap_or_default(),
        volume_mode: disk.volume_mode.unwrap_or_default(),
        access_modes: disk.access_modes,
    }
}

fn blank(disk: &Disk) -> DiskChoice {
    let disk = disk.clone();
    DiskChoice::Blank {
        claim: disk.claim,
        class: "harvester-longhorn".to_owned(),
        size: disk.size.unwrap_or_default(),
        volume_mode: disk.volume_mode.unwrap_or_default(),
        access_modes: disk.access_modes,
    }
}

fn name(namespace: &str, name: &str) -> VmName {
    VmName {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    }
}

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(from, to): &(&str, &str)| ((*from).to_owned(), (*to).to_owned());
    pairs.iter().map(owned).collect()
}

/// The VM of what was rendered, which is the last object.
fn vm(rendered: &Rendered) -> &Value {
    let last = rendered.objects.last().unwrap();
    assert_eq!(last.key.kind, Kind::VirtualMachine);
    &last.object
}

fn object(rendered: &Rendered, kind: Kind, name: &str) -> Value {
    let found = rendered
        .objects
        .iter()
        .find(|one| one.key.kind == kind && one.key.name == name);
    found.unwrap_or_else(|| panic!("no {name}")).object.clone()
}

fn annotation(vm: &Value, key: &str) -> Value {
    vm["metadata"]["annotations"][key].clone()
}

/// An annotation that is JSON.
fn parsed(vm: &Value, key: &str) -> Value {
    serde_json::from_str(annotation(vm, key).as_str().unwrap()).unwrap()
}

fn codes(notes: &[crate::header::Note]) -> Vec<&str> {
    let mut codes: Vec<&str> = notes.iter().map(|note| note.code.as_str()).collect();
    codes.dedup();
    codes
}

const TEMPLATES: &str = "harvesterhci.io/volumeClaimTemplates";
const SPEC: &str = "/spec/template/spec";
