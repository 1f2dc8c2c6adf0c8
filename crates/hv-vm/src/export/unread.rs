//! Objects that a VM names and that are not in its bundle.

use crate::graph::{Need, Reached};
use crate::header::Unread;
use crate::key::Kind;
use crate::objects::{Objects, State};

/// What was reached and not read, each with the reason.
pub(super) fn unread(reached: &[Reached], objects: &Objects) -> Vec<Unread> {
    let mut found: Vec<Unread> = reached
        .iter()
        .filter_map(|one| {
            let (reason, message) = match objects.state(&one.key) {
                State::Found(_) => return None,
                State::Missing if is_usual(one) => return None,
                State::NotRead if one.need == Need::Secret => return None,
                State::Missing => ("NotFound", format!("{} does not exist", one.key)),
                State::Unreadable(why) => ("Unreadable", why.clone()),
                State::NotRead => ("NotRead", String::new()),
            };
            Some(Unread {
                object: one.key.clone(),
                reason: reason.to_owned(),
                message,
                used_by: one.used_by.clone(),
            })
        })
        .collect();
    found.sort_by(|a, b| a.object.cmp(&b.object));
    found
}

/// Whether nothing is wrong if an object does not exist.
fn is_usual(one: &Reached) -> bool {
    let only = |kind: &str| one.used_by.iter().all(|by| by.starts_with(kind));
    match one.key.kind {
        // A VM that does not run has none; CDI removes the other once the disk is filled.
        Kind::VirtualMachineInstance | Kind::DataVolume => true,
        // What was cloned need not be an image.
        Kind::VirtualMachineImage => only("DataVolume/"),
        // Longhorn's side of an image bears another name where the image is old.
        Kind::BackingImage => only("VirtualMachineImage/"),
        _ => false,
    }
}
