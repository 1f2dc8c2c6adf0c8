//! What a table cannot show: spellings, sums, unknowns, what is left out, what is made.

use hv_vm::header::{NamedNeed, SecretNeed};
use hv_vm::mapping::{DiskChoice, MacChoice};
use hv_vm::{Key, Kind};
use serde_json::json;

use super::bed::{Bed, deny, neighbour, put, vm_name};
use crate::preflight::rights::Answer;
use crate::report::Verdict;
use crate::resolve::{DiskDefault, OnExists};

#[test]
fn an_address_is_the_same_however_it_is_written() {
    for text in [
        "52:54:00:aa:00:01",
        "52:54:00:AA:00:01",
        "52-54-00-aa-00-01",
        "5254.00aa.0001",
        "525400AA0001",
    ] {
        let mut bed = Bed::new();
        put(
            &mut bed.inventory.machines,
            neighbour("prod", "old", text, "dr/vlan100"),
        );
        let item = bed
            .says("mac-duplicate")
            .unwrap_or_else(|| panic!("{text}"));
        assert_eq!(item.message, "used by prod/old");
        assert_eq!(item.fix.as_deref(), Some("--mac new"));
    }
}

#[test]
fn an_address_that_harvester_remembers_counts() {
    let mut bed = Bed::new();
    let mut vm = neighbour("prod", "old", "", "dr/vlan100");
    let remembered = json!({"nic": "52-54-00-aa-00-01"}).to_string();
    vm["metadata"]["annotations"] = json!({"harvesterhci.io/mac-address": remembered});
    put(&mut bed.inventory.machines, vm);
    assert!(bed.says("mac-duplicate").is_some());
}

