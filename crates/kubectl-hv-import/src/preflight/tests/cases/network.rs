//! Networks and their bindings.

use hv_vm::header::NamedNeed;
use serde_json::json;

use super::super::bed::{Bed, deny, known, network, put};
use super::super::{Case, case};

fn mapped(bed: &mut Bed) {
    bed.map["networks"] = json!({"prod/vlan100": "dr/vlan7"});
}

fn binding(bed: &mut Bed, name: &str) {
    bed.needs().named = vec![NamedNeed {
        kind: "NetworkBinding".to_owned(),
        id: name.to_owned(),
        used_by: Vec::new(),
    }];
}

pub(super) const CASES: &[Case] = &[
    case(
        "network-missing",
        |bed| bed.inventory.networks = known(json!([network("vlan7", "vmnet", 100)])),
        mapped,
    ),
    case(
        "network-differs",
        |bed| put(&mut bed.inventory.networks, network("vlan100", "mgmt", 7)),
        mapped,
    ),
    case(
        "network-not-ready",
        |bed| {
            let mut unready = network("vlan100", "vmnet", 100);
            unready["metadata"]["labels"]["network.harvesterhci.io/ready"] = "false".into();
            put(&mut bed.inventory.networks, unready);
        },
        mapped,
    ),
    case(
        "unknown-networks",
        |bed| deny(&mut bed.inventory.networks),
        mapped,
    ),
    case(
        "binding-missing",
        |bed| binding(bed, "slirp"),
        |bed| {
            bed.inventory.bindings = Ok(["slirp".to_owned()].into());
        },
    ),
    case(
        "unknown-bindings",
        |bed| {
            binding(bed, "managedTap");
            bed.inventory.bindings = Err("denied".to_owned());
        },
        |bed| bed.inventory.bindings = Ok(["managedTap".to_owned()].into()),
    ),
];
