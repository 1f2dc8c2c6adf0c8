//! Who uses the claims that are to be removed.

use std::collections::{BTreeMap, BTreeSet};

use hv_cluster::kinds::{self, Kind};
use serde_json::Value;

use crate::plan::ObjectRef;
use crate::run::outcome::RunError;
use crate::run::survey::{Sights, list};
use crate::target::{Target, meta};

/// Kinds whose objects use claims as volumes, and where they list these.
const USERS: &[(&Kind, &str)] = &[
    (&kinds::POD, "/spec/volumes"),
    (&kinds::VIRTUAL_MACHINE_INSTANCE, "/spec/volumes"),
    (&kinds::VIRTUAL_MACHINE, "/spec/template/spec/volumes"),
];

/// Kinds whose objects are made from the data of a claim, and where they name it.
const COPIES: &[(&Kind, &[&str])] = &[
    (
        &kinds::VOLUME_SNAPSHOT,
        &["/spec/source/persistentVolumeClaimName"],
    ),
    (
        &kinds::PERSISTENT_VOLUME_CLAIM,
        &["/spec/dataSource/name", "/spec/dataSourceRef/name"],
    ),
    (
        &kinds::DATA_VOLUME,
        &[
            "/spec/source/pvc/name",
            "/spec/pvc/dataSource/name",
            "/spec/pvc/dataSourceRef/name",
            "/spec/storage/dataSource/name",
            "/spec/storage/dataSourceRef/name",
        ],
    ),
];

/// Where a volume names a claim.
const CLAIMS: &[&str] = &[
    "/persistentVolumeClaim/claimName",
    "/ephemeral/persistentVolumeClaim/claimName",
    "/dataVolume/name",
    "/memoryDump/claimName",
];

/// Who uses something in a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) uid: String,
}

/// Who uses which claim, and which VMs run, by namespace and name.
#[derive(Debug, Default)]
pub(super) struct Users {
    claims: BTreeMap<(String, String), Vec<User>>,
    running: BTreeSet<(String, String)>,
}

impl Users {
    /// Reads each namespace with a claim or a VM once.
    pub(super) async fn read<T: Target>(target: &T, sights: &Sights) -> Result<Self, RunError> {
        let namespaces: BTreeSet<&str> = sights
            .keys()
            .filter(|object| {
                matches!(
                    object.kind.as_str(),
                    "PersistentVolumeClaim" | "VirtualMachine"
                )
            })
            .map(|object| object.namespace.as_str())
            .collect();
        let mut users = Self::default();
        for namespace in namespaces {
            for (kind, volumes) in USERS {
                let take = |object: &Value| Some((User::of(kind, object), claims(object, volumes)));
                for (user, claims) in list(target, kind, Some(namespace), take).await? {
                    if kind.kind == "VirtualMachineInstance" {
                        users
                            .running
                            .insert((namespace.to_owned(), user.name.clone()));
                    }
                    users.note(namespace, &user, claims);
                }
            }
            for (kind, sources) in COPIES {
                let take = |object: &Value| Some((User::of(kind, object), named(object, sources)));
                for (user, claims) in list(target, kind, Some(namespace), take).await? {
                    users.note(namespace, &user, claims);
                }
            }
        }
        Ok(users)
    }

    fn note(&mut self, namespace: &str, user: &User, claims: Vec<String>) {
        for claim in claims {
            let key = (namespace.to_owned(), claim);
            self.claims.entry(key).or_default().push(user.clone());
        }
    }

    /// Who uses a claim.
    pub(super) fn of(&self, claim: &ObjectRef) -> &[User] {
        let key = (claim.namespace.clone(), claim.name.clone());
        self.claims.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Whether a VM runs.
    pub(super) fn runs(&self, vm: &ObjectRef) -> bool {
        self.running
            .contains(&(vm.namespace.clone(), vm.name.clone()))
    }
}

impl User {
    fn of(kind: &Kind, object: &Value) -> Self {
        Self {
            kind: kind.kind,
            name: meta(object, "name").to_owned(),
            uid: meta(object, "uid").to_owned(),
        }
    }
}

fn claims(object: &Value, volumes: &str) -> Vec<String> {
    let volumes = object.pointer(volumes).and_then(Value::as_array);
    volumes
        .into_iter()
        .flatten()
        .flat_map(|volume| CLAIMS.iter().filter_map(|claim| volume.pointer(claim)))
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The claims that an object is made from. A snapshot of that name is told from a claim.
fn named(object: &Value, sources: &[&str]) -> Vec<String> {
    let is_claim = |pointer: &&&str| {
        let beside = pointer.strip_suffix("/name");
        let kind = beside.and_then(|beside| object.pointer(&format!("{beside}/kind")));
        kind.is_none_or(|kind| kind == "PersistentVolumeClaim")
    };
    let names = sources.iter().filter(is_claim);
    names
        .filter_map(|pointer| object.pointer(pointer)?.as_str())
        .map(str::to_owned)
        .collect()
}
