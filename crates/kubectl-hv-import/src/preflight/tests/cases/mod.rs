//! The checks, group by group.

mod admission;
mod bundle;
mod devices;
mod identity;
mod image;
mod loose;
mod names;
mod network;
mod quota;
mod secrets;
mod storage;
mod volume;

use super::Case;

pub(super) fn all() -> impl Iterator<Item = &'static Case> {
    let groups = [
        admission::CASES,
        bundle::CASES,
        devices::CASES,
        identity::CASES,
        loose::CASES,
        image::CASES,
        names::CASES,
        network::CASES,
        quota::CASES,
        secrets::CASES,
        storage::CASES,
        volume::CASES,
    ];
    groups.into_iter().flatten()
}
