//! Disks, classes, claims, snapshots.

use serde_json::json;

use super::super::bed::{Bed, claim, deny, disk, known, neighbour, put, snapshot};
use super::super::{Case, case};
use crate::resolve::DiskDefault;

const LVM: &str = "lvm.driver.harvesterhci.io";

/// A blank disk of a claim that is not there yet.
fn blank(bed: &mut Bed) {
    bed.map_disk(json!({"blank": {}, "claim": "fresh"}));
}

/// A second disk that begins empty.
fn data(bed: &mut Bed, class: &str) {
    bed.guest().header.disks.push(disk("data", "db01-data"));
    bed.map["disks"]["prod/db01"]["data"] = json!({"blank": {"class": class}});
}

fn one_node(bed: &mut Bed, name: &str, node: &str) {
    let labels = json!([{"key": "topology.lvm.csi/node", "values": [node]}]);
    let class = json!({
        "metadata": {"name": name}, "provisioner": LVM,
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowedTopologies": [{"matchLabelExpressions": labels}],
    });
    put(&mut bed.inventory.classes, class);
}

fn spare(bed: &mut Bed) {
    bed.map_disk(json!({"existing": "spare"}));
}

fn map_class(bed: &mut Bed) {
    bed.map["storageClasses"] = json!({"longhorn": "other"});
}

fn filled(bed: &mut Bed) {
    bed.map_disk(json!({"snapshot": "other-snap", "claim": "fresh"}));
}

fn snap(bed: &mut Bed) {
    bed.map_disk(json!({"snapshot": "snap", "claim": "fresh"}));
}

