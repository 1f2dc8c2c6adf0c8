//! `template`: templates of VMs, with the version that people start from or with all of them.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueHint};
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui, door};
use hv_cluster::Source;
use hv_vm::store;

use crate::place::Place;
use crate::read::{self, name_of};
use crate::report::{ExportReport, Summary};
use crate::view;
use crate::vm::{Exporter, SecretsArgs, SecretsMode, mark, take};

/// Export templates of VMs
///
/// A template becomes a folder beside those of the VMs of its namespace: the template, the version
/// that people start from, and what a target must have. Cloud-init text in it is treated as that
/// of a VM.
#[derive(Args)]
#[command(after_help = "Examples:
  # A template as people use it now
  {cmd} template -n prod web-base --to ./bundles

  # With every version
  {cmd} template -n prod web-base --all-versions --to ./bundles")]
pub(crate) struct TemplateArgs {
    /// Templates to export
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Take every version, not only the one that people start from
    #[arg(long)]
    all_versions: bool,
    /// Where to: a folder, a file that ends in .tar.zst, or - for standard output
    #[arg(long, value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    to: Option<PathBuf>,
    /// Support bundle to read instead of a cluster: a zip or its unpacked folder
    #[arg(long, value_name = "BUNDLE", value_hint = ValueHint::AnyPath)]
    from: Option<PathBuf>,
    #[command(flatten)]
    secrets: SecretsArgs,
}

pub(crate) async fn perform(
    args: &TemplateArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let started = Instant::now();
    args.secrets.check()?;
    if scope.all_namespaces || scope.selector.is_some() {
        let failure = Failure::usage("templates are exported by name");
        return Err(failure.hint("name the namespace with -n"));
    }
    let exporter = Exporter::new(&args.secrets, &[], false)?;
    let private = args.secrets.secrets == SecretsMode::Plaintext;
    let mut place = Place::open(args.to.as_deref(), private)?;
    if private {
        ui.warn("secrets are written as they are: everybody who can read the files has them");
    }
    let source = door::open(crate::VISITOR, args.from.as_deref(), scope, connection, ui).await?;
    let namespace = door::namespace(&source, scope).to_owned();
    let secrets = args.secrets.secrets != SecretsMode::Omit;
    let read = read::templates(&source, &namespace, &args.names, args.all_versions, secrets);
    let read = Box::pin(read)
        .await
        .map_err(|error| door::failure(&error))?;
    let (templates, gathered) = read.map_err(|(what, gap)| door::unread(&source, what, &gap))?;
    if let Some(name) = gathered.missing.first() {
        let message = format!("virtualmachinetemplates.harvesterhci.io \"{name}\" not found");
        let hint = format!("looked in namespace \"{namespace}\"; name another with -n");
        return Err(Failure::from_server(Some("NotFound"), &message).hint(hint));
    }
    let objects = gathered.objects();
    let mut items = Vec::new();
    let mut done = Vec::new();
    for one in &templates {
        let bundle = store::Place::template(&name_of(&one.template));
        let versions: Vec<_> = one.versions.iter().map(AsRef::as_ref).collect();
        let before = place.before(&bundle);
        let ready = exporter.template(&one.template, &versions, (&gathered, &objects), before);
        items.push(take(ready, &mut place)?);
        done.push(bundle);
    }
    for other in place.list() {
        if !done.contains(&other) {
            let kept = place.keep(&other);
            kept.map_err(|error| crate::place::failure(&error))?;
        }
    }
    let to = args.to.as_deref().unwrap_or(Path::new("-"));
    let is_stdout = place.is_stdout();
    mark(&mut items, place.finish()?);
    let mut summary = Summary::of(&items);
    if let Source::Live(cluster) = &source {
        summary.requests = Some(cluster.requests());
    }
    let failed = summary.failed > 0;
    let report = ExportReport {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "ExportReport",
        source: gathered.origin,
        items,
        summary,
    };
    match is_stdout {
        true => view::closing(&report, to, started.elapsed(), ui),
        false => view::show(&report, false, to, started.elapsed(), ui)?,
    }
    Ok(match failed {
        true => ExitKind::Partial,
        false => ExitKind::Ok,
    })
}
