//! Every rule asked of a real API server, in a dry run and for good.

use serde_json::{Value, json};

use super::{claim, create, start, vm};

/// An object, the code of the answer and its words.
type Case = (Value, u16, &'static str);

fn nic(mut vm: Value, network: &str, mac: &str) -> Value {
    let spec = &mut vm["spec"]["template"]["spec"];
    spec["domain"]["devices"]["interfaces"][0]["macAddress"] = mac.into();
    spec["networks"][0]["multus"]["networkName"] = network.into();
    vm
}

fn with(mut object: Value, pointer: &str, value: Value) -> Value {
    *object.pointer_mut(pointer).unwrap() = value;
    object
}

fn without(mut object: Value, pointer: &str, field: &str) -> Value {
    let parent = object.pointer_mut(pointer).unwrap();
    parent.as_object_mut().unwrap().remove(field);
    object
}

fn disk_of(vm: Value, claim: &str) -> Value {
    let pointer = "/spec/template/spec/volumes/0/persistentVolumeClaim/claimName";
    with(vm, pointer, claim.into())
}

fn cases() -> Vec<Case> {
    let plain = || vm("dr-shop", "new");
    let annotated =
        |name: &str, value: &str| with(plain(), "/metadata/annotations", json!({name: value}));
    let memory = "/spec/template/spec/domain/resources";
    let network = json!({
        "apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
        "metadata": {"namespace": "dr-net", "name": "wide"},
        "spec": {"config": r#"{"type":"bridge","bridge":"uplink-br","vlan":5000}"#},
    });
    let key = json!({
        "apiVersion": "harvesterhci.io/v1beta1", "kind": "KeyPair",
        "metadata": {"namespace": "dr-keys", "name": "bad"}, "spec": {"publicKey": "hello"},
    });
    let volume = json!({
        "apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataVolume",
        "metadata": {"namespace": "dr-shop", "name": "db01-data-ready"},
        "spec": {"source": {"blank": {}}, "storage": {"resources": {"requests": {"storage": "1Gi"}}}},
    });
    vec![
        (
            nic(plain(), "dr-net/servers", "52:54:00:aa:00:01"),
            500,
            r#"admission webhook "validator.harvesterhci.io" denied the request: duplicate mac address present for vm new for cluster network uplink"#,
        ),
        (
            nic(plain(), "dr-net/backup", "52:54:00:aa:00:01"),
            500,
            "duplicate mac address present for vm new for cluster network uplink",
        ),
        (nic(plain(), "dr-net/servers", "52:54:00:AA:00:01"), 201, ""),
        (nic(plain(), "dr-net/control", "52:54:00:aa:00:01"), 201, ""),
        (
            nic(plain(), "dr-net/nonet", "52:54:00:cc:00:01"),
            500,
            r#"admission webhook "mutator.harvesterhci.io" denied the request: network-attachment-definitions.k8s.cni.cncf.io "nonet" not found"#,
        ),
        (
            without(plain(), "/spec/template/spec/domain", "cpu"),
            500,
            "replace operation does not apply: doc is missing path: /spec/template/spec/domain/cpu/maxSockets: missing value",
        ),
        (
            with(plain(), memory, json!({"requests": {"memory": "1Gi"}})),
            422,
            "either memory.guest or resources.limits.memory must be set",
        ),
        (
            disk_of(plain(), "relic-root-0"),
            422,
            "PVC dr-shop/relic-root-0 is already used by other VM, please use a shareable RWX volume.",
        ),
        (disk_of(plain(), "db01-data-ready"), 201, ""),
        (
            annotated("harvesterhci.io/volumeClaimTemplates", "oops"),
            422,
            "the volumeClaimTemplates annotaion is invalid: invalid character 'o' looking for beginning of value",
        ),
        (
            annotated("harvesterhci.io/reservedMemory", "1Gi"),
            500,
            "reservedMemory can't be equal or greater than limits.memory",
        ),
        (
            with(plain(), "/spec/runStrategy", "Sometimes".into()),
            422,
            r#"admission webhook "virtualmachine-validator.kubevirt.io" denied the request: Invalid RunStrategy (Sometimes)"#,
        ),
        (
            with(plain(), "/spec/template/spec/volumes", json!([])),
            422,
            "spec.template.spec.domain.devices.disks[0].Name 'root' not found.",
        ),
        (
            claim("dr-shop", "static", "longhorn-static"),
            422,
            "can not create volume with the reserved storage class longhorn-static",
        ),
        (
            claim("dr-shop", "state", "vmstate-persistence"),
            422,
            "can not create volume with the reserved storage class vmstate-persistence",
        ),
        (claim("dr-small", "huge", "longhorn-gold"), 201, ""),
        (
            network,
            500,
            "can't create nad dr-net/wide because vlan 5000 is out of range [0 .. 4094]",
        ),
        (key, 422, "key is not in valid OpenSSH public key format"),
        (
            volume,
            422,
            "Destination PVC dr-shop/db01-data-ready already exists",
        ),
    ]
}

#[test]
fn rules_answer_as_observed_in_a_dry_run_and_for_good() {
    let site = start("dr");
    for (object, code, words) in cases() {
        let dry = create(&site, &object, "?dryRun=All&fieldValidation=Strict");
        assert_eq!(dry.status.as_u16(), code, "{}\n{object}", dry.body);
        assert!(dry.message().contains(words), "{}", dry.message());
        if code == 201 {
            continue;
        }
        let real = create(&site, &object, "");
        assert_eq!(real.status.as_u16(), code, "{}", real.body);
        assert_eq!(real.message(), dry.message());
        if code == 422 {
            assert!(real.body["details"]["causes"][0]["message"].is_string());
        }
    }
    twins_are_refused_at_once(&site);
    claims_in_use_stay(&site);
}

/// The second of two VMs with one address, sent right after the first.
fn twins_are_refused_at_once(site: &hv_testbed::model::Site) {
    for round in 0..5 {
        let mac = format!("52:54:00:dd:00:{round:02x}");
        let twin = |name: &str| {
            let vm = vm("dr-shop", &format!("{name}-{round}"));
            nic(vm, "dr-net/servers", &mac)
        };
        assert_eq!(create(site, &twin("first"), "").status.as_u16(), 201);
        let second = create(site, &twin("second"), "");
        assert_eq!(second.status.as_u16(), 500, "{}", second.body);
    }
}

fn claims_in_use_stay(site: &hv_testbed::model::Site) {
    let api = super::admin(site);
    let path = "/api/v1/namespaces/dr-shop/persistentvolumeclaims/relic-root-0";
    let answer = site
        .plane
        .wait(async || api.send(http::Method::DELETE, path, None).await)
        .unwrap();
    assert_eq!(answer.status.as_u16(), 409);
    assert_eq!(
        answer.message(),
        r#"admission webhook "validator.harvesterhci.io" denied the request: can not delete the volume relic-root-0 which is currently attached to VM: dr-shop/relic"#
    );
}

#[test]
fn an_older_release_lets_pass_what_newer_ones_refuse() {
    let site = start("source");
    let mut vm = vm("shop", "new");
    vm["spec"]["template"]["spec"]["networks"][0]["multus"]["networkName"] = "shop/vlan200".into();
    let spec = &mut vm["spec"]["template"]["spec"];
    spec["domain"]["resources"] = json!({"requests": {"memory": "1Gi"}});
    for (object, code) in [
        (vm, 201),
        (claim("shop", "static", "longhorn-static"), 201),
        (claim("shop", "state", "vmstate-persistence"), 201),
    ] {
        let answer = create(&site, &object, "?dryRun=All");
        assert_eq!(answer.status.as_u16(), code, "{}", answer.body);
        let nic = &answer.body["spec"]["template"]["spec"]["domain"]["devices"]["interfaces"];
        assert_eq!(nic[0]["macAddress"], Value::Null);
    }
}
