//! Volumes that are bound.

use hv_vm::header::CsiVolume;
use serde_json::{Value, json};

use super::super::bed::{Bed, deny, known, put, volume};
use super::super::{Case, case};

fn bind(bed: &mut Bed, volume: &str) {
    bed.map_disk(json!({"bind": {"volume": volume}, "claim": "fresh"}));
}

fn sound(bed: &mut Bed) {
    bind(bed, "pv-2");
}

/// The volume of the bed in another state.
fn changed(bed: &mut Bed, change: fn(&mut Value)) {
    let mut one = volume("pv-1");
    change(&mut one["spec"]);
    put(&mut bed.inventory.volumes, one);
    bind(bed, "pv-1");
}

fn csi(driver: &str, handle: &str) -> CsiVolume {
    CsiVolume {
        driver: driver.to_owned(),
        handle: handle.to_owned(),
        attributes: std::collections::BTreeMap::new(),
        node_affinity: None,
    }
}

fn replicated(bed: &mut Bed) {
    bed.map_disk(json!({"bind": {}, "claim": "fresh"}));
}

pub(super) const CASES: &[Case] = &[
    case("bind-without-handle", replicated, |bed| {
        bed.map_disk(json!({
            "bind": {"driver": "driver.longhorn.io", "handle": "v1"}, "claim": "fresh",
        }));
    }),
    case(
        "bind-class-driver",
        |bed| {
            bed.disk().csi = Some(csi("other.driver.io", "v1"));
            put(
                &mut bed.inventory.classes,
                json!({"metadata": {"name": "fits"}, "provisioner": "other.driver.io"}),
            );
            replicated(bed);
        },
        |bed| bed.map["storageClasses"] = json!({"longhorn": "fits"}),
    ),
    case(
        "handle-taken",
        |bed| {
            bed.disk().csi = Some(csi("driver.longhorn.io", "handle-pv-1"));
            replicated(bed);
        },
        |bed| bind(bed, "pv-1"),
    ),
    case(
        "unknown-handles",
        |bed| {
            bed.disk().csi = Some(csi("driver.longhorn.io", "v1"));
            replicated(bed);
            deny(&mut bed.inventory.volumes);
        },
        |bed| bed.inventory.volumes = known(json!([])),
    ),
    case("volume-missing", |bed| bind(bed, "nowhere"), sound),
    case(
        "volume-bound",
        |bed| {
            changed(bed, |spec| {
                spec["claimRef"] = json!({"namespace": "lab", "name": "x", "uid": "u"});
            });
        },
        sound,
    ),
    case(
        "volume-released",
        |bed| {
            changed(bed, |spec| {
                spec["claimRef"] = json!({"namespace": "dr", "name": "fresh", "uid": "gone"});
            });
        },
        |bed| {
            changed(bed, |spec| {
                spec["claimRef"] = json!({"namespace": "dr", "name": "fresh"});
            });
        },
    ),
    case(
        "volume-not-retained",
        |bed| {
            changed(bed, |spec| {
                spec["persistentVolumeReclaimPolicy"] = "Delete".into();
            });
        },
        |bed| {
            changed(bed, |spec| {
                spec["persistentVolumeReclaimPolicy"] = "Retain".into();
            });
        },
    ),
    case(
        "volume-too-small",
        |bed| changed(bed, |spec| spec["capacity"]["storage"] = "39Gi".into()),
        sound,
    ),
    case(
        "volume-mode-differs",
        |bed| changed(bed, |spec| spec["volumeMode"] = "Filesystem".into()),
        sound,
    ),
    case(
        "unknown-volumes",
        |bed| {
            bind(bed, "pv-1");
            deny(&mut bed.inventory.volumes);
        },
        |bed| bed.map_disk(json!({"existing": "spare"})),
    ),
];
