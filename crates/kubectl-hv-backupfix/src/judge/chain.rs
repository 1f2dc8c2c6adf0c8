//! From the record of a disk to its data: snapshot, content, handle, Longhorn's objects.

use hv_cluster::views::{
    Backup, BoundSnapshotContent, LonghornBackup, LonghornBackupVolume, Snapshot, VolumeBackup,
};

use crate::index::{Found, Index};

/// A snapshot handle, read as Harvester and Longhorn read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Handle {
    /// `TYPE://VOLUME/ID`; what follows a second slash is ignored.
    Names {
        /// `bak`, its old spelling `bs`, or `snap`.
        kind: String,
        /// Longhorn's volume.
        volume: String,
        /// The backup or snapshot.
        id: String,
    },
    /// Anything else.
    Odd,
}

impl Handle {
    /// Splits at `://`, then at `/`; nothing is unescaped and the type is case-sensitive.
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts = text.split("://");
        let (Some(kind), Some(rest)) = (parts.next(), parts.next()) else {
            return Self::Odd;
        };
        let mut names = rest.split('/');
        match (names.next(), names.next()) {
            // A backing image's handle is a URL with other things in these places.
            (Some(volume), Some(id)) if kind != "bi" && !volume.is_empty() && !id.is_empty() => {
                Self::Names {
                    kind: kind.to_owned(),
                    volume: volume.to_owned(),
                    id: id.to_owned(),
                }
            }
            _ => Self::Odd,
        }
    }
}

/// The handle that a backup should have.
pub(crate) fn right_handle(volume: &str, backup: &str) -> String {
    format!("bak://{volume}/{backup}")
}

/// What hangs together behind the record of a disk.
#[derive(Clone, Debug)]
pub(crate) struct Chain<'a> {
    /// The `VolumeSnapshot`.
    pub(crate) snapshot: Found<&'a Snapshot>,
    /// The `VolumeSnapshotContent`; `No` also while the snapshot names none.
    pub(crate) content: Found<&'a BoundSnapshotContent>,
    /// The name of the content, empty if the snapshot names none.
    pub(crate) content_name: &'a str,
    /// Longhorn's backup; `No` also if the record names none.
    pub(crate) lh_backup: Found<&'a LonghornBackup>,
    /// Longhorn's volume as its backup names it, empty without a backup.
    pub(crate) volume: &'a str,
    /// The `BackupVolume`s of that volume.
    pub(crate) lh_volumes: Found<&'a [&'a LonghornBackupVolume]>,
}

impl<'a> Chain<'a> {
    /// Follows the references of a record; no name is derived.
    pub(crate) fn of(index: &'a Index<'a>, backup: &'a Backup, record: &'a VolumeBackup) -> Self {
        let snapshot = index.snapshot(&backup.metadata.namespace, &record.name);
        let content_name = match &snapshot {
            Found::Yes(snapshot) => snapshot.content(),
            _ => "",
        };
        let content = match &snapshot {
            Found::Unknown(why) => Found::Unknown(why.clone()),
            _ if content_name.is_empty() => Found::No,
            _ => index.content(content_name),
        };
        let lh_backup = match record.longhorn_backup_name.as_str() {
            "" => Found::No,
            name => index.lh_backup(name),
        };
        let volume = match &lh_backup {
            Found::Yes(backup) => backup.volume(),
            _ => "",
        };
        let lh_volumes = match (&lh_backup, volume) {
            (Found::Unknown(why), _) => Found::Unknown(why.clone()),
            (_, "") => Found::Yes(&[][..]),
            (_, volume) => index.lh_volumes(volume),
        };
        Self {
            snapshot,
            content,
            content_name,
            lh_backup,
            volume,
            lh_volumes,
        }
    }

    /// Whether the snapshot was taken in this cluster, so that its handle is the driver's own.
    pub(crate) fn is_made_here(&self) -> bool {
        matches!(&self.snapshot, Found::Yes(snapshot)
            if !snapshot.spec.source.persistent_volume_claim_name.is_empty())
    }

    /// Whether the content is for this snapshot and no other; absent while that is not known.
    pub(crate) fn is_bound(&self, backup: &Backup, record: &VolumeBackup) -> Option<bool> {
        let (Found::Yes(snapshot), Found::Yes(content)) = (&self.snapshot, &self.content) else {
            return None;
        };
        let bound = &content.spec.volume_snapshot_ref;
        let same_name = bound.namespace == backup.metadata.namespace && bound.name == record.name;
        let same_uid = bound.uid.is_empty()
            || snapshot.metadata.uid.is_empty()
            || bound.uid == snapshot.metadata.uid;
        Some(same_name && same_uid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_split_as_longhorn_splits_them() {
        let names = |kind: &str, volume: &str, id: &str| Handle::Names {
            kind: kind.to_owned(),
            volume: volume.to_owned(),
            id: id.to_owned(),
        };
        for (text, expected) in [
            ("bak://pvc-1/backup-2", names("bak", "pvc-1", "backup-2")),
            ("bs://web/backup-2", names("bs", "web", "backup-2")),
            (
                "snap://pvc-1/snapshot-3/more",
                names("snap", "pvc-1", "snapshot-3"),
            ),
            ("BAK://a/b", names("BAK", "a", "b")),
            ("bak://a/b://c/d", names("bak", "a", "b:")),
        ] {
            let expected = if text.contains("b://c") {
                names("bak", "a", "b")
            } else {
                expected
            };
            assert_eq!(Handle::parse(text), expected, "{text}");
        }
        for odd in [
            "",
            "null",
            "pvc-1/backup-2",
            "bak://",
            "bak://pvc-1",
            "bak:///b",
            "bak://a/",
            "bi://backing?backingImage=x/y",
        ] {
            assert_eq!(Handle::parse(odd), Handle::Odd, "{odd}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_handle_is_read(text in ".{0,60}") {
            let _ = Handle::parse(&text);
        }

        #[test]
        fn right_handles_are_read_back(volume in "[a-z0-9-]{1,40}", id in "[a-z0-9-]{1,40}") {
            let read = Handle::parse(&right_handle(&volume, &id));
            proptest::prop_assert_eq!(read, Handle::Names { kind: "bak".to_owned(), volume, id });
        }
    }
}
