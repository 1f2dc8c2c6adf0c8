//! Harvester 1.8.2 with its world on a real API server, to be looked at or changed.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use http::Method;
use hv_cluster::kinds::{self, Kind};
use hv_testbed::controlplane::{ControlPlane, Options, User};
use hv_testbed::world::{self, World};
use jiff::Timestamp;
use serde_json::Value;

use crate::plugin::Plugin;

pub(crate) const RELEASE: &str = "v1.8.2";
pub(crate) const SETTINGS: &str = "/apis/harvesterhci.io/v1beta1/settings";
pub(crate) const CLASSES: &str = "/apis/storage.k8s.io/v1/storageclasses";
pub(crate) const SNAPSHOT_CLASSES: &str = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses";

pub(crate) fn world() -> World {
    world::load(RELEASE, Timestamp::now()).unwrap()
}

/// A cluster of the caller's own, which may be changed.
pub(crate) fn start() -> ControlPlane {
    let plane = ControlPlane::start(&Options {
        release: RELEASE.into(),
        users: kinds::ALL
            .iter()
            .map(|kind| User::new(&without(kind), &[]))
            .collect(),
        ..Options::default()
    })
    .unwrap();
    plane.load(&world().objects).unwrap();
    plane.keep_leases().unwrap();
    plane
}

/// One cluster for all tests that only read; it ends with the last of them.
pub(crate) fn shared() -> Arc<ControlPlane> {
    static SHARED: Mutex<Weak<ControlPlane>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let plane = Arc::new(start());
        *shared = Arc::downgrade(&plane);
        plane
    })
}

/// The name of a user for whom a test may keep one kind closed.
pub(crate) fn without(kind: &Kind) -> String {
    format!("without-{}.{}", kind.plural, kind.group)
}

pub(crate) fn plugin_of(plane: &ControlPlane, user: &str) -> hv_testbed::plugin::Plugin {
    // The file of a shared cluster is written anew for each who asks.
    static WRITING: Mutex<()> = Mutex::new(());
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    Plugin::at(&plane.kubeconfig(user).unwrap())
}

/// The plugin of somebody who may read everything and change nothing.
pub(crate) fn viewer(plane: &ControlPlane) -> hv_testbed::plugin::Plugin {
    plugin_of(plane, "viewer")
}

pub(crate) fn get(plane: &ControlPlane, path: &str) -> Value {
    plane.wait(async || plane.api().get(path).await).unwrap()
}

pub(crate) fn delete(plane: &ControlPlane, path: &str) {
    let answer = plane.wait(async || plane.api().send(Method::DELETE, path, None).await);
    answer.unwrap().success(&Method::DELETE, path).unwrap();
}

/// Merges a patch into an object.
pub(crate) fn change(plane: &ControlPlane, path: &str, patch: &Value) {
    let answer = plane.wait(async || plane.api().merge(path, patch).await);
    answer.unwrap().success(&Method::PATCH, path).unwrap();
}