#[test]
fn what_could_not_be_read_is_never_well() {
    type Denied = (&'static str, fn(&mut Bed));
    let denied: &[Denied] = &[
        ("unknown-claims", |bed| deny(&mut bed.inventory.claims)),
        ("unknown-networks", |bed| deny(&mut bed.inventory.networks)),
        ("unknown-macs", |bed| deny(&mut bed.inventory.machines)),
        ("unknown-namespaces", |bed| {
            deny(&mut bed.inventory.namespaces);
        }),
        ("unknown-quotas", |bed| deny(&mut bed.inventory.quotas)),
        ("unknown-nodes", |bed| deny(&mut bed.inventory.nodes)),
    ];
    for (code, deny) in denied {
        let mut bed = Bed::new();
        deny(&mut bed);
        let item = bed.says(code).unwrap_or_else(|| panic!("{code}"));
        assert_ne!(item.result, Verdict::Ok, "{code}");
        assert!(
            item.message.contains("you may not list them"),
            "{}",
            item.message
        );
    }
}

#[test]
fn a_class_or_network_that_is_mapped_is_believed_and_still_told() {
    let mut bed = Bed::new();
    deny(&mut bed.inventory.classes);
    deny(&mut bed.inventory.networks);
    bed.map_disk(json!({"blank": {}, "claim": "fresh"}));
    bed.map["storageClasses"] = json!({"longhorn": "fast"});
    bed.map["networks"] = json!({"prod/vlan100": "dr/net"});
    for code in ["unknown-classes", "unknown-networks"] {
        assert_eq!(bed.says(code).unwrap().result, Verdict::Warn, "{code}");
    }
    let assignment = bed.candidates().remove(0).assignment.unwrap();
    assert!(matches!(
        &assignment.disks["root"],
        DiskChoice::Blank { class, .. } if class == "fast"
    ));
}

#[test]
fn all_that_is_open_is_told_at_once() {
    let mut bed = Bed::new();
    bed.map["disks"] = json!({});
    bed.disk().class = Some("longhorn-image-8x".to_owned());
    bed.needs().networks[0].id = "prod/vlan9".to_owned();
    put(
        &mut bed.inventory.machines,
        neighbour("prod", "old", "525400aa0001", "dr/vlan100"),
    );
    let codes: Vec<String> = bed.codes().into_iter().map(|(code, _)| code).collect();
    for code in [
        "disk-open",
        "class-missing",
        "network-missing",
        "mac-duplicate",
    ] {
        assert!(codes.contains(&code.to_owned()), "{code} of {codes:?}");
    }
    assert!(bed.candidates()[0].assignment.is_none());
}

#[test]
fn a_crowd_is_not_named_one_by_one() {
    let mut bed = Bed::new();
    for n in 0..5 {
        let mac = "52:54:00:aa:00:01";
        let name = format!("twin{n}");
        bed.guests.push(super::bed::Guest::new("prod", &name, mac));
        bed.map["disks"][format!("prod/{name}")] = json!({"root": {"skip": true}});
    }
    assert_eq!(
        bed.says("mac-shared").unwrap().message,
        "prod/twin0, prod/twin1, prod/twin2 and 2 more would have it too"
    );
}

#[test]
fn what_taking_back_needs_is_asked_for() {
    let mut bed = Bed::new();
    bed.answer = |right| match right.resource.as_str() {
        "pods" | "virtualmachineinstances" => Answer::Denied(String::new()),
        _ => Answer::Allowed,
    };
    let items = bed.items();
    let told = items.iter().filter(|item| item.code == "right-wanted");
    let told: Vec<&str> = told.map(|item| item.check.as_str()).collect();
    assert_eq!(
        told,
        [
            "list pods in dr",
            "list virtualmachineinstances.kubevirt.io in dr"
        ]
    );
}

#[test]
fn a_vm_that_is_there_is_left_out_whole() {
    let mut bed = Bed::new();
    let mut twin = neighbour("dr", "db01", "52:54:00:aa:00:01", "dr/vlan100");
    twin["metadata"]["uid"] = "uid-db01".into();
    put(&mut bed.inventory.machines, twin);
    bed.options.on_exists = OnExists::Skip;
    let candidate = bed.candidates().remove(0);
    assert!(candidate.skipped && candidate.assignment.is_none());
    assert!(
        candidate
            .items
            .iter()
            .all(|item| item.result == Verdict::Ok)
    );
}

#[test]
fn only_what_is_missing_is_made() {
    let mut bed = Bed::new();
    bed.guest().hold(Kind::Secret, "ci", b"x");
    bed.guest().hold(Kind::KeyPair, "ops", b"{}");
    bed.guest()
        .hold(Kind::NetworkAttachmentDefinition, "vlan100", b"{}");
    bed.needs().secrets = vec![SecretNeed {
        name: "ci".to_owned(),
        state: "plaintext".to_owned(),
        ..SecretNeed::default()
    }];
    bed.needs().named = vec![NamedNeed {
        kind: "KeyPair".to_owned(),
        id: "prod/ops".to_owned(),
        used_by: Vec::new(),
    }];
    let assignment = bed.candidates().remove(0).assignment.unwrap();
    let made = [
        Key::new(Kind::Secret, "prod", "ci"),
        Key::new(Kind::KeyPair, "prod", "ops"),
    ];
    assert_eq!(assignment.create, made);
    assert_eq!(assignment.networks["prod/vlan100"], "dr/vlan100");
    assert_eq!(assignment.namespaces["prod"], "dr");
    assert_eq!(assignment.vm, vm_name("dr", "db01"));
}

#[test]
fn flags_go_before_the_map() {
    let mut bed = Bed::new();
    bed.map["macs"] = json!({"prod/db01": "keep"});
    bed.options.mac = Some(MacChoice::New);
    bed.options.name = Some("other".to_owned());
    bed.options.disk_default = Some(DiskDefault::Blank);
    let assignment = bed.candidates().remove(0).assignment.unwrap();
    assert_eq!(assignment.macs, MacChoice::New);
    assert_eq!(assignment.vm, vm_name("dr", "other"));
    // The flag is for disks that the map does not name.
    assert!(matches!(
        assignment.disks["root"],
        DiskChoice::Existing { .. }
    ));
}

#[test]
fn an_image_of_the_same_checksum_is_the_same_under_any_name() {
    let mut bed = Bed::new();
    bed.disk().image = Some("default/image-src".to_owned());
    bed.map_disk(json!({"image": "", "claim": "fresh"}));
    bed.needs().images = vec![hv_vm::header::ImageNeed {
        id: "default/image-src".to_owned(),
        display_name: Some("another name".to_owned()),
        checksum: Some("AA".to_owned()),
        ..hv_vm::header::ImageNeed::default()
    }];
    let assignment = bed.candidates().remove(0).assignment.unwrap();
    assert!(matches!(
        &assignment.disks["root"],
        DiskChoice::Image { image, .. } if image == "default/image-abc"
    ));
}

#[test]
fn nodes_that_say_nothing_of_their_processors_prove_nothing() {
    let mut bed = Bed::new();
    bed.spec()["domain"]["cpu"]["model"] = "EPYC-Rome".into();
    assert!(bed.says("cpu-model-missing").is_some());
    bed.inventory.nodes = super::bed::known(json!([{"metadata": {"name": "n1"}}]));
    assert!(bed.says("cpu-model-missing").is_none());
    let item = bed.says("unknown-nodes").unwrap();
    assert_eq!(item.result, Verdict::Warn);
}

#[test]
fn a_thousand_vms_are_judged_together() {
    let mut bed = Bed::new();
    let names: Vec<String> = (0..1000).map(|n| format!("vm{n}")).collect();
    bed.guests.clear();
    for (n, name) in names.iter().enumerate() {
        let mac = format!("02:00:00:00:{:02x}:{:02x}", n / 256, n % 256);
        bed.guests.push(super::bed::Guest::new("prod", name, &mac));
        bed.map["disks"][format!("prod/{name}")] = json!({"root": {"blank": {}}});
        let other = format!("06:00:00:00:{:02x}:{:02x}", n / 256, n % 256);
        let there = neighbour("lab", name, &other, "dr/vlan7");
        put(&mut bed.inventory.machines, there);
    }
    let candidates = bed.candidates();
    assert!(candidates.iter().all(|one| one.assignment.is_some()));
    let blocks = candidates.iter().flat_map(|one| &one.items);
    assert_eq!(
        blocks.filter(|item| item.result == Verdict::Block).count(),
        0
    );
}
