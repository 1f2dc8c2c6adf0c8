//! `plan`: what would be done, as a file that can be read before it is run.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use hv_change::{Plan, PlanError};
use hv_cli::{ConnectionArgs, ExitKind, Failure, OutputFormat, ScopeArgs, Ui, plural};

use crate::about;
use crate::args::ImportArgs;
use crate::prepare::prepare;
use crate::view;

/// Make a plan
///
/// Checks everything as preflight does and writes down each step with the exact object. Nothing is
/// changed. Secrets are not in the plan: a step names the file in the bundle. Exits 1 if something
/// blocks; then no plan is written.
#[derive(Args)]
#[command(after_help = "Examples:
  # To be reviewed before it is run
  {cmd} plan bundles --map map.yaml --context dr --to plan.json

  # One VM under another name, with new MAC addresses and empty disks
  {cmd} plan bundles --vm prod/db01 -n dr --name db01-test --mac new --disk-default blank --to plan.json")]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    import: ImportArgs,
    /// File that the plan is written to; -o json prints it instead
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    to: Option<PathBuf>,
}

pub(crate) async fn perform(
    args: &PlanArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    if args.to.is_none() && !ui.format().is_document() {
        let failure = Failure::usage("there is no place for the plan");
        return Err(failure.hint("write it to a file with --to FILE, or print it with -o json"));
    }
    if let Some(to) = &args.to {
        may_replace(to)?;
    }
    let prepared = Box::pin(prepare(&args.import, scope, connection, ui)).await?;
    let Some(plan) = prepared.plan else {
        view::preflight(&prepared.report, ui)?;
        return Ok(ExitKind::Failed);
    };
    if let Some(to) = &args.to {
        plan.write(to).map_err(|error| {
            Failure::failed(format!("\"{}\" cannot be written: {error}", to.display()))
        })?;
    }
    match ui.format() {
        OutputFormat::Name => ui.out(&plan.id),
        format if format.is_document() => ui.document(&plan)?,
        _ => ui.out(&line(&plan)),
    }
    if prepared.report.summary.warnings > 0 {
        let warnings = plural::count(prepared.report.summary.warnings, "warning");
        ui.note(&format!(
            "{warnings}: {{cmd}} preflight with the same words shows them"
        ));
    }
    for vm in &prepared.skipped {
        let (namespace, name) = (&vm.namespace, &vm.name);
        ui.note(&format!(
            "left out: {namespace}/{name}, whose name is taken"
        ));
    }
    if let Some(to) = &args.to {
        let identity = args.import.identity.as_deref();
        let identity = identity.map_or(String::new(), |path| {
            format!(" --identity {}", path.display())
        });
        ui.hint(&format!(
            "{{cmd}} apply {}{}{identity}",
            to.display(),
            context(&plan)
        ));
    }
    Ok(ExitKind::Ok)
}

/// A plan in one line.
pub(crate) fn line(plan: &Plan) -> String {
    let vms = plural::count(about::read(plan).vms.len(), "VM");
    let steps = plural::count(plan.steps.len(), "step");
    let id: String = plan.cluster.id.chars().take(4).collect();
    let context = plan.cluster.context.as_deref();
    let context = context.map_or(String::new(), |name| format!(" (context {name})"));
    format!(
        "plan {}: {vms}, {steps}, for cluster {id}…{context}",
        plan.id
    )
}

/// The flag that leads to the plan's cluster, if the plan knows it.
pub(crate) fn context(plan: &Plan) -> String {
    match &plan.cluster.context {
        Some(context) => format!(" --context {context}"),
        None => String::new(),
    }
}

/// Only a plan is replaced by a plan.
fn may_replace(to: &Path) -> Result<(), Failure> {
    if !to.exists() {
        return Ok(());
    }
    let is_plan = fs::read(to).is_ok_and(|bytes| {
        serde_json::from_slice::<serde_json::Value>(&bytes).is_ok_and(|it| it["kind"] == "Plan")
    });
    match is_plan {
        true => Ok(()),
        false => Err(Failure::refused(format!(
            "\"{}\" is no plan and would be overwritten",
            to.display()
        ))
        .hint("name another file with --to")),
    }
}

/// A plan that cannot be read or written.
pub(crate) fn failure(path: &Path, error: &PlanError) -> Failure {
    let kind = match error {
        PlanError::Unreadable { .. } => ExitKind::Failed,
        _ => ExitKind::Refused,
    };
    let shown = path.display();
    let failure = match error {
        PlanError::Unreadable { .. } => Failure::new(kind, error.to_string()),
        _ => Failure::new(kind, format!("\"{shown}\": {error}")),
    };
    match error {
        PlanError::Broken(_) | PlanError::NoPlan(_) => {
            failure.hint("{cmd} plan … --to FILE writes plans")
        }
        PlanError::Changed(_) => failure.hint("change the map and make a new plan: {cmd} plan …"),
        _ => failure,
    }
}
