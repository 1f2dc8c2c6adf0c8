//! The setting `backup-target`, as Harvester reads it.

use hv_cluster::Gap;
use hv_cluster::views::{BackupTargetRef, Setting, condition};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha224};

use crate::inventory::Inventory;

/// Annotation with the hash of the value that the last pass saw.
pub(crate) const HASH: &str = "harvesterhci.io/hash";
/// Annotation with the time of the last pass.
pub(crate) const LAST_REFRESH: &str = "harvesterhci.io/lastRefreshTime";

/// What the setting says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TargetSetting {
    /// A backup target is set.
    Set(Target),
    /// None is set.
    Unset,
    /// The value is no JSON object; why.
    Unreadable(String),
    /// The setting could not be read; why.
    Unknown(String),
}

/// A backup target without its credentials, which are never read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Target {
    /// `s3` or `nfs`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// URL of an S3 service, or of an NFS export.
    pub(crate) endpoint: String,
    /// Bucket.
    pub(crate) bucket_name: String,
    /// Region.
    pub(crate) bucket_region: String,
    /// Whether the bucket is part of the host name.
    pub(crate) virtual_hosted_style: bool,
    /// Seconds between two passes; 0 for none.
    pub(crate) refresh_interval_in_seconds: i64,
}

impl TargetSetting {
    /// Reads the setting.
    pub(crate) fn read(inventory: &Inventory) -> Self {
        match (inventory.setting("backup-target"), &inventory.settings.gap) {
            (Some(setting), _) => Self::parse(setting.in_force()),
            (None, None | Some(Gap::NotServed)) => Self::Unset,
            (None, Some(gap)) => Self::Unknown(gap.describe("settings.harvesterhci.io")),
        }
    }

    /// Reads a value; an object of which every field is zero sets nothing.
    pub(crate) fn parse(value: &str) -> Self {
        if value.trim().is_empty() {
            return Self::Unset;
        }
        // Go takes no list for an object, and serde does.
        let object = serde_json::from_str::<Option<Map<String, Value>>>(value);
        let read = object.and_then(|object| {
            object
                .map(|o| Target::deserialize(Value::Object(o)))
                .transpose()
        });
        match read {
            Ok(Some(target)) if target != Target::default() => Self::Set(target),
            Ok(_) => Self::Unset,
            // The parser's own words could quote what stands there.
            Err(error) => {
                Self::Unreadable(format!("line {}, column {}", error.line(), error.column()))
            }
        }
    }
}

impl Target {
    /// What is written into every backup, and compared as text.
    pub(crate) fn place(&self) -> BackupTargetRef {
        BackupTargetRef {
            endpoint: self.endpoint.clone(),
            bucket_name: self.bucket_name.clone(),
            bucket_region: self.bucket_region.clone(),
        }
    }

    /// The URL that Harvester gives to Longhorn.
    pub(crate) fn url(&self) -> String {
        if self.kind == "s3" {
            return format!("s3://{}@{}/", self.bucket_name, self.bucket_region);
        }
        let bare = self
            .endpoint
            .strip_prefix("nfs://")
            .unwrap_or(&self.endpoint);
        format!("nfs://{bare}")
    }
}

/// A place in one line.
pub(crate) fn place(place: &BackupTargetRef) -> String {
    if place.bucket_name.is_empty() {
        return place.endpoint.clone();
    }
    let endpoint = match place.endpoint.as_str() {
        "" => "AWS",
        endpoint => endpoint,
    };
    format!(
        "{endpoint} bucket {} region {}",
        place.bucket_name, place.bucket_region
    )
}

/// Whether a pass over the backup target is due, as the controller decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// A pass was wanted since this moment, or for an unknown time; why.
    Due(Option<Timestamp>, &'static str),
    /// The next pass comes at this moment.
    Next(Timestamp),
    /// No pass will ever come.
    Never,
}

/// Decides it from the setting's annotations.
pub(crate) fn pass(setting: &Setting, target: &Target) -> Pass {
    let written = setting.metadata.annotation(HASH);
    let last = setting.metadata.annotation(LAST_REFRESH);
    if written.is_empty() && last.is_empty() {
        return Pass::Due(
            None,
            "no pass has come to its end since the setting was saved",
        );
    }
    let Ok(last) = last.parse::<Timestamp>() else {
        return Pass::Due(None, "the time of the last pass cannot be read");
    };
    if written != hash(&setting.value) {
        return Pass::Due(None, "the setting was changed after the last pass");
    }
    if target.refresh_interval_in_seconds <= 0 {
        return Pass::Never;
    }
    let interval = SignedDuration::from_secs(target.refresh_interval_in_seconds);
    match last.checked_add(interval) {
        Ok(next) => Pass::Next(next),
        Err(_) => Pass::Never,
    }
}

