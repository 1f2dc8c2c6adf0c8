//! The record of a VM backup.

use std::path::Path;

use super::source::WireSource;
use super::volume::WireVolume;
use super::{RecordError, VmSource, VolumeBackup, namespace_or_default, read_file};
use crate::json::{Document, Keys, object, read};

/// The record of a VM backup, `harvester/vmbackups/<namespace>/<name>.cfg`.
///
/// Only the fields below are read, and only they are checked: a wrong type anywhere else in the
/// description of the VM or of a claim stops Harvester without being noticed here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmRecord {
    /// Name of the VM backup.
    pub name: String,
    /// Namespace of the VM backup; `default` if the record names none.
    pub namespace: String,
    /// What was to be backed up.
    pub spec: BackupSpec,
    /// The VM as it was; without it Harvester takes the backup for a new one.
    pub source: Option<VmSource>,
    /// The disks; without them Harvester takes the backup for a new one.
    pub volume_backups: Option<Vec<VolumeBackup>>,
    /// Secrets of which the record holds a copy.
    pub secrets: Vec<SecretMention>,
    /// Whether something follows the record in its file. Harvester does not look at it.
    pub has_trailing_data: bool,
}

/// What was to be backed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSpec {
    /// Kind of the source, `VirtualMachine`.
    pub source_kind: String,
    /// Name of the source.
    pub source_name: String,
    /// `backup` or `snapshot`; `backup` if the record names none, as up to Harvester 1.0.
    pub backup_type: String,
}

/// A secret of which a record holds a copy: its name and keys, never its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretMention {
    /// Name.
    pub name: String,
    /// Keys, in order. Whether their values are well-formed is not looked at.
    pub keys: Vec<String>,
}

impl VmRecord {
    /// Reads the content of a record.
    ///
    /// Accepts what the decoder of Harvester accepts, and fails where it fails: unknown fields are
    /// ignored, `null` counts as missing, keys match whatever their case, equal keys are merged,
    /// what follows the record is ignored, and a field of another type is an error.
    pub fn from_slice(content: &[u8]) -> Result<Self, RecordError> {
        let Document {
            value,
            has_trailing_data,
        } = read::<WireRecord>(content)?;
        Ok(Self {
            has_trailing_data,
            ..Self::from(value)
        })
    }

    /// Reads a record from a file of its own, in or outside of a backup target.
    pub fn from_file(path: &Path) -> Result<Self, RecordError> {
        Self::from_slice(&read_file(path)?)
    }
}

#[derive(Default)]
struct WireRecord {
    name: String,
    namespace: String,
    spec: WireSpec,
    source: Option<WireSource>,
    volumes: Option<Vec<WireVolume>>,
    secrets: Vec<WireSecret>,
}

object!(WireRecord {
    "name" => name,
    "namespace" => namespace,
    "backupSpec" => spec,
    "vmSourceSpec" => source,
    "volumeBackups" => volumes,
    "secretBackups" => secrets,
});

#[derive(Default)]
struct WireSpec {
    source: WireReference,
    backup_type: String,
}

object!(WireSpec { "source" => source, "type" => backup_type });

#[derive(Default)]
struct WireReference {
    kind: String,
    name: String,
}

object!(WireReference { "kind" => kind, "name" => name });

#[derive(Default)]
struct WireSecret {
    name: String,
    data: Keys,
}

object!(WireSecret { "name" => name, "data" => data });

impl From<WireRecord> for VmRecord {
    fn from(wire: WireRecord) -> Self {
        let WireSpec {
            source,
            mut backup_type,
        } = wire.spec;
        if backup_type.is_empty() {
            "backup".clone_into(&mut backup_type);
        }
        let spec = BackupSpec {
            source_kind: source.kind,
            source_name: source.name,
            backup_type,
        };
        Self {
            name: wire.name,
            namespace: namespace_or_default(wire.namespace),
            spec,
            source: wire.source.map(VmSource::from),
            volume_backups: wire
                .volumes
                .map(|volumes| volumes.into_iter().map(VolumeBackup::from).collect()),
            secrets: wire.secrets.into_iter().map(SecretMention::from).collect(),
            has_trailing_data: false,
        }
    }
}

impl From<WireSecret> for SecretMention {
    fn from(wire: WireSecret) -> Self {
        Self {
            name: wire.name,
            keys: wire.data.0.into_iter().collect(),
        }
    }
}
