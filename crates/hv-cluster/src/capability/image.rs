//! What a VM image is stored in, and how disks are made from it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::situation::Situation;
use crate::views::Image;

/// Facts of an image that decide what its disks cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageFacts {
    /// `backingimage` or `cdi`.
    pub backend: String,
    /// Name people see.
    pub display_name: String,
    /// Storage class of disks made from it.
    pub storage_class: String,
    /// Bytes stored.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub size_bytes: Option<i64>,
    /// Bytes a guest sees; a disk must not be smaller.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub virtual_size_bytes: Option<i64>,
    /// Whether it has been imported.
    pub ready: bool,
    /// How a disk is made from it: `backing-image`, `csi-clone`, `snapshot`, `copy` or `unknown`.
    pub clone_strategy: String,
    /// What that costs.
    pub clone_cost: String,
}

/// Reads an image.
pub fn image_facts(situation: &Situation<'_>, image: &Image) -> ImageFacts {
    let backend = match image.spec.backend.as_str() {
        "" => "backingimage",
        other => other,
    };
    let class = [
        &image.status.storage_class_name,
        &image.spec.target_storage_class_name,
    ]
    .into_iter()
    .find(|name| !name.is_empty())
    .cloned()
    .unwrap_or_default();
    let (strategy, cost) = if backend == "backingimage" {
        (
            "backing-image",
            "Longhorn shares the image's blocks: at once, space only for what changes.",
        )
    } else {
        match strategy(situation, &class) {
            "csi-clone" => (
                "csi-clone",
                "The driver clones the image's volume; speed is up to it.",
            ),
            "snapshot" => (
                "snapshot",
                "A snapshot of the image's volume is taken and restored: quick, needs a snapshot class.",
            ),
            "copy" => (
                "copy",
                "Two pods copy every byte over the network: slow, full space.",
            ),
            _ => ("unknown", "CDI's configuration could not be read."),
        }
    };
    let imported = crate::views::condition(&image.status.conditions, "Imported");
    ImageFacts {
        backend: backend.to_owned(),
        display_name: image.spec.display_name.clone(),
        storage_class: class,
        size_bytes: image.status.size,
        virtual_size_bytes: image.status.virtual_size,
        ready: imported.is_some_and(|condition| condition.status == "True"),
        clone_strategy: strategy.to_owned(),
        clone_cost: cost.to_owned(),
    }
}

/// The strategy CDI takes: its override, the profile, the class's annotation, then its own rule.
fn strategy(situation: &Situation<'_>, class: &str) -> &'static str {
    let inventory = situation.inventory;
    let known = |word: &str| match word {
        "csi-clone" => Some("csi-clone"),
        "snapshot" => Some("snapshot"),
        "copy" => Some("copy"),
        _ => None,
    };
    let wish = inventory
        .cdis
        .items
        .iter()
        .find_map(|cdi| known(&cdi.spec.clone_strategy_override));
    let profile = situation.profile(class);
    let class = situation.class(class);
    let annotated =
        || class.and_then(|c| known(c.metadata.annotation("cdi.kubevirt.io/clone-strategy")));
    let wish = wish.or_else(|| profile.and_then(|p| known(&p.status.clone_strategy)));
    if wish.is_none() && (inventory.cdis.gap.is_some() || inventory.storage_profiles.gap.is_some())
    {
        return "unknown";
    }
    let usable = class.is_some_and(|class| {
        inventory
            .snapshot_classes
            .items
            .iter()
            .any(|own| own.driver == class.provisioner)
    });
    match wish.or_else(annotated) {
        Some("snapshot") | None if usable => "snapshot",
        Some("snapshot") | None => "copy",
        Some(strategy) => strategy,
    }
}
