//! Reads VMs and everything that their configuration reaches.

mod fleet;
mod lean;
mod moved;
mod origin;
mod reach;
mod restore;
mod templates;

use std::collections::HashMap;
use std::sync::Arc;

use hv_cluster::{Gap, Source, SourceError};
use hv_vm::header::{Origin, Reconstructed, VmName};
use hv_vm::{Key, Objects};
use serde_json::Value;

use self::reach::Reader;
pub(crate) use self::templates::templates;

/// Which VMs are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// The only namespace, if there is one.
    pub(crate) namespace: Option<&'a str>,
    /// Names; all VMs if there are none.
    pub(crate) names: &'a [String],
    /// Labels as the user typed them.
    pub(crate) labels: Option<&'a str>,
    /// Whether Secrets are read.
    pub(crate) secrets: bool,
}

/// VMs and what they reach.
#[derive(Debug)]
pub(crate) struct Gathered {
    /// The VMs, by namespace and name.
    pub(crate) vms: Vec<Arc<Value>>,
    /// Names that were asked for and do not exist.
    pub(crate) missing: Vec<String>,
    /// VMs that were deleted while they were read.
    pub(crate) deleted: Vec<VmName>,
    /// Set if there may be more VMs.
    pub(crate) gap: Option<Gap>,
    /// Everything else that was read.
    pub(crate) objects: Objects,
    /// Claims of persistent firmware state, by their VM.
    pub(crate) state_claims: HashMap<VmName, Key>,
    /// Where it was read.
    pub(crate) origin: Origin,
    /// What was guessed, where the source is no cluster.
    reconstructed: Option<Reconstructed>,
    /// Fields of VMs that were guessed besides.
    guessed: HashMap<VmName, Vec<String>>,
}

impl Gathered {
    /// What was guessed of a VM; nothing if the source is a cluster.
    pub(crate) fn reconstructed(&self, vm: &VmName) -> Option<Reconstructed> {
        let mut reconstructed = self.reconstructed.clone()?;
        let fields = self.guessed.get(vm).into_iter().flatten();
        let empty = fields.map(|field| format!("{field}: \"null\" was read as an empty text"));
        reconstructed.guessed.extend(empty);
        Some(reconstructed)
    }
}

/// Reads what is asked for.
///
/// With names only what they reach is read, by name and in their namespace; otherwise kinds are
/// listed once, and VMs that moved meanwhile are read again.
pub(crate) async fn read(source: &Source, asked: Asked<'_>) -> Result<Gathered, SourceError> {
    let mut reader = Reader::new(source, asked.secrets);
    let mut gathered = match source {
        Source::Live(_) if !asked.names.is_empty() => {
            let origin = origin::read(source);
            let vms = fleet::named(&mut reader, asked);
            let (origin, vms) = futures::try_join!(origin, vms)?;
            gathered(origin, vms)
        }
        _ => {
            let origin = origin::read(source);
            let vms = fleet::listed(&mut reader, asked);
            let (origin, vms) = futures::try_join!(origin, vms)?;
            gathered(origin, vms)
        }
    };
    reader.reach(&gathered.vms).await?;
    if let Source::Live(cluster) = source {
        moved::again(&mut reader, cluster, asked, &mut gathered).await?;
    }
    gathered.state_claims = reader.take_state_claims();
    gathered.objects = reader.into_objects();
    Ok(gathered)
}

fn gathered(
    (origin, reconstructed): (Origin, Option<Reconstructed>),
    vms: fleet::Found,
) -> Gathered {
    Gathered {
        vms: vms.vms,
        missing: vms.missing,
        deleted: Vec::new(),
        gap: vms.gap,
        objects: Objects::default(),
        state_claims: HashMap::new(),
        origin,
        reconstructed,
        guessed: vms.guessed,
    }
}

/// Namespace and name of an object.
pub(crate) fn name_of(object: &Value) -> VmName {
    let text = |field| {
        object["metadata"][field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    VmName {
        namespace: text("namespace"),
        name: text("name"),
    }
}