pub(super) const CASES: &[Case] = &[
    case(
        "disk-open",
        |bed| bed.map["disks"] = json!({}),
        |bed| bed.options.disk_default = Some(DiskDefault::Existing),
    ),
    case(
        "disk-without-claim",
        |bed| bed.map["disks"]["prod/db01"]["cd"] = json!({"blank": {}}),
        |bed| bed.map["disks"]["prod/db01"]["cd"] = json!({"skip": true}),
    ),
    case(
        "disk-skipped",
        |bed| bed.map_disk(json!({"skip": true})),
        spare,
    ),
    case(
        "disk-size-unknown",
        |bed| {
            bed.disk().size = None;
            blank(bed);
        },
        |bed| bed.map_disk(json!({"blank": {"size": "10Gi"}, "claim": "fresh"})),
    ),
    case(
        "disk-shape-assumed",
        |bed| {
            bed.disk().volume_mode = None;
            blank(bed);
        },
        spare,
    ),
    case("disk-blank-boot", blank, spare),
    case(
        "class-missing",
        |bed| {
            blank(bed);
            bed.disk().class = Some("longhorn-image-8x".to_owned());
        },
        |bed| bed.map["storageClasses"] = json!({"longhorn-image-8x": "longhorn"}),
    ),
    case(
        "class-target-missing",
        |bed| {
            blank(bed);
            bed.map["storageClasses"] = json!({"longhorn": "nowhere"});
        },
        map_class,
    ),
    case(
        "class-unset",
        |bed| {
            blank(bed);
            bed.disk().class = None;
        },
        |bed| bed.map_disk(json!({"blank": {"class": "longhorn"}, "claim": "fresh"})),
    ),
    case(
        "class-reserved",
        |bed| {
            blank(bed);
            put(
                &mut bed.inventory.classes,
                json!({"metadata": {"name": "longhorn-static"}}),
            );
            bed.disk().class = Some("longhorn-static".to_owned());
        },
        |bed| bed.map["storageClasses"] = json!({"longhorn-static": "longhorn"}),
    ),
    case(
        "class-of-image",
        |bed| {
            blank(bed);
            put(
                &mut bed.inventory.classes,
                json!({
                    "metadata": {"name": "longhorn"}, "provisioner": "driver.longhorn.io",
                    "parameters": {"backingImage": "vmi-1"},
                }),
            );
        },
        map_class,
    ),
    case(
        "class-driver-differs",
        |bed| {
            blank(bed);
            one_node(bed, "lvm", "n1");
            bed.map["storageClasses"] = json!({"longhorn": "lvm"});
        },
        map_class,
    ),
    case(
        "class-waits",
        |bed| {
            one_node(bed, "lvm", "n1");
            data(bed, "lvm");
        },
        |bed| bed.map["disks"]["prod/db01"]["data"] = json!({"skip": true}),
    ),
    case(
        "class-one-node",
        |bed| {
            one_node(bed, "lvm", "n1");
            data(bed, "lvm");
        },
        |bed| bed.map["disks"]["prod/db01"]["data"] = json!({"blank": {"class": "longhorn"}}),
    ),
    case(
        "one-node-conflict",
        |bed| {
            one_node(bed, "lvm-1", "n1");
            one_node(bed, "lvm-2", "n2");
            data(bed, "lvm-1");
            bed.map_disk(json!({"blank": {"class": "lvm-2"}, "claim": "fresh"}));
        },
        |bed| bed.map_disk(json!({"blank": {"class": "lvm-1"}, "claim": "fresh"})),
    ),
    case(
        "access-mode-changed",
        |bed| {
            one_node(bed, "lvm", "n1");
            data(bed, "lvm");
        },
        |bed| bed.map["disks"]["prod/db01"]["data"] = json!({"blank": {"class": "longhorn"}}),
    ),
    case(
        "unknown-classes",
        |bed| {
            blank(bed);
            deny(&mut bed.inventory.classes);
        },
        map_class,
    ),
    case(
        "claim-missing",
        |bed| bed.map_disk(json!({"existing": "nowhere"})),
        spare,
    ),
    case(
        "claim-in-use",
        |bed| {
            let vm = neighbour("dr", "old", "02:00:00:00:00:99", "dr/vlan100");
            put(&mut bed.inventory.machines, vm);
            put(&mut bed.inventory.claims, claim("neighbours"));
            bed.map_disk(json!({"existing": "neighbours"}));
        },
        spare,
    ),
    case(
        "claim-too-small",
        |bed| bed.disk().size = Some("41Gi".to_owned()),
        |bed| {
            let mut large = claim("large");
            large["status"]["capacity"]["storage"] = "50Gi".into();
            put(&mut bed.inventory.claims, large);
            bed.map_disk(json!({"existing": "large"}));
        },
    ),
    case(
        "claim-mode-differs",
        |bed| {
            let mut files = claim("db01-root");
            files["spec"]["volumeMode"] = "Filesystem".into();
            put(&mut bed.inventory.claims, files);
        },
        spare,
    ),
    case(
        "claim-lost",
        |bed| {
            let mut lost = claim("db01-root");
            lost["status"]["phase"] = "Lost".into();
            put(&mut bed.inventory.claims, lost);
        },
        spare,
    ),
    case(
        "claim-golden",
        |bed| {
            let mut golden = claim("db01-root");
            golden["metadata"]["annotations"] = json!({"harvesterhci.io/goldenImage": "true"});
            put(&mut bed.inventory.claims, golden);
        },
        spare,
    ),
    case(
        "unknown-claims",
        |bed| deny(&mut bed.inventory.claims),
        blank,
    ),
    case(
        "unknown-claim-use",
        |bed| deny(&mut bed.inventory.machines),
        |bed| bed.inventory.machines = known(json!([])),
    ),
    case("snapshot-missing", filled, snap),
    case(
        "snapshot-not-ready",
        |bed| {
            put(
                &mut bed.inventory.snapshots,
                snapshot("other-snap", false, "40Gi"),
            );
            filled(bed);
        },
        snap,
    ),
    case(
        "snapshot-too-large",
        |bed| {
            put(
                &mut bed.inventory.snapshots,
                snapshot("other-snap", true, "41Gi"),
            );
            filled(bed);
        },
        snap,
    ),
    case(
        "unknown-snapshots",
        |bed| {
            deny(&mut bed.inventory.snapshots);
            snap(bed);
        },
        |bed| bed.inventory.snapshots = known(json!([snapshot("snap", true, "40Gi")])),
    ),
];
