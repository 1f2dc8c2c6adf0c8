//! The words that say what goes where; `preflight` and `plan` take the same.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use hv_cli::{Failure, ScopeArgs};

use crate::bundles::BundleArgs;
use crate::resolve;

/// What goes where.
#[derive(Args, Clone, Debug)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    pub(crate) bundles: BundleArgs,
    /// What has another name on the target: docs/mapping.md has every entry
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) map: Option<PathBuf>,
    /// Namespace of all VMs on the target; -n says the same
    #[arg(long, value_name = "NAMESPACE")]
    pub(crate) to_namespace: Option<String>,
    /// Name of the VM on the target, where only one is taken
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// What becomes of MAC addresses
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub(crate) mac: MacMode,
    /// What becomes of disks that the map does not name; without it they stand in the way
    #[arg(long, value_enum, value_name = "HOW")]
    pub(crate) disk_default: Option<DiskMode>,
    /// Changes to the objects before they are created: RFC 6902 patches by kind and name
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) patch: Option<PathBuf>,
    /// What happens to a VM whose name is taken
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub(crate) on_exists: OnExists,
    /// Create namespaces that are missing
    #[arg(long)]
    pub(crate) create_namespace: bool,
    /// Age identity that opens encrypted secrets
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) identity: Option<PathBuf>,
}

/// What becomes of MAC addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum MacMode {
    /// They stay: the guest keeps its network, and the twin must not run in the same network
    #[default]
    Keep,
    /// The target makes new ones
    New,
}

/// What becomes of disks that the map does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiskMode {
    /// A claim of the same name that is there already
    Existing,
    /// The volume with the handle of the source, as replicated storage has it
    Bind,
    /// A fresh copy of the image that the disk began as
    Image,
    /// An empty disk
    Blank,
}

/// What happens to a VM whose name is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnExists {
    /// It stands in the way
    #[default]
    Fail,
    /// It is left out; the others are taken
    Skip,
}

impl From<DiskMode> for resolve::DiskDefault {
    fn from(mode: DiskMode) -> Self {
        match mode {
            DiskMode::Existing => Self::Existing,
            DiskMode::Bind => Self::Bind,
            DiskMode::Image => Self::Image,
            DiskMode::Blank => Self::Blank,
        }
    }
}

impl From<OnExists> for resolve::OnExists {
    fn from(wish: OnExists) -> Self {
        match wish {
            OnExists::Fail => Self::Fail,
            OnExists::Skip => Self::Skip,
        }
    }
}

impl ImportArgs {
    /// The namespace of all VMs, if one is named.
    pub(crate) fn namespace<'a>(
        &'a self,
        scope: &'a ScopeArgs,
    ) -> Result<Option<&'a str>, Failure> {
        if scope.all_namespaces || scope.selector.is_some() {
            let failure =
                Failure::usage("-A and -l choose VMs of a cluster, and this reads bundles");
            return Err(failure.hint("choose with --vm NAMESPACE/NAME"));
        }
        match (self.to_namespace.as_deref(), scope.namespace()) {
            (Some(to), Some(scope)) if to != scope => Err(Failure::usage(format!(
                "-n says \"{scope}\" and --to-namespace \"{to}\""
            ))),
            (to, scope) => Ok(to.or(scope)),
        }
    }
}
