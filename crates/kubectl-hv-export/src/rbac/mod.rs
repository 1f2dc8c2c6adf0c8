//! `rbac`: the least that an account needs to export, as objects to apply.

mod grant;
pub(crate) mod name;
mod rules;
#[cfg(test)]
mod tests;

use clap::Args;
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui, door};

use crate::access::RunArgs;
use crate::vm::SecretsMode;

pub(crate) use grant::{Grant, metadata};

/// Name of an account that was not named.
pub(crate) const ACCOUNT: &str = "kubectl-hv-export";

/// Print the least that an account needs to export
///
/// A service account, its roles and their bindings, as YAML that kubectl applies; nothing is sent.
/// For one namespace a role there, and a cluster role for classes, volumes, releases and the
/// cluster's id; for -A one cluster role. Secrets are among it only if they are asked for. The
/// account is in the namespace of -n, or of the kubeconfig.
#[derive(Args)]
#[command(after_help = "Examples:
  # An account that exports the VMs of a namespace
  {cmd} rbac -n prod | kubectl apply -f -

  # One for all namespaces, with the secrets that VMs name
  {cmd} rbac -A -n backup --secrets encrypt

  # What somebody who owns a namespace only can apply
  {cmd} rbac -n prod --namespace-only --shared default")]
pub(crate) struct RbacArgs {
    /// Name of the service account, and of its roles
    #[arg(long, value_name = "NAME", default_value = ACCOUNT, value_parser = name::subdomain)]
    service_account: String,
    /// Leave out the cluster role; what is in no namespace then becomes a name in the bundle
    #[arg(long)]
    namespace_only: bool,
    /// Also for the export of templates
    #[arg(long)]
    template: bool,
    #[command(flatten)]
    run: RunArgs,
}

pub(crate) async fn perform(
    args: &RbacArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    if scope.all_namespaces && args.namespace_only {
        return Err(Failure::usage(
            "-A needs a cluster role, so it does not go with --namespace-only",
        ));
    }
    if scope.selector.is_some() {
        return Err(Failure::usage("a role knows no labels")
            .hint("-n names one namespace, -A means all of them"));
    }
    let namespace = home(scope, connection, ui).await?;
    let grant = Grant {
        account: &args.service_account,
        namespace: &namespace,
        all_namespaces: scope.all_namespaces,
        cluster: !args.namespace_only,
        templates: args.template,
        secrets: args.run.secrets,
        shared: &shared(&args.run)?,
    };
    ui.objects(&grant.objects())?;
    remark(&grant, ui);
    Ok(ExitKind::Ok)
}

/// Tells what a role gives away, where it is more than configuration.
pub(crate) fn remark(grant: &Grant<'_>, ui: &Ui) {
    if grant.secrets != SecretsMode::Omit {
        let whose = match grant.all_namespaces {
            true => "of all namespaces",
            false => "of its namespace",
        };
        ui.warn(&format!(
            "the account can read each Secret {whose} whose name it knows"
        ));
    }
}

/// The shared namespaces, each once.
pub(crate) fn shared(run: &RunArgs) -> Result<Vec<String>, Failure> {
    let mut shared = Vec::new();
    for namespace in &run.shared {
        let namespace = checked(namespace)?;
        if !shared.contains(&namespace) {
            shared.push(namespace);
        }
    }
    Ok(shared)
}

/// Where the account is: the namespace of -n, with -A as well, or that of the kubeconfig.
pub(crate) async fn home(
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<String, Failure> {
    let given = scope.namespace.as_deref().filter(|name| !name.is_empty());
    if let Some(namespace) = given {
        return checked(namespace);
    }
    let source = door::open(crate::VISITOR, None, scope, connection, ui).await;
    let source = source.map_err(|failure| failure.hint("or name the namespace with -n"))?;
    checked(door::namespace(&source, scope))
}

fn checked(namespace: &str) -> Result<String, Failure> {
    name::label(namespace).map_err(|rule| Failure::usage(format!("\"{namespace}\": {rule}")))
}
