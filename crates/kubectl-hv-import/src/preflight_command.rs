//! `preflight`: everything that stands in the way, at once.

use clap::Args;
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui};

use crate::args::ImportArgs;
use crate::prepare::prepare;
use crate::view;

/// Check what stands in the way of an import
///
/// Releases, rights, storage, images, networks, MAC addresses, quotas, devices, secrets, names, and
/// the cluster's own admission by server-side dry runs. Each finding names the entry of the map or
/// the flag that changes it. Nothing is changed. Exits 1 if something blocks.
#[derive(Args)]
#[command(after_help = "Examples:
  # All bundles of a folder
  {cmd} preflight bundles --context dr --map map.yaml

  # One VM into another namespace
  {cmd} preflight bundles --vm prod/db01 -n dr")]
pub(crate) struct PreflightArgs {
    #[command(flatten)]
    import: ImportArgs,
}

pub(crate) async fn perform(
    args: &PreflightArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let prepared = Box::pin(prepare(&args.import, scope, connection, ui)).await?;
    view::preflight(&prepared.report, ui)?;
    Ok(match prepared.report.is_blocked() {
        true => ExitKind::Failed,
        false => ExitKind::Ok,
    })
}
