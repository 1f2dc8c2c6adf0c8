//! Addresses and firmware.

use hv_vm::header::SecretNeed;
use hv_vm::mapping::MacChoice;
use serde_json::json;

use super::super::bed::{Bed, claim, deny, known, neighbour, network, put};
use super::super::{Case, case};

/// A VM of the target that writes the address of ours in another way.
fn old(bed: &mut Bed, network: &str) {
    let vm = neighbour("prod", "db01-old", "52-54-00-AA-00-01", network);
    put(&mut bed.inventory.machines, vm);
}

fn new(bed: &mut Bed) {
    bed.options.mac = Some(MacChoice::New);
}

fn keeps_a_tpm(bed: &mut Bed) {
    bed.spec()["domain"]["devices"]["tpm"] = json!({"persistent": true});
}

fn other_name(bed: &mut Bed) {
    bed.map["names"] = json!({"prod/db01": "db02"});
}

pub(super) const CASES: &[Case] = &[
    case("mac-duplicate", |bed| old(bed, "dr/vlan7"), new),
    case(
        "mac-elsewhere",
        |bed| {
            put(&mut bed.inventory.networks, network("lab", "labnet", 9));
            old(bed, "dr/lab");
        },
        new,
    ),
    case(
        "mac-shared",
        |bed| bed.second("5254.00AA.0001"),
        |bed| {
            bed.map["macs"] = json!({"prod/web": {"default": "02:00:00:00:00:07"}});
        },
    ),
    case(
        "mac-invalid",
        |bed| bed.spec()["domain"]["devices"]["interfaces"][0]["macAddress"] = "no".into(),
        new,
    ),
    case(
        "mac-without-interface",
        |bed| bed.map["macs"] = json!({"prod/db01": {"eth9": "02:00:00:00:00:07"}}),
        |bed| bed.map["macs"] = json!({"prod/db01": {"default": "02:00:00:00:00:07"}}),
    ),
    case(
        "mac-in-network-data",
        |bed| {
            new(bed);
            bed.inventory.secrets.put("dr", "db01-ci", ());
            bed.needs().secrets = vec![SecretNeed {
                name: "db01-ci".to_owned(),
                state: "omitted".to_owned(),
                keys: vec!["userdata".to_owned(), "networkdata".to_owned()],
                ..SecretNeed::default()
            }];
        },
        |bed| bed.options.mac = Some(MacChoice::Keep),
    ),
    case(
        "unknown-macs",
        |bed| deny(&mut bed.inventory.machines),
        |bed| bed.inventory.machines = known(json!([])),
    ),
    case(
        "firmware-uuid-used",
        |bed| {
            let mut vm = neighbour("lab", "copy", "02:00:00:00:00:99", "dr/vlan7");
            vm["spec"]["template"]["spec"]["domain"]["firmware"] = json!({"uuid": "UUID-db01"});
            put(&mut bed.inventory.machines, vm);
        },
        |bed| bed.inventory.machines = known(json!([])),
    ),
    case("firmware-state-lost", keeps_a_tpm, |bed| {
        bed.spec()["domain"]["devices"]["tpm"] = json!({});
    }),
    case(
        "state-claim-left",
        |bed| {
            keeps_a_tpm(bed);
            let mut left = claim("persistent-state-for-db01-x7k2p");
            left["metadata"]["labels"] = json!({"persistent-state-for": "db01"});
            put(&mut bed.inventory.claims, left);
        },
        other_name,
    ),
    case(
        "unknown-state-claims",
        |bed| {
            keeps_a_tpm(bed);
            deny(&mut bed.inventory.claims);
        },
        |bed| bed.inventory.claims = known(json!([claim("db01-root")])),
    ),
];
