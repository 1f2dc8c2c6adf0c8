//! What the mutating webhook changes.

use super::*;

fn new(vm: &Value, release: &str) -> Value {
    written(&Request::create(vm.clone()), &cluster(), release).unwrap()
}

#[test]
fn requests_and_memory_follow_the_limits() {
    let domain = |release: &str| new(&vm(), release)["spec"]["template"]["spec"]["domain"].clone();
    for release in NEWEST {
        let domain = domain(release);
        let requests = json!({"cpu": "125m", "memory": "2730Mi"});
        assert_eq!(domain["resources"]["requests"], requests, "{release}");
        assert_eq!(domain["memory"], json!({"guest": "4Gi"}), "{release}");
        assert_eq!(domain["cpu"]["maxSockets"], 1, "{release}");
    }
    assert_eq!(
        domain("v1.6.1")["cpu"],
        json!({"cores": 2, "maxSockets": 1})
    );
    let cpu = json!({"cores": 2, "sockets": 1, "threads": 1, "maxSockets": 1});
    assert_eq!(domain("v1.7.3")["cpu"], cpu);
}

#[test]
fn sockets_that_may_be_added_follow_since_1_9() {
    let mut vm = vm();
    vm["spec"]["template"]["spec"]["domain"]["cpu"]["sockets"] = 4.into();
    for (release, most) in [("v1.8.2", 1), ("v1.9.0-rc6", 4)] {
        let cpu = new(&vm, release)["spec"]["template"]["spec"]["domain"]["cpu"].clone();
        assert_eq!(cpu["maxSockets"], most, "{release}");
    }
}

#[test]
fn memory_is_reserved_by_annotation_or_by_the_setting() {
    let guest = |vm: &Value, store: &Store| {
        let request = Request::create(vm.clone());
        written(&request, store, "v1.8.2").unwrap()["spec"]["template"]["spec"]["domain"]["memory"]
            ["guest"]
            .clone()
    };
    let mut reserved = vm();
    reserved["metadata"]["annotations"]["harvesterhci.io/reservedMemory"] = "256Mi".into();
    assert_eq!(guest(&reserved, &cluster()), "3840Mi");
    let mut store = cluster();
    store.put(setting("additional-guest-memory-overhead-ratio", ""));
    assert_eq!(guest(&vm(), &store), "3996Mi");
}

#[test]
fn a_vm_that_may_grow_keeps_its_memory_and_sockets() {
    let mut vm = vm();
    vm["metadata"]["annotations"]["harvesterhci.io/enableCPUAndMemoryHotplug"] = "true".into();
    vm["spec"]["template"]["spec"]["domain"]["memory"] = json!({"guest": "1Gi"});
    let domain = new(&vm, "v1.8.2")["spec"]["template"]["spec"]["domain"].clone();
    assert_eq!(domain["memory"]["guest"], "1Gi");
    assert_eq!(domain["cpu"]["maxSockets"], Value::Null);
}

#[test]
fn a_vm_without_cpu_does_not_take_the_patch() {
    let mut vm = vm();
    let domain = vm.pointer_mut("/spec/template/spec/domain").unwrap();
    domain.as_object_mut().unwrap().remove("cpu");
    for release in NEWEST {
        let error = written(&Request::create(vm.clone()), &cluster(), release).unwrap_err();
        assert_eq!(
            error,
            "replace operation does not apply: doc is missing path: /spec/template/spec/domain/cpu/maxSockets: missing value",
        );
    }
}

#[test]
fn affinity_is_rebuilt_for_the_networks() {
    let mut vm = vm();
    assert_eq!(
        new(&vm, "v1.8.2")["spec"]["template"]["spec"]["affinity"],
        json!({})
    );
    with_nic(&mut vm, "vlan100", "");
    let own = |key: &str| json!({"key": key, "operator": "In", "values": ["true"]});
    let zone = json!({"key": "zone", "operator": "In", "values": ["a"]});
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    vm["spec"]["template"]["spec"]["affinity"] = json!({"nodeAffinity": {required: {
        "nodeSelectorTerms": [
            {"matchExpressions": [zone, own("network.harvesterhci.io/gone")]},
            {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]},
            {"matchExpressions": [own("cpumanager")]},
        ],
    }}});
    let affinity = new(&vm, "v1.8.2")["spec"]["template"]["spec"]["affinity"].clone();
    let terms = json!([{"matchExpressions": [zone, own("network.harvesterhci.io/vmnet")]}]);
    assert_eq!(
        affinity["nodeAffinity"][required]["nodeSelectorTerms"],
        terms
    );
}

#[test]
fn empty_addresses_are_filled_since_1_7_unless_annotated() {
    let mac = |vm: &Value, release: &str| {
        new(vm, release)["spec"]["template"]["spec"]["domain"]["devices"]["interfaces"][0]
            ["macAddress"]
            .clone()
    };
    let mut vm = vm();
    with_nic(&mut vm, "prod/vlan100", "");
    assert_eq!(mac(&vm, "v1.6.1"), Value::Null);
    assert_eq!(mac(&vm, "v1.7.3").as_str().unwrap().len(), 17);
    vm["metadata"]["annotations"]["harvesterhci.io/mac-address"] =
        r#"{"nic-1":"52:54:00:00:00:09"}"#.into();
    assert_eq!(mac(&vm, "v1.8.2"), Value::Null);
}

#[test]
fn a_start_takes_the_annotated_strategy_and_a_creation_its_own() {
    let mut running = vm();
    running["spec"]["runStrategy"] = "Always".into();
    assert_eq!(new(&running, "v1.8.2")["spec"]["runStrategy"], "Always");
    for (annotated, strategy) in [("Manual", "Manual"), ("", "RerunOnFailure")] {
        running["metadata"]["annotations"]["harvesterhci.io/vmRunStrategy"] = annotated.into();
        let request = Request::update(vm(), running.clone());
        let now = written(&request, &cluster(), "v1.8.2").unwrap();
        assert_eq!(now["spec"]["runStrategy"], strategy);
    }
}

#[test]
fn the_grace_period_is_filled_and_a_given_one_kept() {
    let period = |vm: &Value| {
        new(vm, "v1.8.2")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"].clone()
    };
    let mut vm = vm();
    assert_eq!(period(&vm), 120);
    vm["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = 7.into();
    assert_eq!(period(&vm), 7);
}

#[test]
fn a_missing_network_is_refused_here() {
    let mut vm = vm();
    with_nic(&mut vm, "prod/nonet", "");
    let error = written(&Request::create(vm), &cluster(), "v1.8.2").unwrap_err();
    let text = r#"500 network-attachment-definitions.k8s.cni.cncf.io "nonet" not found"#;
    assert_eq!(error, text);
}

#[test]
fn what_forklift_made_gets_limits_since_1_8() {
    let mut vm = vm();
    vm["metadata"]["labels"] = json!({"migration": "a", "plan": "b", "vmID": "c"});
    let domain = &mut vm["spec"]["template"]["spec"]["domain"];
    domain["resources"] = json!({});
    domain["memory"] = json!({"guest": "2Gi"});
    let limits = |release: &str| {
        new(&vm, release)["spec"]["template"]["spec"]["domain"]["resources"]["limits"].clone()
    };
    assert_eq!(limits("v1.7.3"), Value::Null);
    assert_eq!(limits("v1.8.2"), json!({"cpu": "2", "memory": "2Gi"}));
}
