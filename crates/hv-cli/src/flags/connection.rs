//! kubectl's connection flags, which kubectl does not hand down to plugins.

use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};
use hv_cluster::live::Connection;
use secrecy::SecretString;

use super::ScopeArgs;
use crate::duration;
use crate::failure::Failure;

/// How to reach the API server; what is not given comes from the kubeconfig.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Connection options")]
pub struct ConnectionArgs {
    /// Path of the kubeconfig; default is $KUBECONFIG, then ~/.kube/config
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE",
        value_hint = ValueHint::FilePath)]
    pub kubeconfig: Option<PathBuf>,

    /// Context of the kubeconfig
    #[arg(long, global = true, hide_short_help = true, value_name = "NAME")]
    pub context: Option<String>,

    /// Cluster of the kubeconfig
    #[arg(long, global = true, hide_short_help = true, value_name = "NAME")]
    pub cluster: Option<String>,

    /// User of the kubeconfig
    #[arg(long, global = true, hide_short_help = true, value_name = "NAME")]
    pub user: Option<String>,

    /// Address and port of the API server
    #[arg(short, long, global = true, hide_short_help = true, value_name = "URL")]
    pub server: Option<String>,

    /// Name to expect in the server's certificate
    #[arg(long, global = true, hide_short_help = true, value_name = "NAME")]
    pub tls_server_name: Option<String>,

    /// Certificate of the authority that signed the server's
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE",
        value_hint = ValueHint::FilePath)]
    pub certificate_authority: Option<PathBuf>,

    /// Do not check the server's certificate, which makes the connection insecure
    #[arg(long, global = true, hide_short_help = true)]
    pub insecure_skip_tls_verify: bool,

    /// Bearer token; visible in process lists, so prefer --token-file
    #[arg(long, global = true, hide_short_help = true, value_parser = secret)]
    pub token: Option<SecretString>,

    /// File with the bearer token
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE",
        value_hint = ValueHint::FilePath)]
    pub token_file: Option<PathBuf>,

    /// Client certificate
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE",
        value_hint = ValueHint::FilePath)]
    pub client_certificate: Option<PathBuf>,

    /// Key of the client certificate
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE",
        value_hint = ValueHint::FilePath)]
    pub client_key: Option<PathBuf>,

    /// User to impersonate
    #[arg(
        long = "as",
        global = true,
        hide_short_help = true,
        value_name = "USER"
    )]
    pub impersonate: Option<String>,

    /// UID to impersonate
    #[arg(
        long = "as-uid",
        global = true,
        hide_short_help = true,
        value_name = "UID"
    )]
    pub impersonate_uid: Option<String>,

    /// Group to impersonate; can be repeated
    #[arg(
        long = "as-group",
        global = true,
        hide_short_help = true,
        value_name = "GROUP"
    )]
    pub impersonate_groups: Vec<String>,

    /// Extra value to impersonate; can be repeated
    #[arg(long = "as-user-extra", global = true, hide_short_help = true,
        value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub impersonate_extra: Vec<(String, String)>,

    /// Longest time for one request, such as 30s; 0 for no limit
    #[arg(long, global = true, hide_short_help = true, value_name = "DURATION",
        default_value = "0", hide_default_value = true, value_parser = timeout)]
    pub request_timeout: Timeout,

    /// Ask for uncompressed answers
    #[arg(long, global = true, hide_short_help = true)]
    pub disable_compression: bool,

    /// Exit with an error if the server sent a warning
    #[arg(long, global = true, hide_short_help = true)]
    pub warnings_as_errors: bool,
}

/// The longest time for one request, if there is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeout(pub Option<Duration>);

impl ConnectionArgs {
    /// What to open: these flags, `-n`, and who we are.
    pub fn to_connection(
        &self,
        scope: &ScopeArgs,
        user_agent: String,
    ) -> Result<Connection, Failure> {
        let namespace = scope.namespace().map(str::to_owned);
        Ok(Connection {
            namespace,
            user_agent,
            ..Connection::try_from(self)?
        })
    }

    /// client-go's checks of flags that contradict each other.
    fn check(&self) -> Result<(), Failure> {
        let contradiction = if self.insecure_skip_tls_verify && self.certificate_authority.is_some()
        {
            "specifying a root certificates file with the insecure flag is not allowed"
        } else if self.token.is_some() && self.token_file.is_some() {
            "--token and --token-file cannot be used together"
        } else if self.impersonate.is_none() && self.impersonates_part() {
            "--as-uid, --as-group and --as-user-extra need --as"
        } else {
            return Ok(());
        };
        Err(Failure::usage(contradiction))
    }

