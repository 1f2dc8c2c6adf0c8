//! Which objects a command looks at.

use clap::Args;

/// `-n`, `-A` and `-l`.
#[derive(Args, Clone, Debug, Default)]
pub struct ScopeArgs {
    /// Namespace to look in; default is that of the kubeconfig's context
    #[arg(short, long, global = true, value_name = "NAMESPACE")]
    pub namespace: Option<String>,

    /// Look in all namespaces; -n is ignored then
    #[arg(short = 'A', long, global = true)]
    pub all_namespaces: bool,

    /// Label selector, such as tier=db; the server interprets it
    #[arg(short = 'l', long, global = true, value_name = "SELECTOR")]
    pub selector: Option<String>,
}

impl ScopeArgs {
    /// The namespace that was asked for; none if it is all of them or the context's.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace
            .as_deref()
            .filter(|name| !self.all_namespaces && !name.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Words {
        #[command(flatten)]
        scope: ScopeArgs,
    }

    #[test]
    fn all_namespaces_beats_namespace() {
        let cases = [
            ("x", None, None),
            ("x -n prod", Some("prod"), None),
            ("x -nprod -l a=b,c!=d", Some("prod"), Some("a=b,c!=d")),
            ("x --namespace=prod --selector a", Some("prod"), Some("a")),
            ("x -n=prod -A", None, None),
            ("x -n=", None, None),
        ];
        for (words, namespace, selector) in cases {
            let scope = Words::try_parse_from(words.split(' ')).unwrap().scope;
            assert_eq!(scope.namespace(), namespace, "{words}");
            assert_eq!(scope.selector.as_deref(), selector, "{words}");
        }
    }
}
