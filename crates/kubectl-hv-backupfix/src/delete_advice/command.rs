//! kubectl commands to copy, with every word quoted for a shell.

use hv_cli::ConnectionArgs;

/// Writes commands for the cluster that was looked at.
#[derive(Clone, Debug)]
pub(crate) struct Kubectl {
    start: String,
}

impl Kubectl {
    /// With the flags by which the cluster was found, so that a copied command means the same one.
    pub(crate) fn new(connection: &ConnectionArgs) -> Self {
        let mut start = "kubectl".to_owned();
        let path = connection
            .kubeconfig
            .as_ref()
            .map(|path| path.to_string_lossy().into_owned());
        for (flag, value) in [
            ("--kubeconfig", path.as_ref()),
            ("--context", connection.context.as_ref()),
            ("--cluster", connection.cluster.as_ref()),
            ("--user", connection.user.as_ref()),
            ("--server", connection.server.as_ref()),
        ] {
            if let Some(value) = value {
                start = format!("{start} {flag} {}", quoted(value));
            }
        }
        Self { start }
    }

    /// Sets the policy of a content.
    pub(crate) fn set_policy(&self, content: &str, policy: &str) -> String {
        let patch = quoted(&format!(r#"{{"spec":{{"deletionPolicy":"{policy}"}}}}"#));
        let content = quoted(content);
        format!(
            "{} patch volumesnapshotcontents.snapshot.storage.k8s.io {content} --type merge -p {patch}",
            self.start
        )
    }

    /// Deletes an object in a namespace.
    pub(crate) fn delete(&self, resource: &str, namespace: &str, name: &str) -> String {
        let (namespace, name) = (quoted(namespace), quoted(name));
        format!("{} delete {resource} {name} -n {namespace}", self.start)
    }
}

/// A word as a POSIX shell reads it back; plain words stay as they are.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (word, expected) in [
            ("snapcontent-1", "snapcontent-1"),
            ("", "''"),
            ("a b", "'a b'"),
            ("x;rm -rf ~", "'x;rm -rf ~'"),
            ("it's", r"'it'\''s'"),
            ("$(id)", "'$(id)'"),
            ("a\nb", "'a\nb'"),
            ("ä", "'ä'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }

    #[test]
    fn commands_mean_the_cluster_that_was_looked_at() {
        let mut connection = ConnectionArgs::default();
        let retain = Kubectl::new(&connection).set_policy("c-vsc", "Retain");
        assert_eq!(
            retain,
            r#"kubectl patch volumesnapshotcontents.snapshot.storage.k8s.io c-vsc --type merge -p '{"spec":{"deletionPolicy":"Retain"}}'"#
        );
        connection.context = Some("the lab".to_owned());
        connection.kubeconfig = Some("/home/me/.kube/lab".into());
        let delete =
            Kubectl::new(&connection).delete("backups.longhorn.io", "longhorn-system", "b");
        let expected = "kubectl --kubeconfig /home/me/.kube/lab --context 'the lab' \
            delete backups.longhorn.io b -n longhorn-system";
        assert_eq!(delete, expected);
    }
}
