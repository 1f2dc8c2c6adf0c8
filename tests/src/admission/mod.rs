//! Models of the admission of VMs, their backups and what belongs to them, run as real webhooks of the API server.
//!
//! [`start`] registers those for backups and snapshots: [`mutate`] is what Harvester's mutating webhook refuses,
//! [`judge`] what its validating one does, both pure functions over [`Inputs`].
//!
//! [`start_all`] registers those for VMs, claims, key pairs, networks and data volumes as well: Harvester's, its
//! network controller's, KubeVirt's and CDI's. [`admit`] lets a request through all of them in memory.
//! Texts and differences between releases are those observed on 1.6.1, 1.8.2 and 1.9.0-rc6; other releases and
//! what was not observed follow their source. Since when a rule holds is said in [`Rule`].
//! Not modelled: quotas of snapshots, and all that KubeVirt checks beyond names, strategies and memory.

mod around;
mod claim;
mod data_volume;
mod dice;
mod duration;
mod gate;
mod inputs;
mod judge;
mod key_pair;
mod kubevirt;
mod machine;
mod network;
mod patch;
mod read;
mod refusal;
mod registration;
mod release;
mod request;
mod review;
mod rules;
mod server;
mod setting;
mod since;
mod webhooks;

pub use dice::Dice;
pub use inputs::{Disk, Inputs};
pub use judge::{judge, mutate};
pub use refusal::Refusal;
pub(crate) use registration::start_with;
pub use registration::{start, start_all};
pub use release::Release;
pub use request::{Operation, Request};
pub use rules::{admit, concerns};
pub use since::Rule;
