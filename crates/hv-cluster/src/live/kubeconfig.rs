//! Reads kubeconfig files as kubectl does.

use std::io;
use std::path::Path;

use kube::config::{AuthInfo, Cluster, Kubeconfig, KubeconfigError, NamedContext};

use super::connection::Connection;
use super::environment::Environment;
use crate::source::SourceError;

/// The entries that were chosen.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub(super) cluster: Cluster,
    pub(super) user: AuthInfo,
    pub(super) namespace: Option<String>,
}

/// Reads what there is; `None` means that no kubeconfig exists at all.
pub(super) fn read(
    connection: &Connection,
    environment: &Environment,
) -> Result<Option<Kubeconfig>, SourceError> {
    if let Some(path) = &connection.kubeconfig {
        return match Kubeconfig::read_from(path) {
            Ok(config) => Ok(Some(config)),
            Err(error) => Err(unreadable(path, &error)),
        };
    }
    let mut merged = None;
    for path in environment.kubeconfig_files() {
        match Kubeconfig::read_from(&path) {
            Ok(next) => {
                let so_far: Kubeconfig = merged.take().unwrap_or_default();
                merged = Some(
                    so_far
                        .merge(next)
                        .map_err(|error| unreadable(&path, &error))?,
                );
            }
            Err(KubeconfigError::ReadConfig(error, _))
                if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&path, &error)),
        }
    }
    Ok(merged)
}

/// Picks context, cluster and user; names given by a flag must exist.
pub(super) fn choose(config: &Kubeconfig, connection: &Connection) -> Result<Chosen, SourceError> {
    let current = config
        .current_context
        .as_deref()
        .filter(|name| !name.is_empty());
    let context = match (connection.context.as_deref(), current) {
        (Some(name), _) => Some(
            find_context(config, name)
                .ok_or_else(|| broken(format!("context \"{name}\" does not exist")))?,
        ),
        (None, Some(name)) => Some(find_context(config, name).ok_or_else(|| {
            broken(format!(
                "the current context \"{name}\" does not exist in the kubeconfig"
            ))
        })?),
        (None, None) if connection.server.is_some() || connection.cluster.is_some() => None,
        (None, None) => {
            let names: Vec<&str> = config
                .contexts
                .iter()
                .map(|named| named.name.as_str())
                .collect();
            return Err(broken(match names.as_slice() {
                [] => "the kubeconfig has no contexts".to_owned(),
                names => format!(
                    "the kubeconfig has no current context; it has the contexts {}",
                    quoted(names)
                ),
            }));
        }
    };
    let context_name = context.map(|named| named.name.as_str()).unwrap_or_default();
    let body = context.and_then(|named| named.context.as_ref());
    Ok(Chosen {
        cluster: choose_cluster(
            config,
            connection,
            body.map(|body| body.cluster.as_str()),
            context_name,
        )?,
        user: choose_user(
            config,
            connection,
            body.and_then(|body| body.user.as_deref()),
            context_name,
        )?,
        namespace: body
            .and_then(|body| body.namespace.clone())
            .filter(|name| !name.is_empty()),
    })
}

fn choose_cluster(
    config: &Kubeconfig,
    connection: &Connection,
    of_context: Option<&str>,
    context: &str,
) -> Result<Cluster, SourceError> {
    let find = |name: &str| config.clusters.iter().find(|named| named.name == name);
    if let Some(name) = connection.cluster.as_deref() {
        let named =
            find(name).ok_or_else(|| broken(format!("cluster \"{name}\" does not exist")))?;
        return Ok(named.cluster.clone().unwrap_or_default());
    }
    match of_context.filter(|name| !name.is_empty()) {
        Some(name) => match find(name) {
            Some(named) => Ok(named.cluster.clone().unwrap_or_default()),
            None if connection.server.is_some() => Ok(Cluster::default()),
            None => Err(broken(format!(
                "cluster \"{name}\" was not found for context \"{context}\""
            ))),
        },
        None => Ok(Cluster::default()),
    }
}

fn choose_user(
    config: &Kubeconfig,
    connection: &Connection,
    of_context: Option<&str>,
    context: &str,
) -> Result<AuthInfo, SourceError> {
    let find = |name: &str| config.auth_infos.iter().find(|named| named.name == name);
    if let Some(name) = connection.user.as_deref() {
        let named =
            find(name).ok_or_else(|| broken(format!("auth info \"{name}\" does not exist")))?;
        return Ok(named.auth_info.clone().unwrap_or_default());
    }
    match of_context.filter(|name| !name.is_empty()) {
        Some(name) => match find(name) {
            Some(named) => Ok(named.auth_info.clone().unwrap_or_default()),
            None => Err(broken(format!(
                "user \"{name}\" was not found for context \"{context}\""
            ))),
        },
        None => Ok(AuthInfo::default()),
    }
}

fn find_context<'a>(config: &'a Kubeconfig, name: &str) -> Option<&'a NamedContext> {
    config.contexts.iter().find(|named| named.name == name)
}

/// The sentence when there is neither a kubeconfig nor a service account.
pub(super) fn none_found(environment: &Environment) -> SourceError {
    let files = environment.kubeconfig_files();
    let files: Vec<String> = files
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    broken(match files.as_slice() {
        [] => "no kubeconfig found: neither KUBECONFIG nor a home folder is set".to_owned(),
        [one] => format!("no kubeconfig found: \"{one}\" does not exist"),
        several => format!("no kubeconfig found: none of {} exists", quoted(several)),
    })
}

/// One sentence with the file's name; its content may hold credentials and is never shown.
fn unreadable(path: &Path, error: &KubeconfigError) -> SourceError {
    let name = path.display();
    broken(match error {
        KubeconfigError::ReadConfig(error, _) if error.kind() == io::ErrorKind::NotFound => {
            format!("stat {name}: no such file or directory")
        }
        KubeconfigError::ReadConfig(error, _) if error.kind() == io::ErrorKind::InvalidData => {
            format!("error loading config file \"{name}\": it is not a text file")
        }
        KubeconfigError::ReadConfig(error, _) => {
            format!("error loading config file \"{name}\": {}", plain(error))
        }
        KubeconfigError::Parse(error) => match error.location() {
            Some(location) => format!(
                "error loading config file \"{name}\": line {} is not what a kubeconfig may hold",
                location.line()
            ),
            None => format!("error loading config file \"{name}\": it is not a kubeconfig"),
        },
        KubeconfigError::KindMismatch | KubeconfigError::ApiVersionMismatch => format!(
            "error loading config file \"{name}\": its kind or apiVersion differs from the files before it"
        ),
        _ => format!("error loading config file \"{name}\": it is not a kubeconfig"),
    })
}

/// An I/O error without Rust's number of it.
pub(super) fn plain(error: &io::Error) -> String {
    let text = error.to_string().to_lowercase();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

pub(super) fn broken(sentence: String) -> SourceError {
    SourceError::Kubeconfig(sentence)
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    names.join(", ")
}
