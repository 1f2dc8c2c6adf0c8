//! The data files, compiled in so that a world can be loaded anywhere.

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../worlds/", $name)))),*]
    };
}

/// Multi-document files with the objects all releases share, in the order they are created.
pub(super) const BASE: &[(&str, &str)] = files![
    "base/namespaces.yaml",
    "base/nodes.yaml",
    "base/settings.yaml",
    "base/system.yaml",
    "base/drivers.yaml",
    "base/classes.yaml",
    "base/profiles.yaml",
    "base/leases.yaml",
    "base/networks.yaml",
    "base/images.yaml",
    "base/foreign.yaml",
    "base/rancher.yaml",
];

/// What differs in each release, oldest first.
pub(super) const RELEASES: &[(&str, &str)] = &[
    ("v1.4.3", include_str!("../../worlds/releases/v1.4.3.yaml")),
    ("v1.5.2", include_str!("../../worlds/releases/v1.5.2.yaml")),
    ("v1.6.1", include_str!("../../worlds/releases/v1.6.1.yaml")),
    ("v1.7.3", include_str!("../../worlds/releases/v1.7.3.yaml")),
    ("v1.8.2", include_str!("../../worlds/releases/v1.8.2.yaml")),
    (
        "v1.9.0-rc6",
        include_str!("../../worlds/releases/v1.9.0-rc6.yaml"),
    ),
];

/// What the two clusters have under the same names.
pub(super) const PAIR: &[(&str, &str)] = files!["base/settings.yaml", "pair/harvester.yaml"];

/// The cluster VMs are moved from.
pub(super) const SOURCE: &[(&str, &str)] = files![
    "pair/source/cluster.yaml",
    "pair/source/storage.yaml",
    "pair/source/images.yaml",
    "pair/source/networks.yaml",
    "pair/source/machines.yaml",
];

/// The cluster VMs are moved to.
pub(super) const DR: &[(&str, &str)] = files![
    "pair/dr/cluster.yaml",
    "pair/dr/storage.yaml",
    "pair/dr/images.yaml",
    "pair/dr/networks.yaml",
    "pair/dr/machines.yaml",
];

/// The table of VMs.
pub(super) const MACHINES: &str = include_str!("../../worlds/machines.yaml");

/// The resources a cluster serves.
pub(super) const RESOURCES: &str = include_str!("../../worlds/resources.txt");

/// The sound set of backups.
pub(super) const BACKUPS: &str = include_str!("../../worlds/backups.yaml");

macro_rules! findings {
    ($($code:literal),* $(,)?) => {
        &[$(($code, include_str!(concat!("../../worlds/findings/", $code, ".yaml")))),*]
    };
}

/// What makes each code of a finding be found, in the order of the table of findings.
pub(super) const FINDINGS: &[(&str, &str)] = findings![
    "lh-backup-missing",
    "lh-backup-not-completed",
    "lh-backup-deleting",
    "no-backupvolume",
    "several-backupvolumes",
    "wrong-handle",
    "bad-handle",
    "missing-vs",
    "missing-vsc",
    "vsc-collision",
    "vs-error",
    "vs-terminating",
    "suffix-growth",
    "foreign-claim-namespace",
    "snapshot-pvc-missing",
    "third-party-backup",
    "no-lh-backup",
    "shared-lh-backup",
    "vmb-error",
    "vmb-terminating",
    "vmb-no-status",
    "stuck-progress",
    "demoted",
    "scan-blocked",
    "target-mismatch",
    "no-target",
    "ghost-backup",
    "legacy-annotations",
    "sc-missing",
    "image-missing",
    "nad-missing",
    "vsclass-missing",
    "uncovered-disks",
    "secret-in-cfg",
    "vmr-incomplete",
    "vmr-terminating",
    "restore-crash-loop",
    "vmr-deletes-foreign",
    "vmr-deletes-unsaved",
    "vmr-wffc-hang",
    "interval-0",
    "interval-1",
    "scan-overdue",
    "setting-failed",
    "setting-unreadable",
    "driver-config-unreadable",
    "lh-target-down",
    "lh-target-differs",
    "orphan-vs",
    "orphan-vsc",
    "name-collision",
    "record-unreadable",
    "orphan-record",
    "orphan-data",
];
