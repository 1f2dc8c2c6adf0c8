//! What kubectl's connection flags say.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// kubectl's connection flags; a field left empty means what the kubeconfig says.
///
/// A token never shows in `Debug`.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// `--kubeconfig`, which must exist.
    pub kubeconfig: Option<PathBuf>,
    /// `--context`.
    pub context: Option<String>,
    /// `--cluster`.
    pub cluster: Option<String>,
    /// `--user`.
    pub user: Option<String>,
    /// `--server`.
    pub server: Option<String>,
    /// `--tls-server-name`.
    pub tls_server_name: Option<String>,
    /// `--certificate-authority`.
    pub certificate_authority: Option<PathBuf>,
    /// `--insecure-skip-tls-verify`.
    pub insecure_skip_tls_verify: bool,
    /// `--token`.
    pub token: Option<SecretString>,
    /// `--token-file`.
    pub token_file: Option<PathBuf>,
    /// `--client-certificate`.
    pub client_certificate: Option<PathBuf>,
    /// `--client-key`.
    pub client_key: Option<PathBuf>,
    /// `--as`.
    pub impersonate: Option<String>,
    /// `--as-uid`.
    pub impersonate_uid: Option<String>,
    /// `--as-group`, repeatable.
    pub impersonate_groups: Vec<String>,
    /// `--as-user-extra`, repeatable; the same key may come more than once.
    pub impersonate_extra: Vec<(String, String)>,
    /// `--request-timeout`, for each request; none means no limit.
    pub request_timeout: Option<Duration>,
    /// `--disable-compression`.
    pub disable_compression: bool,
    /// `--namespace`.
    pub namespace: Option<String>,
    /// Sent as `User-Agent`.
    pub user_agent: String,
}
