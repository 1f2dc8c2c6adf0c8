//! What the volumes of a VM refer to.

use serde_json::Value;

use super::{Found, Need};
use crate::key::Kind;

/// The two kinds of cloud-init volumes; both have the same fields.
pub(crate) const CLOUD_INIT: [&str; 2] = ["cloudInitNoCloud", "cloudInitConfigDrive"];

/// References of one volume.
pub(super) fn volume(found: &mut Found<'_>, volume: &Value) {
    let Some(fields) = volume.as_object() else {
        return;
    };
    let name = volume["name"].as_str().unwrap_or_default();
    for (source, value) in fields {
        let by = |field: &str| match field {
            "" => format!("volumes[{name}].{source}"),
            field => format!("volumes[{name}].{source}.{field}"),
        };
        let claim = Kind::PersistentVolumeClaim;
        match source.as_str() {
            "persistentVolumeClaim" => {
                found.local(claim, &value["claimName"], Need::Collect, || by(""));
            }
            "dataVolume" => {
                found.local(claim, &value["name"], Need::Collect, || by(""));
                found.local(Kind::DataVolume, &value["name"], Need::Describe, || by(""));
            }
            "ephemeral" => {
                let base = &value["persistentVolumeClaim"]["claimName"];
                found.local(claim, base, Need::Collect, || by(""));
            }
            "cloudInitNoCloud" | "cloudInitConfigDrive" => {
                for (field, key) in [
                    ("secretRef", "userdata"),
                    ("networkDataSecretRef", "networkdata"),
                ] {
                    let name = &value[field]["name"];
                    found.secret(Kind::Secret, name, Some(key), || by(field));
                }
            }
            "sysprep" => {
                let key = Some("autounattend.xml");
                let map = &value["configMap"]["name"];
                found.secret(Kind::Secret, &value["secret"]["name"], key, || by("secret"));
                found.secret(Kind::ConfigMap, map, key, || by("configMap"));
            }
            "containerDisk" => {
                let secret = &value["imagePullSecret"];
                found.secret(Kind::Secret, secret, None, || by("imagePullSecret"));
            }
            "configMap" => found.local(Kind::ConfigMap, &value["name"], Need::Collect, || by("")),
            "secret" => found.secret(Kind::Secret, &value["secretName"], None, || by("")),
            "serviceAccount" => {
                let account = &value["serviceAccountName"];
                found.local(Kind::ServiceAccount, account, Need::Describe, || by(""));
            }
            // The rest refers to nothing, or is dropped.
            _ => {}
        }
    }
}
