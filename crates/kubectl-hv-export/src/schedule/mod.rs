//! `schedule`: an export that a cluster repeats by itself, as objects to apply.

mod cron;
mod cronjob;
#[cfg(test)]
mod tests;
mod words;

use clap::Args;
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui};

use crate::access::RunArgs;
use crate::rbac::{ACCOUNT, Grant, home, remark, shared};
use crate::vm::SecretsMode;
use cronjob::Job;

/// Print a CronJob that exports into a volume claim
///
/// The CronJob, its service account and the least that it must be allowed, as YAML that kubectl
/// applies; nothing is sent. It runs without root, on a read-only file system, one at a time, in
/// the namespace of -n or of the kubeconfig, where the claim must exist. It exports the VMs of that
/// namespace, or of all with -A. Secrets are left out unless there is a recipient.
#[derive(Args)]
#[command(after_help = "Examples:
  # Every night at two, the VMs of a namespace
  {cmd} schedule --cron '0 2 * * *' --image REF --to pvc/bundles -n prod | kubectl apply -f -

  # Every six hours, what has a label in all namespaces, with encrypted secrets
  {cmd} schedule --cron '0 */6 * * *' --image REF --to pvc/bundles -n backup \\
    -A -l backup=yes --recipient age1…")]
pub(crate) struct ScheduleArgs {
    /// When it runs: five fields as in '0 2 * * *', or a word such as @daily
    #[arg(long, value_name = "SCHEDULE")]
    cron: String,
    /// Image that has kubectl-hv_export on its path
    #[arg(long, value_name = "REF", value_parser = words::image)]
    image: String,
    /// Claim that keeps the bundles
    #[arg(long, value_name = "pvc/NAME", value_parser = words::claim)]
    to: String,
    /// Encrypt secrets for this age recipient; can be repeated
    #[arg(long = "recipient", value_name = "age1…")]
    recipients: Vec<String>,
    /// Namespace that holds images, networks or SSH keys of VMs elsewhere; can be repeated
    #[arg(long, value_name = "NAMESPACE")]
    shared: Vec<String>,
    /// Time zone of the schedule; default is that of the cluster's controllers
    #[arg(long, value_name = "AREA/CITY", value_parser = words::time_zone)]
    time_zone: Option<String>,
    /// Name of the CronJob, its account and its roles
    #[arg(long, value_name = "NAME", default_value = ACCOUNT, value_parser = words::job)]
    name: String,
}

pub(crate) async fn perform(
    args: &ScheduleArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    cron::check(&args.cron).map_err(|why| {
        Failure::usage(format!("\"{}\" is no schedule: {why}", args.cron))
            .hint("'0 2 * * *' is every night at two, @daily every midnight")
    })?;
    for recipient in &args.recipients {
        words::recipient(recipient).map_err(|why| {
            Failure::usage(why).hint("age-keygen makes a pair of keys and prints the public one")
        })?;
    }
    let namespace = home(scope, connection, ui).await?;
    let secrets = match args.recipients.is_empty() {
        true => SecretsMode::Omit,
        false => SecretsMode::Encrypt,
    };
    let run = RunArgs {
        secrets,
        shared: args.shared.clone(),
    };
    let grant = Grant {
        account: &args.name,
        namespace: &namespace,
        all_namespaces: scope.all_namespaces,
        cluster: true,
        templates: false,
        secrets,
        shared: &shared(&run)?,
    };
    let job = Job {
        name: &args.name,
        namespace: &namespace,
        cron: &args.cron,
        time_zone: args.time_zone.as_deref(),
        image: &args.image,
        claim: &args.to,
        all_namespaces: scope.all_namespaces,
        selector: scope.selector.as_deref(),
        recipients: &args.recipients,
    };
    let mut objects = grant.objects();
    objects.push(job.object());
    ui.objects(&objects)?;
    remark(&grant, ui);
    Ok(ExitKind::Ok)
}
