//! A real API server on loopback: etcd and kube-apiserver as plain processes, with Harvester's definitions.
//!
//! [`ControlPlane::start`] starts one, [`ControlPlane::load`] fills it, dropping it ends everything it
//! started. All calls block; they may be made from inside an async runtime as well.
//! `docs/testbed.md` says what is real and what is modelled.

mod api;
mod apiserver;
mod assets;
mod certificates;
mod contents;
mod definitions;
mod discovery;
mod error;
mod established;
mod etcd;
mod fill;
mod identity;
mod kubeconfig;
mod leases;
mod load;
mod manifest;
mod overlay;
mod process;
mod remote;
mod server;
mod user;

pub use api::{Answer, Api};
pub use assets::Assets;
pub use error::Error;
pub use etcd::Etcd;
pub use load::{LoadReport, Refusal};
pub use remote::Remote;
pub use server::{ControlPlane, Options};
pub use user::{Rule, User};
