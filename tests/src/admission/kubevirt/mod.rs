//! KubeVirt's own webhooks for a `VirtualMachine`: defaults, and a part of its checks.

mod checks;
mod defaults;

pub(crate) use checks::validate;
pub(crate) use defaults::mutate;

use crate::model::machine::text;
use crate::model::{Store, kind};

/// The second number of the version that is installed, such as 7 of `v1.7.4`.
pub(crate) fn minor(store: &Store) -> u32 {
    let installed = store.get(kind::KUBE_VIRT, "harvester-system", "kubevirt");
    installed
        .map(|installed| text(&installed["status"]["observedKubeVirtVersion"]))
        .and_then(|version| version.strip_prefix("v1.")?.split('.').next()?.parse().ok())
        .unwrap_or(7)
}

#[cfg(test)]
mod tests;
