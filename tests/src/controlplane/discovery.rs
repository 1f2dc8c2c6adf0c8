//! Which kinds the API server serves, and where.

use std::collections::BTreeMap;

use http::Method;
use serde_json::Value;

use super::{Api, Error};

/// How one kind is addressed.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    pub(crate) plural: String,
    pub(crate) namespaced: bool,
    pub(crate) has_status: bool,
}

/// All kinds by `apiVersion` and `kind`.
pub(crate) type Kinds = BTreeMap<(String, String), Served>;

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// Asks with the two requests of aggregated discovery.
pub(crate) async fn kinds(api: &Api) -> Result<Kinds, Error> {
    let mut kinds = Kinds::new();
    for path in ["/api", "/apis"] {
        let answer = api
            .send_accepting(Method::GET, path, AGGREGATED, None)
            .await?;
        let list = answer.success(&Method::GET, path)?;
        for group in array(&list["items"]) {
            let name = group["metadata"]["name"].as_str().unwrap_or_default();
            for version in array(&group["versions"]) {
                let version_name = version["version"].as_str().unwrap_or_default();
                let api_version = if name.is_empty() {
                    version_name.to_owned()
                } else {
                    format!("{name}/{version_name}")
                };
                for resource in array(&version["resources"]) {
                    let kind = resource["responseKind"]["kind"]
                        .as_str()
                        .unwrap_or_default();
                    kinds.insert((api_version.clone(), kind.to_owned()), served(resource));
                }
            }
        }
    }
    Ok(kinds)
}

fn served(resource: &Value) -> Served {
    Served {
        plural: resource["resource"].as_str().unwrap_or_default().to_owned(),
        namespaced: resource["scope"] == "Namespaced",
        has_status: array(&resource["subresources"])
            .iter()
            .any(|s| s["subresource"] == "status"),
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The path of the collection an object belongs to.
pub(crate) fn collection(api_version: &str, served: &Served, namespace: &str) -> String {
    let root = if api_version.contains('/') {
        "apis"
    } else {
        "api"
    };
    if served.namespaced {
        format!(
            "/{root}/{api_version}/namespaces/{namespace}/{}",
            served.plural
        )
    } else {
        format!("/{root}/{api_version}/{}", served.plural)
    }
}