/// The hash that Harvester keeps of a value: SHA-224 in lower-case hex.
pub(crate) fn hash(value: &str) -> String {
    use std::fmt::Write as _;
    Sha224::digest(value.as_bytes())
        .iter()
        .fold(String::with_capacity(56), |mut text, byte| {
            // Writing to memory does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The message of a condition `configured` that is False.
pub(crate) fn failure(setting: &Setting) -> Option<String> {
    let condition = condition(&setting.status.conditions, "configured")?;
    (condition.status == "False").then(|| without_value(&condition.message))
}

/// A message without the value of the setting, which Harvester quotes where it cannot read it.
pub(crate) fn without_value(message: &str) -> String {
    const VALUE: &str = "value: ";
    match message.split_once(VALUE) {
        Some((before, _)) => format!("{before}{VALUE}{}", hv_cli::redact::MASK),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_without_their_credentials() {
        let s3 = r#"{"type":"s3","endpoint":"https://s3.lan","accessKeyId":"AKIA","secretAccessKey":"hush","bucketName":"hv","bucketRegion":"eu","refreshIntervalInSeconds":600,"more":{}}"#;
        let TargetSetting::Set(target) = TargetSetting::parse(s3) else {
            panic!()
        };
        assert_eq!(target.url(), "s3://hv@eu/");
        assert!(!format!("{target:?}").contains("hush"));
        assert_eq!(target.refresh_interval_in_seconds, 600);
        for nothing in [
            "",
            "  ",
            "null",
            "{}",
            r#"{"type":"","endpoint":"","refreshIntervalInSeconds":0}"#,
        ] {
            assert_eq!(
                TargetSetting::parse(nothing),
                TargetSetting::Unset,
                "{nothing}"
            );
        }
        for odd in [
            "{",
            "[]",
            "7",
            r#"{"endpoint":7}"#,
            r#"{"secretAccessKey":"hush"#,
        ] {
            let TargetSetting::Unreadable(why) = TargetSetting::parse(odd) else {
                panic!("{odd}")
            };
            assert!(!why.contains("hush"), "{why}");
        }
    }

    #[test]
    fn nfs_urls_have_one_scheme() {
        for endpoint in ["nfs://host:/export", "host:/export"] {
            let target = Target {
                kind: "nfs".to_owned(),
                endpoint: endpoint.to_owned(),
                ..Target::default()
            };
            assert_eq!(target.url(), "nfs://host:/export");
            assert_eq!(place(&target.place()), endpoint);
        }
    }

    #[test]
    fn passes_come_as_the_controller_decides() {
        let value = r#"{"type":"nfs","endpoint":"nfs://h:/e","refreshIntervalInSeconds":600}"#;
        let setting = |hash: &str, last: &str| {
            let mut setting = Setting {
                value: value.to_owned(),
                ..Setting::default()
            };
            setting
                .metadata
                .annotations
                .insert(HASH.to_owned(), hash.to_owned());
            setting
                .metadata
                .annotations
                .insert(LAST_REFRESH.to_owned(), last.to_owned());
            setting
        };
        let TargetSetting::Set(target) = TargetSetting::parse(value) else {
            panic!()
        };
        let own = hash(value);
        assert_eq!(own.len(), 56);
        assert_eq!(
            hash(""),
            "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f"
        );
        let next = "2026-08-01T10:10:00Z".parse().unwrap();
        // The pod's own time zone may be written.
        assert_eq!(
            pass(&setting(&own, "2026-08-01T12:00:00+02:00"), &target),
            Pass::Next(next)
        );
        assert!(matches!(
            pass(&setting("x", "2026-08-01T10:00:00Z"), &target),
            Pass::Due(..)
        ));
        assert!(matches!(
            pass(&setting(&own, "yesterday"), &target),
            Pass::Due(..)
        ));
        assert!(matches!(
            pass(&setting("", ""), &target),
            Pass::Due(None, _)
        ));
        let never = Target {
            refresh_interval_in_seconds: 0,
            ..target
        };
        assert_eq!(
            pass(&setting(&own, "2026-08-01T10:00:00Z"), &never),
            Pass::Never
        );
    }
}
