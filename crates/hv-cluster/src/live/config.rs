//! Turns a kubeconfig and kubectl's flags into kube's configuration.

use http::header::{HeaderValue, USER_AGENT};
use kube::Config;
use kube::config::{
    Cluster, Context, KubeConfigOptions, Kubeconfig, KubeconfigError, LoadDataError, NamedAuthInfo,
    NamedCluster, NamedContext,
};

use super::connection::Connection;
use super::environment::Environment;
use super::kubeconfig::{self, Chosen, broken, plain};
use super::overrides::{check_impersonation, override_cluster, override_user};
use super::proxy;
use crate::source::SourceError;

/// Builds the configuration; reads files but sends nothing.
pub(super) async fn build(
    connection: &Connection,
    environment: &Environment,
) -> Result<Config, SourceError> {
    let read = kubeconfig::read(connection, environment)?;
    let mut config = match read {
        Some(kubeconfig) => {
            from_chosen(kubeconfig::choose(&kubeconfig, connection)?, connection).await?
        }
        None if connection.server.is_some() => from_chosen(Chosen::default(), connection).await?,
        None => match connection.context.as_ref().or(connection.cluster.as_ref()) {
            Some(name) => return Err(broken(format!("context \"{name}\" does not exist"))),
            None if environment.in_cluster => in_cluster(connection)?,
            None => return Err(kubeconfig::none_found(environment)),
        },
    };
    finish(&mut config, connection, environment)?;
    Ok(config)
}

fn in_cluster(connection: &Connection) -> Result<Config, SourceError> {
    let mut config = Config::incluster().map_err(|error| {
        broken(format!(
            "no kubeconfig found, and the pod's service account cannot be used: {error}"
        ))
    })?;
    let mut cluster = Cluster::default();
    override_user(&mut config.auth_info, connection);
    override_cluster(&mut cluster, connection)?;
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or(false);
    Ok(config)
}

async fn from_chosen(mut chosen: Chosen, connection: &Connection) -> Result<Config, SourceError> {
    drop_empty(&mut chosen);
    override_cluster(&mut chosen.cluster, connection)?;
    override_user(&mut chosen.user, connection);
    check_impersonation(&chosen.user)?;
    let Some(server) = chosen.cluster.server.take() else {
        return Err(broken(
            "the cluster in the kubeconfig has no server".to_owned(),
        ));
    };
    chosen.cluster.server = Some(with_scheme(server, &chosen));
    let proxied = chosen.cluster.proxy_url.is_some();
    let single = Kubeconfig {
        clusters: vec![NamedCluster {
            name: "chosen".to_owned(),
            cluster: Some(chosen.cluster),
            ..NamedCluster::default()
        }],
        auth_infos: vec![NamedAuthInfo {
            name: "chosen".to_owned(),
            auth_info: Some(chosen.user),
            ..NamedAuthInfo::default()
        }],
        contexts: vec![NamedContext {
            name: "chosen".to_owned(),
            context: Some(Context {
                cluster: "chosen".to_owned(),
                user: Some("chosen".to_owned()),
                namespace: chosen.namespace,
                ..Context::default()
            }),
            ..NamedContext::default()
        }],
        current_context: Some("chosen".to_owned()),
        ..Kubeconfig::default()
    };
    let mut config = Config::from_custom_kubeconfig(single, &KubeConfigOptions::default())
        .await
        .map_err(|error| explain(&error))?;
    if !proxied {
        config.proxy_url = None;
    }
    Ok(config)
}

