//! The files and flags of kube-apiserver.

use std::path::Path;

use super::certificates::Authority;
use super::user::User;
use super::{Error, Etcd};

/// Writes the files kube-apiserver needs and gives its flags.
pub(crate) fn prepare(
    dir: &Path,
    port: u16,
    etcd: &Etcd,
    prefix: &str,
    users: &[User],
    authority: &Authority,
) -> Result<Vec<String>, Error> {
    let server = authority.issue()?;
    let accounts = authority.issue()?;
    let tokens: String = users.iter().map(User::token_line).collect();
    for (name, text) in [
        ("ca.crt", authority.pem()),
        ("server.crt", server.certificate_pem),
        ("server.key", server.key_pem),
        ("accounts.crt", accounts.certificate_pem),
        ("accounts.key", accounts.key_pem),
        ("tokens.csv", tokens),
    ] {
        let path = dir.join(name);
        std::fs::write(&path, text).map_err(Error::file(&path))?;
    }
    let file = |name: &str| dir.join(name).display().to_string();
    Ok(vec![
        format!("--etcd-servers={}", etcd.url()),
        format!("--etcd-prefix={prefix}"),
        "--bind-address=127.0.0.1".into(),
        "--external-hostname=localhost".into(),
        format!("--secure-port={port}"),
        format!("--cert-dir={}", dir.display()),
        format!("--tls-cert-file={}", file("server.crt")),
        format!("--tls-private-key-file={}", file("server.key")),
        "--service-account-issuer=https://kubernetes.default.svc".into(),
        format!("--service-account-key-file={}", file("accounts.crt")),
        format!("--service-account-signing-key-file={}", file("accounts.key")),
        // Harvester's own range, so that Services of a world keep their addresses.
        "--service-cluster-ip-range=10.53.0.0/16".into(),
        "--authorization-mode=RBAC".into(),
        format!("--token-auth-file={}", file("tokens.csv")),
        "--endpoint-reconciler-type=none".into(),
        "--allow-privileged=true".into(),
        // These change objects of a world on their way in, for schedulers and kubelets that are not there.
        "--disable-admission-plugins=ServiceAccount,DefaultTolerationSeconds,TaintNodesByCondition,Priority"
            .into(),
    ])
}
