//! What Harvester and `KubeVirt` do to a VM by themselves.

use serde_json::{Value, json};

/// The same VM after controllers and webhooks have been at it; `instance` is the running VM.
pub fn written_back(vm: &Value, instance: Option<&Value>) -> Value {
    let mut vm = vm.clone();
    metadata(&mut vm, instance);
    vm["status"] = json!({"printableStatus": "Starting", "conditions": [{"type": "Ready", "status": "False"}]});
    if let Some(spec) = vm["spec"].as_object_mut() {
        let stopped = spec.get("running").is_some_and(|on| on == false)
            || spec
                .get("runStrategy")
                .is_some_and(|strategy| strategy == "Halted");
        spec.remove("running");
        spec.insert(
            "runStrategy".into(),
            if stopped { "RerunOnFailure" } else { "Halted" }.into(),
        );
    }
    vm["spec"]["template"]["metadata"]["creationTimestamp"] = Value::Null;
    vm["spec"]["template"]["metadata"]["annotations"]["kubevirt.io/pci-topology-version"] =
        "v3".into();
    let hotplug =
        vm["metadata"]["annotations"]["harvesterhci.io/enableCPUAndMemoryHotplug"] == "true";
    let spec = &mut vm["spec"]["template"]["spec"];
    resources(&mut spec["domain"], hotplug);
    defaults(spec);
    affinity(spec);
    if let Some(instance) = instance {
        identity(spec, instance);
    }
    vm
}

fn metadata(vm: &mut Value, instance: Option<&Value>) {
    let metadata = &mut vm["metadata"];
    metadata["generation"] = json!(metadata["generation"].as_u64().unwrap_or_default() + 3);
    metadata["resourceVersion"] = "99999999".into();
    metadata["managedFields"] = json!([{"manager": "virt-controller", "operation": "Update"}]);
    metadata["finalizers"] = json!([
        "kubevirt.io/virtualMachineControllerFinalize",
        "wrangler.cattle.io/VMController.CleanupPVCAndSnapshot",
    ]);
    let annotations = &mut metadata["annotations"];
    let written = [
        ("kubevirt.io/latest-observed-api-version", "v1"),
        ("kubevirt.io/storage-observed-api-version", "v1"),
        ("harvesterhci.io/vmRunStrategy", "RerunOnFailure"),
        (
            "harvesterhci.io/insufficient-resource-quota",
            "limits.memory",
        ),
        ("harvesterhci.io/migrationState", "Migrating"),
        ("harvesterhci.io/timestamp", "2026-08-20T10:00:00Z"),
        ("harvesterhci.io/maintain-mode-strategy-node-name", "node1"),
    ];
    for (key, value) in written {
        annotations[key] = value.into();
    }
    if let Some(instance) = instance {
        let interfaces = instance["status"]["interfaces"].as_array();
        let addresses: serde_json::Map<String, Value> = interfaces
            .into_iter()
            .flatten()
            .filter_map(|one| Some((one["name"].as_str()?.to_owned(), one["mac"].clone())))
            .collect();
        annotations["harvesterhci.io/mac-address"] = Value::Object(addresses).to_string().into();
    }
}

/// Requests from limits, the guest's memory and the most sockets, as Harvester's webhook has them.
fn resources(domain: &mut Value, hotplug: bool) {
    let limits = domain["resources"]["limits"].clone();
    if limits["cpu"].is_string() {
        domain["resources"]["requests"]["cpu"] = "133m".into();
    }
    if limits["memory"].is_string() {
        domain["resources"]["requests"]["memory"] = "1234Mi".into();
        if !hotplug {
            domain["memory"]["guest"] = "999Mi".into();
            domain["cpu"]["maxSockets"] = 1.into();
        }
    }
    for field in ["cores", "sockets", "threads"] {
        let field = &mut domain["cpu"][field];
        if field.is_null() || *field == 0 {
            *field = 1.into();
        }
    }
}

/// What is filled in where nothing is said.
fn defaults(spec: &mut Value) {
    let mut default = |path: &str, value: Value| {
        if let Some(fields) = spec.as_object_mut() {
            fields.entry(path).or_insert(value);
        }
    };
    default("architecture", "amd64".into());
    default("terminationGracePeriodSeconds", 120.into());
    if spec["domain"]["machine"]["type"].is_null() {
        spec["domain"]["machine"]["type"] = "q35".into();
    }
}

/// Terms of cluster networks and of the CPU manager: taken out and put in anew, as Harvester does.
fn affinity(spec: &mut Value) {
    let selector =
        &spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    let mut terms: Vec<Value> = selector["nodeSelectorTerms"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for term in &mut terms {
        if let Some(expressions) = term["matchExpressions"].as_array_mut() {
            expressions.retain(|one| {
                let key = one["key"].as_str().unwrap_or_default();
                !key.starts_with("network.harvesterhci.io") && key != "cpumanager"
            });
        }
    }
    terms.retain(|term| {
        term["matchExpressions"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    });
    let has_network = spec["networks"]
        .as_array()
        .is_some_and(|all| all.iter().any(|one| one["multus"].is_object()));
    let dedicated = spec["domain"]["cpu"]["dedicatedCpuPlacement"] == true;
    let added = [
        ("network.harvesterhci.io/vmnet", has_network),
        ("cpumanager", dedicated),
    ];
    for (key, _) in added.iter().filter(|(_, wanted)| *wanted) {
        let expression = json!({"key": key, "operator": "In", "values": ["true"]});
        if terms.is_empty() {
            terms.push(json!({"matchExpressions": []}));
        }
        for term in &mut terms {
            if let Some(expressions) = term["matchExpressions"].as_array_mut() {
                expressions.push(expression.clone());
            }
        }
    }
    if !spec["affinity"].is_object() {
        spec["affinity"] = json!({});
    }
    if terms.is_empty() {
        let node = spec["affinity"].get_mut("nodeAffinity");
        if let Some(node) = node.and_then(Value::as_object_mut) {
            node.remove("requiredDuringSchedulingIgnoredDuringExecution");
        }
    } else {
        spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] =
            json!({"nodeSelectorTerms": terms});
    }
}

/// What the instance has and the VM did not say.
fn identity(spec: &mut Value, instance: &Value) {
    let firmware = &instance["spec"]["domain"]["firmware"];
    for field in ["uuid", "serial"] {
        if !spec["domain"]["firmware"][field].is_string() {
            spec["domain"]["firmware"][field] = firmware[field].clone();
        }
    }
    let effective = instance["status"]["interfaces"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let interfaces = spec["domain"]["devices"]["interfaces"].as_array_mut();
    for interface in interfaces.into_iter().flatten() {
        let found = effective
            .iter()
            .find(|one| one["name"] == interface["name"]);
        if let (true, Some(found)) = (interface["macAddress"].is_null(), found) {
            interface["macAddress"] = found["mac"].clone();
        }
    }
}
