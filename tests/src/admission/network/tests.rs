//! The rules for networks as a table.

use serde_json::{Value, json};

use super::*;

fn definition(config: &str, label: &str) -> Value {
    json!({
        "apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
        "metadata": {
            "namespace": "prod", "name": "vlan7", "labels": {CLUSTER_NETWORK: label},
        },
        "spec": {"config": config},
    })
}

fn cluster() -> Store {
    let network = |name: &str, mtu: &str| {
        json!({
            "apiVersion": "network.harvesterhci.io/v1beta1", "kind": "ClusterNetwork",
            "metadata": {"name": name, "annotations": {UPLINK_MTU: mtu}},
        })
    };
    Store::of(&[network("vmnet", "1500"), network("jumbo", "9000")])
}

fn verdict(definition: Value) -> String {
    match validate(&Request::create(definition), &cluster()) {
        Ok(()) => "accepted".into(),
        Err(refusal) => {
            assert_eq!(refusal.code, 500);
            let prefix = "can't create nad prod/vlan7 because ";
            refusal.message.strip_prefix(prefix).unwrap().to_owned()
        }
    }
}

#[test]
fn vlans_bridges_and_cluster_networks_fit_together() {
    let bridge = |vlan: i64, bridge: &str| {
        json!({"type": "bridge", "bridge": bridge, "vlan": vlan}).to_string()
    };
    let trunk = |part: Value| json!({"bridge": "vmnet-br", "vlanTrunk": [part]}).to_string();
    for (config, label, expected) in [
        (bridge(7, "vmnet-br"), "vmnet", "accepted"),
        (bridge(0, "vmnet-br"), "", "accepted"),
        (
            bridge(4095, "vmnet-br"),
            "vmnet",
            "vlan 4095 is out of range [0 .. 4094]",
        ),
        (
            bridge(-1, "vmnet-br"),
            "vmnet",
            "vlan -1 is out of range [0 .. 4094]",
        ),
        (
            bridge(7, "vmnet-br"),
            "other",
            "the nad label other does not match bridge name vmnet",
        ),
        (
            bridge(7, "gone-br"),
            "gone",
            r#"nad refers to a none-existing cluster network gone or error clusternetworks.network.harvesterhci.io "gone" not found"#,
        ),
        (
            bridge(7, "vmnet"),
            "",
            "the bridge name vmnet does not include suffix -br",
        ),
        (
            bridge(7, "jumbo-br"),
            "jumbo",
            "nad MTU 0 does not match cluster network MTU 9000",
        ),
        (
            trunk(json!({"id": 5000})),
            "vmnet",
            "incorrect trunk id parameter 5000",
        ),
        (
            trunk(json!({"minID": 9, "maxID": 3})),
            "vmnet",
            "minID 9 is greater than maxID 3 in trunk parameter",
        ),
        (trunk(json!({"minID": 1, "maxID": 3})), "vmnet", "accepted"),
        (
            json!({"type": "kube-ovn", "provider": "vlan7.prod.ovn"}).to_string(),
            "",
            "kubeovn is not yet enabled",
        ),
    ] {
        assert_eq!(verdict(definition(&config, label)), expected, "{config}");
    }
}

#[test]
fn the_mtu_is_filled_in_first() {
    let config = r#"{"type":"bridge","bridge":"jumbo-br","vlan":7}"#;
    let request = Request::create(definition(config, "jumbo"));
    let operations = mutate(&request, &cluster()).unwrap();
    let config: Value = serde_json::from_str(operations[0]["value"].as_str().unwrap()).unwrap();
    assert_eq!(config["mtu"], 9000);
    let gone = Request::create(definition(r#"{"bridge":"gone-br"}"#, ""));
    assert_eq!(
        mutate(&gone, &cluster()).unwrap_err().message,
        r#"can't create nad prod/vlan7 because clusternetworks.network.harvesterhci.io "gone" not found"#
    );
}

#[test]
fn a_network_in_use_stays() {
    let vm = json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
        "metadata": {"namespace": "prod", "name": "web"},
        "spec": {"template": {"spec": {"networks": [
            {"name": "a", "multus": {"networkName": "prod/vlan7"}},
        ]}}},
    });
    let request = Request::delete(definition("{}", ""));
    assert_eq!(validate(&request, &cluster()), Ok(()));
    let refusal = validate(&request, &Store::of([&vm])).unwrap_err();
    assert_eq!(
        refusal.message,
        "can't delete nad prod/vlan7 because it's still used by VM(s) prod/web which must remove the related networks and interfaces"
    );
}
