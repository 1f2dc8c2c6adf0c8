//! The table on objects as a cluster has them.

use serde_json::{Value, json};

use super::apply;
use crate::key::Kind;
use crate::policy::Action;

macro_rules! sample {
    ($name:literal) => {
        serde_saphyr::from_str::<Value>(include_str!(concat!(
            "../../../tests/samples/",
            $name,
            ".yaml"
        )))
        .unwrap()
    };
}

#[test]
fn the_sample_vm_travels_without_its_cluster() {
    let source = sample!("virtualmachine");
    let applied = apply(Kind::VirtualMachine, &source);
    let vm = &applied.object;
    assert_eq!(vm.get("status"), None);
    let metadata: Vec<&String> = vm["metadata"].as_object().unwrap().keys().collect();
    assert_eq!(metadata, ["annotations", "labels", "name", "namespace"]);
    let annotations: Vec<&String> = vm["metadata"]["annotations"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    let expected = [
        "field.cattle.io/description",
        "harvesterhci.io/mac-address",
        "harvesterhci.io/vmRunStrategy",
        "harvesterhci.io/volumeClaimTemplates",
        "network.harvesterhci.io/ips",
    ];
    assert_eq!(annotations, expected);
    assert_eq!(vm["spec"]["runStrategy"], "Halted");

    // Everything else of the template is as it was.
    let mut expected = source["spec"]["template"].clone();
    expected["metadata"]
        .as_object_mut()
        .unwrap()
        .remove("creationTimestamp");
    let spec = &mut expected["spec"];
    let terms = "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchExpressions";
    spec.pointer_mut(terms)
        .unwrap()
        .as_array_mut()
        .unwrap()
        .remove(0);
    spec["domain"]["cpu"]
        .as_object_mut()
        .unwrap()
        .remove("maxSockets");
    spec["domain"].as_object_mut().unwrap().remove("memory");
    spec["domain"]["resources"]
        .as_object_mut()
        .unwrap()
        .remove("requests");
    assert_eq!(vm["spec"]["template"], expected);
    let codes: Vec<&str> = applied
        .notes
        .iter()
        .map(|note| note.code.as_str())
        .collect();
    assert_eq!(codes, ["tpm-state"]);
}

#[test]
fn an_import_ready_vm_is_its_own_stored_form() {
    let source = sample!("target-virtualmachine");
    let mut expected = source.clone();
    let annotations = &mut expected["metadata"]["annotations"];
    let claims = annotations["harvesterhci.io/volumeClaimTemplates"]
        .as_str()
        .unwrap();
    let claims: Value = serde_json::from_str(claims).unwrap();
    annotations["harvesterhci.io/volumeClaimTemplates"] = claims.to_string().into();
    assert_eq!(apply(Kind::VirtualMachine, &source).object, expected);
}

#[test]
fn a_claim_forgets_its_volume_and_its_provisioner() {
    let text = include_str!("../../../tests/samples/persistentvolumeclaim.yaml");
    let claims: Vec<Value> = serde_saphyr::from_multiple(text).unwrap();
    let stored: Vec<Value> = claims
        .iter()
        .map(|claim| apply(Kind::PersistentVolumeClaim, claim).object)
        .collect();
    let expected = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": "web01-rootdisk-k4x9p", "namespace": "prod",
            "annotations": {"harvesterhci.io/imageId": "default/image-7x2kd"},
        },
        "spec": {
            "accessModes": ["ReadWriteMany"], "volumeMode": "Block",
            "resources": {"requests": {"storage": "40Gi"}},
            "storageClassName": "lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90",
        },
    });
    assert_eq!(stored[0], expected);
    assert_eq!(
        stored[1]["metadata"],
        json!({"name": "web01-data-m2v7c", "namespace": "prod"})
    );
    assert_eq!(
        stored[2]["metadata"]["labels"],
        json!({"persistent-state-for": "web01"})
    );
}

#[test]
fn a_network_forgets_its_state() {
    let text = include_str!("../../../tests/samples/networkattachmentdefinition.yaml");
    let networks: Vec<Value> = serde_saphyr::from_multiple(text).unwrap();
    let stored = apply(Kind::NetworkAttachmentDefinition, &networks[0]).object;
    assert_eq!(stored["spec"], networks[0]["spec"]);
    assert_eq!(
        stored["metadata"]["labels"].get("network.harvesterhci.io/ready"),
        None
    );
    let route = stored["metadata"]["annotations"]["network.harvesterhci.io/route"]
        .as_str()
        .unwrap();
    assert_eq!(
        route,
        r#"{"cidr":"10.10.100.0/24","gateway":"10.10.100.1","mode":"manual","serverIPAddr":""}"#
    );
}

#[test]
fn the_vm_in_a_template_follows_the_rows_of_a_vm_and_keeps_its_strategy() {
    let mut source = sample!("virtualmachinetemplateversion");
    let spec = &mut source["spec"]["vm"]["spec"]["template"]["spec"];
    spec["domain"]["resources"]["requests"] = json!({"memory": "1Gi"});
    spec["networks"][0]["multus"]["networkName"] = "vlan100".into();
    let applied = apply(Kind::VirtualMachineTemplateVersion, &source);
    let vm = &applied.object["spec"]["vm"];
    assert_eq!(vm["spec"]["runStrategy"], "RerunOnFailure");
    assert_eq!(
        vm["metadata"]["annotations"].get("harvesterhci.io/vmRunStrategy"),
        None
    );
    let spec = &vm["spec"]["template"]["spec"];
    assert_eq!(spec["domain"]["resources"].get("requests"), None);
    assert_eq!(spec["networks"][0]["multus"]["networkName"], "prod/vlan100");
    let inner = applied
        .fates
        .iter()
        .find(|fate| fate.path.ends_with("networkName"))
        .unwrap();
    assert_eq!(
        inner.path,
        "spec.vm.spec.template.spec.networks[0].multus.networkName"
    );
    assert_eq!(applied.object.get("status"), None);
    let hostname = applied
        .fates
        .iter()
        .find(|fate| fate.path == "spec.vm.spec.template.spec.domain.machine.type");
    assert_eq!(hostname.unwrap().action, Action::Keep);

    source["spec"]["vm"]["spec"] = json!({"running": true});
    let stored = apply(Kind::VirtualMachineTemplateVersion, &source).object;
    assert_eq!(
        stored["spec"]["vm"]["spec"],
        json!({"runStrategy": "Always"})
    );
}
