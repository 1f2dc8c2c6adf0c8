//! Turns kube's errors into kubectl's sentences.

use std::error::Error;
use std::io;
use std::time::Duration;

use kube::client::AuthError;
use kube::config::KubeconfigError;

use super::config::load;
use super::kubeconfig::plain;
use crate::source::SourceError;

/// A request without an answer.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: SourceError,
    /// Whether the same request may well succeed a moment later.
    pub(super) transient: bool,
    /// Whether no server can have seen it.
    pub(super) unsent: bool,
}

impl Failure {
    pub(super) fn timed_out(host: &str, after: Duration) -> Self {
        Self {
            error: SourceError::TimedOut {
                host: host.to_owned(),
                after,
            },
            transient: false,
            unsent: false,
        }
    }
}

/// Looks through the whole chain of causes, since kube keeps the telling one two levels down.
pub(super) fn explain(error: &kube::Error, host: &str) -> Failure {
    let unsent = is_unsent(error);
    let lasting = |error| Failure {
        error,
        transient: false,
        unsent,
    };
    match error {
        kube::Error::Auth(error) => return lasting(credentials(error)),
        kube::Error::InferKubeconfig(error) => return lasting(kubeconfig(error)),
        kube::Error::RustlsTls(error) => {
            return lasting(SourceError::Kubeconfig(format!(
                "unable to set up TLS: {error}"
            )));
        }
        kube::Error::ProxyProtocolUnsupported { .. } => {
            return lasting(SourceError::Kubeconfig(
                "the proxy is not one of http, https and socks5".to_owned(),
            ));
        }
        kube::Error::HttpError(_) => {
            return lasting(SourceError::Kubeconfig(
                "a token, a user or the server's URL does not fit into an HTTP request".to_owned(),
            ));
        }
        _ => {}
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut deepest = error.to_string();
    let mut dns = false;
    while let Some(current) = cause {
        deepest = current.to_string();
        dns |= deepest.starts_with("dns error");
        if let Some(auth) = current.downcast_ref::<AuthError>() {
            return lasting(credentials(auth));
        }
        if let Some(tls) = current.downcast_ref::<rustls::Error>() {
            return lasting(SourceError::Unreachable(tls_sentence(tls)));
        }
        let io = current.downcast_ref::<io::Error>();
        if let Some(failure) = io.and_then(|error| of_io(error, host)) {
            return Failure { unsent, ..failure };
        }
        cause = current.source();
    }
    if dns {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        return lasting(SourceError::Unreachable(format!(
            "dial tcp: lookup {name}: no such host"
        )));
    }
    let transient = deepest.contains("connection closed before message completed");
    let detail = if transient { "EOF".to_owned() } else { deepest };
    Failure {
        error: SourceError::Unreachable(detail),
        transient,
        unsent,
    }
}

/// Whether the request failed before a connection was there, or before it was made at all.
fn is_unsent(error: &kube::Error) -> bool {
    let made = !matches!(
        error,
        kube::Error::Auth(_)
            | kube::Error::InferKubeconfig(_)
            | kube::Error::RustlsTls(_)
            | kube::Error::ProxyProtocolUnsupported { .. }
            | kube::Error::HttpError(_)
    );
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(current) = cause {
        let legacy = current.downcast_ref::<hyper_util::client::legacy::Error>();
        if legacy.is_some_and(hyper_util::client::legacy::Error::is_connect)
            || current.is::<AuthError>()
        {
            return true;
        }
        cause = current.source();
    }
    !made
}

fn of_io(error: &io::Error, host: &str) -> Option<Failure> {
    // hyper-rustls wraps one I/O error into another, and `source` skips the inner one.
    if let Some(inner) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<io::Error>())
    {
        return of_io(inner, host);
    }
    let unreachable = |detail: String, transient| {
        Some(Failure {
            error: SourceError::Unreachable(detail),
            transient,
            unsent: false,
        })
    };
    if let Some(tls) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        return unreachable(tls_sentence(tls), false);
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(Failure {
            error: SourceError::Refused {
                host: host.to_owned(),
            },
            transient: false,
            unsent: false,
        }),
        io::ErrorKind::TimedOut => unreachable(format!("dial tcp {host}: i/o timeout"), false),
        io::ErrorKind::HostUnreachable => {
            unreachable(format!("dial tcp {host}: connect: no route to host"), false)
        }
        io::ErrorKind::NetworkUnreachable => unreachable(
            format!("dial tcp {host}: connect: network is unreachable"),
            false,
        ),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            unreachable(format!("{host}: connection reset by peer"), true)
        }
        io::ErrorKind::UnexpectedEof => unreachable("EOF".to_owned(), true),
        _ => None,
    }
}

fn tls_sentence(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidMessage(_) => {
            "http: server gave HTTP response to HTTPS client".to_owned()
        }
        rustls::Error::InvalidCertificate(reason) => {
            format!("tls: failed to verify certificate: {reason}")
        }
        rustls::Error::AlertReceived(alert) => format!("remote error: tls: {alert:?}"),
        other => format!("tls: {other}"),
    }
}

/// Says what failed, but never what a credential plugin printed.
fn credentials(error: &AuthError) -> SourceError {
    match error {
        AuthError::AuthExecStart(error) => SourceError::Unreachable(format!(
            "getting credentials: the credential plugin does not start: {}",
            plain(error)
        )),
        AuthError::AuthExecRun { out, .. } => SourceError::Unreachable(match out.status.code() {
            Some(code) => {
                format!("getting credentials: the credential plugin failed with exit code {code}")
            }
            None => "getting credentials: the credential plugin was killed".to_owned(),
        }),
        AuthError::AuthExecParse(_) | AuthError::ExecPluginFailed | AuthError::AuthExec(_) => {
            SourceError::Unreachable(
                "getting credentials: the answer of the credential plugin is not understood"
                    .to_owned(),
            )
        }
        AuthError::ReadTokenFile(error, path) => SourceError::Kubeconfig(format!(
            "unable to read the token file: open {}: {}",
            path.display(),
            plain(error)
        )),
        AuthError::InvalidBearerToken(_) | AuthError::InvalidBasicAuth(_) => {
            SourceError::Kubeconfig("the credentials do not fit into an HTTP header".to_owned())
        }
        AuthError::MissingCommand => {
            SourceError::Kubeconfig("the credential plugin has no command".to_owned())
        }
        _ => {
            SourceError::Unreachable("getting credentials: refreshing the token failed".to_owned())
        }
    }
}

fn kubeconfig(error: &KubeconfigError) -> SourceError {
    SourceError::Kubeconfig(match error {
        KubeconfigError::LoadClientCertificate(error) => {
            format!("unable to read the client certificate: {}", load(error))
        }
        KubeconfigError::LoadClientKey(error) => {
            format!("unable to read the client key: {}", load(error))
        }
        _ => "the kubeconfig cannot be used".to_owned(),
    })
}
