//! Volumes that a new claim would take, and volumes that no node reaches.

use serde_json::json;

use super::super::bed::{put, volume};
use super::super::{Case, case};

pub(super) const CASES: &[Case] = &[
    case(
        "volume-loose",
        |bed| {
            let mut loose = volume("pv-loose");
            loose["status"] = json!({"phase": "Available"});
            loose["spec"]["claimRef"] = json!(null);
            loose["spec"]["capacity"] = json!({"storage": "500Gi"});
            put(&mut bed.inventory.volumes, loose);
            bed.map_disk(json!({"blank": {}, "claim": "fresh"}));
        },
        |bed| bed.map_disk(json!({"blank": {"class": "other"}, "claim": "fresh"})),
    ),
    case(
        "volume-unreachable",
        |bed| {
            bed.map_disk(json!({
                "bind": {
                    "driver": "driver.longhorn.io", "handle": "v9",
                    "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [
                        {"key": "zone", "operator": "In", "values": ["a"]},
                    ]}]}},
                },
                "claim": "fresh",
            }));
        },
        |bed| {
            bed.map_disk(json!({
                "bind": {
                    "driver": "driver.longhorn.io", "handle": "v9",
                    "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [
                        {"key": "zone", "operator": "In", "values": ["b"]},
                    ]}]}},
                },
                "claim": "fresh",
            }));
        },
    ),
];
