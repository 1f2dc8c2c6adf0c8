//! Records that name themselves otherwise than their path does.

use std::fmt;

use super::VmRecord;
use crate::layout::RecordPath;

/// A record in the place of another one.
///
/// Harvester goes by what the record says, so two records may claim to be the same VM backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where the record lies.
    pub path: RecordPath,
    /// The namespace that it names.
    pub namespace: String,
    /// The name that it names.
    pub name: String,
}

impl Mismatch {
    /// Compares what a record says of itself with its path.
    pub fn between(record: &VmRecord, path: &RecordPath) -> Option<Self> {
        let (said_namespace, said_name) = (&record.namespace, &record.name);
        let agrees = match path {
            RecordPath::Folder { namespace, name } => {
                namespace == said_namespace && name == said_name
            }
            RecordPath::Flat { stem } => *stem == format!("{said_namespace}-{said_name}"),
        };
        (!agrees).then(|| Self {
            path: path.clone(),
            namespace: said_namespace.clone(),
            name: said_name.clone(),
        })
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            namespace,
            name,
        } = self;
        write!(
            formatter,
            "the record at {path} names itself {namespace}/{name}"
        )
    }
}
