//! What a support bundle says about itself: when it was made, and what could not be collected.

use std::str::FromStr as _;

use jiff::Timestamp;
use serde::Deserialize;

use super::files::Files;
use crate::kinds::Kind;
use crate::lenient;
use crate::source::Gap;

const METADATA_LIMIT: u64 = 1 << 20;
const ERRORS_LIMIT: u64 = 16 << 20;

/// The keys of `metadata.yaml` that are used.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Metadata {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) bundlename: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) kubernetesversion: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) bundlecreatedat: String,
}

impl Metadata {
    /// Reads it as far as it can be understood.
    pub(super) fn read(files: &Files) -> Self {
        let text = files
            .text("metadata.yaml", METADATA_LIMIT)
            .unwrap_or_default();
        let value = serde_saphyr::from_str::<serde_json::Value>(&text).ok();
        value
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default()
    }

    /// The time of collection, and a note if it is only a guess.
    pub(super) fn collected_at(&self, files: &Files) -> (Timestamp, Option<String>) {
        if let Ok(time) = Timestamp::from_str(&self.bundlecreatedat) {
            return (time, None);
        }
        let without = "metadata.yaml has no time of collection";
        if let Some(time) = time_in_name(&files.root_name) {
            return (
                time,
                Some(format!(
                    "{without}; the one in the bundle's name is used: {time}"
                )),
            );
        }
        if let Some(time) = files.newest {
            let note = format!("{without}; the time of its newest file is used: {time}");
            return (time, Some(note));
        }
        let note = format!("{without}; ages and signs of life are counted from now");
        (Timestamp::now(), Some(note))
    }
}

/// The collector ends names with the time, its colons replaced by dashes.
fn time_in_name(name: &str) -> Option<Timestamp> {
    let (date, time) = name.rsplit('_').next()?.split_once('T')?;
    format!("{date}T{}", time.replace('-', ":")).parse().ok()
}

/// The lines of `bundleGenerationError.log` that say what is missing.
#[derive(Debug, Default)]
pub(super) struct Failures {
    lines: Vec<Failure>,
    /// Why no cluster-scoped object was collected at all.
    pub(super) cluster: Option<String>,
    /// Why namespaces may be missing.
    pub(super) namespaced: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
struct Failure {
    group: String,
    namespace: Option<String>,
    plural: String,
    message: String,
}

impl Failures {
    pub(super) fn read(files: &Files) -> Self {
        const LOG: &str = "bundleGenerationError.log";
        if !files.contains(LOG) {
            return Self::default();
        }
        Self::parse(&files.text(LOG, ERRORS_LIMIT).unwrap_or_default())
    }

    pub(super) fn parse(text: &str) -> Self {
        let mut failures = Self::default();
        for line in text.lines() {
            if let Some(rest) = line.trim().strip_prefix("Failed to get ") {
                failures.lines.extend(failure(rest));
            } else if let Some(rest) = line.strip_prefix("Unable to fetch cluster resources: ") {
                failures.cluster = Some(rest.trim().to_owned());
            } else if let Some(rest) = line.strip_prefix("Unable to fetch namespaced resources: ") {
                failures.namespaced = Some(rest.trim().to_owned());
            }
        }
        failures
    }

    /// Why a kind is missing, in one namespace or in the cluster's scope.
    pub(super) fn of(&self, kind: &Kind, namespace: Option<&str>) -> Option<Gap> {
        let line = self.lines.iter().find(|line| {
            line.group == kind.group
                && line.plural == kind.plural
                && line.namespace.as_deref() == namespace
        })?;
        let message = line.message.clone();
        let denied = message.to_ascii_lowercase().contains("forbidden");
        Some(if denied {
            Gap::Denied(message)
        } else {
            Gap::Failed(message)
        })
    }
}

/// Parses `/apis/GROUP/VERSION[/namespaces/NAMESPACE]/PLURAL: MESSAGE`.
fn failure(rest: &str) -> Option<Failure> {
    let (path, message) = rest.split_once(": ")?;
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (group, rest) = match parts.as_slice() {
        ["api", _version, rest @ ..] => ("", rest),
        ["apis", group, _version, rest @ ..] => (*group, rest),
        _ => return None,
    };
    let (namespace, plural) = match rest {
        ["namespaces", namespace, plural] => (Some((*namespace).to_owned()), *plural),
        [plural] => (None, *plural),
        _ => return None,
    };
    Some(Failure {
        group: group.to_owned(),
        namespace,
        plural: plural.to_owned(),
        message: message.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{PERSISTENT_VOLUME_CLAIM, SETTING, STORAGE_CLASS};

    #[test]
    fn errors_of_the_collector_tell_denied_from_failed() {
        let failures = Failures::parse(
            "Failed to get /apis/harvesterhci.io/v1beta1/settings: settings is forbidden: no\n\
             Failed to get /api/v1/namespaces/default/persistentvolumeclaims: etcd: timed out\n\
             Failed to get nonsense\nFailed to get /apis/x: y\n\
             Unable to fetch cluster resources: discovery failed\n",
        );
        assert_eq!(
            failures.of(&SETTING, None),
            Some(Gap::Denied("settings is forbidden: no".to_owned()))
        );
        assert_eq!(
            failures.of(&PERSISTENT_VOLUME_CLAIM, Some("default")),
            Some(Gap::Failed("etcd: timed out".to_owned()))
        );
        assert_eq!(failures.of(&PERSISTENT_VOLUME_CLAIM, Some("prod")), None);
        assert_eq!(failures.of(&STORAGE_CLASS, None), None);
        assert_eq!(failures.cluster.as_deref(), Some("discovery failed"));
    }

    #[test]
    fn the_name_of_a_bundle_holds_its_time() {
        let name = "supportbundle_0d6a5a1e-3bd1-4f0e-8ad4-0c7e2a35a3a1_2026-03-04T05-06-07Z";
        assert_eq!(
            time_in_name(name),
            Some("2026-03-04T05:06:07Z".parse().unwrap())
        );
        for odd in ["", "x", "supportbundle_x_yTz", "T", "a_2026-03-04"] {
            assert_eq!(time_in_name(odd), None);
        }
    }
}
