//! Storage classes: mapped, or of the same name; never another one.

use hv_vm::header::Disk;

use super::disk::name;
use super::{Draft, Ground};
use crate::inventory::{Class, Found};
use crate::preflight::Sheet;

/// Classes that Harvester keeps for itself.
const RESERVED: &[&str] = &["longhorn-static", "vmstate-persistence"];

const LVM: &str = "lvm.driver.harvesterhci.io";

/// The class of a new claim; none if that is open.
pub(super) fn class_of<'g>(
    ground: &Ground<'g>,
    draft: &Draft<'_>,
    disk: &Disk,
    given: Option<&str>,
    sheet: &mut Sheet<'_>,
) -> Option<(String, Option<&'g Class>)> {
    let source = disk.class.as_deref().filter(|class| !class.is_empty());
    let mapped = given.or_else(|| ground.map.class_of(source?));
    let Some(class) = mapped.or(source) else {
        sheet.say("class-unset", &[("disk", name(disk))]);
        return None;
    };
    let values = [
        ("class", source.unwrap_or(class)),
        ("target", class),
        ("disk", name(disk)),
    ];
    let [a, b, c] = values;
    if RESERVED.contains(&class) {
        sheet.say("class-reserved", &values);
        return None;
    }
    match ground.inventory.classes.get("", class) {
        Found::Yes(found) => {
            driver(draft, found, source, &values, sheet);
            Some((class.to_owned(), Some(found)))
        }
        Found::No => {
            match mapped {
                Some(_) => sheet.say("class-target-missing", &values),
                None => sheet.say("class-missing", &values),
            }
            None
        }
        // Somebody who maps a class knows of it; nobody else may be believed.
        Found::Unknown(why) if mapped.is_some() => {
            sheet.warn("unknown-classes", &[a, b, c, ("why", why)]);
            Some((class.to_owned(), None))
        }
        Found::Unknown(why) => {
            sheet.say("unknown-classes", &[a, b, c, ("why", why)]);
            None
        }
    }
}

/// Whether another driver makes the disks than in the source.
fn driver(
    draft: &Draft<'_>,
    found: &Class,
    source: Option<&str>,
    values: &[(&str, &str); 3],
    sheet: &mut Sheet<'_>,
) {
    let classes = &draft.header.requirements.storage_classes;
    let need = classes
        .iter()
        .find(|need| Some(need.name.as_str()) == source);
    let Some(before) = need.and_then(|need| need.driver.as_deref()) else {
        return;
    };
    if before != found.provisioner {
        let [a, b, c] = *values;
        let drivers = [("before", before), ("after", found.provisioner.as_str())];
        sheet.say("class-driver-differs", &[a, b, c, drivers[0], drivers[1]]);
    }
}

/// The access modes of a new claim: what the source has, as far as the driver can.
pub(super) fn access_modes(
    disk: &Disk,
    class: Option<&Class>,
    sheet: &mut Sheet<'_>,
) -> Vec<String> {
    let once = || vec!["ReadWriteOnce".to_owned()];
    let is_local = class.is_some_and(|class| class.provisioner == LVM);
    let shares = disk.access_modes.iter().any(|mode| mode == "ReadWriteMany");
    if is_local && shares {
        sheet.say("access-mode-changed", &[("disk", name(disk))]);
        return once();
    }
    match disk.access_modes.is_empty() {
        true => {
            sheet.say(
                "disk-shape-assumed",
                &[("disk", name(disk)), ("shape", "ReadWriteOnce")],
            );
            once()
        }
        false => disk.access_modes.clone(),
    }
}

/// The volume mode of a new claim.
pub(super) fn volume_mode(disk: &Disk, sheet: &mut Sheet<'_>) -> String {
    disk.volume_mode.clone().unwrap_or_else(|| {
        sheet.say(
            "disk-shape-assumed",
            &[("disk", name(disk)), ("shape", "Block")],
        );
        "Block".to_owned()
    })
}
