//! Bundles and releases.

use hv_cluster::harvester::HarvesterRelease;
use hv_cluster::release::Release;
use hv_vm::header::{Reconstructed, Unread};
use hv_vm::store::StoreError;
use hv_vm::{Key, Kind};

use super::super::bed::Bed;
use super::super::{Case, case};

fn known(bed: &mut Bed, text: &str) {
    let release = Release::parse(text).unwrap();
    bed.inventory.release = HarvesterRelease::Known(release, text.to_owned());
}

fn again(bed: &mut Bed) {
    bed.guests = Bed::new().guests;
}

pub(super) const CASES: &[Case] = &[
    case(
        "bundle-broken",
        |bed| bed.guest().error = Some(StoreError::Missing("bundle.json".into())),
        again,
    ),
    case(
        "bundle-newer",
        |bed| {
            bed.guest().error = Some(StoreError::NewerFormat {
                path: "bundle.json".into(),
                found: 9,
                known: 1,
            });
        },
        again,
    ),
    case(
        "bundle-tampered",
        |bed| {
            bed.guest().tamper = |stored| {
                stored.files.values_mut().for_each(|bytes| bytes.push(b' '));
            };
        },
        again,
    ),
    case(
        "digest-mismatch",
        |bed| bed.guest().tamper = |stored| stored.header.digest = "sha256:00".to_owned(),
        again,
    ),
    case(
        "digest-incomparable",
        |bed| bed.guest().header.normal_form = 99,
        again,
    ),
    case(
        "bundle-reconstructed",
        |bed| {
            bed.guest().header.reconstructed = Some(Reconstructed {
                from: "support bundle".to_owned(),
                guessed: vec!["spec.x".to_owned()],
            });
        },
        again,
    ),
    case(
        "bundle-template",
        |bed| bed.guest().is_template = true,
        again,
    ),
    case(
        "guest-cluster-node",
        |bed| {
            bed.guest().vm["metadata"]["labels"]["harvesterhci.io/creator"] =
                "docker-machine-driver-harvester".into();
        },
        again,
    ),
    case(
        "object-unread",
        |bed| {
            bed.guest().header.unread.push(Unread {
                object: Key::new(Kind::KeyPair, "prod", "ops"),
                reason: "Unreadable".to_owned(),
                message: String::new(),
                used_by: Vec::new(),
            });
        },
        again,
    ),
    case(
        "no-kubevirt",
        |bed| bed.inventory.serves_vms = false,
        |bed| bed.inventory.serves_vms = true,
    ),
    case(
        "no-harvester",
        |bed| bed.inventory.release = HarvesterRelease::NotHarvester,
        |bed| known(bed, "v1.8.2"),
    ),
    case(
        "unknown-release",
        |bed| bed.inventory.release = HarvesterRelease::Unknown("denied".to_owned()),
        |bed| known(bed, "v1.8.2"),
    ),
    case(
        "release-assumed",
        |bed| {
            let newest = Release::parse("v1.9.0").unwrap();
            bed.inventory.release = HarvesterRelease::Assumed(newest, "v2.0.0".to_owned());
        },
        |bed| known(bed, "v1.8.2"),
    ),
    case(
        "release-older",
        |bed| known(bed, "v1.6.1"),
        |bed| known(bed, "v1.8.0"),
    ),
];
