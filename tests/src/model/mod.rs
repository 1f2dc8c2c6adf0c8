//! Models of the controllers that act on VMs: Harvester's, KubeVirt's, CDI's and a provisioner of volumes.
//!
//! Each is a pure step over a [`Store`]: what is there and the [`Release`] give the [`Write`]s that come next.
//! [`Memory`] applies them in memory until nothing is left to do; [`Controllers`] does the same against an API
//! server until it is dropped. [`Site`] is an API server with a world, the webhooks and all of these.
//!
//! What is real there: binding, protection, garbage collection, namespaces and quotas, by the real
//! kube-controller-manager. What is not modelled: the guest, migrations, hotplug while running, snapshots and restores.

mod binder;
mod cdi;
pub(crate) mod claim;
pub(crate) mod finalizer;
mod harvester;
mod instance;
pub mod kind;
mod kubelet;
mod kubevirt;
mod live;
pub(crate) mod machine;
mod memory;
mod provisioner;
pub(crate) mod quantity;
pub(crate) mod quota;
mod site;
mod status;
mod step;
mod store;
mod write;

pub(crate) use live::Cache;
pub use live::Controllers;
pub use memory::Memory;
pub use site::{MANAGER, Parts, Site};
pub use step::{Controller, IN_MEMORY, LIVE};
pub use store::{Key, Store};
pub use write::Write;

pub use crate::admission::Release;

#[cfg(test)]
mod tests;
