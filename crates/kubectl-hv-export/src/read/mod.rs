//! Reads VMs and everything that their configuration reaches.

mod fleet;
mod moved;
mod origin;
mod reach;
mod record;
mod restore;
mod same;
mod table;
mod templates;

use std::collections::HashMap;

use hv_cluster::{Gap, Source, SourceError};
use hv_vm::header::{Origin, Reconstructed, VmName};
use hv_vm::{Key, Kind, Objects};
use serde_json::Value;

use self::reach::Reader;
pub(crate) use self::table::Around;
use self::table::Table;
pub(crate) use self::templates::templates;
use crate::receipt::{self, Input, Receipt, Receipts};
use crate::report::Exported;

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
    pub(crate) vms: Vec<VmName>,
    /// Names that were asked for and do not exist.
    pub(crate) missing: Vec<String>,
    /// VMs that were deleted while they were read.
    pub(crate) deleted: Vec<VmName>,
    /// Set if there may be more VMs.
    pub(crate) gap: Option<Gap>,
    /// Everything that was read.
    table: Table,
    /// Claims of persistent firmware state, by their VM.
    state_claims: HashMap<VmName, Key>,
    /// VMs that are, with all they reach, as they were, and how they are reported.
    pub(crate) same: HashMap<VmName, Exported>,
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

    /// A VM and what it reaches; none if it was not read.
    pub(crate) fn around(&self, vm: &VmName) -> Option<Around> {
        self.table.around(vm, self.state_claims.get(vm).cloned())
    }

    /// Adds what was asked for in vain and was read all the same; whether there was any.
    pub(crate) fn complete(&self, around: &mut Around) -> bool {
        self.table.complete(around)
    }

    /// Everything that was read, parsed.
    pub(crate) fn objects(&self) -> Objects {
        self.table.all()
    }

    /// What is to be written down about the bundle of a VM; none if that cannot be told.
    pub(crate) fn receipt(&self, vm: &VmName, around: &Around, item: Exported) -> Option<Receipt> {
        let input = |key: Key, asked| {
            let stamp = self.table.stamp(&key)?.into_owned();
            Some(Input { key, asked, stamp })
        };
        let known = around.objects.keys().map(|key| {
            let asked = !around.beside.contains(key);
            input(key.clone(), asked)
        });
        let missed = around.objects.missed().into_iter();
        let missed = missed.map(|key| input(key, false));
        let own = std::iter::once(input(vm_key(vm), false));
        let inputs: Option<Vec<Input>> = own.chain(known).chain(missed).collect();
        let mut inputs = inputs?;
        inputs.sort();
        Some(Receipt {
            state_claim: around.state_claim.as_ref().map(|key| key.name.clone()),
            origin: receipt::origin(&self.origin),
            inputs,
            item,
        })
    }
}

/// Reads what is asked for.
///
/// With names only what they reach is read, by name and in their namespace; otherwise kinds are
/// listed once, and VMs that moved meanwhile are read again. Of a VM with a receipt only that is
/// read which the receipt names.
pub(crate) async fn read(
    source: &Source,
    asked: Asked<'_>,
    receipts: Option<Receipts<'_>>,
) -> Result<Gathered, SourceError> {
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
    let mut same = same::Same::default();
    if let Some(receipts) = receipts {
        same = same::find(&mut reader, receipts, &gathered).await?;
    }
    let others = gathered.vms.iter().filter(|vm| !same.contains_key(*vm));
    let others: Vec<VmName> = others.cloned().collect();
    reader.reach(&others).await?;
    if let Source::Live(cluster) = source {
        moved::again(&mut reader, cluster, asked, &others, &mut gathered).await?;
    }
    gathered.same = same::still(&reader, same);
    gathered.state_claims = std::mem::take(&mut reader.state_claims);
    gathered.table = reader.into_table();
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
        table: Table::default(),
        state_claims: HashMap::new(),
        same: HashMap::new(),
        origin,
        reconstructed,
        guessed: vms.guessed,
    }
}

/// The name of a VM among other objects.
fn vm_key(vm: &VmName) -> Key {
    Key::new(Kind::VirtualMachine, &vm.namespace, &vm.name)
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
