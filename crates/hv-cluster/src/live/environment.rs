//! What the environment says about where the cluster is; the only place that reads it.

use std::ffi::OsString;
use std::path::PathBuf;

/// The variables that decide which kubeconfig and which proxy are used.
#[derive(Clone, Debug, Default)]
pub(super) struct Environment {
    /// `$KUBECONFIG`, a list of files.
    pub(super) kubeconfig: Option<OsString>,
    /// Where `.kube/config` is looked for.
    pub(super) home: Option<PathBuf>,
    /// Whether this is a pod with a service account.
    pub(super) in_cluster: bool,
    /// `$HTTPS_PROXY`, or in lower case.
    pub(super) https_proxy: Option<String>,
    /// `$HTTP_PROXY`, or in lower case.
    pub(super) http_proxy: Option<String>,
    /// `$NO_PROXY`, or in lower case.
    pub(super) no_proxy: Option<String>,
}

impl Environment {
    pub(super) fn read() -> Self {
        Self {
            kubeconfig: std::env::var_os("KUBECONFIG"),
            home: std::env::home_dir(),
            in_cluster: text("KUBERNETES_SERVICE_HOST").is_some()
                && text("KUBERNETES_SERVICE_PORT").is_some(),
            https_proxy: text("HTTPS_PROXY").or_else(|| text("https_proxy")),
            http_proxy: text("HTTP_PROXY").or_else(|| text("http_proxy")),
            no_proxy: text("NO_PROXY").or_else(|| text("no_proxy")),
        }
    }

    /// The files to merge, first one first; none of them has to exist.
    pub(super) fn kubeconfig_files(&self) -> Vec<PathBuf> {
        let listed: Vec<PathBuf> = self
            .kubeconfig
            .iter()
            .flat_map(std::env::split_paths)
            .collect();
        let listed: Vec<PathBuf> = listed
            .into_iter()
            .filter(|path| !path.as_os_str().is_empty())
            .collect();
        if !listed.is_empty() {
            return listed;
        }
        self.home
            .iter()
            .map(|home| home.join(".kube").join("config"))
            .collect()
    }
}

fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_wins_over_the_home_folder_unless_it_is_empty() {
        let home = Some(PathBuf::from("/home/ann"));
        let listed = Environment {
            kubeconfig: Some("/a::/b".into()),
            home: home.clone(),
            ..Environment::default()
        };
        assert_eq!(
            listed.kubeconfig_files(),
            [PathBuf::from("/a"), PathBuf::from("/b")]
        );
        let empty = Environment {
            kubeconfig: Some(OsString::new()),
            home,
            ..Environment::default()
        };
        assert_eq!(
            empty.kubeconfig_files(),
            [PathBuf::from("/home/ann/.kube/config")]
        );
    }
}
