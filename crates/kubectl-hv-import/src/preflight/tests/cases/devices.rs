//! Nodes, processors, devices, classes of pods.

use hv_vm::header::DeviceNeed;
use serde_json::json;

use super::super::bed::{Bed, deny, known};
use super::super::{Case, case};

fn selector(bed: &mut Bed, labels: serde_json::Value) {
    bed.spec()["nodeSelector"] = labels;
}

fn account(bed: &mut Bed, name: &str) {
    bed.spec()["volumes"][1] =
        json!({"name": "token", "serviceAccount": {"serviceAccountName": name}});
}

pub(super) const CASES: &[Case] = &[
    case(
        "device-dropped",
        |bed| {
            bed.needs().devices = vec![DeviceNeed {
                name: "gpu1".to_owned(),
                device: "nvidia.com/A2".to_owned(),
                r#type: "gpu".to_owned(),
            }];
        },
        |bed| bed.needs().devices = Vec::new(),
    ),
    case(
        "device-missing",
        |bed| bed.spec()["domain"]["devices"]["gpus"] = json!([{"deviceName": "nvidia.com/A2"}]),
        |bed| {
            bed.patch =
                |vm| vm["spec"]["template"]["spec"]["domain"]["devices"]["gpus"] = json!([]);
        },
    ),
    case(
        "architecture-missing",
        |bed| bed.spec()["architecture"] = "arm64".into(),
        |bed| bed.patch = |vm| vm["spec"]["template"]["spec"]["architecture"] = "amd64".into(),
    ),
    case(
        "cpu-model-missing",
        |bed| bed.spec()["domain"]["cpu"]["model"] = "Icelake-Server".into(),
        |bed| {
            bed.patch = |vm| {
                vm["spec"]["template"]["spec"]["domain"]["cpu"]["model"] = "host-model".into();
            };
        },
    ),
    case(
        "cpu-feature-missing",
        |bed| bed.spec()["domain"]["cpu"]["features"] = json!([{"name": "vmx"}]),
        |bed| {
            bed.patch = |vm| {
                let features = json!([{"name": "vmx", "policy": "optional"}]);
                vm["spec"]["template"]["spec"]["domain"]["cpu"]["features"] = features;
            };
        },
    ),
    case(
        "hugepages-missing",
        |bed| bed.spec()["domain"]["memory"] = json!({"hugepages": {"pageSize": "2Mi"}}),
        |bed| bed.patch = |vm| vm["spec"]["template"]["spec"]["domain"]["memory"] = json!({}),
    ),
    case(
        "cpu-manager-missing",
        |bed| bed.spec()["domain"]["cpu"]["dedicatedCpuPlacement"] = true.into(),
        |bed| {
            bed.inventory.nodes = known(json!([{"metadata": {"name": "n1", "labels": {
                "kubernetes.io/arch": "amd64", "cpumanager": "true",
            }}}]));
        },
    ),
    case(
        "machine-type-versioned",
        |bed| bed.spec()["domain"]["machine"]["type"] = "pc-q35-rhel9.4.0".into(),
        |bed| {
            bed.patch =
                |vm| vm["spec"]["template"]["spec"]["domain"]["machine"]["type"] = "q35".into();
        },
    ),
    case(
        "node-label-missing",
        |bed| selector(bed, json!({"zone": "a"})),
        |bed| bed.map["nodeLabels"] = json!({"zone=a": "zone=b"}),
    ),
    case(
        "no-node-fits",
        |bed| {
            bed.inventory.nodes = known(json!([
                {"metadata": {"name": "n1", "labels": {"zone": "b"}}},
                {"metadata": {"name": "n2", "labels": {"disk": "ssd"}}},
            ]));
            selector(bed, json!({"zone": "b", "disk": "ssd"}));
        },
        |bed| bed.map["nodeLabels"] = json!({"disk": ""}),
    ),
    case(
        "priority-class-missing",
        |bed| bed.spec()["priorityClassName"] = "nowhere".into(),
        |bed| bed.patch = |vm| vm["spec"]["template"]["spec"]["priorityClassName"] = "high".into(),
    ),
    case(
        "unknown-priority-classes",
        |bed| {
            bed.spec()["priorityClassName"] = "high".into();
            deny(&mut bed.inventory.priority_classes);
        },
        |bed| bed.inventory.priority_classes = known(json!([{"metadata": {"name": "high"}}])),
    ),
    case(
        "scheduler-named",
        |bed| bed.spec()["schedulerName"] = "mine".into(),
        |bed| bed.patch = |vm| vm["spec"]["template"]["spec"]["schedulerName"] = "".into(),
    ),
    case(
        "account-missing",
        |bed| account(bed, "nowhere"),
        |bed| {
            let account = json!({"metadata": {"namespace": "dr", "name": "nowhere"}});
            bed.inventory.service_accounts = known(json!([account]));
        },
    ),
    case(
        "unknown-accounts",
        |bed| {
            account(bed, "there");
            deny(&mut bed.inventory.service_accounts);
        },
        |bed| {
            let account = json!({"metadata": {"namespace": "dr", "name": "there"}});
            bed.inventory.service_accounts = known(json!([account]));
        },
    ),
    case(
        "unknown-nodes",
        |bed| deny(&mut bed.inventory.nodes),
        |bed| {
            bed.inventory.nodes = Bed::new().inventory.nodes;
        },
    ),
];
