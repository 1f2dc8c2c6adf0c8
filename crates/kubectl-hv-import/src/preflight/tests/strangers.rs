//! What is there already under a name that is wanted, and may be anybody's.

use hv_vm::Kind;
use hv_vm::header::{ImageNeed, SecretNeed};
use serde_json::json;

use super::bed::{Bed, claim, known, neighbour, put};
use crate::report::Verdict;
use crate::resolve::OnExists;

#[test]
fn a_secret_of_the_name_is_used_only_if_the_map_says_so() {
    let there = || {
        let mut bed = Bed::new();
        bed.options.on_exists = OnExists::Skip;
        bed.needs().secrets = vec![SecretNeed {
            name: "ci".to_owned(),
            state: "omitted".to_owned(),
            ..SecretNeed::default()
        }];
        bed.inventory.secrets.put("dr", "ci", ());
        bed
    };
    // The bundle has none: the one that is there is needed.
    assert!(
        there()
            .items()
            .iter()
            .all(|item| item.result == Verdict::Ok)
    );
    let mut bed = there();
    bed.guest().hold(Kind::Secret, "ci", b"x");
    bed.needs().secrets[0].state = "plaintext".to_owned();
    let item = bed.says("secret-exists").unwrap();
    assert_eq!(item.result, Verdict::Block);
    bed.map["secrets"] = json!({"prod/ci": "ci"});
    assert_eq!(bed.says("secret-kept").unwrap().result, Verdict::Ok);
    let assignment = bed.candidates().remove(0).assignment.unwrap();
    assert!(assignment.create.is_empty());
}

#[test]
fn a_vm_without_a_stamp_is_never_taken_for_one_without_a_lineage() {
    let mut bed = Bed::new();
    bed.guest().header.lineage_id = String::new();
    let twin = neighbour("dr", "db01", "52:54:00:aa:00:09", "dr/vlan100");
    put(&mut bed.inventory.machines, twin);
    bed.options.on_exists = OnExists::Skip;
    assert!(bed.says("vm-taken").is_some());
}

#[test]
fn firmware_state_of_an_older_release_counts_and_only_warns_a_vm_that_keeps_none() {
    let mut bed = Bed::new();
    let left = claim("persistent-state-for-db01");
    put(&mut bed.inventory.claims, left);
    let item = bed.says("state-claim-left").unwrap();
    assert_eq!(item.result, Verdict::Warn);
    bed.spec()["domain"]["firmware"]["bootloader"] = json!({"efi": {"persistent": true}});
    let item = bed.says("state-claim-left").unwrap();
    assert_eq!(item.result, Verdict::Block);
    assert_eq!(item.check, "claim dr/persistent-state-for-db01");
    let other = claim("persistent-state-for-db011");
    bed.inventory.claims = known(json!([claim("db01-root"), other]));
    assert!(bed.says("state-claim-left").is_none());
}

#[test]
fn an_image_needs_more_than_its_name_to_be_the_same() {
    let fresh = |need: ImageNeed| {
        let mut bed = Bed::new();
        bed.disk().image = Some("default/image-src".to_owned());
        bed.map_disk(json!({"image": "", "claim": "fresh"}));
        bed.needs().images = vec![ImageNeed {
            id: "default/image-src".to_owned(),
            display_name: Some("ubuntu".to_owned()),
            ..need
        }];
        bed
    };
    let bare = || fresh(ImageNeed::default());
    assert_eq!(
        bare().says("image-unproven").unwrap().result,
        Verdict::Block
    );
    let mut bed = bare();
    bed.map["images"] = json!({"default/image-src": "default/image-abc"});
    assert_eq!(bed.says("image-unproven").unwrap().result, Verdict::Warn);
    assert!(bed.candidates()[0].assignment.is_some());
    let sized = fresh(ImageNeed {
        virtual_size_bytes: Some(10_737_418_240),
        ..ImageNeed::default()
    });
    assert!(sized.says("image-unproven").is_none() && sized.says("image-fresh").is_some());
}

#[test]
fn nothing_that_a_vm_would_need_blocks_it_while_it_is_left_out() {
    let mut bed = Bed::new();
    bed.options.on_exists = OnExists::Skip;
    bed.guest().hold(Kind::Secret, "ci", b"x");
    bed.needs().secrets = vec![SecretNeed {
        name: "ci".to_owned(),
        state: "encrypted".to_owned(),
        ..SecretNeed::default()
    }];
    bed.inventory.secrets.put("dr", "ci", ());
    let mut twin = neighbour("dr", "db01", "52:54:00:aa:00:01", "dr/vlan100");
    twin["metadata"]["uid"] = "uid-db01".into();
    put(&mut bed.inventory.machines, twin);
    let candidate = bed.candidates().remove(0);
    assert!(candidate.skipped);
    let codes: Vec<&str> = candidate
        .items
        .iter()
        .map(|item| item.code.as_str())
        .collect();
    assert_eq!(codes, ["vm-skipped"]);
}
