//! The objects that let an account export.

use serde_json::{Value, json};

use crate::access::Place;
use crate::vm::SecretsMode;

const GROUP: &str = "rbac.authorization.k8s.io";

/// What an account is to be allowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grant<'a> {
    /// Name of the account, and of what is made for it.
    pub(crate) account: &'a str,
    /// Namespace of the account.
    pub(crate) namespace: &'a str,
    /// Whether it exports all namespaces, or its own.
    pub(crate) all_namespaces: bool,
    /// Whether it may read what is in no namespace.
    pub(crate) cluster: bool,
    /// Whether it exports templates too.
    pub(crate) templates: bool,
    /// Whether it reads Secrets.
    pub(crate) secrets: SecretsMode,
    /// Other namespaces whose images, networks and keys it reads.
    pub(crate) shared: &'a [String],
}

impl Grant<'_> {
    /// The account, its roles and their bindings.
    pub(crate) fn objects(&self) -> Vec<Value> {
        let mut objects = vec![json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": metadata(self.account, Some(self.namespace)),
        })];
        if self.all_namespaces {
            self.add(&mut objects, None, |_| true);
            return objects;
        }
        let is_here = |place| matches!(place, Place::Own | Place::Shared);
        self.add(&mut objects, Some(self.namespace), is_here);
        for shared in self
            .shared
            .iter()
            .filter(|shared| *shared != self.namespace)
        {
            self.add(&mut objects, Some(shared), |place| place == Place::Shared);
        }
        if self.cluster {
            // Longhorn's and KubeVirt's kinds are in one namespace each; a role of their own there
            // would allow no less.
            self.add(&mut objects, None, |place| !is_here(place));
        }
        objects
    }

    /// Adds a role and its binding, in a namespace or for the cluster.
    fn add(
        &self,
        objects: &mut Vec<Value>,
        namespace: Option<&str>,
        places: impl Fn(Place) -> bool,
    ) {
        let (role, binding) = match namespace {
            Some(_) => ("Role", "RoleBinding"),
            None => ("ClusterRole", "ClusterRoleBinding"),
        };
        // Accounts of the same name in other namespaces have roles of their own.
        let name = match namespace {
            Some(namespace) if namespace == self.namespace => self.account.to_owned(),
            // An account may have both, and one must not replace the other.
            None if self.all_namespaces => format!("{}:{}:all", self.account, self.namespace),
            _ => format!("{}:{}", self.account, self.namespace),
        };
        objects.push(json!({
            "apiVersion": format!("{GROUP}/v1"),
            "kind": role,
            "metadata": metadata(&name, namespace),
            "rules": self.rules(places),
        }));
        objects.push(json!({
            "apiVersion": format!("{GROUP}/v1"),
            "kind": binding,
            "metadata": metadata(&name, namespace),
            "roleRef": {"apiGroup": GROUP, "kind": role, "name": name},
            "subjects": [{
                "kind": "ServiceAccount",
                "name": self.account,
                "namespace": self.namespace,
            }],
        }));
    }
}

/// Name, namespace and the label by which everything of ours is found.
pub(crate) fn metadata(name: &str, namespace: Option<&str>) -> Value {
    let mut metadata = json!({
        "name": name,
        "labels": {"app.kubernetes.io/name": "kubectl-hv-export"},
    });
    if let Some(namespace) = namespace {
        metadata["namespace"] = json!(namespace);
    }
    metadata
}
