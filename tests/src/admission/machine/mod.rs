//! Harvester's rules for a `VirtualMachine`: what its mutating webhook changes, what both webhooks refuse.

mod affinity;
mod boundaries;
mod disks;
mod forklift;
mod macs;
mod memory;
mod mutate;
mod templates;
mod validate;

pub(crate) use mutate::mutate;
pub(crate) use validate::validate;

/// A plain error of Go: what a webhook says that did not expect it.
pub(crate) fn not_found(plural: &str, name: &str) -> super::Refusal {
    super::Refusal::internal(format!("{plural} {name:?} not found"))
}

#[cfg(test)]
mod tests;