fn finish(
    config: &mut Config,
    connection: &Connection,
    environment: &Environment,
) -> Result<(), SourceError> {
    config.default_retry = false;
    config.disable_compression |= connection.disable_compression;
    if let Some(namespace) = &connection.namespace {
        config.default_namespace.clone_from(namespace);
    }
    if config.proxy_url.is_none()
        && let Some(proxy) = proxy::from_environment(environment, &config.cluster_url)
    {
        let with_scheme = if proxy.contains("://") {
            proxy.to_owned()
        } else {
            format!("http://{proxy}")
        };
        config.proxy_url =
            Some(with_scheme.parse().map_err(|_| {
                broken("the proxy named in the environment is not a URL".to_owned())
            })?);
    }
    let needs_no_roots =
        config.accept_invalid_certs || config.cluster_url.scheme_str() == Some("http");
    if config.root_cert.is_none() && needs_no_roots {
        // Spares loading the system's certificates, which nobody would look at.
        config.root_cert = Some(Vec::new());
    }
    if !connection.user_agent.is_empty() {
        let value = HeaderValue::from_str(&connection.user_agent)
            .map_err(|_| SourceError::Other("the user agent is not a header value".to_owned()))?;
        config.headers.push((USER_AGENT, value));
    }
    Ok(())
}

/// Empty texts in a kubeconfig mean "not set" to kubectl.
fn drop_empty(chosen: &mut Chosen) {
    let empty = |text: &mut Option<String>| {
        if text.as_deref() == Some("") {
            *text = None;
        }
    };
    let Chosen { cluster, user, .. } = chosen;
    for text in [
        &mut cluster.server,
        &mut cluster.certificate_authority,
        &mut cluster.certificate_authority_data,
        &mut cluster.proxy_url,
        &mut cluster.tls_server_name,
        &mut user.username,
        &mut user.token_file,
        &mut user.client_certificate,
        &mut user.client_certificate_data,
        &mut user.client_key,
        &mut user.impersonate,
        &mut user.impersonate_uid,
    ] {
        empty(text);
    }
    for secret in [
        &mut user.token,
        &mut user.password,
        &mut user.client_key_data,
    ] {
        use secrecy::ExposeSecret as _;
        if secret
            .as_ref()
            .is_some_and(|secret| secret.expose_secret().is_empty())
        {
            *secret = None;
        }
    }
}

/// kubectl takes `host:port` too, with TLS if anything about TLS is set.
fn with_scheme(server: String, chosen: &Chosen) -> String {
    if server.contains("://") {
        return server;
    }
    let Chosen { cluster, user, .. } = chosen;
    let tls = cluster.certificate_authority.is_some()
        || cluster.certificate_authority_data.is_some()
        || cluster.insecure_skip_tls_verify == Some(true)
        || user.client_certificate.is_some()
        || user.client_certificate_data.is_some();
    format!("{}://{server}", if tls { "https" } else { "http" })
}

fn explain(error: &KubeconfigError) -> SourceError {
    broken(match error {
        KubeconfigError::ParseClusterUrl(_) | KubeconfigError::MissingClusterUrl => {
            "the server of the cluster is not a URL".to_owned()
        }
        KubeconfigError::ParseProxyUrl(_) => "the proxy is not a URL".to_owned(),
        KubeconfigError::ParseNoProxy(_) => {
            "NO_PROXY is not a list of hosts, addresses and networks".to_owned()
        }
        KubeconfigError::LoadCertificateAuthority(error) => {
            format!("unable to read the certificate authority: {}", load(error))
        }
        KubeconfigError::LoadClientCertificate(error) => {
            format!("unable to read the client certificate: {}", load(error))
        }
        KubeconfigError::LoadClientKey(error) => {
            format!("unable to read the client key: {}", load(error))
        }
        KubeconfigError::ParseCertificates(_) => {
            "the certificate authority is not a PEM certificate".to_owned()
        }
        _ => "the kubeconfig cannot be used".to_owned(),
    })
}

/// Never shows what was read, which may be a key.
pub(super) fn load(error: &LoadDataError) -> String {
    match error {
        LoadDataError::DecodeBase64(_) => "it is not base64".to_owned(),
        LoadDataError::ReadFile(error, path) => {
            format!("open {}: {}", path.display(), plain(error))
        }
        LoadDataError::NoBase64DataOrFile => "it is missing".to_owned(),
    }
}
