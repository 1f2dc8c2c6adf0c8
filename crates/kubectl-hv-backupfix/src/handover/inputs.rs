//! The objects that were judged, read once more as they are, and written as lists.

use std::fmt::Write as _;

use hv_cli::{Failure, document, door};
use hv_cluster::kinds::{self, Kind, Scope};
use hv_cluster::{Gap, Query, Source};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::mask::Mask;
use crate::inventory::Inventory;

/// Settings whose text is needed to follow a judgement; all others are masked as a whole.
const SETTINGS: [&str; 5] = [
    "backup-target",
    "csi-driver-config",
    "csi-online-expand-validation",
    "server-version",
    "support-bundle-namespaces",
];

/// An object in as little room as it takes.
struct Packed(Vec<u8>);

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        serde_json::to_vec(&value)
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

/// The objects of a kind.
pub(super) struct Input {
    kind: &'static Kind,
    objects: Vec<Packed>,
    gap: Option<String>,
}

/// The kinds that were read for the judgement.
fn judged(inventory: &Inventory) -> Vec<&'static Kind> {
    let mut judged = vec![
        &kinds::SETTING,
        &kinds::LONGHORN_BACKUP_TARGET,
        &kinds::VIRTUAL_MACHINE_BACKUP,
        &kinds::VIRTUAL_MACHINE_RESTORE,
        &kinds::VOLUME_REMOTE_BACKUP,
        &kinds::VOLUME_SNAPSHOT,
        &kinds::VOLUME_SNAPSHOT_CONTENT,
        &kinds::LONGHORN_BACKUP,
        &kinds::LONGHORN_BACKUP_VOLUME,
        &kinds::STORAGE_CLASS,
        &kinds::VOLUME_SNAPSHOT_CLASS,
        &kinds::VIRTUAL_MACHINE_IMAGE,
        &kinds::NETWORK_ATTACHMENT_DEFINITION,
    ];
    if inventory.claims.is_some() {
        judged.push(&kinds::PERSISTENT_VOLUME_CLAIM);
    }
    if inventory.machines.is_some() {
        judged.push(&kinds::VIRTUAL_MACHINE);
    }
    judged
}

/// Reads them all; a kind that is not installed is left out.
pub(super) async fn read(
    source: &Source,
    inventory: &Inventory,
    namespace: Option<&str>,
) -> Result<Vec<Input>, Failure> {
    let mut inputs = Vec::new();
    for kind in judged(inventory) {
        let everywhere = match kind.group {
            "longhorn.io" => Some("longhorn-system".to_owned()),
            _ => None,
        };
        let mut query = Query {
            namespace: everywhere,
            ..Query::default()
        };
        let listed = source.list::<Packed>(kind, &query).await;
        let mut listing = listed.map_err(|error| door::failure(&error))?;
        // Who may not read all namespaces may read one, as for the judgement.
        let forbidden = matches!(listing.gap, Some(Gap::Denied(_)));
        let narrower = namespace
            .filter(|_| forbidden && kind.scope == Scope::Namespaced && query.namespace.is_none());
        if let Some(namespace) = narrower {
            query.namespace = Some(namespace.to_owned());
            let listed = source.list::<Packed>(kind, &query).await;
            let narrower = listed.map_err(|error| door::failure(&error))?;
            if narrower.gap.is_none() {
                let why = format!("only those of namespace \"{namespace}\" were read");
                listing.gap = Some(Gap::NotCollected(why));
            }
            listing.items = narrower.items;
        }
        if listing.gap == Some(Gap::NotServed) {
            continue;
        }
        let gap = listing.gap.map(|gap| gap.describe(&resource(kind)));
        inputs.push(Input {
            kind,
            objects: listing.items,
            gap,
        });
    }
    Ok(inputs)
}

fn resource(kind: &Kind) -> String {
    match kind.group {
        "" => kind.plural.to_owned(),
        group => format!("{}.{group}", kind.plural),
    }
}

impl Input {
    /// The name of its file.
    pub(super) fn file(&self) -> String {
        format!("inputs/{}.yaml", resource(self.kind))
    }

    /// How many objects there are.
    pub(super) fn count(&self) -> usize {
        self.objects.len()
    }

    /// Why it is not all of them.
    pub(super) fn gap(&self) -> Option<&str> {
        self.gap.as_deref()
    }

    /// Notes what is secret in them.
    pub(super) fn learn(&self, mask: &mut Mask) {
        for mut object in self
            .objects
            .iter()
            .filter_map(|packed| self.unpacked(packed))
        {
            mask.learn(&mut object);
        }
    }

    /// The list, masked.
    pub(super) fn yaml(&self, mask: &mut Mask) -> Result<String, Failure> {
        let mut text = String::new();
        if let Some(gap) = &self.gap {
            // Writing to memory does not fail.
            let _ = writeln!(
                text,
                "# not complete: {}",
                mask.text(gap).replace(['\n', '\r'], " ")
            );
        }
        text.push_str("apiVersion: v1\nitems:");
        if self.objects.is_empty() {
            text.push_str(" []");
        }
        text.push('\n');
        for mut object in self
            .objects
            .iter()
            .filter_map(|packed| self.unpacked(packed))
        {
            if let (true, Some(fields)) = (*self.kind == kinds::SETTING, object.as_object_mut()) {
                hide(fields);
            }
            mask.object(&mut object);
            let item = document::yaml(&object)?;
            for (at, line) in item.lines().enumerate() {
                let start = if at == 0 { "- " } else { "  " };
                text.push_str(if line.is_empty() { "" } else { start });
                text.push_str(line);
                text.push('\n');
            }
        }
        text.push_str("kind: List\n");
        Ok(text)
    }

    /// An object as it is written, but for what has no place in a report.
    fn unpacked(&self, packed: &Packed) -> Option<Value> {
        let mut object: Value = serde_json::from_slice(&packed.0).ok()?;
        let version = match self.kind.group {
            "" => self.kind.version.to_owned(),
            group => format!("{group}/{}", self.kind.version),
        };
        let fields = object.as_object_mut()?;
        // Items of a server's list do not carry them.
        fields.entry("apiVersion").or_insert(version.into());
        fields.entry("kind").or_insert(self.kind.kind.into());
        if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("managedFields");
        }
        Some(object)
    }
}

/// Hides the text of a setting, unless it is needed and its secrets can be told from the rest.
fn hide(fields: &mut serde_json::Map<String, Value>) {
    let name = fields
        .get("metadata")
        .and_then(|metadata| metadata["name"].as_str());
    let name = name.unwrap_or_default().to_owned();
    for key in ["value", "default"] {
        let Some(Value::String(text)) = fields.get_mut(key) else {
            continue;
        };
        let is_something = !text.is_empty() && text != "null";
        let is_read = name != "backup-target" || serde_json::from_str::<Value>(text).is_ok();
        let is_shown = is_read && SETTINGS.contains(&name.as_str());
        if is_something && !is_shown {
            hv_cli::redact::MASK.clone_into(text);
        }
    }
}
