//! kubectl's connection flags laid over the entries of a kubeconfig.

use std::collections::HashMap;

use kube::config::{AuthInfo, Cluster};

use super::connection::Connection;
use super::kubeconfig::broken;
use crate::source::SourceError;

pub(super) fn override_cluster(
    cluster: &mut Cluster,
    connection: &Connection,
) -> Result<(), SourceError> {
    if connection.insecure_skip_tls_verify {
        if connection.certificate_authority.is_some() {
            return Err(broken(
                "specifying a root certificates file with the insecure flag is not allowed"
                    .to_owned(),
            ));
        }
        cluster.insecure_skip_tls_verify = Some(true);
        cluster.certificate_authority = None;
        cluster.certificate_authority_data = None;
    }
    if let Some(server) = &connection.server {
        cluster.server = Some(server.clone());
        // The name in the kubeconfig belongs to the server in the kubeconfig.
        cluster.tls_server_name = None;
    }
    if let Some(name) = &connection.tls_server_name {
        cluster.tls_server_name = Some(name.clone());
    }
    if let Some(path) = &connection.certificate_authority {
        cluster.certificate_authority = Some(path.display().to_string());
        cluster.certificate_authority_data = None;
    }
    Ok(())
}

pub(super) fn override_user(user: &mut AuthInfo, connection: &Connection) {
    if connection.token.is_some() || connection.token_file.is_some() {
        user.token.clone_from(&connection.token);
        user.token_file = connection
            .token_file
            .as_ref()
            .map(|path| path.display().to_string());
        user.exec = None;
        user.auth_provider = None;
        user.username = None;
        user.password = None;
    }
    if let Some(path) = &connection.client_certificate {
        user.client_certificate = Some(path.display().to_string());
        user.client_certificate_data = None;
    }
    if let Some(path) = &connection.client_key {
        user.client_key = Some(path.display().to_string());
        user.client_key_data = None;
    }
    if let Some(name) = &connection.impersonate {
        user.impersonate = Some(name.clone());
    }
    if let Some(uid) = &connection.impersonate_uid {
        user.impersonate_uid = Some(uid.clone());
    }
    if !connection.impersonate_groups.is_empty() {
        user.impersonate_groups = Some(connection.impersonate_groups.clone());
    }
    if !connection.impersonate_extra.is_empty() {
        let mut extra: HashMap<String, Vec<String>> = HashMap::new();
        for (key, value) in &connection.impersonate_extra {
            extra.entry(key.clone()).or_default().push(value.clone());
        }
        user.impersonate_user_extra = Some(extra);
    }
}

pub(super) fn check_impersonation(user: &AuthInfo) -> Result<(), SourceError> {
    let more = user.impersonate_uid.is_some()
        || user
            .impersonate_groups
            .as_ref()
            .is_some_and(|groups| !groups.is_empty())
        || user
            .impersonate_user_extra
            .as_ref()
            .is_some_and(|extra| !extra.is_empty());
    if more && user.impersonate.is_none() {
        return Err(broken(
            "requesting uid, groups or user-extra without impersonating a user".to_owned(),
        ));
    }
    Ok(())
}
