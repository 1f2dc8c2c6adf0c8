//! What will be done: steps in their order, each with the exact request.

mod check;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use check::PlanError;
pub(crate) use check::fits;

/// `apiVersion` of a plan.
pub const API_VERSION: &str = "kubectl-hv.io/v1alpha1";

/// Annotation of each object that a plan created: the id of the plan.
pub const PLAN_ANNOTATION: &str = "kubectl-hv.io/plan";

/// Version of the format of a plan.
pub const FORMAT: u32 = 1;

/// The name of an object in a cluster.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObjectRef {
    /// Group and version.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace; empty for kinds of the whole cluster.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace.is_empty() {
            true => write!(formatter, "{} {}", self.kind, self.name),
            false => write!(formatter, "{} {}/{}", self.kind, self.namespace, self.name),
        }
    }
}

/// A list of steps for one cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// `kubectl-hv.io/v1alpha1`.
    pub api_version: String,
    /// `Plan`.
    pub kind: String,
    /// Version of the format.
    pub format: u32,
    /// Eight hexadecimal digits: the beginning of the digest of all other fields.
    pub id: String,
    /// The plugin that made it and runs it, such as `hv-import`.
    pub made_by: String,
    /// Random digits, so that a plan made twice is two plans.
    pub salt: String,
    /// The cluster it is for.
    pub cluster: TargetCluster,
    /// Objects that the steps build on and that must be as they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub builds_on: Vec<Base>,
    /// What is done, in an order that respects `after`.
    pub steps: Vec<Step>,
    /// What the plugin needs to report, such as the VMs and their lineages; the runner does not read it.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub about: Value,
}

/// The cluster that a plan is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetCluster {
    /// uid of its namespace `kube-system`.
    pub id: String,
    /// The kubeconfig's context, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
}

/// An object that is there already and must be as it was when the plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Base {
    /// Its name.
    pub object: ObjectRef,
    /// Its uid.
    pub uid: String,
    /// Digest of its normal form.
    pub digest: String,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// Stable and unique in the plan, such as `create PersistentVolumeClaim dr/db01-root`.
    pub id: String,
    /// What it is done for, such as the VM `dr/db01`; steps of one group fail together.
    pub group: String,
    /// The object that is changed.
    pub object: ObjectRef,
    /// Steps that must be done before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// What is done to it.
    pub action: Action,
    /// What must be seen before the step counts as done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Wait>,
}

/// What is done to an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Action {
    /// It is created with a POST, never overwritten.
    Create(Body),
    /// It becomes a dependent of another object that was created before.
    Own {
        /// Its owner to be.
        owner: ObjectRef,
    },
}

/// The object that a step creates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Body {
    /// This object.
    Object(Value),
    /// An object that holds a secret and stays where it is until it is sent.
    Sealed(SealedBody),
}

/// An object that is read, and decrypted if it has to be, only when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SealedBody {
    /// The bundle root or archive, as an absolute path.
    pub source: PathBuf,
    /// `namespace/name` of the bundle in it.
    pub bundle: String,
    /// The file in the bundle.
    pub file: String,
    /// `sha256:` and the digest of the file's bytes.
    pub sha256: String,
    /// A JSON merge patch that makes the target's object of it; it holds no secret.
    pub edits: Value,
    /// Keys of its data that have another name in the target.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub renamed_keys: BTreeMap<String, String>,
    /// Where `edits` is the whole object without its secret texts: JSON pointers of the texts in it, each
    /// with the pointer in the file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub restored: BTreeMap<String, String>,
}

/// What must be seen before a step counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Wait {
    /// The claim's phase is `Bound`.
    Bound,
    /// The namespace's phase is `Active`.
    Active,
}
