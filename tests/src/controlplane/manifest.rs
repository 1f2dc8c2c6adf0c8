//! The permissive definitions of `tests/crds/permissive.yaml`.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Error;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Permissive {
    group: String,
    version: String,
    kind: String,
    plural: String,
    scope: String,
    short: Option<String>,
}

/// Definitions that accept any field, without a status subresource.
pub(crate) fn permissive() -> Result<Vec<Value>, Error> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("crds/permissive.yaml");
    let text = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
    let kinds: Vec<Permissive> = serde_saphyr::from_str(&text).map_err(|error| Error::Content {
        path,
        reason: error.to_string(),
    })?;
    Ok(kinds.iter().map(Permissive::definition).collect())
}

impl Permissive {
    fn definition(&self) -> Value {
        let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
        json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("{}.{}", self.plural, self.group)},
            "spec": {
                "group": self.group,
                "scope": self.scope,
                "names": {
                    "kind": self.kind,
                    "listKind": format!("{}List", self.kind),
                    "plural": self.plural,
                    "singular": self.kind.to_lowercase(),
                    "shortNames": self.short.iter().collect::<Vec<_>>(),
                },
                "versions": [{
                    "name": self.version,
                    "served": true,
                    "storage": true,
                    "schema": {"openAPIV3Schema": schema},
                }],
            },
        })
    }
}
