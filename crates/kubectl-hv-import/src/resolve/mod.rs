//! What every name of a bundle becomes on the target; a decision that is open is told, never guessed.

mod class;
mod disk;
mod draft;
mod image;
mod options;
mod roads;
mod secret;
mod shared;

use hv_vm::header::VmName;
use hv_vm::mapping::{Assignment, MapFile};
use hv_vm::store::Bundle;

pub(crate) use draft::{Draft, Ground, Plug};
pub(crate) use options::{DiskDefault, OnExists, Opener, Options};
pub(crate) use roads::{Roads, parts, target_of};

use crate::inventory::Inventory;
use crate::preflight::{self, Catalog, Sheet};
use crate::report::{Group, PreflightItem};

/// A bundle on its way to the target.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// The VM in the source.
    pub(crate) source: VmName,
    /// The VM on the target.
    pub(crate) target: VmName,
    /// What its names become; none if the bundle is broken, something is open, or it is left out.
    pub(crate) assignment: Option<Assignment>,
    /// Whether it is left out because it is there already.
    pub(crate) skipped: bool,
    /// Whether its namespace has to be made.
    pub(crate) new_namespace: bool,
    /// What the checks say.
    pub(crate) items: Vec<PreflightItem>,
}

/// Resolves and judges the bundles together: what cannot be asked of the cluster one by one.
pub(crate) fn resolve(
    bundles: &[Bundle],
    map: &MapFile,
    options: &Options,
    inventory: &Inventory,
    catalog: &Catalog,
) -> Vec<Candidate> {
    let ground = Ground {
        map,
        options,
        inventory,
        catalog,
    };
    let mut cases: Vec<(&Bundle, Sheet<'_>, Option<Draft<'_>>)> = bundles
        .iter()
        .map(|bundle| {
            let mut sheet = Sheet::new(catalog, bundle.place.name());
            let draft = preflight::open(bundle, &mut sheet)
                .map(|(stored, vm)| Draft::new(&ground, stored, vm, &mut sheet));
            (bundle, sheet, draft)
        })
        .collect();
    let mut pairs: Vec<(&mut Sheet<'_>, &mut Draft<'_>)> = cases
        .iter_mut()
        .filter_map(|(_, sheet, draft)| Some((sheet, draft.as_mut()?)))
        .collect();
    preflight::judge(&ground, &mut pairs);
    cases
        .into_iter()
        .map(|(bundle, sheet, draft)| candidate(&ground, bundle, sheet, draft))
        .collect()
}

fn candidate(
    ground: &Ground<'_>,
    bundle: &Bundle,
    sheet: Sheet<'_>,
    draft: Option<Draft<'_>>,
) -> Candidate {
    let source = bundle.place.name();
    let target = target_of(source, ground.map, ground.options);
    let mut items = sheet.into_items();
    let mut candidate = Candidate {
        source: source.clone(),
        target,
        new_namespace: false,
        assignment: None,
        skipped: false,
        items: Vec::new(),
    };
    if let Some(mut draft) = draft {
        candidate.new_namespace = draft.new_namespace;
        candidate.skipped = draft.skipped;
        let (header, vm) = (draft.header, std::mem::take(&mut draft.vm));
        candidate.assignment = Some(draft)
            .filter(|draft| !draft.skipped)
            .and_then(Draft::finish);
        // What can be rendered is judged as it will be sent, patches included.
        if candidate.assignment.is_none() && !candidate.skipped {
            let (catalog, inventory) = (ground.catalog, ground.inventory);
            let found = preflight::machine(catalog, header, &candidate.target, &vm, inventory);
            items.extend(found);
        }
        if candidate.skipped {
            // Nothing is made for it, so that nothing it would have needed matters.
            items.retain(|item| item.group == Group::Bundle || item.code == "vm-skipped");
        }
    }
    candidate.items = items;
    candidate
}
