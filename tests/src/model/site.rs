//! A cluster to move VMs to or from: an API server with a world, the webhooks and the controllers.

use std::time::Duration;

use super::live::{Cache, Controllers, USER};
use crate::admission;
use crate::controlplane::{ControlPlane, Error, Options, User};
use crate::world::World;

/// The controllers of the real kube-controller-manager that the models build on.
pub const MANAGER: &[&str] = &[
    "persistentvolume-binder-controller",
    "persistentvolumeclaim-protection-controller",
    "persistentvolume-protection-controller",
    "garbage-collector-controller",
    "namespace-controller",
    "resourcequota-controller",
];

/// Which models a site has.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// The webhooks.
    pub admission: bool,
    /// kube-controller-manager and the modelled controllers.
    pub controllers: bool,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            admission: true,
            controllers: true,
        }
    }
}

/// A running cluster; dropping it ends it.
pub struct Site {
    controllers: Option<Controllers>,
    /// The API server.
    pub plane: ControlPlane,
    /// What was loaded into it.
    pub world: World,
}

impl Site {
    /// Starts one with all models and an etcd of its own.
    pub fn start(world: World) -> Result<Self, Error> {
        Self::start_with(world, Options::default(), Parts::default())
    }

    /// Starts one with some models; users and etcd are taken from the options, the rest from the world.
    pub fn start_with(world: World, options: Options, parts: Parts) -> Result<Self, Error> {
        let mut users = options.users;
        users.push(User::new(USER, &["system:masters"]));
        let plane = ControlPlane::start(&Options {
            release: world.release().to_owned(),
            absent_groups: world.absent_groups.clone(),
            users,
            etcd: options.etcd,
        })?;
        plane.load(&world.objects)?;
        let controllers = begin(&plane, parts)?;
        Ok(Self {
            controllers,
            plane,
            world,
        })
    }

    /// Waits until the modelled controllers have nothing to do.
    pub fn settle(&self, most: Duration) -> Result<(), Error> {
        self.controllers
            .as_ref()
            .map_or(Ok(()), |controllers| controllers.settle(most))
    }
}

/// Starts the models beside an API server that has its world.
pub(crate) fn begin(plane: &ControlPlane, parts: Parts) -> Result<Option<Controllers>, Error> {
    if !parts.admission && !parts.controllers {
        return Ok(None);
    }
    let cache = Cache::follow(plane)?;
    if parts.admission {
        admission::start_with(plane, &cache)?;
    }
    if !parts.controllers {
        return Ok(None);
    }
    plane.start_controllers(MANAGER)?;
    Controllers::with(plane, cache).map(Some)
}
