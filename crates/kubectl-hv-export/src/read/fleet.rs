//! The VMs that are asked for, by list or by name.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures::future::try_join_all;
use hv_cluster::bundle::LabelSelector;
use hv_cluster::kinds;
use hv_cluster::{Gap, Query, Source, SourceError};
use hv_vm::Kind;
use hv_vm::header::VmName;
use serde_json::Value;

use super::reach::Reader;
use super::record::Record;
use super::table::Held;
use super::{Asked, vm_key};

/// VMs that were found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) vms: Vec<VmName>,
    pub(super) missing: Vec<String>,
    pub(super) gap: Option<Gap>,
    /// Fields of VMs that a support bundle leaves open.
    pub(super) guessed: HashMap<VmName, Vec<String>>,
}

/// Kinds that are listed together with VMs; the others are few and read by name.
const LISTED: &[Kind] = &[
    Kind::VirtualMachineInstance,
    Kind::PersistentVolumeClaim,
    Kind::PersistentVolume,
    Kind::StorageClass,
    Kind::DataVolume,
    Kind::VirtualMachineImage,
    Kind::BackingImage,
    Kind::NetworkAttachmentDefinition,
    Kind::KeyPair,
];

/// Kinds whose objects are in the namespace of their VM.
const BESIDE: &[Kind] = &[
    Kind::VirtualMachineInstance,
    Kind::PersistentVolumeClaim,
    Kind::DataVolume,
];

/// Lists VMs, and the kinds that nearly every VM reaches.
///
/// Of one namespace only what is beside the VMs is listed; the rest is read as it is reached.
pub(super) async fn listed(
    reader: &mut Reader<'_>,
    asked: Asked<'_>,
) -> Result<Found, SourceError> {
    let query = Query {
        namespace: asked.namespace.map(str::to_owned),
        labels: asked.labels.map(str::to_owned),
        fields: None,
    };
    let source = reader.source;
    let whole = matches!(source, Source::Bundle(_)) || asked.namespace.is_none();
    let listed = if whole { LISTED } else { BESIDE };
    let place = match source {
        Source::Bundle(_) => None,
        Source::Live(_) => asked.namespace,
    };
    let vms = reader.records(Kind::VirtualMachine, &query);
    let others = try_join_all(listed.iter().map(|&kind| reader.fetch_list(kind, place)));
    let (vms, others) = futures::try_join!(vms, others)?;
    for (kind, listing) in listed.iter().zip(others) {
        reader.take_list(*kind, place, listing);
    }
    let mut found = Found {
        gap: vms.gap,
        ..Found::default()
    };
    let labels = bundle_labels(source, asked)?;
    let names: HashSet<&String> = asked.names.iter().collect();
    for mut vm in vms.items {
        let name = vm.name.clone();
        if !vm.guessed.is_empty() {
            let mut places = std::mem::take(&mut vm.guessed).into_vec();
            places.retain(|place| place.starts_with("spec.") || place.starts_with("metadata."));
            found.guessed.insert(name.clone(), places);
        }
        let wanted = names.is_empty() || names.contains(&name.name);
        let labels = labels.as_ref();
        if wanted && labels.is_none_or(|labels| labels.matches(&labels_of(&vm))) {
            reader.take(vm_key(&name), Held::Found(vm));
            found.vms.push(name);
        }
    }
    found.vms.sort();
    let here: HashSet<&String> = found.vms.iter().map(|vm| &vm.name).collect();
    let has = |name: &&String| !here.contains(name);
    let missing = asked.names.iter().filter(has).cloned().collect();
    found.missing = missing;
    Ok(found)
}

/// A bundle does not interpret selectors itself.
fn bundle_labels(source: &Source, asked: Asked<'_>) -> Result<Option<LabelSelector>, SourceError> {
    match (source, asked.labels) {
        (Source::Bundle(_), Some(labels)) => LabelSelector::parse(labels)
            .map(Some)
            .map_err(|error| SourceError::Selector(error.to_string())),
        _ => Ok(None),
    }
}

fn labels_of(vm: &Record) -> BTreeMap<String, String> {
    let object = vm.value(Kind::VirtualMachine);
    let labels = object["metadata"]["labels"].as_object();
    labels
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// Reads VMs by name.
pub(super) async fn named(reader: &mut Reader<'_>, asked: Asked<'_>) -> Result<Found, SourceError> {
    let namespace = asked.namespace.unwrap_or_default();
    let source = reader.source;
    let gets = asked.names.iter().map(async |name| {
        let got = source.get::<Value>(&kinds::VIRTUAL_MACHINE, Some(namespace), name);
        Ok::<_, SourceError>((name, got.await?))
    });
    let mut found = Found::default();
    for (name, got) in try_join_all(gets).await? {
        match got {
            Ok(Some(vm)) => {
                let vm = Record::of(vm, Kind::VirtualMachine);
                found.vms.push(vm.name.clone());
                reader.take(vm_key(&vm.name), Held::Found(vm));
            }
            Ok(None) => found.missing.push(name.clone()),
            Err(gap) => found.gap = Some(gap),
        }
    }
    found.vms.sort();
    found.vms.dedup();
    Ok(found)
}
