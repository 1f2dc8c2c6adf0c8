//! Whether the target has the machines that a VM needs: processors, devices, classes of pods.

use hv_vm::header::{Header, VmName};
use serde_json::Value;

use super::{Catalog, Sheet};
use crate::inventory::{Found, Inventory, Node};
use crate::report::PreflightItem;

/// Labels by which `KubeVirt` says what a node's processor can be, and what it can do.
const MODEL: &str = "cpu-model.node.kubevirt.io/";
const FEATURE: &str = "cpu-feature.node.kubevirt.io/";

/// Judges a VM as it will be sent, so that a patch counts; or as it is stored, where names are open.
pub(crate) fn machine(
    catalog: &Catalog,
    header: &Header,
    target: &VmName,
    vm: &Value,
    inventory: &Inventory,
) -> Vec<PreflightItem> {
    let mut sheet = Sheet::new(catalog, &header.vm);
    let spec = &vm["spec"]["template"]["spec"];
    let asks = Asks::of(spec);
    for device in &header.requirements.devices {
        let values = [
            ("device", device.device.as_str()),
            ("name", device.name.as_str()),
        ];
        sheet.say("device-dropped", &values);
    }
    match inventory.nodes.all() {
        Err(_) if asks.is_empty() => {}
        Err(why) => sheet.say(
            "unknown-nodes",
            &[("what", "processors and devices"), ("why", why)],
        ),
        Ok(()) => {
            let nodes: Vec<&Node> = inventory.nodes.iter().collect();
            asks.judge(&nodes, &mut sheet);
        }
    }
    let machine = spec["domain"]["machine"]["type"]
        .as_str()
        .unwrap_or_default();
    if machine.contains("-rhel") || machine.starts_with("pc-") || machine.starts_with("virt-") {
        sheet.say("machine-type-versioned", &[("type", machine)]);
    }
    named(spec, target, inventory, &mut sheet);
    sheet.into_items()
}

/// What a VM asks of a node.
#[derive(Debug, Default)]
struct Asks<'a> {
    architecture: Option<&'a str>,
    model: Option<&'a str>,
    features: Vec<&'a str>,
    page: Option<&'a str>,
    is_dedicated: bool,
    devices: Vec<&'a str>,
}

impl<'a> Asks<'a> {
    fn of(spec: &'a Value) -> Self {
        let domain = &spec["domain"];
        let text = |value: &'a Value| value.as_str().filter(|text| !text.is_empty());
        // These follow the node, whatever it is.
        let model = text(&domain["cpu"]["model"])
            .filter(|model| !matches!(*model, "host-model" | "host-passthrough"));
        let features = domain["cpu"]["features"].as_array().into_iter().flatten();
        let features = features.filter(|one| {
            matches!(
                one["policy"].as_str().unwrap_or("require"),
                "require" | "force" | ""
            )
        });
        let devices = ["hostDevices", "gpus"].into_iter().flat_map(|field| {
            let devices = domain["devices"][field].as_array();
            devices
                .into_iter()
                .flatten()
                .filter_map(|one| one["deviceName"].as_str())
        });
        Self {
            architecture: text(&spec["architecture"]),
            model,
            features: features.filter_map(|one| one["name"].as_str()).collect(),
            page: text(&domain["memory"]["hugepages"]["pageSize"]),
            is_dedicated: domain["cpu"]["dedicatedCpuPlacement"] == true,
            devices: devices.collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.architecture.is_none()
            && self.model.is_none()
            && self.features.is_empty()
            && self.page.is_none()
            && !self.is_dedicated
            && self.devices.is_empty()
    }

    fn judge(&self, nodes: &[&Node], sheet: &mut Sheet<'_>) {
        let offers = |resource: &str| {
            let amount = |node: &&Node| {
                let amount = node.status.allocatable.get(resource);
                amount.is_some_and(|amount| super::amount::milli(amount).is_some_and(|n| n > 0))
            };
            nodes.iter().any(amount)
        };
        if let Some(wanted) = self.architecture {
            let missing = ("architecture-missing", "architecture");
            label(
                nodes,
                ("kubernetes.io/arch", wanted),
                missing,
                wanted,
                sheet,
            );
        }
        if let Some(model) = self.model {
            let key = format!("{MODEL}{model}");
            let missing = ("cpu-model-missing", "model");
            label(nodes, (&key, "true"), missing, model, sheet);
        }
        for feature in &self.features {
            let key = format!("{FEATURE}{feature}");
            let missing = ("cpu-feature-missing", "feature");
            label(nodes, (&key, "true"), missing, feature, sheet);
        }
        if let Some(page) = self.page
            && !offers(&format!("hugepages-{page}"))
        {
            sheet.say("hugepages-missing", &[("page", page)]);
        }
        let manages = |node: &&Node| {
            node.metadata
                .labels
                .get("cpumanager")
                .is_some_and(|own| own == "true")
        };
        if self.is_dedicated && !nodes.iter().any(manages) {
            sheet.say("cpu-manager-missing", &[]);
        }
        for device in &self.devices {
            if !offers(device) {
                sheet.say("device-missing", &[("device", device)]);
            }
        }
    }
}

/// Whether a node has a label; where no node has any of its family, nobody wrote them.
fn label(
    nodes: &[&Node],
    (key, value): (&str, &str),
    (code, name): (&str, &str),
    wanted: &str,
    sheet: &mut Sheet<'_>,
) {
    let has = |node: &&Node| {
        node.metadata
            .labels
            .get(key)
            .is_some_and(|own| own == value)
    };
    if nodes.iter().any(has) {
        return;
    }
    let family = key.split_once('/').map_or(key, |(family, _)| family);
    let family = if family == "kubernetes.io" {
        key
    } else {
        family
    };
    let told = |node: &&Node| {
        let mut keys = node.metadata.labels.keys();
        keys.any(|own| own.starts_with(family))
    };
    if nodes.iter().any(told) {
        sheet.say(code, &[(name, wanted)]);
        return;
    }
    let what = format!("{name} {wanted}");
    let values = [
        ("what", what.as_str()),
        ("why", "no node says which it has"),
    ];
    sheet.say("unknown-nodes", &values);
}

/// Classes and accounts of pods that must be there by name.
fn named(spec: &Value, target: &VmName, inventory: &Inventory, sheet: &mut Sheet<'_>) {
    if let Some(class) = spec["priorityClassName"]
        .as_str()
        .filter(|name| !name.is_empty())
    {
        match inventory.priority_classes.get("", class) {
            Found::Yes(_) => {}
            Found::No => sheet.say("priority-class-missing", &[("class", class)]),
            Found::Unknown(why) => {
                sheet.say(
                    "unknown-priority-classes",
                    &[("class", class), ("why", why)],
                );
            }
        }
    }
    if let Some(scheduler) = spec["schedulerName"].as_str()
        && !matches!(scheduler, "" | "default-scheduler")
    {
        sheet.say("scheduler-named", &[("scheduler", scheduler)]);
    }
    for volume in spec["volumes"].as_array().into_iter().flatten() {
        let Some(account) = volume["serviceAccount"]["serviceAccountName"].as_str() else {
            continue;
        };
        let values = [
            ("account", account),
            ("namespace", target.namespace.as_str()),
        ];
        match inventory.service_accounts.get(&target.namespace, account) {
            Found::Yes(_) => {}
            Found::No => sheet.say("account-missing", &values),
            Found::Unknown(why) => {
                sheet.say("unknown-accounts", &[values[0], values[1], ("why", why)]);
            }
        }
    }
}
