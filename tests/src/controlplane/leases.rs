//! Renews the Leases that a running sidecar would renew.

use std::time::Duration;

use futures::{StreamExt, stream};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Api, Error};

/// A world sets this annotation to "true" on Leases that are held.
const ANNOTATION: &str = "kubectl-hv.io/testbed-renew";
const PERIOD: Duration = Duration::from_secs(3);
const PATH: &str = "/apis/coordination.k8s.io/v1";

/// Renews for ever; a failure is forgotten, since the server may be gone or be wiped at any time.
pub(crate) async fn keep(api: Api) {
    loop {
        let _ = renew_all(&api).await;
        tokio::time::sleep(PERIOD).await;
    }
}

/// Renews all held Leases once.
pub(crate) async fn renew_all(api: &Api) -> Result<(), Error> {
    let list = api.get(&format!("{PATH}/leases")).await?;
    let held = list["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(path_if_held);
    stream::iter(held)
        .for_each_concurrent(8, |path| async move {
            let patch = json!({"spec": {"renewTime": micro_time(Timestamp::now())}});
            let _ = api.merge(&path, &patch).await;
        })
        .await;
    Ok(())
}

fn path_if_held(lease: &Value) -> Option<String> {
    let metadata = &lease["metadata"];
    (metadata["annotations"][ANNOTATION] == "true").then_some(())?;
    let (namespace, name) = (metadata["namespace"].as_str()?, metadata["name"].as_str()?);
    Some(format!("{PATH}/namespaces/{namespace}/leases/{name}"))
}

/// Leases want exactly six digits.
fn micro_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}
