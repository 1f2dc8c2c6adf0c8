//! `check-access`: whether the user may read what an export needs.

mod document;
mod rights;
mod run;
#[cfg(test)]
mod tests;
mod view;

use clap::Args;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use hv_cli::{ConnectionArgs, ExitKind, Failure, OutputFormat, ScopeArgs, Ui, door};
use hv_cluster::live::{AccessAnswer, LiveCluster};
use hv_cluster::{Gap, Source};

use document::AccessReport;
use run::Question;

use crate::vm::SecretsMode;

pub(crate) use rights::{Part, Place, RIGHTS, Right};
pub(crate) use run::{Reach, Run, RunArgs};

/// Reviews that are on their way at once.
const CONCURRENT: usize = 8;

/// What people write before the name of a VM or a template.
const PREFIXES: &[&str] = &[
    "vm",
    "vms",
    "virtualmachine",
    "virtualmachines",
    "virtualmachine.kubevirt.io",
    "virtualmachines.kubevirt.io",
    "template",
    "virtualmachinetemplate",
    "virtualmachinetemplate.harvesterhci.io",
];

/// Tell whether you may read what an export needs
///
/// Asks the API server one review for each right that this very run would use; nothing is read and
/// nothing is stored. Without names and without -A the namespace is asked about.
/// What is optional becomes a description in the bundle where it must not be read.
/// Exits 1 if something is missing that is needed, 7 if the server does not answer reviews.
#[derive(Args)]
#[command(after_help = "Examples:
  # May I export these VMs
  {cmd} check-access -n prod db01 web01

  # May I export everything, secrets included
  {cmd} check-access -A --secrets encrypt

  # May this account do it
  {cmd} check-access -n prod --as system:serviceaccount:prod:kubectl-hv-export")]
pub(crate) struct AccessArgs {
    /// Names of VMs, or of templates with --template
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Ask for the export of templates
    #[arg(long)]
    template: bool,
    /// Take everything for needed, as an export with --strict does
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    run: RunArgs,
}

pub(crate) async fn perform(
    args: &AccessArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    if ui.format() == OutputFormat::Name {
        return Err(Failure::usage("rights have no names to print")
            .hint("-o takes table, wide, json or yaml"));
    }
    let names = bare(&args.names);
    if scope.all_namespaces && (!names.is_empty() || args.template) {
        return Err(Failure::usage(
            "names are looked up in one namespace, so -A does not go with them",
        )
        .hint("-n names the namespace"));
    }
    let source = door::open(crate::VISITOR, None, scope, connection, ui).await?;
    let Source::Live(cluster) = &source else {
        return Err(Failure::usage("only a cluster knows what you may do"));
    };
    let run = Run {
        reach: match cluster.default_namespace() {
            _ if scope.all_namespaces => Reach::All,
            own if names.is_empty() && !args.template => Reach::Beside(own),
            own => Reach::Named(own, &names),
        },
        templates: args.template,
        secrets: args.run.secrets,
        shared: &args.run.shared,
    };
    let report = AccessReport::new(ask(cluster, run.questions()).await?, args.strict);
    view::show(&report, ui)?;
    if report.summary.needed_denied == 0 {
        return Ok(ExitKind::Ok);
    }
    ui.hint(&format!(
        "{{cmd}} rbac {} prints them as a role",
        place(&run)
    ));
    if run.reach == Reach::All {
        ui.hint("one namespace needs less: -n NAMESPACE instead of -A");
    }
    Ok(ExitKind::Failed)
}

/// Names without what people write before them.
fn bare(names: &[String]) -> Vec<String> {
    let bare = |name: &String| match name.split_once('/') {
        Some((prefix, rest)) if PREFIXES.contains(&prefix.to_lowercase().as_str()) => {
            rest.to_owned()
        }
        _ => name.clone(),
    };
    names.iter().map(bare).collect()
}

/// The flags of `rbac` for a run.
fn place(run: &Run<'_>) -> String {
    let mut words = match run.reach {
        Reach::All => "-A".to_owned(),
        Reach::Named(own, _) | Reach::Beside(own) => format!("-n {own}"),
    };
    for shared in run.shared {
        words = format!("{words} --shared {shared}");
    }
    match run.secrets {
        SecretsMode::Omit => words,
        SecretsMode::Encrypt => format!("{words} --secrets encrypt"),
        SecretsMode::Plaintext => format!("{words} --secrets plaintext"),
    }
}

async fn ask(
    cluster: &LiveCluster,
    questions: Vec<Question>,
) -> Result<Vec<(Question, AccessAnswer)>, Failure> {
    stream::iter(questions)
        .map(async |question| {
            let answer = cluster.access_review(&question.ask()).await;
            match answer.map_err(|error| door::failure(&error))? {
                Ok(answer) => Ok((question, answer)),
                Err(gap) => Err(unasked(gap)),
            }
        })
        .buffered(CONCURRENT)
        .try_collect()
        .await
}

/// A review that was not held; that is no answer about the right.
fn unasked(gap: Gap) -> Failure {
    match gap {
        Gap::Denied(why) => Failure::from_server(Some("Forbidden"), &why)
            .with_kind(ExitKind::NoVerdict)
            .hint("the built-in role system:basic-user lets everybody ask for reviews"),
        Gap::NotServed => Failure::no_verdict("the server holds no access reviews"),
        Gap::Failed(why) | Gap::NotCollected(why) => Failure::from_server(None, &why)
            .with_kind(ExitKind::NoVerdict)
            .hint("try again later"),
    }
}
