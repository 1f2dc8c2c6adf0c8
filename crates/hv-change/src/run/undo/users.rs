//! Who uses the claims that are to be removed.

use std::collections::{BTreeMap, BTreeSet};

use hv_cluster::kinds::{self, Kind};
use serde_json::Value;

use crate::plan::ObjectRef;
use crate::run::outcome::RunError;
use crate::run::survey::{Sights, list};
use crate::target::{Target, meta};

/// Kinds whose objects use claims, and where they name them.
const USERS: &[(&Kind, &str)] = &[
    (&kinds::POD, "/spec/volumes"),
    (&kinds::VIRTUAL_MACHINE_INSTANCE, "/spec/volumes"),
    (&kinds::VIRTUAL_MACHINE, "/spec/template/spec/volumes"),
];

/// Where a volume names a claim.
const CLAIMS: &[&str] = &[
    "/persistentVolumeClaim/claimName",
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
                    for claim in claims {
                        let key = (namespace.to_owned(), claim);
                        users.claims.entry(key).or_default().push(user.clone());
                    }
                }
            }
        }
        Ok(users)
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