    fn impersonates_part(&self) -> bool {
        self.impersonate_uid.is_some()
            || !self.impersonate_groups.is_empty()
            || !self.impersonate_extra.is_empty()
    }
}

impl TryFrom<&ConnectionArgs> for Connection {
    type Error = Failure;

    fn try_from(args: &ConnectionArgs) -> Result<Self, Failure> {
        args.check()?;
        let args = args.clone();
        Ok(Self {
            kubeconfig: args.kubeconfig,
            context: args.context,
            cluster: args.cluster,
            user: args.user,
            server: args.server,
            tls_server_name: args.tls_server_name,
            certificate_authority: args.certificate_authority,
            insecure_skip_tls_verify: args.insecure_skip_tls_verify,
            token: args.token,
            token_file: args.token_file,
            client_certificate: args.client_certificate,
            client_key: args.client_key,
            impersonate: args.impersonate,
            impersonate_uid: args.impersonate_uid,
            impersonate_groups: args.impersonate_groups,
            impersonate_extra: args.impersonate_extra,
            request_timeout: args.request_timeout.0,
            disable_compression: args.disable_compression,
            namespace: None,
            user_agent: String::new(),
        })
    }
}

#[expect(clippy::unnecessary_wraps, reason = "clap wants a Result")]
fn secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(SecretString::from(text))
}

fn timeout(text: &str) -> Result<Timeout, String> {
    duration::parse_timeout(text).map(Timeout)
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as key=value".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use secrecy::ExposeSecret;

    use super::*;

    #[derive(Debug, Parser)]
    struct Words {
        #[command(flatten)]
        connection: ConnectionArgs,
        #[command(flatten)]
        scope: ScopeArgs,
    }

    fn connect(words: &str) -> Result<Connection, String> {
        let words = Words::try_parse_from(words.split(' ')).map_err(|error| error.to_string())?;
        let connection = words
            .connection
            .to_connection(&words.scope, "agent".to_owned());
        connection.map_err(|failure| failure.to_string())
    }

    #[test]
    fn every_flag_arrives() {
        let connection = connect(
            "x --kubeconfig k --context c --cluster d --user u -s https://h:1 --tls-server-name t \
             --certificate-authority ca --token secret --client-certificate cc --client-key ck \
             --as a --as-uid i --as-group g --as-group h --as-user-extra k=v --as-user-extra k=w=x \
             --request-timeout 1m30s --disable-compression -n prod",
        )
        .unwrap();
        assert_eq!(
            connection.token.as_ref().map(ExposeSecret::expose_secret),
            Some("secret")
        );
        let shown = format!("{connection:?}");
        assert!(!shown.contains("\"secret\""), "{shown}");
        let expected = [
            r#"kubeconfig: Some("k")"#,
            r#"context: Some("c")"#,
            r#"cluster: Some("d")"#,
            r#"user: Some("u")"#,
            r#"server: Some("https://h:1")"#,
            r#"tls_server_name: Some("t")"#,
            r#"certificate_authority: Some("ca")"#,
            r#"client_certificate: Some("cc")"#,
            r#"client_key: Some("ck")"#,
            r#"impersonate: Some("a")"#,
            r#"impersonate_uid: Some("i")"#,
            r#"impersonate_groups: ["g", "h"]"#,
            r#"impersonate_extra: [("k", "v"), ("k", "w=x")]"#,
            "request_timeout: Some(90s)",
            "disable_compression: true",
            r#"namespace: Some("prod")"#,
            r#"user_agent: "agent""#,
        ];
        for part in expected {
            assert!(shown.contains(part), "{part} in {shown}");
        }
    }

    #[test]
    fn nothing_given_is_nothing_said() {
        let connection = connect("x").unwrap();
        assert_eq!(connection.request_timeout, None);
        assert_eq!(connection.namespace, None);
        assert!(!connection.insecure_skip_tls_verify);
    }

    #[test]
    fn contradictions_are_wrong_usage() {
        let cases = [
            (
                "x --insecure-skip-tls-verify --certificate-authority f",
                "root certificates file",
            ),
            ("x --token a --token-file b", "cannot be used together"),
            ("x --as-group g", "need --as"),
            ("x --as-user-extra nonsense", "key=value"),
            ("x --request-timeout 3d", "no days"),
            ("x --request-timeout=-1s", "not negative"),
        ];
        for (words, part) in cases {
            let message = connect(words).unwrap_err();
            assert!(message.contains(part), "{message}");
        }
    }
}
