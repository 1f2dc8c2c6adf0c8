//! Which webhook is asked about what, and all of them in the order of the API server.

use serde_json::Value;

use super::dice::Dice;
use super::request::{Operation, Request};
use super::{Refusal, Release};
use super::{claim, data_volume, key_pair, kubevirt, machine, network, patch};
use crate::model::machine::text;
use crate::model::{Store, kind};

/// Whose webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Harvester,
    Network,
    KubeVirt,
    Cdi,
}

impl Asked {
    pub(crate) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "harvester" => Self::Harvester,
            "network" => Self::Network,
            "kubevirt" => Self::KubeVirt,
            "cdi" => Self::Cdi,
            _ => return None,
        })
    }
}

/// What a mutating webhook changes.
pub(crate) fn mutate(
    asked: Asked,
    request: &Request,
    store: &Store,
    release: Release,
    dice: &mut Dice,
) -> Result<Vec<Value>, Refusal> {
    let kind = text(&request.subject()["kind"]);
    if request.operation == Operation::Delete {
        return Ok(Vec::new());
    }
    match (asked, kind) {
        (Asked::Harvester, "VirtualMachine") => machine::mutate(request, store, release, dice),
        (Asked::KubeVirt, "VirtualMachine") => Ok(kubevirt::mutate(request, store, dice)),
        (Asked::Network, "NetworkAttachmentDefinition") => network::mutate(request, store),
        _ => Ok(Vec::new()),
    }
}

/// What a validating webhook refuses.
pub(crate) fn validate(
    asked: Asked,
    request: &Request,
    store: &Store,
    release: Release,
) -> Result<(), Refusal> {
    let kind = text(&request.subject()["kind"]);
    let is_deleted = request.operation == Operation::Delete;
    match (asked, kind) {
        (Asked::Harvester, "VirtualMachine") if !is_deleted => {
            machine::validate(request, store, release)
        }
        (Asked::Harvester, "PersistentVolumeClaim") => claim::validate(request, store, release),
        (Asked::Harvester, "KeyPair") => key_pair::validate(request),
        (Asked::Network, "NetworkAttachmentDefinition") => network::validate(request, store),
        (Asked::KubeVirt, "VirtualMachine") if !is_deleted => kubevirt::validate(&request.object),
        (Asked::Cdi, "DataVolume") => data_volume::validate(request, store),
        _ => Ok(()),
    }
}

/// The release a store says it is of.
pub(crate) fn release(store: &Store) -> Release {
    Release::parse(store.setting("server-version").unwrap_or_default())
}

/// Lets a request through all webhooks, for clusters in memory: the object as it is stored, or the refusal.
/// What is stored beside it is looked up in the store, without the object itself.
pub fn admit(request: &Request, store: &Store, dice: &mut Dice) -> Result<Value, Refusal> {
    let release = release(store);
    let mut request = request.clone();
    for asked in [Asked::Harvester, Asked::Network, Asked::KubeVirt] {
        let operations = mutate(asked, &request, store, release, dice)?;
        patch::apply(&mut request.object, &operations).map_err(Refusal::internal)?;
    }
    for asked in [
        Asked::Harvester,
        Asked::Network,
        Asked::KubeVirt,
        Asked::Cdi,
    ] {
        validate(asked, &request, store, release)?;
    }
    Ok(request.object)
}

/// Whether the models have anything to say about a kind.
pub fn concerns(object: &Value) -> bool {
    [
        kind::VM,
        kind::CLAIM,
        kind::KEY_PAIR,
        kind::NETWORK_DEFINITION,
        kind::DATA_VOLUME,
    ]
    .iter()
    .any(|kind| object["kind"] == kind.kind && object["apiVersion"] == kind.api_version)
}
