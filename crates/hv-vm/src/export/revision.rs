//! Which revision of a VM a bundle is, and where it comes from.

use serde_json::Value;
use uuid::Uuid;

use super::parts::path_of;
use crate::header::{Header, Origin, VmName};
use crate::key::Kind;
use crate::lineage::lineage_id;
use crate::normal;
use crate::stored::Stored;
use crate::{digest, header};

/// The bundle before, if it is of the same VM.
#[derive(Clone, Copy)]
pub(super) struct Before<'a>(Option<&'a Stored>);

impl<'a> Before<'a> {
    /// A VM that was deleted and made anew has another uid, and shares nothing but the name.
    pub(super) fn of(before: Option<&'a Stored>, uid: &str) -> Self {
        Self(before.filter(|before| before.header.source.uid == uid))
    }

    pub(super) fn stored(self) -> Option<&'a Stored> {
        self.0
    }

    pub(super) fn header(self) -> Option<&'a Header> {
        self.0.map(|before| &before.header)
    }

    /// The stored VM.
    pub(super) fn vm(self) -> Option<Value> {
        let before = self.0?;
        before.json(&path_of(Kind::VirtualMachine, &before.header.vm))
    }

    /// Where the VM was read.
    ///
    /// A reader with fewer rights knows the cluster by another id; the VM's uid shows that it is
    /// the same one.
    pub(super) fn source(self, origin: &Origin, uid: &str) -> Origin {
        let mut source = Origin {
            uid: uid.to_owned(),
            ..origin.clone()
        };
        if let Some(before) = self.header()
            && !uid.is_empty()
            && before.source.cluster_id_from == "kube-system"
            && source.cluster_id_from != "kube-system"
        {
            source.cluster_id.clone_from(&before.source.cluster_id);
            source
                .cluster_id_from
                .clone_from(&before.source.cluster_id_from);
        }
        source
    }

    /// The digest as this version of the normal form has it.
    fn digest(self) -> Option<String> {
        let header = self.header()?;
        if header.normal_form == normal::VERSION {
            return Some(header.digest.clone());
        }
        let vm = self.vm()?;
        Some(digest::digest(&normal::normal_form(&vm, &header.disks)))
    }
}

/// The stamps of a bundle.
pub(super) struct Stamps {
    pub(super) lineage_id: String,
    pub(super) epoch: u64,
    pub(super) revision: u64,
    pub(super) parent_digest: Option<String>,
}

/// What an import wrote into a VM: it goes on as what it was elsewhere.
pub(super) struct Inherited {
    lineage_id: String,
    epoch: u64,
    revision: u64,
    /// Of the form that was imported.
    digest: String,
    /// Of what the import made of it, under the names of this cluster.
    applied: Option<String>,
}

impl Inherited {
    /// Reads the annotations of an import; half of them say nothing.
    pub(super) fn of(vm: &Value) -> Option<Self> {
        let annotations = &vm["metadata"]["annotations"];
        let text = |key: &str| annotations[format!("kubectl-hv.io/{key}")].as_str();
        let number = |key| text(key)?.parse().ok().filter(|number| *number > 0);
        Some(Self {
            lineage_id: Uuid::parse_str(text("lineage")?).ok()?.to_string(),
            epoch: number("epoch")?,
            revision: number("revision")?,
            digest: text("digest")?.to_owned(),
            applied: text("applied-digest").map(str::to_owned),
        })
    }

    fn stamps(self, digest: &str) -> Stamps {
        let same = self.digest == digest || self.applied.as_deref() == Some(digest);
        Stamps {
            lineage_id: self.lineage_id,
            epoch: self.epoch,
            revision: self.revision + u64::from(!same),
            parent_digest: (!same).then_some(self.digest),
        }
    }
}

/// Counts a change if the digest is another than before.
pub(super) fn stamps(
    before: Before<'_>,
    inherited: Option<Inherited>,
    vm: &VmName,
    source: &Origin,
    digest: &str,
) -> Stamps {
    let lineage_id = || {
        // A VM without a uid comes from a file; its name is what tells it from others there.
        let name = format!("{}/{}", vm.namespace, vm.name);
        let uid = [&source.uid, &name][usize::from(source.uid.is_empty())];
        lineage_id(&source.cluster_id, uid)
    };
    let Some(header) = before.header() else {
        if let Some(inherited) = inherited {
            return inherited.stamps(digest);
        }
        return Stamps {
            lineage_id: lineage_id(),
            epoch: 1,
            revision: 1,
            parent_digest: None,
        };
    };
    let same = before.digest().is_some_and(|before| before == digest);
    let header::Header {
        lineage_id,
        epoch,
        revision,
        parent_digest,
        digest,
        ..
    } = header;
    Stamps {
        lineage_id: lineage_id.clone(),
        epoch: *epoch,
        revision: revision + u64::from(!same),
        parent_digest: match same {
            true => parent_digest.clone(),
            false => Some(digest.clone()),
        },
    }
}
