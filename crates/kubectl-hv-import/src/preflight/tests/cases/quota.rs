//! Quotas.

use serde_json::json;

use super::super::bed::{Bed, deny, known, put};
use super::super::{Case, case};

fn quota(bed: &mut Bed, resource: &str, hard: &str, used: &str) {
    let quota = json!({
        "metadata": {"namespace": "dr", "name": "q"},
        "spec": {"hard": {resource: hard}}, "status": {"used": {resource: used}},
    });
    put(&mut bed.inventory.quotas, quota);
}

pub(super) const CASES: &[Case] = &[
    case(
        "quota-storage",
        |bed| {
            bed.map_disk(json!({"blank": {}, "claim": "fresh"}));
            quota(bed, "requests.storage", "100Gi", "61Gi");
        },
        |bed| quota(bed, "requests.storage", "101Gi", "61Gi"),
    ),
    case(
        "quota-limits",
        |bed| quota(bed, "limits.memory", "8Gi", "4097Mi"),
        |bed| quota(bed, "limits.memory", "8Gi", "4096Mi"),
    ),
    case(
        "unknown-quotas",
        |bed| deny(&mut bed.inventory.quotas),
        |bed| bed.inventory.quotas = known(json!([])),
    ),
];
