//! A view of what makes backups by the clock.

use serde::Deserialize;

use super::Meta;
use crate::lenient;

/// A `ScheduleVMBackup`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Schedule {
    /// Metadata.
    pub metadata: Meta,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub spec: ScheduleSpec,
}

/// The part of a schedule's spec that is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScheduleSpec {
    /// Whether it makes no backups at present.
    #[serde(deserialize_with = "lenient::truth")]
    pub suspend: Option<bool>,
}
