//! What flags decide for all VMs.

use std::fmt;
use std::sync::Arc;

use hv_vm::mapping::MacChoice;

/// Tries to decrypt a file of a bundle; nothing of it is kept.
pub(crate) type Opener = Arc<dyn Fn(&[u8]) -> Result<(), String> + Send + Sync>;

/// What flags decide for all VMs.
#[derive(Clone, Default)]
pub(crate) struct Options {
    /// `--to-namespace`.
    pub(crate) to_namespace: Option<String>,
    /// `--name`.
    pub(crate) name: Option<String>,
    /// `--mac`.
    pub(crate) mac: Option<MacChoice>,
    /// `--disk-default`.
    pub(crate) disk_default: Option<DiskDefault>,
    /// `--on-exists`.
    pub(crate) on_exists: OnExists,
    /// `--create-namespace`.
    pub(crate) create_namespace: bool,
    /// What `--identity` opens, if it is given.
    pub(crate) opener: Option<Opener>,
    /// Release of the tool, for the stamps.
    pub(crate) tool: String,
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("to_namespace", &self.to_namespace)
            .field("name", &self.name)
            .field("mac", &self.mac)
            .field("disk_default", &self.disk_default)
            .field("on_exists", &self.on_exists)
            .field("create_namespace", &self.create_namespace)
            .field("identity", &self.opener.is_some())
            .finish_non_exhaustive()
    }
}

/// What becomes of disks that the map does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DiskDefault {
    /// The claim of the same name, which is there.
    Existing,
    /// A fresh copy of the image that it began as.
    Image,
    /// An empty disk.
    Blank,
    /// The volume of the source, which replication keeps.
    Bind,
}

/// What becomes of a VM that is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum OnExists {
    /// It blocks.
    #[default]
    Fail,
    /// It is left out if it is the one of the bundle; everything else still blocks.
    Skip,
}
