//! VMs that are, with everything they reach, as they were when their receipts were written.

use std::collections::{BTreeSet, HashMap};

use hv_cluster::SourceError;
use hv_vm::header::VmName;
use hv_vm::{Key, Kind, graph};

use super::reach::Reader;
use super::{Gathered, vm_key};
use crate::receipt::{self, Input, Receipt, Receipts};
use crate::report::Exported;

/// VMs of which nothing changed.
pub(super) type Same = HashMap<VmName, Settled>;

/// What counts of a receipt whose inputs stand as they did.
pub(super) struct Settled {
    item: Exported,
    state_claim: Option<Key>,
    /// The VM itself.
    own: Input,
    /// Inputs that no list has: they must be asked for.
    open: Vec<Input>,
}

/// Finds the VMs of which nothing changed; what their receipts name and no list has is read.
pub(super) async fn find(
    reader: &mut Reader<'_>,
    receipts: Receipts<'_>,
    gathered: &Gathered,
) -> Result<Same, SourceError> {
    let (known, vms) = (&*reader, &gathered.vms);
    let origin = receipt::origin(&gathered.origin);
    let likely = hv_cli::parallel(vms, |part| {
        let of = |vm: &VmName| {
            let receipt = receipts.of(vm)?;
            let same = receipt.origin == origin && receipt.item.vm == *vm;
            same.then(|| likely(known, vm, receipt)).flatten()
        };
        part.iter().map(of).collect()
    });
    let likely = vms.iter().zip(likely);
    let mut same: Same = likely
        .filter_map(|(vm, settled)| Some((vm.clone(), settled?)))
        .collect();
    let open = same.values().flat_map(|settled| &settled.open);
    let open: BTreeSet<Key> = open.map(|input| input.key.clone()).collect();
    reader.fetch(open).await?;
    same.retain(|_, settled| settled.open.iter().all(|input| stands(reader, input)));
    for (vm, settled) in &same {
        if let Some(claim) = &settled.state_claim {
            reader.state_claims.insert(vm.clone(), claim.clone());
        }
    }
    Ok(same)
}

/// VMs of which still nothing changed after some were read again, and how they are reported.
pub(super) fn still(reader: &Reader<'_>, same: Same) -> HashMap<VmName, Exported> {
    let still = same
        .into_iter()
        .filter(|(_, settled)| stands(reader, &settled.own));
    still.map(|(vm, settled)| (vm, settled.item)).collect()
}

/// A receipt that nothing speaks against which is known without another question.
fn likely(reader: &Reader<'_>, vm: &VmName, receipt: Receipt) -> Option<Settled> {
    let claim = |name: &str| Key::new(Kind::PersistentVolumeClaim, &vm.namespace, name);
    let legacy = claim(&format!("{}-{}", graph::STATE_LABEL, vm.name));
    let state_claim = receipt.state_claim.as_deref().map(claim);
    // A claim with the label would go before the one with the old name.
    let expected = state_claim.as_ref().filter(|claim| **claim != legacy);
    let labelled = reader.state_claims.get(vm);
    if labelled != state_claim.as_ref() && (labelled.is_some() || expected.is_some()) {
        return None;
    }
    let key = vm_key(vm);
    let (mut own, mut open) = (None, Vec::new());
    for input in receipt.inputs {
        // Where claims are not listed, only a question by label tells which one is meant.
        if input.key == legacy && !reader.lists_claims() {
            return None;
        }
        if input.asked && reader.table.get(&input.key).is_none() {
            open.push(input);
        } else if !stands(reader, &input) {
            return None;
        } else if input.key == key {
            own = Some(input);
        }
    }
    Some(Settled {
        item: receipt.item,
        state_claim,
        own: own?,
        open,
    })
}

fn stands(reader: &Reader<'_>, input: &Input) -> bool {
    reader.table.stamp(&input.key).as_deref() == Some(input.stamp.as_str())
}
