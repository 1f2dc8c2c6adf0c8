//! The test bed: a real control plane, worlds to load into it, and models of Harvester's admission and controllers.

pub mod admission;
pub mod bundle;
pub mod controlplane;
pub mod generated;
pub mod model;
pub mod plugin;
pub mod world;
