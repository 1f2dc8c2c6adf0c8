//! Which cluster is read, and which releases it runs.

use hv_cluster::kinds;
use hv_cluster::views::Setting;
use hv_cluster::{Query, Source, SourceError};
use hv_vm::header::{Origin, Reconstructed};
use serde_json::Value;

/// Reads who the cluster is; what must not be read is left open, never a failure.
pub(super) async fn read(source: &Source) -> Result<(Origin, Option<Reconstructed>), SourceError> {
    let query = Query {
        namespace: Some("harvester-system".to_owned()),
        ..Query::default()
    };
    let (identity, version, kubevirts) = futures::try_join!(
        identity(source),
        source.get::<Setting>(&kinds::SETTING, None, "server-version"),
        source.list::<Value>(&kinds::KUBEVIRT, &query),
    )?;
    let (cluster_id, cluster_id_from) = identity;
    let reconstructed = matches!(source, Source::Bundle(_)).then(|| Reconstructed {
        from: "support bundle".to_owned(),
        guessed: match cluster_id_from {
            "unknown" => vec!["the cluster's id: the bundle does not hold kube-system".to_owned()],
            _ => Vec::new(),
        },
    });
    let version = version.ok().flatten();
    let harvester = version.map(|setting| setting.in_force().to_owned());
    let kube_virt = kubevirts.items.iter().find_map(|kubevirt| {
        let status = &kubevirt["status"];
        status["observedKubeVirtVersion"]
            .as_str()
            .map(str::to_owned)
    });
    let origin = Origin {
        cluster_id,
        cluster_id_from: cluster_id_from.to_owned(),
        uid: String::new(),
        harvester: harvester.filter(|text| !text.is_empty()),
        kube_virt: kube_virt.filter(|text| !text.is_empty()),
    };
    Ok((origin, reconstructed))
}

/// What the cluster is known by; a bundle may not tell.
async fn identity(source: &Source) -> Result<(String, &'static str), SourceError> {
    if let Source::Live(cluster) = source {
        let identity = cluster.identity().await?;
        return Ok((identity.id, identity.from));
    }
    let system = source
        .get::<Value>(&kinds::NAMESPACE, None, "kube-system")
        .await?;
    let system = system.ok().flatten();
    let uid = system
        .as_ref()
        .and_then(|system| system["metadata"]["uid"].as_str());
    Ok(match uid.filter(|uid| !uid.is_empty()) {
        Some(uid) => (uid.to_owned(), "kube-system"),
        None => (String::new(), "unknown"),
    })
}
