//! The settings the admission reads.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The classes of one driver in `csi-driver-config`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Classes {
    pub(crate) volume_snapshot_class_name: String,
    pub(crate) backup_volume_snapshot_class_name: String,
}

/// The map a `VirtualMachineBackup` is judged by: both fields of the setting together, and `default` wins.
pub(crate) fn classes(default: &str, value: &str) -> Result<BTreeMap<String, Classes>, String> {
    let mut all = BTreeMap::new();
    for text in [value, default] {
        if !text.is_empty() {
            let part: BTreeMap<String, Classes> =
                serde_json::from_str(text).map_err(|error| complaint(text, &error.to_string()))?;
            all.extend(part);
        }
    }
    Ok(all)
}

/// Whether the setting `backup-target` names one.
pub(crate) fn has_target(default: &str, value: &str) -> bool {
    let text = if value.is_empty() { default } else { value };
    let target: Value = serde_json::from_str(text).unwrap_or_default();
    let filled = |field: &str| target[field].as_str().is_some_and(|text| !text.is_empty());
    filled("type") && (filled("endpoint") || filled("bucketName"))
}

/// What Go says about text that is not JSON, for the usual mistakes at its beginning.
fn complaint(text: &str, otherwise: &str) -> String {
    let mut characters = text.chars().filter(|c| !c.is_whitespace());
    let character =
        |c: char, place: &str| format!("invalid character '{c}' looking for beginning of {place}");
    match (characters.next(), characters.next()) {
        (None, _) | (Some('{'), None) => "unexpected end of JSON input".into(),
        (Some('{'), Some(second)) if !matches!(second, '"' | '}') => {
            character(second, "object key string")
        }
        (Some(first), _) if !"{[\"-0123456789tfn".contains(first) => character(first, "value"),
        _ => otherwise.to_owned(),
    }
}
