//! What is created beside a VM: networks, key pairs, config maps, Secrets.

use super::*;
use crate::secrets::Recipients;

fn secret(name: &str, data: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "prod"}, "type": "Opaque", "data": data})
}

/// The sample with dynamic keys, an answer file, a pull secret and a plain config map.
fn rich() -> Case {
    let mut case = plain();
    let template = &mut case.world.vm["spec"]["template"]["metadata"]["annotations"];
    template["harvesterhci.io/dynamic-ssh-key-names"] =
        r#"{"keys":["prod/ops-key","prod/dev-key"]}"#.into();
    case.world.spec()["accessCredentials"] =
        json!([{"sshPublicKey": {"source": {"secret": {"secretName": "keys"}}}}]);
    for volume in [
        json!({"name": "settings", "configMap": {"name": "settings"}}),
        json!({"name": "sysprep", "sysprep": {"configMap": {"name": "answers"}}}),
        json!({"name": "drivers", "containerDisk": {"image": "r/i:1", "imagePullSecret": "pull"}}),
    ] {
        case.world.add_volume(volume);
    }
    let map = |name: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "prod"}, "data": {"autounattend.xml": "planted"}});
    case.world.add(map("settings"));
    case.world.add(map("answers"));
    case.world.add(secret(
        "keys",
        &json!({"prod-ops-key": "cGxhbnRlZA==", "prod-dev-key": "cGxhbnRlZA=="}),
    ));
    case.world.add(secret(
        "pull",
        &json!({".dockerconfigjson": "cGxhbnRlZA=="}),
    ));
    case
}

/// Everything of the bundle that can be created, in a namespace of another name.
fn all(stored: &Stored) -> Assignment {
    let mut assignment = identity(&stored.header);
    assignment.vm.namespace = "dr".to_owned();
    assignment.namespaces = pairs(&[("prod", "dr")]);
    let kinds = [
        Kind::NetworkAttachmentDefinition,
        Kind::KeyPair,
        Kind::ConfigMap,
        Kind::Secret,
    ];
    let items = stored.header.items.iter().rev();
    let keys = items.map(|item| item.object.clone());
    assignment.create = keys.filter(|key| kinds.contains(&key.kind)).collect();
    assignment
}

fn rendered_keys(rendered: &Rendered) -> Vec<String> {
    rendered
        .objects
        .iter()
        .map(|one| one.key.to_string())
        .collect()
}

#[test]
fn objects_come_in_the_order_of_their_creation() {
    let stored = stored(&mut rich());
    let mut assignment = all(&stored);
    assignment
        .disks
        .insert("data".to_owned(), blank(&stored.header.disks[1]));
    let rendered = render(&stored, &assignment).unwrap();
    assert_eq!(
        rendered_keys(&rendered),
        [
            "NetworkAttachmentDefinition/dr/vlan100",
            "NetworkAttachmentDefinition/dr/vlan200",
            "KeyPair/dr/ops-key",
            "ConfigMap/dr/answers",
            "ConfigMap/dr/settings",
            "Secret/dr/keys",
            "Secret/dr/pull",
            "Secret/dr/web01-f8t2z",
            "PersistentVolumeClaim/dr/web01-data-m2v7c",
            "VirtualMachine/dr/web01",
        ]
    );
    let owned = rendered.objects.iter().filter(|one| one.owned);
    let owned: Vec<&str> = owned.map(|one| one.key.name.as_str()).collect();
    assert_eq!(owned, ["keys", "web01-f8t2z"]);
}

#[test]
fn what_is_secret_stays_in_its_file() {
    let public = age::x25519::Identity::generate().to_public().to_string();
    for recipients in [None, Some(Recipients::parse(&[public]).unwrap())] {
        let mut case = rich();
        case.recipients = recipients;
        let stored = stored(&mut case);
        let mut assignment = all(&stored);
        assignment.secrets = pairs(&[("keys", "new-keys"), ("answers", "new-answers")]);
        let rendered = render(&stored, &assignment).unwrap();
        // The plain config map is no secret.
        assert_eq!(format!("{rendered:?}").matches("planted").count(), 1);
        assert!(!format!("{rendered:?}").contains("cGxhbnRlZA"));
        for (kind, source, target) in [
            (Kind::Secret, "keys", "new-keys"),
            (Kind::Secret, "pull", "pull"),
            (Kind::ConfigMap, "answers", "new-answers"),
        ] {
            let found = rendered
                .objects
                .iter()
                .find(|one| one.key.kind == kind && one.key.name == target);
            let found = found.unwrap();
            assert_eq!(
                found.object,
                json!({"metadata": {"name": target, "namespace": "dr"}})
            );
            let sealed = found.sealed.as_ref().unwrap();
            let item = stored
                .header
                .items
                .iter()
                .find(|item| item.object == Key::new(kind, "prod", source));
            let item = item.unwrap();
            assert_eq!((&sealed.file, &sealed.sha256), (&item.path, &item.sha256));
            assert!(sealed.restored.is_empty());
        }
    }
}

