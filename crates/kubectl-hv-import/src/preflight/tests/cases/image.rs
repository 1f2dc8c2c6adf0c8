//! Images.

use hv_vm::header::ImageNeed;
use serde_json::json;

use super::super::bed::{Bed, deny, image, known, put};
use super::super::{Case, case};

const SOURCE: &str = "default/image-src";

/// A disk that becomes a fresh copy of the image it began as.
fn fresh(bed: &mut Bed) {
    bed.disk().image = Some(SOURCE.to_owned());
    bed.map_disk(json!({"image": "", "claim": "fresh"}));
    bed.needs().images = vec![ImageNeed {
        id: SOURCE.to_owned(),
        display_name: Some("ubuntu".to_owned()),
        checksum: Some("aa".to_owned()),
        virtual_size_bytes: Some(10_737_418_240),
        ..ImageNeed::default()
    }];
}

fn need(bed: &mut Bed) -> &mut ImageNeed {
    fresh(bed);
    &mut bed.needs().images[0]
}

fn mapped(bed: &mut Bed) {
    bed.map["images"] = json!({SOURCE: "default/image-abc"});
}

pub(super) const CASES: &[Case] = &[
    case(
        "image-none",
        |bed| bed.map_disk(json!({"image": "", "claim": "fresh"})),
        |bed| bed.map_disk(json!({"image": "default/image-abc", "claim": "fresh"})),
    ),
    case(
        "image-missing",
        |bed| {
            let need = need(bed);
            (need.display_name, need.checksum) = (Some("suse".to_owned()), Some("bb".to_owned()));
        },
        mapped,
    ),
    case(
        "image-other",
        |bed| need(bed).checksum = Some("bb".to_owned()),
        mapped,
    ),
    case(
        "image-ambiguous",
        |bed| {
            fresh(bed);
            put(
                &mut bed.inventory.images,
                image("image-def", "ubuntu", "AA"),
            );
        },
        mapped,
    ),
    case(
        "image-unproven",
        |bed| {
            let need = need(bed);
            (need.checksum, need.virtual_size_bytes) = (None, None);
        },
        mapped,
    ),
    case(
        "image-target-missing",
        |bed| {
            fresh(bed);
            bed.map["images"] = json!({SOURCE: "default/nowhere"});
        },
        mapped,
    ),
    case(
        "image-not-imported",
        |bed| {
            fresh(bed);
            let mut loading = image("image-abc", "ubuntu", "aa");
            loading["status"]["conditions"] = json!([{"type": "Imported", "status": "Unknown"}]);
            bed.inventory.images = known(json!([loading, image("image-x", "other", "cc")]));
        },
        |bed| bed.map["images"] = json!({SOURCE: "default/image-x"}),
    ),
    case(
        "image-differs",
        |bed| {
            fresh(bed);
            put(&mut bed.inventory.images, image("image-x", "ubuntu", "bb"));
            bed.map["images"] = json!({SOURCE: "default/image-x"});
        },
        mapped,
    ),
    case(
        "image-too-large",
        |bed| {
            fresh(bed);
            bed.disk().size = Some("9Gi".to_owned());
        },
        |bed| {
            let mut small = image("image-x", "ubuntu", "aa");
            small["status"]["virtualSize"] = 1024.into();
            put(&mut bed.inventory.images, small);
            bed.map["images"] = json!({SOURCE: "default/image-x"});
        },
    ),
    case("image-fresh", fresh, |bed| {
        bed.map_disk(json!({"existing": "spare"}));
    }),
    case(
        "unknown-images",
        |bed| {
            fresh(bed);
            deny(&mut bed.inventory.images);
        },
        |bed| bed.map_disk(json!({"existing": "spare"})),
    ),
];
