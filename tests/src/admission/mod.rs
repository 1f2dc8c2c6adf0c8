//! A model of Harvester's admission for VM backups and snapshots, run as a real webhook of the API server.
//!
//! [`start`] registers it. The rules are pure functions over [`Inputs`]: [`mutate`] is what Harvester's
//! mutating webhook refuses, [`judge`] what its validating one does. Texts and differences between
//! releases are those observed on 1.6.1, 1.8.2 and 1.9.0-rc6; older ones follow their source.
//! Not modelled: snapshot quotas, and every kind but `VirtualMachineBackup`.

mod duration;
mod inputs;
mod judge;
mod read;
mod refusal;
mod release;
mod review;
mod server;
mod setting;

pub use inputs::{Disk, Inputs};
pub use judge::{judge, mutate};
pub use refusal::Refusal;
pub use release::Release;
pub use server::start;
