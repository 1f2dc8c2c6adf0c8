//! The workload layer: what the state of a claim allows.

use super::judgement::{Capability, Evidence, Layer, Verdict};
use super::situation::Situation;
use super::subject::Subject;
use crate::facts::Storage;

/// How a volume is used; the default is no volume at all, only its class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// A class or a driver is judged.
    #[default]
    None,
    /// A claim is judged.
    Claim {
        /// Whether it is bound to a volume.
        bound: bool,
        /// Whether it names a storage class.
        classed: bool,
        /// Whether it is `ReadWriteMany`.
        shared: bool,
        /// Whether a running VM uses it; `None` if that could not be read.
        in_use: Option<bool>,
        /// Whether a VM snapshot holds it.
        captured: bool,
        /// Whether a VM uses it as a shareable disk.
        shareable: bool,
    },
}

pub(super) fn layer(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    usage: Use,
    capability: Capability,
    evidence: &mut Vec<Evidence>,
) {
    let Use::Claim {
        bound,
        classed,
        shared,
        in_use,
        captured,
        shareable,
    } = usage
    else {
        return;
    };
    let mut no = |code: &'static str| {
        evidence.push(Evidence::new(
            Layer::Workload,
            "persistentvolumeclaim",
            Verdict::No,
            Some(code.into()),
            situation.message(code),
        ));
    };
    if !bound {
        no("claim-not-bound");
    }
    let snapshot = matches!(capability, Capability::VmSnapshot | Capability::VmBackup);
    if !captured && (snapshot || capability == Capability::VmRestore) {
        no("volume-not-captured");
    }
    let cut = snapshot || capability == Capability::VolumeSnapshot;
    if shareable && cut && situation.is_at_least(1, 9) {
        no("shareable-disk");
    }
    if snapshot && !classed {
        no("claim-without-class");
    }
    if capability == Capability::LiveMigration && !shared {
        no("claim-not-shared");
    }
    let detached_only = subject.storage() != Storage::LonghornV1;
    if capability == Capability::ExportImage && detached_only {
        match in_use {
            Some(true) => no("volume-in-use"),
            Some(false) => {}
            None => evidence.push(Evidence::new(
                Layer::Workload,
                "virtualmachineinstance",
                Verdict::Unknown,
                Some("could-not-read".into()),
                "Whether a running VM uses the volume could not be read.",
            )),
        }
    }
}
