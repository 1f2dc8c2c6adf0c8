//! Inventories to judge: worlds read through a support bundle, and changed copies of them.

use hv_cluster::bundle::SupportBundle;
use hv_cluster::inventory::{Depth, Inventory};
use hv_cluster::views::{CsiDriver, Meta, StorageClass};
use hv_cluster::{Gap, Source};
use hv_testbed::{bundle, world};

/// A world as a support bundle shows it.
pub(crate) fn of_world(name: &str) -> Inventory {
    let folder = tempfile::tempdir().unwrap();
    let world = world::load(name, jiff::Timestamp::now()).unwrap();
    let path = folder.path().join("bundle.zip");
    bundle::write_zip(&world, &bundle::BundleOptions::default(), &path).unwrap();
    let source = Source::Bundle(SupportBundle::open(&path).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime
        .block_on(Inventory::read(&source, Depth::Configuration))
        .unwrap()
}

/// The same cluster with another release; `unreadable` takes the right to read its version.
pub(crate) fn with_release(mut inventory: Inventory, release: &str) -> Inventory {
    let version =
        |setting: &&mut hv_cluster::views::Setting| setting.metadata.name == "server-version";
    if release == "unreadable" {
        inventory
            .settings
            .items
            .retain(|setting| setting.metadata.name != "server-version");
        inventory.deployments = None;
    } else {
        let setting = inventory.settings.items.iter_mut().find(version).unwrap();
        release.clone_into(&mut setting.value);
    }
    inventory
}

/// The same cluster with a class of some driver, which is installed but runs without Leases.
pub(crate) fn with_class(mut inventory: Inventory, driver: &str, engine: &str) -> Inventory {
    inventory.leases.items.clear();
    let mut class = StorageClass {
        metadata: Meta {
            name: "tried".to_owned(),
            ..Meta::default()
        },
        provisioner: driver.to_owned(),
        allow_volume_expansion: Some(true),
        ..StorageClass::default()
    };
    class
        .parameters
        .insert("migratable".to_owned(), "true".to_owned());
    if engine != "-" {
        class
            .parameters
            .insert("dataEngine".to_owned(), engine.to_owned());
    }
    inventory.storage_classes.items.push(class);
    let metadata = Meta {
        name: driver.to_owned(),
        ..Meta::default()
    };
    inventory.csi_drivers.items.push(CsiDriver { metadata });
    inventory
}

/// The same cluster with another Longhorn, or one whose version cannot be read (`-`).
pub(crate) fn with_longhorn(mut inventory: Inventory, version: &str) -> Inventory {
    if version == "-" {
        inventory.longhorn_version = Err(Gap::Denied("forbidden".to_owned()));
    } else {
        let mut setting = inventory.longhorn_version.unwrap().unwrap();
        version.clone_into(&mut setting.value);
        inventory.longhorn_version = Ok(Some(setting));
    }
    inventory
}
