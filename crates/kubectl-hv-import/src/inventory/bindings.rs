//! The network bindings that `KubeVirt` is told of.

use std::collections::BTreeSet;

use hv_cluster::live::LiveCluster;
use hv_cluster::{SourceError, kinds, lenient};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::read::{SYSTEM, describe, within};

/// Their names, or why they are not known.
pub(super) async fn read(
    cluster: &LiveCluster,
    wanted: bool,
) -> Result<Result<BTreeSet<String>, String>, SourceError> {
    if !wanted {
        return Ok(Err("it was not read".to_owned()));
    }
    let kind = &kinds::KUBEVIRT;
    let listing = cluster.list::<KubeVirt>(kind, &within(SYSTEM)).await?;
    if let Some(gap) = &listing.gap {
        return Ok(Err(describe(gap, kind)));
    }
    let names = listing.items.into_iter().flat_map(|one| {
        let network = one.spec.configuration.network;
        network.binding.into_iter().map(|(name, _)| name)
    });
    Ok(Ok(names.collect()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct KubeVirt {
    #[serde(deserialize_with = "lenient::part")]
    spec: KubeVirtSpec,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct KubeVirtSpec {
    #[serde(deserialize_with = "lenient::part")]
    configuration: Configuration,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Configuration {
    #[serde(deserialize_with = "lenient::part")]
    network: NetworkConfiguration,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NetworkConfiguration {
    #[serde(deserialize_with = "lenient::part")]
    binding: Map<String, Value>,
}
