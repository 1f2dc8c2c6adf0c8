//! What stands in the way of an import: pure rules over what was read, one file a group.

pub(crate) mod admission;
mod among;
mod amount;
mod bundle;
mod catalog;
mod devices;
mod identity;
mod loose;
mod names;
mod neighbours;
mod network;
mod owner;
mod place;
mod quota;
pub(crate) mod rights;
mod sheet;
mod storage;
#[cfg(test)]
pub(crate) mod tests;
mod version;
mod volume;

pub(crate) use bundle::open;
pub(crate) use catalog::{Catalog, Check};
pub(crate) use devices::machine;
pub(crate) use sheet::Sheet;

use self::neighbours::Neighbours;
use crate::resolve::{Draft, Ground};

/// Judges what has been decided, of each VM by itself and of all of them together.
pub(crate) fn judge(ground: &Ground<'_>, cases: &mut [(&mut Sheet<'_>, &mut Draft<'_>)]) {
    let neighbours = Neighbours::of(ground.inventory);
    for (sheet, draft) in &mut *cases {
        names::judge(ground, draft, sheet);
        if draft.skipped {
            continue;
        }
        version::judge(ground, draft, sheet);
        owner::judge(ground, draft, sheet);
        storage::judge(ground, &neighbours, draft, sheet);
        loose::judge(ground, draft, sheet);
        network::judge(ground, draft, sheet);
        identity::judge(ground, &neighbours, draft, sheet);
        place::judge(ground, draft, sheet);
    }
    among::judge(cases);
    quota::judge(ground, cases);
}
