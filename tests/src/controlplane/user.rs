//! Who may log in to the control plane, and with which rights.

use serde_json::{Value, json};

/// Somebody with a token.
#[derive(Clone, Debug)]
pub struct User {
    /// Name, as RBAC sees it.
    pub name: String,
    /// Bearer token.
    pub token: String,
    /// Groups.
    pub groups: Vec<String>,
}

/// A rule of RBAC.
#[derive(Clone, Debug)]
pub struct Rule {
    /// API groups, `*` for all.
    pub groups: Vec<String>,
    /// Plural names, `*` for all.
    pub resources: Vec<String>,
    /// Verbs, `*` for all.
    pub verbs: Vec<String>,
}

/// Loads worlds; the modelled admission does not look at what it writes.
pub(crate) const LOADER: &str = "testbed-loader";
/// May do everything.
pub(crate) const ADMIN: &str = "admin";
/// May read everything.
pub(crate) const VIEWER: &str = "viewer";

impl User {
    /// A user whose token is made from the name.
    pub fn new(name: &str, groups: &[&str]) -> Self {
        Self {
            name: name.into(),
            token: format!("token-of-{name}"),
            groups: groups.iter().map(ToString::to_string).collect(),
        }
    }

    /// `admin`, `viewer` (reads everything), `tenant` and `nobody` (no rights until granted).
    pub fn usual() -> Vec<Self> {
        vec![
            Self::new(ADMIN, &["system:masters"]),
            Self::new(LOADER, &["system:masters"]),
            Self::new(VIEWER, &[]),
            Self::new("tenant", &[]),
            Self::new("nobody", &[]),
        ]
    }

    /// A line of kube-apiserver's token file.
    pub(crate) fn token_line(&self) -> String {
        let Self {
            name,
            token,
            groups,
        } = self;
        format!("{token},{name},{name},\"{}\"\n", groups.join(","))
    }
}

impl Rule {
    /// Reading all kinds.
    pub fn read_all() -> Self {
        Self::read("*", "*")
    }

    /// Reading one kind.
    pub fn read(group: &str, resource: &str) -> Self {
        Self {
            groups: vec![group.into()],
            resources: vec![resource.into()],
            verbs: ["get", "list", "watch"].map(String::from).to_vec(),
        }
    }

    fn to_value(&self) -> Value {
        json!({"apiGroups": self.groups, "resources": self.resources, "verbs": self.verbs})
    }
}

/// The role and its binding that give `user` some rights, in one namespace or everywhere.
pub(crate) fn grant(user: &str, namespace: Option<&str>, rules: &[Rule]) -> [Value; 2] {
    let kind = if namespace.is_some() {
        "Role"
    } else {
        "ClusterRole"
    };
    let metadata = match namespace {
        Some(namespace) => json!({"name": format!("testbed-{user}"), "namespace": namespace}),
        None => json!({"name": format!("testbed-{user}")}),
    };
    let api = "rbac.authorization.k8s.io";
    let role = json!({
        "apiVersion": format!("{api}/v1"),
        "kind": kind,
        "metadata": metadata,
        "rules": rules.iter().map(Rule::to_value).collect::<Vec<_>>(),
    });
    let binding = json!({
        "apiVersion": format!("{api}/v1"),
        "kind": format!("{kind}Binding"),
        "metadata": metadata,
        "roleRef": {"apiGroup": api, "kind": kind, "name": format!("testbed-{user}")},
        "subjects": [{"apiGroup": api, "kind": "User", "name": user}],
    });
    [role, binding]
}
