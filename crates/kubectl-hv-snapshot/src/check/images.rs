//! Images as targets: where they lie and what a disk made from them costs.

use hv_cli::Failure;
use hv_cluster::capability::{Subject, Use, image_facts, judge};
use hv_cluster::views::Image;
use hv_cluster::{Query, kinds};

use super::{Judged, Scene, classes};
use crate::report::{Item, TargetRef};
use hv_cli::door;

/// One image, or all of them where `name` is empty.
pub(super) async fn all_or_one(
    scene: &Scene<'_>,
    name: &str,
    judged: &mut Judged,
) -> Result<(), Failure> {
    let query = Query {
        namespace: (!scene.all_namespaces).then(|| scene.namespace.to_owned()),
        labels: scene.selector.map(Into::into),
        fields: (!name.is_empty()).then(|| format!("metadata.name={name}")),
    };
    let images = scene
        .source
        .list::<Image>(&kinds::VIRTUAL_MACHINE_IMAGE, &query)
        .await;
    let images = images.map_err(|error| door::failure(&error))?;
    if images.items.is_empty() {
        if let Some(gap) = &images.gap {
            return Err(door::unread(
                scene.source,
                "virtualmachineimages.harvesterhci.io",
                gap,
            ));
        }
        if !name.is_empty() {
            let message = format!("virtualmachineimages.harvesterhci.io \"{name}\" not found");
            let hint = format!(
                "looked in namespace \"{}\"; name another with -n",
                scene.namespace
            );
            return Err(Failure::from_server(Some("NotFound"), &message).hint(hint));
        }
    }
    judged.note_targets("virtualmachineimages.harvesterhci.io", images.gap.as_ref());
    judged
        .items
        .extend(images.items.iter().map(|image| item(scene, image)));
    Ok(())
}

fn item(scene: &Scene<'_>, image: &Image) -> Item {
    let facts = image_facts(scene.situation, image);
    let class = scene.situation.class(&facts.storage_class);
    let subject = class.map_or_else(Subject::unknown, Subject::class);
    Item {
        target: TargetRef {
            kind: "VirtualMachineImage",
            name: image.metadata.name.clone(),
            namespace: Some(image.metadata.namespace.clone()),
        },
        driver: subject.driver.clone(),
        engine: subject.engine.map(Into::into),
        class: class.map(|class| classes::class_facts(scene, &subject, class)),
        capabilities: judge(scene.situation, &subject, Use::None),
        disks: None,
        forecast: None,
        image: Some(facts),
    }
}