#[test]
fn keys_of_credentials_bear_the_names_of_their_key_pairs() {
    let stored = stored(&mut rich());
    let mut assignment = all(&stored);
    assignment.key_pairs = pairs(&[("prod/ops-key", "dr/ops")]);
    assignment.secrets = pairs(&[("keys", "new-keys")]);
    let rendered = render(&stored, &assignment).unwrap();
    let keys = rendered
        .objects
        .iter()
        .find(|one| one.key.name == "new-keys")
        .unwrap();
    assert_eq!(
        keys.sealed.as_ref().unwrap().renamed_keys,
        pairs(&[("prod-ops-key", "dr-ops"), ("prod-dev-key", "dr-dev-key")])
    );
    let template = &vm(&rendered)["spec"]["template"]["metadata"]["annotations"];
    let names: Value = serde_json::from_str(
        template["harvesterhci.io/dynamic-ssh-key-names"]
            .as_str()
            .unwrap(),
    )
    .unwrap();
    assert_eq!(names, json!({"new-keys": ["dr/ops", "dr/dev-key"]}));
    let credential = &vm(&rendered).pointer(SPEC).unwrap()["accessCredentials"][0];
    assert_eq!(
        credential["sshPublicKey"]["source"]["secret"]["secretName"],
        "new-keys"
    );

    assignment.key_pairs = pairs(&[("prod/ops-key", "dr/one"), ("prod/dev-key", "dr/one")]);
    let error = render(&stored, &assignment).unwrap_err();
    assert_eq!(
        error.to_string(),
        "keys \"prod-ops-key\" and \"prod-dev-key\" of secret \"keys\" would both be \"dr-one\""
    );
}

#[test]
fn keys_that_the_vm_does_not_list_follow_the_map() {
    let mut case = rich();
    let template = &mut case.world.vm["spec"]["template"]["metadata"]["annotations"];
    template
        .as_object_mut()
        .unwrap()
        .remove("harvesterhci.io/dynamic-ssh-key-names");
    let stored = stored(&mut case);
    let mut assignment = all(&stored);
    assignment.key_pairs = pairs(&[("prod/ops-key", "dr/ops")]);
    let rendered = render(&stored, &assignment).unwrap();
    let of = |name: &str| {
        let found = rendered.objects.iter().find(|one| one.key.name == name);
        let sealed = found.unwrap().sealed.as_ref();
        sealed.unwrap().renamed_keys.clone()
    };
    assert_eq!(of("keys"), pairs(&[("prod-ops-key", "dr-ops")]));
    assert_eq!(of("pull"), BTreeMap::new());
}

#[test]
fn the_configuration_of_a_network_follows_its_name() {
    let mut case = plain();
    let key = Key::new(Kind::NetworkAttachmentDefinition, "prod", "vlan200");
    case.world.edit(&key, |network| {
        network["spec"]["config"] = r#"{"cniVersion":"0.3.1","name":"vlan200","type":"kube-ovn","provider":"vlan200.prod.ovn"}"#.into();
    });
    let stored = stored(&mut case);
    let mut assignment = all(&stored);
    assignment.networks = pairs(&[
        ("prod/vlan100", "net/vlan7"),
        ("prod/vlan200", "net/overlay"),
    ]);
    let rendered = render(&stored, &assignment).unwrap();
    let config = |name: &str| -> Value {
        let network = object(&rendered, Kind::NetworkAttachmentDefinition, name);
        serde_json::from_str(network["spec"]["config"].as_str().unwrap()).unwrap()
    };
    let vlan = object(&rendered, Kind::NetworkAttachmentDefinition, "vlan7");
    assert_eq!(vlan["metadata"]["namespace"], "net");
    assert_eq!(
        vlan["metadata"]["labels"]["network.harvesterhci.io/vlan-id"],
        "100"
    );
    assert_eq!(config("vlan7")["name"], "vlan7");
    assert_eq!(config("vlan7")["bridge"], "vmnet-br");
    assert_eq!(config("overlay")["name"], "overlay");
    assert_eq!(config("overlay")["provider"], "overlay.net.ovn");
}

#[test]
fn what_is_not_in_the_bundle_or_would_be_another_object_is_refused() {
    let stored = stored(&mut rich());
    let mut assignment = all(&stored);
    assignment.create = vec![Key::new(Kind::Secret, "prod", "nowhere")];
    assert_eq!(
        render(&stored, &assignment).unwrap_err().to_string(),
        "Secret/prod/nowhere is not in the bundle"
    );
    assignment.create = vec![Key::new(
        Kind::PersistentVolumeClaim,
        "prod",
        "web01-data-m2v7c",
    )];
    assert!(render(&stored, &assignment).is_err());
    let mut assignment = all(&stored);
    assignment.networks = pairs(&[("prod/vlan100", "dr/one"), ("prod/vlan200", "dr/one")]);
    assert_eq!(
        render(&stored, &assignment).unwrap_err().to_string(),
        "NetworkAttachmentDefinition/prod/vlan100 and NetworkAttachmentDefinition/prod/vlan200 would both be NetworkAttachmentDefinition/dr/one"
    );
}
