//! The words of `vm`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use hv_cli::{Failure, ScopeArgs};

use super::skip::Left;

/// Export VMs
///
/// Each VM becomes a folder: the VM itself, halted, what belongs to it, and what a target must
/// have. A VM that did not change is not written again. With names only what these VMs reach is
/// read, so that the owner of one namespace can export without rights in the whole cluster.
/// Exits 4 if a VM could not be exported; the others are done and reported.
#[derive(Args)]
#[command(after_help = "Examples:
  # All VMs, into a folder that is kept in git
  {cmd} vm -A --to ./bundles

  # Two VMs of a namespace, into one file
  {cmd} vm -n prod db01 web01 --to prod.tar.zst

  # To another machine, without a file here
  {cmd} vm -A --to - | ssh dr 'cat >bundles.tar.zst'

  # With secrets that only the holder of a key can read
  {cmd} vm -n prod db01 --to ./bundles --secrets encrypt --recipient age1…

  # From a support bundle, for somebody without access to the cluster
  {cmd} vm -A --from supportbundle.zip --to ./bundles")]
pub(crate) struct VmArgs {
    /// VMs to export, as NAME or vm/NAME
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Where to: a folder, a file that ends in .tar.zst, or - for standard output
    #[arg(long, value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) to: Option<PathBuf>,
    /// Support bundle to read instead of a cluster: a zip or its unpacked folder
    #[arg(long, value_name = "BUNDLE", value_hint = ValueHint::AnyPath)]
    pub(crate) from: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) secrets: SecretsArgs,
    /// Take along what is left out otherwise; can be repeated
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) include: Vec<Left>,
    /// Fail a VM of which something could not be read, instead of describing the gap
    #[arg(long)]
    pub(crate) strict: bool,
    /// Remove the folders of VMs that the cluster has no longer
    #[arg(long)]
    pub(crate) prune: bool,
}

/// What becomes of secrets.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct SecretsArgs {
    /// What becomes of Secrets: omit reads none, encrypt needs --recipient, plaintext is readable
    /// by everybody who can read the files
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub(crate) secrets: SecretsMode,
    /// Who can read encrypted secrets: a public key of age; can be repeated
    #[arg(long = "recipient", value_name = "AGE1")]
    pub(crate) recipients: Vec<String>,
    /// Drop secrets that the bundle holds from an earlier export
    #[arg(long)]
    pub(crate) drop_secrets: bool,
    /// What becomes of cloud-init text inside the VM: externalise makes it a Secret that follows
    /// --secrets, keep leaves it readable, refuse fails such a VM
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub(crate) inline_secrets: InlineMode,
}

/// What becomes of Secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SecretsMode {
    /// None is read; names and keys are recorded
    #[default]
    Omit,
    /// One encrypted file a secret
    Encrypt,
    /// As they are, in files that only their owner can read
    Plaintext,
}

/// What becomes of cloud-init text inside a VM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum InlineMode {
    /// It becomes a Secret
    #[default]
    Externalise,
    /// It stays where it is
    Keep,
    /// The VM is not exported
    Refuse,
}

impl VmArgs {
    /// Names without `vm/`, checked against the other words.
    pub(crate) fn names(&self, scope: &ScopeArgs) -> Result<Vec<String>, Failure> {
        let names = plain_names(&self.names)?;
        if names.is_empty() {
            let chosen = scope.all_namespaces
                || scope.selector.is_some()
                || scope.namespace().is_some()
                || self.from.is_some();
            if !chosen {
                let failure = Failure::usage("no VM is named");
                return Err(failure.hint("name VMs, or take all with -A, or choose with -l"));
            }
        } else if scope.all_namespaces {
            let failure = "a resource cannot be retrieved by name across all namespaces";
            return Err(Failure::usage(failure).hint("name the namespace with -n"));
        } else if scope.selector.is_some() {
            let failure = "a selector cannot be given together with a name";
            return Err(Failure::usage(failure));
        }
        if self.prune && (!names.is_empty() || scope.selector.is_some()) {
            let failure = "--prune needs all VMs of a namespace or of the cluster";
            return Err(Failure::usage(failure).hint("leave out the names and -l"));
        }
        self.secrets.check()?;
        Ok(names)
    }

    /// What of the words a bundle depends on: what was written down on other terms does not count.
    pub(crate) fn terms(&self) -> String {
        format!("{:?} {:?} {}", self.secrets, self.include, self.strict)
    }
}

impl SecretsArgs {
    /// The flags that need each other.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let encrypts = self.secrets == SecretsMode::Encrypt;
        if encrypts && self.recipients.is_empty() {
            let failure = Failure::usage("--secrets encrypt needs a recipient");
            return Err(failure.hint("make a key with age-keygen, and name it with --recipient"));
        }
        if !encrypts && !self.recipients.is_empty() {
            let failure = Failure::usage("--recipient has no use without --secrets encrypt");
            return Err(failure.hint("add --secrets encrypt"));
        }
        Ok(())
    }
}

/// Names of VMs as people write them, `vm/db01` among them.
pub(crate) fn plain_names(words: &[String]) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for word in words {
        let name = match word.split_once('/') {
            None => word.as_str(),
            Some((kind, name)) if is_vm(kind) => name,
            Some((kind, _)) => {
                let failure = Failure::usage(format!("\"{kind}\" is not exported"));
                return Err(failure.hint("name a VM as NAME or vm/NAME"));
            }
        };
        if name.is_empty() {
            return Err(Failure::usage(format!("\"{word}\" names no VM")));
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

fn is_vm(kind: &str) -> bool {
    matches!(
        kind,
        "vm" | "vms"
            | "virtualmachine"
            | "virtualmachines"
            | "virtualmachine.kubevirt.io"
            | "virtualmachines.kubevirt.io"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_people_write_them() {
        let words =
            |words: &[&str]| -> Vec<String> { words.iter().map(ToString::to_string).collect() };
        let names = plain_names(&words(&["db01", "vm/web01", "virtualmachine/db01"])).unwrap();
        assert_eq!(names, ["db01", "web01"]);
        for odd in ["pvc/db01", "vm/", "", "/x"] {
            assert!(plain_names(&words(&[odd])).is_err(), "{odd}");
        }
    }
}
