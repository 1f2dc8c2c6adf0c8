//! The bundles that a person names: all of a place, or some of its VMs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use hv_cli::{ExitKind, Failure, nearest};
use hv_vm::header::VmName;
use hv_vm::store::{self, Bundle, Shelf, StoreError};

/// Which bundles.
#[derive(Args, Clone, Debug)]
pub(crate) struct BundleArgs {
    /// Store, namespace or VM folder, or archive that hv-export wrote
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,
    /// Only this VM of the source; can be repeated
    #[arg(long = "vm", value_name = "NAMESPACE/NAME")]
    pub(crate) vms: Vec<String>,
}

/// Bundles of VMs and the root that they lie in.
#[derive(Debug)]
pub(crate) struct Bundles {
    /// The root or archive, as an absolute path.
    pub(crate) root: PathBuf,
    /// The bundles, each readable or not.
    pub(crate) vms: Vec<Bundle>,
    /// Whether only some of those that lie there are taken.
    pub(crate) chosen: bool,
    /// Templates that lie there and are not taken.
    pub(crate) templates: usize,
}

impl BundleArgs {
    /// Reads them; one that is broken is told later, beside the others.
    pub(crate) fn read(&self) -> Result<Bundles, Failure> {
        let wanted = self.wanted()?;
        let root = self.path.canonicalize().map_err(|_| {
            let failure = format!("\"{}\" does not exist", self.path.display());
            Failure::failed(failure).hint("kubectl hv-export vm … --to PATH writes bundles")
        })?;
        let all = store::bundles(&root).map_err(|error| failure(&error))?;
        let (vms, templates): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|bundle| bundle.place.shelf() == Shelf::Vm);
        let known: BTreeSet<&VmName> = vms.iter().map(|bundle| bundle.place.name()).collect();
        if let Some(missing) = wanted.iter().find(|vm| !known.contains(vm)) {
            return Err(self.not_there(missing, &known));
        }
        let bundles: Vec<_> = vms
            .into_iter()
            .filter(|bundle| wanted.is_empty() || wanted.contains(bundle.place.name()))
            .collect();
        if bundles.is_empty() {
            let failure = format!("\"{}\" holds no bundle of a VM", self.path.display());
            return Err(Failure::failed(failure));
        }
        Ok(Bundles {
            root,
            vms: bundles,
            chosen: !wanted.is_empty(),
            templates: templates.len(),
        })
    }

    fn wanted(&self) -> Result<BTreeSet<VmName>, Failure> {
        let parse = |text: &String| match text.split_once('/') {
            Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() => Ok(VmName {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            }),
            _ => {
                let failure = Failure::usage(format!("--vm \"{text}\" is no NAMESPACE/NAME"));
                Err(failure.hint("for example --vm prod/db01"))
            }
        };
        self.vms.iter().map(parse).collect()
    }

    fn not_there(&self, missing: &VmName, known: &BTreeSet<&VmName>) -> Failure {
        let text = |vm: &VmName| format!("{}/{}", vm.namespace, vm.name);
        let path = self.path.display();
        let failure = format!("\"{path}\" has no bundle of the VM \"{}\"", text(missing));
        let names: Vec<String> = known.iter().map(|vm| text(vm)).collect();
        let failure = Failure::failed(failure);
        match nearest::nearest(&text(missing), names.iter().map(String::as_str)) {
            Some(near) => failure.hint(format!("did you mean \"{near}\"?")),
            None => failure.hint(format!("kubectl hv-export show {path} lists what is there")),
        }
    }
}

/// A place that cannot be read at all.
pub(crate) fn failure(error: &StoreError) -> Failure {
    let kind = match error {
        StoreError::NewerFormat { .. } | StoreError::HostileLink(_) => ExitKind::Refused,
        _ => ExitKind::Failed,
    };
    Failure::new(kind, error.to_string())
}
