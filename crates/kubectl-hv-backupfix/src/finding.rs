//! A finding: one thing that is wrong, what proves it, and what follows from it here.

use schemars::JsonSchema;
use serde::Serialize;

use crate::catalog::Severity;

/// The object a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ObjectRef {
    /// Kind, such as `VirtualMachineBackup`; `Record` is a file of a backup target.
    pub(crate) kind: String,
    /// Namespace; absent for kinds of the whole cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
    /// Name.
    pub(crate) name: String,
}

impl ObjectRef {
    /// An object in a namespace.
    pub(crate) fn new(kind: &str, namespace: &str, name: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            namespace: (!namespace.is_empty()).then(|| namespace.to_owned()),
            name: name.to_owned(),
        }
    }

    /// The namespace, empty if there is none.
    pub(crate) fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or_default()
    }

    /// The name as kubectl takes it; a file of a backup target has its path.
    pub(crate) fn full_name(&self) -> String {
        let group = match self.kind.as_str() {
            "VirtualMachineBackup" | "VirtualMachineRestore" | "Setting" => "harvesterhci.io",
            "VolumeSnapshot" | "VolumeSnapshotContent" => "snapshot.storage.k8s.io",
            "BackupTarget" => "longhorn.io",
            _ => return self.name.clone(),
        };
        format!("{}.{group}/{}", self.kind.to_ascii_lowercase(), self.name)
    }

    /// The name as commands take it: bare for a backup, with its type for everything else.
    pub(crate) fn word(&self) -> String {
        let kind = match self.kind.as_str() {
            "VirtualMachineBackup" | "Record" => return self.name.clone(),
            "VirtualMachineRestore" => "vmrestore".to_owned(),
            other => other.to_ascii_lowercase(),
        };
        format!("{kind}/{}", self.name)
    }
}

/// Something that was read, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Evidence {
    /// The object, as `KIND/NAME` or `KIND/NAMESPACE/NAME`.
    pub(crate) object: String,
    /// Path of the field, or `-` for the object as a whole.
    pub(crate) field: String,
    /// What it holds; `absent` if it is not there.
    pub(crate) value: String,
}

impl Evidence {
    pub(crate) fn new(
        object: impl Into<String>,
        field: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        Self {
            object: object.into(),
            field: field.into(),
            value: value.into(),
        }
    }

    /// An object that is not there.
    pub(crate) fn absent(object: impl Into<String>) -> Self {
        Self::new(object, "-", "absent")
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Finding {
    /// What it is about.
    pub(crate) object: ObjectRef,
    /// The disk of a backup, by its volumeName.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) disk: Option<String>,
    /// What is wrong, as a code of the table.
    pub(crate) code: String,
    /// How grave it is on this release; `unknown` if it could not be judged.
    pub(crate) severity: Severity,
    /// What was found, in one sentence without a full stop.
    pub(crate) message: String,
    /// What proves it.
    pub(crate) evidence: Vec<Evidence>,
    /// What follows from it on this release.
    pub(crate) consequence: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fix: Option<String>,
}
