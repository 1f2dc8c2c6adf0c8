//! What a target must have for a VM to run there.

mod classes;
mod images;
mod machine;
mod merge;
mod named;
mod networks;
mod place;
pub(crate) mod url;

#[cfg(test)]
mod tests;

pub(crate) use images::{image, image_of};

use serde_json::Value;

use crate::graph::Reached;
use crate::header::{Disk, Requirements, SecretNeed};
use crate::objects::Objects;

/// What requirements are drawn from.
pub(crate) struct Needs<'a> {
    /// The VM as it was in its cluster; what was left out of the bundle is wanted too.
    pub(crate) source: &'a Value,
    /// The VM as it is stored.
    pub(crate) stored: &'a Value,
    /// Its namespace.
    pub(crate) namespace: &'a str,
    /// Its disks.
    pub(crate) disks: &'a [Disk],
    /// Everything it reaches.
    pub(crate) reached: &'a [Reached],
    /// Everything that was read.
    pub(crate) objects: &'a Objects,
}

/// The requirements of a VM.
pub(crate) fn requirements(needs: &Needs<'_>, secrets: Vec<SecretNeed>) -> Requirements {
    Requirements {
        storage_classes: classes::classes(needs),
        images: images::images(needs),
        networks: networks::networks(needs),
        secrets,
        named: named::named(needs),
        devices: machine::devices(needs),
        node_labels: place::node_labels(needs),
        machine: machine::machine(needs),
    }
}

/// A string of an object, unless it is empty.
fn text(value: &Value) -> Option<String> {
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}
