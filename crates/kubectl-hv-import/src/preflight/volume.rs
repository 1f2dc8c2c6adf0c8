//! Whether a volume can be bound without harm to it or to others.

use serde_json::Value;

use super::Sheet;
use super::amount::is_less;
use super::neighbours::Neighbours;
use crate::inventory::Found;
use crate::resolve::{Draft, Ground, Plug};

/// A volume that is there.
pub(super) fn bound(
    ground: &Ground<'_>,
    draft: &Draft<'_>,
    plug: &Plug<'_>,
    (name, claim): (&str, &str),
    sheet: &mut Sheet<'_>,
) {
    let Found::Yes(volume) = ground.inventory.volumes.get("", name) else {
        return;
    };
    let values = [("disk", plug.name()), ("volume", name)];
    let [a, b] = values;
    if let Some(holder) = &volume.spec.claim_ref {
        let is_ours = holder.namespace == draft.target.namespace && holder.name == claim;
        let id = format!("{}/{}", holder.namespace, holder.name);
        if !is_ours {
            sheet.say("volume-bound", &[a, b, ("holder", &id)]);
        } else if !holder.uid.is_empty() {
            sheet.say("volume-released", &[a, b, ("holder", &id)]);
        }
    }
    if volume.spec.persistent_volume_reclaim_policy != "Retain" {
        sheet.say("volume-not-retained", &values);
    }
    let size = volume
        .spec
        .capacity
        .get("storage")
        .map_or("", String::as_str);
    let wanted = plug.disk.size.as_deref().unwrap_or_default();
    if is_less(size, wanted) {
        sheet.say(
            "volume-too-small",
            &[a, b, ("size", size), ("wanted", wanted)],
        );
    }
    let mode = match volume.spec.volume_mode.as_str() {
        "" => "Filesystem",
        mode => mode,
    };
    if let Some(before) = plug.disk.volume_mode.as_deref()
        && mode != before
    {
        sheet.say(
            "volume-mode-differs",
            &[a, b, ("mode", mode), ("before", before)],
        );
    }
}

/// A handle of a driver that a volume is made for: no other volume may have it.
pub(super) fn handle(
    ground: &Ground<'_>,
    neighbours: &Neighbours<'_>,
    plug: &Plug<'_>,
    made: &Value,
    sheet: &mut Sheet<'_>,
) {
    let csi = &made["spec"]["csi"];
    let driver = csi["driver"].as_str().unwrap_or_default();
    let handle = csi["volumeHandle"].as_str().unwrap_or_default();
    let values = [("disk", plug.name()), ("handle", handle)];
    let [a, b] = values;
    if let Some(found) = neighbours.with_handle(driver, handle) {
        sheet.say("handle-taken", &[a, b, ("volume", &found.metadata.name)]);
    } else if let Err(why) = ground.inventory.volumes.all() {
        sheet.say("unknown-handles", &[a, b, ("why", why)]);
    }
}
