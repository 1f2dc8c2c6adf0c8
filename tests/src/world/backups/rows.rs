//! One line of the table each: a backup, a schedule, a restore; and the backup target.

use serde::Deserialize;

/// The backup target of a set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Target {
    pub(super) endpoint: String,
    pub(super) bucket: String,
    pub(super) region: String,
    /// Seconds between passes.
    pub(super) interval: u64,
    /// Age of the last pass.
    pub(super) refreshed: String,
}

/// One backup, snapshot, or backup of a schedule.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct BackupRow {
    /// Left out for a backup of a schedule, which makes its name.
    #[serde(default)]
    pub(super) name: String,
    #[serde(default = "prod")]
    pub(super) namespace: String,
    /// VM of the same namespace, of this cluster or of the other one.
    #[serde(default)]
    pub(super) vm: String,
    #[serde(default, rename = "type")]
    pub(super) kind: Kind,
    #[serde(default)]
    pub(super) made: Made,
    pub(super) age: String,
    /// Only these disks; the VM had no others then.
    #[serde(default)]
    pub(super) disks: Option<Vec<String>>,
    #[serde(default)]
    pub(super) state: State,
    /// Instead of a VM: a backup as `namespace/name` whose data this one leads to as well.
    #[serde(default)]
    pub(super) data_of: Option<String>,
    /// Schedule that made it, and the minute it wrote into the name.
    #[serde(default)]
    pub(super) schedule: Option<(String, String)>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    #[default]
    Backup,
    Snapshot,
}

/// Where a backup was made.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum Made {
    #[default]
    Here,
    /// On another cluster: this one found the record on the backup target.
    Elsewhere,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum State {
    #[default]
    Ready,
    /// The snapshots are asked for, and nobody answered yet.
    InProgress,
    /// The VM had no disk, so the status stays as it was at first.
    Empty,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleRow {
    pub(super) name: String,
    #[serde(default = "prod")]
    pub(super) namespace: String,
    pub(super) vm: String,
    pub(super) cron: String,
    pub(super) age: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RestoreRow {
    pub(super) name: String,
    #[serde(default = "prod")]
    pub(super) namespace: String,
    /// The backup, as `namespace/name`.
    pub(super) of: String,
    /// The VM that is made, or that is replaced.
    pub(super) vm: String,
    pub(super) age: String,
    #[serde(default)]
    pub(super) stage: Stage,
    #[serde(default)]
    pub(super) replaces: bool,
    #[serde(default)]
    pub(super) keep_mac: bool,
    #[serde(default)]
    pub(super) deletion_policy: Option<String>,
    #[serde(default)]
    pub(super) deleted_volumes: Vec<String>,
    /// What went wrong, for the stage `failed`.
    #[serde(default)]
    pub(super) message: String,
}

/// How far a restore has come.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum Stage {
    #[default]
    Complete,
    /// The VM is there, its claims are pending.
    Creating,
    /// The claims are bound, the VM could not be made.
    Failed,
    /// Nothing is made yet.
    Initializing,
}

impl BackupRow {
    /// A backup made here, with nothing special about it.
    pub(super) fn plain(name: &str, namespace: &str, vm: &str) -> Self {
        Self {
            name: name.into(),
            namespace: namespace.into(),
            vm: vm.into(),
            kind: Kind::default(),
            made: Made::default(),
            age: "1d".into(),
            disks: None,
            state: State::default(),
            data_of: None,
            schedule: None,
        }
    }
}

fn prod() -> String {
    "prod".into()
}
