//! Storage classes and drivers as targets.

use hv_cli::Failure;
use hv_cluster::capability::{Subject, Use, judge, lease_signs, named_snapshot_class};
use hv_cluster::views::StorageClass;

use super::{Judged, Scene};
use crate::report::{ClassFacts, Item, TargetRef};
use hv_cli::door;
use hv_cli::nearest::nearest;

pub(super) fn all(scene: &Scene<'_>, judged: &mut Judged) -> Result<(), Failure> {
    let classes = &scene.situation.inventory.storage_classes;
    if let Some(gap) = classes.gap.as_ref().filter(|_| classes.items.is_empty()) {
        return Err(door::unread(
            scene.source,
            "storageclasses.storage.k8s.io",
            gap,
        ));
    }
    judged.partial |= classes.gap.is_some();
    let mut sorted: Vec<&StorageClass> = classes.items.iter().collect();
    sorted.sort_by_key(|class| &class.metadata.name);
    judged
        .items
        .extend(sorted.into_iter().map(|class| item(scene, class)));
    Ok(())
}

pub(super) fn named(scene: &Scene<'_>, name: &str, judged: &mut Judged) -> Result<(), Failure> {
    if scene.situation.class(name).is_some() {
        return class(scene, name, judged);
    }
    if is_known_driver(scene, name) {
        return driver(scene, name, judged);
    }
    Err(missing(scene, "storage class or CSI driver", name))
}

pub(super) fn class(scene: &Scene<'_>, name: &str, judged: &mut Judged) -> Result<(), Failure> {
    let Some(class) = scene.situation.class(name) else {
        return Err(missing(scene, "storage class", name));
    };
    judged.items.push(item(scene, class));
    Ok(())
}

/// A driver is judged through its classes; without any, by itself.
pub(super) fn driver(scene: &Scene<'_>, name: &str, judged: &mut Judged) -> Result<(), Failure> {
    if !is_known_driver(scene, name) {
        return Err(missing(scene, "CSI driver", name));
    }
    let classes = &scene.situation.inventory.storage_classes.items;
    let mut own: Vec<_> = classes
        .iter()
        .filter(|class| class.provisioner == name)
        .collect();
    own.sort_by_key(|class| &class.metadata.name);
    if own.is_empty() {
        let subject = Subject::driver(name);
        judged.items.push(Item {
            target: TargetRef {
                kind: "CSIDriver",
                name: name.to_owned(),
                namespace: None,
            },
            driver: subject.driver.clone(),
            engine: subject.engine.map(Into::into),
            class: None,
            capabilities: judge(scene.situation, &subject, Use::None),
            disks: None,
            forecast: None,
            image: None,
        });
    }
    judged
        .items
        .extend(own.into_iter().map(|class| item(scene, class)));
    Ok(())
}

pub(super) fn is_known_driver(scene: &Scene<'_>, name: &str) -> bool {
    let inventory = scene.situation.inventory;
    let on_nodes = || {
        inventory
            .csi_nodes
            .items
            .iter()
            .flat_map(|node| &node.spec.drivers)
    };
    inventory
        .csi_drivers
        .items
        .iter()
        .any(|driver| driver.metadata.name == name)
        || inventory
            .storage_classes
            .items
            .iter()
            .any(|class| class.provisioner == name)
        || on_nodes().any(|driver| driver.name == name)
}

fn item(scene: &Scene<'_>, class: &StorageClass) -> Item {
    let subject = Subject::class(class);
    Item {
        target: TargetRef {
            kind: "StorageClass",
            name: class.metadata.name.clone(),
            namespace: None,
        },
        driver: subject.driver.clone(),
        engine: subject.engine.map(Into::into),
        class: Some(class_facts(scene, &subject, class)),
        capabilities: judge(scene.situation, &subject, Use::None),
        disks: None,
        forecast: None,
        image: None,
    }
}

pub(super) fn class_facts(
    scene: &Scene<'_>,
    subject: &Subject<'_>,
    class: &StorageClass,
) -> ClassFacts {
    let name = &class.metadata.name;
    let profile = scene.situation.profile(name);
    let strategy = profile.map(|profile| profile.status.clone_strategy.clone());
    ClassFacts {
        name: name.clone(),
        volume_binding_mode: subject.binding().to_owned(),
        snapshot_class: named_snapshot_class(scene.situation, &subject.driver),
        clone_strategy: strategy.filter(|strategy| !strategy.is_empty()),
        sidecars: lease_signs(scene.situation, &subject.driver),
    }
}

/// A name that is not there, with the nearest that is.
pub(super) fn missing(scene: &Scene<'_>, what: &str, name: &str) -> Failure {
    let inventory = scene.situation.inventory;
    if let Some(gap) = &inventory.storage_classes.gap {
        return door::unread(scene.source, "storageclasses.storage.k8s.io", gap);
    }
    let classes = inventory
        .storage_classes
        .items
        .iter()
        .map(|class| class.metadata.name.as_str());
    let drivers = inventory
        .csi_drivers
        .items
        .iter()
        .map(|driver| driver.metadata.name.as_str());
    let near = match what {
        "storage class" => nearest(name, classes),
        "CSI driver" => nearest(name, drivers),
        _ => nearest(name, classes.chain(drivers)),
    };
    Failure::failed(format!("there is no {what} \"{name}\"")).hint(match near {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => "{cmd} check-driver lists every storage class".to_owned(),
    })
}
