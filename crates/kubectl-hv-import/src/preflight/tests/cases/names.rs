//! Names, owners.

use serde_json::json;

use super::super::bed::{Bed, claim, deny, known, neighbour, put, volume};
use super::super::{Case, case};
use crate::resolve::OnExists;

fn twin(bed: &mut Bed, lineage: &str) {
    let mut vm = neighbour("dr", "db01", "02:00:00:00:00:99", "dr/vlan100");
    vm["metadata"]["annotations"] = json!({"kubectl-hv.io/lineage": lineage});
    put(&mut bed.inventory.machines, vm);
}

fn other_name(bed: &mut Bed) {
    bed.map["names"] = json!({"prod/db01": "db02"});
}

fn blank(bed: &mut Bed) {
    bed.map_disk(json!({"blank": {}}));
}

pub(super) const CASES: &[Case] = &[
    case(
        "name-invalid",
        |bed| bed.options.name = Some("Db_01".to_owned()),
        |bed| bed.options.name = Some("db-01".to_owned()),
    ),
    case(
        "namespace-missing",
        |bed| bed.inventory.namespaces = known(json!([])),
        |bed| bed.options.create_namespace = true,
    ),
    case(
        "namespace-deleting",
        |bed| {
            let namespace = json!({"metadata": {"name": "dr"}, "status": {"phase": "Terminating"}});
            bed.inventory.namespaces = known(json!([namespace, {"metadata": {"name": "dr2"}}]));
        },
        |bed| bed.options.to_namespace = Some("dr2".to_owned()),
    ),
    case(
        "unknown-namespaces",
        |bed| deny(&mut bed.inventory.namespaces),
        |bed| bed.inventory.namespaces = known(json!([{"metadata": {"name": "dr"}}])),
    ),
    case("vm-exists", |bed| twin(bed, "lineage-db01"), other_name),
    case(
        "vm-skipped",
        |bed| {
            twin(bed, "lineage-db01");
            bed.options.on_exists = OnExists::Skip;
        },
        other_name,
    ),
    case(
        "vm-taken",
        |bed| {
            twin(bed, "somebody else");
            bed.options.on_exists = OnExists::Skip;
        },
        other_name,
    ),
    case(
        "unknown-vms",
        |bed| deny(&mut bed.inventory.machines),
        |bed| bed.inventory.machines = known(json!([])),
    ),
    case(
        "vm-name-shared",
        |bed| {
            bed.second("02:00:00:00:00:02");
            bed.map["names"] = json!({"prod/web": "db01"});
        },
        |bed| bed.map["names"] = json!({"prod/web": "web2"}),
    ),
    case("claim-exists", blank, |bed| {
        bed.map_disk(json!({"blank": {}, "claim": "fresh"}));
    }),
    case(
        "claim-shared",
        |bed| {
            bed.second("02:00:00:00:00:02");
            bed.map["disks"]["prod/web"] = json!({"root": {"existing": "db01-root"}});
        },
        |bed| bed.map["disks"]["prod/web"] = json!({"root": {"existing": "spare"}}),
    ),
    case(
        "unknown-claim-names",
        |bed| {
            blank(bed);
            deny(&mut bed.inventory.claims);
        },
        |bed| bed.inventory.claims = known(json!([])),
    ),
    case(
        "volume-exists",
        |bed| {
            put(&mut bed.inventory.volumes, volume("lv-1"));
            put(
                &mut bed.inventory.classes,
                json!({"metadata": {"name": "lvm"}, "provisioner": "lvm.driver.harvesterhci.io"}),
            );
            bed.map_disk(json!({"bind": {
                "driver": "lvm.driver.harvesterhci.io", "handle": "lv-1", "class": "lvm",
            }, "claim": "fresh"}));
        },
        |bed| bed.map_disk(json!({"bind": {"volume": "lv-1"}, "claim": "fresh"})),
    ),
    case(
        "volume-shared",
        |bed| {
            bed.second("02:00:00:00:00:02");
            bed.map_disk(json!({"bind": {"volume": "pv-1"}, "claim": "a"}));
            bed.map["disks"]["prod/web"] =
                json!({"root": {"bind": {"volume": "pv-1"}, "claim": "b"}});
        },
        |bed| {
            bed.map["disks"]["prod/web"] =
                json!({"root": {"bind": {"volume": "pv-2"}, "claim": "b"}});
        },
    ),
    case(
        "namespace-owned",
        |bed| {
            let labels = json!({"kustomize.toolkit.fluxcd.io/name": "site"});
            let owned = json!({"metadata": {"name": "dr", "labels": labels}});
            bed.inventory.namespaces = known(json!([owned, {"metadata": {"name": "dr2"}}]));
        },
        |bed| bed.options.to_namespace = Some("dr2".to_owned()),
    ),
    case(
        "claim-owned",
        |bed| {
            let mut owned = claim("db01-root");
            owned["metadata"]["annotations"] = json!({"argocd.argoproj.io/tracking-id": "x"});
            put(&mut bed.inventory.claims, owned);
        },
        |bed| bed.map_disk(json!({"existing": "spare"})),
    ),
];
