//! What becomes of a VM on a real API server.

use std::time::Duration;

use http::Method;
use hv_testbed::model::Site;
use serde_json::{Value, json};

use super::{admin, claim, create, get, start, until, vm};

const VMS: &str = "/apis/kubevirt.io/v1/namespaces/dr-shop/virtualmachines";
const INSTANCES: &str = "/apis/kubevirt.io/v1/namespaces/dr-shop/virtualmachineinstances";
const CLAIMS: &str = "/api/v1/namespaces/dr-shop/persistentvolumeclaims";

fn templated(name: &str, class: &str) -> Value {
    let mut vm = vm("dr-shop", name);
    let mut entry = claim("dr-shop", &format!("{name}-root"), class);
    entry["metadata"]
        .as_object_mut()
        .unwrap()
        .remove("namespace");
    vm["metadata"]["annotations"]["harvesterhci.io/volumeClaimTemplates"] =
        json!([entry]).to_string().into();
    vm
}

fn field(site: &Site, path: &str, pointer: &str) -> Value {
    let found = get(site, path).unwrap_or_default();
    found.pointer(pointer).cloned().unwrap_or_default()
}

fn change(site: &Site, path: &str, patch: &Value) {
    let api = admin(site);
    let answer = site
        .plane
        .wait(async || api.merge(path, patch).await)
        .unwrap();
    answer.success(&Method::PATCH, path).unwrap();
}

fn delete(site: &Site, path: &str) {
    let api = admin(site);
    let answer = site
        .plane
        .wait(async || api.send(Method::DELETE, path, None).await);
    answer.unwrap().success(&Method::DELETE, path).unwrap();
}

#[test]
fn a_vm_gets_its_claims_starts_stops_and_goes() {
    let site = start("dr");
    site.settle(Duration::from_secs(20)).unwrap();
    halted_with_claims(&site);
    started_at_once(&site);
    started_later_with_a_local_disk(&site);
    bound_by_hand(&site);
}

fn halted_with_claims(site: &Site) {
    let answer = create(site, &templated("calm", "longhorn-gold"), "");
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    let claim = format!("{CLAIMS}/calm-root");
    until("the claim is bound", || {
        field(site, &claim, "/status/phase") == "Bound"
    });
    site.settle(Duration::from_secs(10)).unwrap();
    let vm = get(site, &format!("{VMS}/calm")).unwrap();
    assert_eq!(vm["status"]["printableStatus"], "Stopped");
    assert_eq!(vm["metadata"]["finalizers"].as_array().unwrap().len(), 2);
    assert_eq!(get(site, &format!("{INSTANCES}/calm")), None);
    delete(site, &format!("{VMS}/calm"));
    until("the VM is gone", || {
        get(site, &format!("{VMS}/calm")).is_none()
    });
    assert_eq!(field(site, &claim, "/status/phase"), "Bound");
    delete(site, &claim);
    until("the claim is gone", || get(site, &claim).is_none());
}

fn started_at_once(site: &Site) {
    let mut vm = templated("eager", "longhorn-gold");
    vm["spec"]["runStrategy"] = "Always".into();
    assert_eq!(create(site, &vm, "").status.as_u16(), 201);
    let instance = format!("{INSTANCES}/eager");
    until("there is an instance", || get(site, &instance).is_some());
    until("it runs", || {
        field(site, &instance, "/status/phase") == "Running"
    });
    let mac = field(site, &instance, "/status/interfaces/0/mac");
    assert_eq!(mac.as_str().unwrap().len(), 17);
    let path = format!("{VMS}/eager");
    until("the VM says so", || {
        field(site, &path, "/status/printableStatus") == "Running"
    });
    site.settle(Duration::from_secs(10)).unwrap();
    let vm = get(site, &path).unwrap();
    let annotations = &vm["metadata"]["annotations"];
    assert_eq!(annotations["harvesterhci.io/vmRunStrategy"], "Always");
    let macs: Value =
        serde_json::from_str(annotations["harvesterhci.io/mac-address"].as_str().unwrap()).unwrap();
    assert_eq!(macs["nic-1"], mac);
    change(site, &path, &json!({"spec": {"runStrategy": "Halted"}}));
    until("it has stopped", || get(site, &instance).is_none());
    until("the VM is stopped", || {
        field(site, &path, "/status/printableStatus") == "Stopped"
    });
}

fn started_later_with_a_local_disk(site: &Site) {
    assert_eq!(
        create(site, &templated("local", "lvm-west-2"), "")
            .status
            .as_u16(),
        201
    );
    let claim = format!("{CLAIMS}/local-root");
    until("there is a claim", || get(site, &claim).is_some());
    site.settle(Duration::from_secs(10)).unwrap();
    assert_eq!(field(site, &claim, "/status/phase"), "Pending");
    let start = json!({"spec": {"runStrategy": "Always"}});
    change(site, &format!("{VMS}/local"), &start);
    until("it runs", || {
        field(site, &format!("{INSTANCES}/local"), "/status/phase") == "Running"
    });
    let vm = get(site, &format!("{VMS}/local")).unwrap();
    assert_eq!(vm["spec"]["runStrategy"], "RerunOnFailure");
    let volume = field(site, &claim, "/spec/volumeName");
    let volume = get(
        site,
        &format!("/api/v1/persistentvolumes/{}", volume.as_str().unwrap()),
    );
    let affinity = &volume.unwrap()["spec"]["nodeAffinity"];
    assert!(affinity.to_string().contains("west-2"), "{affinity}");
}

fn bound_by_hand(site: &Site) {
    let mut taken = claim("dr-shop", "taken", "longhorn-replica");
    taken["spec"]["volumeName"] = "pv-of-delete".into();
    let mut gone = claim("dr-shop", "gone-root", "longhorn-replica");
    gone["spec"]["volumeName"] = "pv-released".into();
    for claim in [&taken, &gone] {
        assert_eq!(create(site, claim, "").status.as_u16(), 201);
    }
    until("it is bound", || {
        field(site, &format!("{CLAIMS}/taken"), "/status/phase") == "Bound"
    });
    assert_eq!(
        field(site, &format!("{CLAIMS}/gone-root"), "/status/phase"),
        "Pending"
    );
}
