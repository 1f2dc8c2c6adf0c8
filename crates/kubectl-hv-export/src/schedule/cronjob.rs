//! The CronJob that exports into a claim.

use serde_json::{Value, json};

use crate::rbac::metadata;

/// Where the claim is mounted.
const MOUNT: &str = "/bundles";

/// The bundles are in a folder of it, since the root of a new file system is not empty.
const STORE: &str = "/bundles/store";

/// The user that containers without root commonly have.
const USER: u32 = 65532;

/// A run of an export, again and again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job<'a> {
    pub(super) name: &'a str,
    pub(super) namespace: &'a str,
    pub(super) cron: &'a str,
    pub(super) time_zone: Option<&'a str>,
    pub(super) image: &'a str,
    pub(super) claim: &'a str,
    pub(super) all_namespaces: bool,
    pub(super) selector: Option<&'a str>,
    pub(super) recipients: &'a [String],
}

impl Job<'_> {
    pub(super) fn object(&self) -> Value {
        let mut spec = json!({
            "schedule": self.cron,
            // Two at once would write into the same folder.
            "concurrencyPolicy": "Forbid",
            // Without it a CronJob that missed a hundred starts never starts again.
            "startingDeadlineSeconds": 3600,
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {"spec": {
                "backoffLimit": 2,
                "activeDeadlineSeconds": 3600,
                "template": {
                    "metadata": {"labels": {"app.kubernetes.io/name": "kubectl-hv-export"}},
                    "spec": self.pod(),
                },
            }},
        });
        if let Some(zone) = self.time_zone {
            spec["timeZone"] = json!(zone);
        }
        json!({
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": metadata(self.name, Some(self.namespace)),
            "spec": spec,
        })
    }

    fn pod(&self) -> Value {
        json!({
            "serviceAccountName": self.name,
            "automountServiceAccountToken": true,
            "enableServiceLinks": false,
            "restartPolicy": "Never",
            "securityContext": {
                "runAsNonRoot": true,
                "runAsUser": USER,
                "runAsGroup": USER,
                "fsGroup": USER,
                "fsGroupChangePolicy": "OnRootMismatch",
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [{
                "name": "export",
                "image": self.image,
                "command": ["kubectl-hv_export"],
                "args": self.words(),
                "resources": {
                    "requests": {"cpu": "50m", "memory": "64Mi"},
                    "limits": {"memory": "2Gi"},
                },
                "securityContext": {
                    "allowPrivilegeEscalation": false,
                    "readOnlyRootFilesystem": true,
                    "capabilities": {"drop": ["ALL"]},
                },
                "volumeMounts": [{"name": "bundles", "mountPath": MOUNT}],
            }],
            "volumes": [{"name": "bundles", "persistentVolumeClaim": {"claimName": self.claim}}],
        })
    }

    /// The words of the export.
    fn words(&self) -> Vec<&str> {
        let mut words = vec!["vm"];
        match self.all_namespaces {
            true => words.push("-A"),
            false => words.extend(["-n", self.namespace]),
        }
        if let Some(selector) = self.selector {
            words.extend(["-l", selector]);
        }
        words.extend(["--to", STORE]);
        if !self.recipients.is_empty() {
            words.extend(["--secrets", "encrypt"]);
        }
        for recipient in self.recipients {
            words.extend(["--recipient", recipient]);
        }
        words
    }
}
