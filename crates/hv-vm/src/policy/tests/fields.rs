//! Single fields: what is left of them and what is noted.

use serde_json::{Value, json};

use super::{apply, left, vm};
use crate::key::Kind;

#[test]
fn the_stored_vm_is_halted_and_remembers_its_strategy() {
    // What the spec says, what the annotation says, what a start will use.
    let rows = [
        (
            json!({"runStrategy": "Always"}),
            Some("RerunOnFailure"),
            "Always",
        ),
        (json!({"runStrategy": "Manual"}), None, "Manual"),
        (json!({"runStrategy": "Halted"}), Some("Always"), "Always"),
        (json!({"runStrategy": "Halted"}), None, "RerunOnFailure"),
        (
            json!({"runStrategy": "Halted"}),
            Some("Halted"),
            "RerunOnFailure",
        ),
        (json!({"runStrategy": "Halted"}), Some(""), "RerunOnFailure"),
        (
            json!({"runStrategy": "WaitAsReceiver"}),
            Some("Manual"),
            "Manual",
        ),
        (json!({"running": true}), None, "Always"),
        (json!({"running": true}), Some("Manual"), "Always"),
        (json!({"running": false}), None, "RerunOnFailure"),
        (json!({"running": false}), Some("Once"), "Once"),
        (
            json!({"running": null, "runStrategy": "Once"}),
            None,
            "Once",
        ),
        (
            json!({"running": false, "runStrategy": "Manual"}),
            None,
            "Manual",
        ),
        (json!({}), None, "RerunOnFailure"),
    ];
    for (spec, annotation, wanted) in rows {
        let mut vm = json!({"metadata": {"name": "a"}, "spec": spec});
        if let Some(annotation) = annotation {
            vm["metadata"]["annotations"]["harvesterhci.io/vmRunStrategy"] = annotation.into();
        }
        let stored = apply(Kind::VirtualMachine, &vm).object;
        assert_eq!(stored["spec"], json!({"runStrategy": "Halted"}), "{vm}");
        let remembered = &stored["metadata"]["annotations"]["harvesterhci.io/vmRunStrategy"];
        assert_eq!(remembered, wanted, "{vm}");
        assert_eq!(apply(Kind::VirtualMachine, &stored).object, stored, "{vm}");
    }
}

#[test]
fn both_forms_of_the_strategy_at_once_are_noted() {
    let vm = json!({"metadata": {}, "spec": {"running": true, "runStrategy": "Manual"}});
    let applied = apply(Kind::VirtualMachine, &vm);
    assert_eq!(applied.notes[0].code, "run-strategy-twice");
    assert_eq!(applied.object["spec"], json!({"runStrategy": "Halted"}));
}

#[test]
fn what_harvester_computes_from_limits_is_left_out() {
    let size = |limits: Value, more: Value| {
        let mut domain = json!({
            "cpu": {"cores": 2, "maxSockets": 4},
            "memory": {"guest": "3Gi", "hugepages": {"pageSize": "2Mi"}},
            "resources": {"limits": limits, "requests": {"cpu": "125m", "memory": "2Gi", "x": "1"}},
        });
        for (key, value) in more.as_object().unwrap() {
            domain[key] = value.clone();
        }
        left(&json!({"domain": domain})).0["domain"].clone()
    };
    let both = size(json!({"cpu": "2", "memory": "4Gi"}), json!({}));
    assert_eq!(both["cpu"], json!({"cores": 2}));
    assert_eq!(both["memory"], json!({"hugepages": {"pageSize": "2Mi"}}));
    assert_eq!(both["resources"]["requests"], json!({"x": "1"}));

    let cpu_only = size(json!({"cpu": "2"}), json!({}));
    assert_eq!(cpu_only["cpu"]["maxSockets"], 4);
    assert_eq!(cpu_only["memory"]["guest"], "3Gi");
    assert_eq!(
        cpu_only["resources"]["requests"],
        json!({"memory": "2Gi", "x": "1"})
    );

    let zero = size(json!({"cpu": "0", "memory": "0Gi"}), json!({}));
    assert_eq!(zero["memory"]["guest"], "3Gi");
    assert_eq!(zero["resources"]["requests"]["cpu"], "125m");

    let last = size(
        json!({"memory": 4_294_967_296_u64, "cpu": 2}),
        json!({"memory": {"guest": "4Gi"}, "cpu": {"maxSockets": 1}}),
    );
    assert_eq!(last.get("memory"), None, "an emptied part goes");
    assert_eq!(last["cpu"], json!({}), "the schema asks for some parts");
}

#[test]
fn hot_plug_and_arm_keep_what_harvester_leaves_alone() {
    let template = json!({"domain": {
        "cpu": {"cores": 2, "maxSockets": 4}, "memory": {"guest": "3Gi"},
        "resources": {"limits": {"memory": "4Gi"}},
    }});
    let mut hotplug = vm(&template);
    hotplug["metadata"]["annotations"]["harvesterhci.io/enableCPUAndMemoryHotplug"] = "true".into();
    let stored = apply(Kind::VirtualMachine, &hotplug).object;
    assert_eq!(stored["spec"]["template"]["spec"], template);

    let mut arm = template.clone();
    arm["architecture"] = "arm64".into();
    let domain = &left(&arm).0["domain"];
    assert_eq!(domain["cpu"]["maxSockets"], 4);
    assert_eq!(domain.get("memory"), None);
}

#[test]
fn affinity_keeps_what_is_not_about_this_cluster() {
    let node = json!({"key": "kubernetes.io/hostname", "operator": "In", "values": ["n1", "n2"]});
    let network =
        json!({"key": "network.harvesterhci.io/vmnet", "operator": "In", "values": ["true"]});
    let cpu = json!({"key": "cpumanager", "operator": "In", "values": ["true"]});
    let zone = json!({"key": "zone", "operator": "In", "values": ["a"]});
    let by_name = json!([{"key": "metadata.name", "operator": "In", "values": ["n1"]}]);
    let term = |expressions: &[&Value]| json!({"matchExpressions": expressions});
    let required = |terms: Value| json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}});
    let preferred = |preference: Value| json!({"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": preference}]}});
    let rows = [
        (required(json!([term(&[&network])])), Value::Null, 0),
        (
            required(json!([term(&[&network, &cpu, &zone])])),
            required(json!([term(&[&zone])])),
            0,
        ),
        (required(json!([term(&[&node, &network])])), Value::Null, 1),
        (
            required(json!([term(&[&node]), term(&[&zone])])),
            required(json!([term(&[&zone])])),
            1,
        ),
        (required(json!([{"matchFields": by_name}])), Value::Null, 1),
        (preferred(term(&[&node])), Value::Null, 1),
        (
            preferred(term(&[&node, &zone])),
            preferred(term(&[&zone])),
            1,
        ),
        (preferred(json!({"matchFields": by_name})), Value::Null, 1),
        (
            preferred(term(&[&network])),
            preferred(term(&[&network])),
            0,
        ),
        (json!({}), json!({}), 0),
    ];
    for (affinity, expected, notes) in rows {
        let (spec, codes) = left(&json!({"affinity": affinity, "domain": {}}));
        assert_eq!(spec["affinity"], expected, "{affinity}");
        assert_eq!(codes, vec!["node-name-dropped"; notes], "{affinity}");
    }
}

#[test]
fn notes_name_the_field_and_quote_the_value() {
    let template = json!({
        "nodeSelector": {"kubernetes.io/hostname": "node1", "zone": "a"},
        "domain": {"devices": {
            "hostDevices": [{"name": "disk", "deviceName": "example.com/nvme"}],
            "gpus": [{"name": "gpu-1", "claimName": "one"}],
        }},
    });
    let applied = apply(Kind::VirtualMachine, &vm(&template));
    let spec = &applied.object["spec"]["template"]["spec"];
    assert_eq!(
        *spec,
        json!({"nodeSelector": {"zone": "a"}, "domain": {"devices": {}}})
    );
    let told: Vec<String> = applied
        .notes
        .iter()
        .map(|note| format!("{} {} {}", note.code, note.path, note.message))
        .collect();
    let expected = [
        "gpu-dropped spec.template.spec.domain.devices.gpus[0] The GPU \"gpu-1\" was left out: it is one of the source's nodes.",
        "host-device-dropped spec.template.spec.domain.devices.hostDevices[0] The host device \"disk\" (example.com/nvme) was left out: it is one of the source's nodes.",
        "node-name-dropped spec.template.spec.nodeSelector[\"kubernetes.io/hostname\"] It was bound to the node \"node1\"; the nodes of the target have other names.",
    ];
    assert_eq!(told, expected);
}

#[test]
fn claim_templates_are_re_spelled_or_left_alone() {
    let convert = |text: &str| {
        let mut vm = vm(&json!({}));
        vm["metadata"]["annotations"]["harvesterhci.io/volumeClaimTemplates"] = text.into();
        let applied = apply(Kind::VirtualMachine, &vm);
        let kept =
            &applied.object["metadata"]["annotations"]["harvesterhci.io/volumeClaimTemplates"];
        (kept.as_str().unwrap().to_owned(), applied.notes.len())
    };
    let (kept, notes) = convert(
        r#"[ {"targetVolume":"x","spec":{"a":1},"metadata":{"name":"d","creationTimestamp":null},"status":{}} ]"#,
    );
    assert_eq!(kept, r#"[{"metadata":{"name":"d"},"spec":{"a":1}}]"#);
    assert_eq!(notes, 0);
    for text in ["", "[{", "{}", "null", "1", "\u{1f680}"] {
        assert_eq!(convert(text), (text.to_owned(), 1), "{text}");
    }
    for text in ["[]", "[null,1]"] {
        assert_eq!(convert(text), (text.to_owned(), 0), "{text}");
    }
}

#[test]
fn names_of_networks_get_a_namespace() {
    let network = |name: &str| {
        let (spec, _) = left(&json!({"networks": [{"multus": {"networkName": name}}]}));
        spec["networks"][0]["multus"]["networkName"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(network("vlan100"), "prod/vlan100");
    assert_eq!(network("other/vlan100"), "other/vlan100");
    assert_eq!(network(""), "");
}

#[test]
fn disks_that_are_not_configuration_go() {
    let template = json!({
        "volumes": [
            {"name": "a", "persistentVolumeClaim": {"claimName": "a"}},
            {"name": "dump", "memoryDump": {"claimName": "dump"}},
        ],
        "utilityVolumes": [{"name": "u", "claimName": "u"}],
    });
    let (spec, _) = left(&template);
    assert_eq!(
        spec,
        json!({"volumes": [{"name": "a", "persistentVolumeClaim": {"claimName": "a"}}]})
    );
    let mut vm = vm(&json!({}));
    vm["spec"]["dataVolumeTemplates"] = json!([{"metadata": {"name": "d"}}]);
    let applied = apply(Kind::VirtualMachine, &vm);
    assert_eq!(applied.object["spec"].get("dataVolumeTemplates"), None);
    assert_eq!(applied.notes[0].code, "data-volume-templates-expanded");
}

#[test]
fn labels_go_with_their_value_only() {
    let claim = |labels: Value| {
        let object = json!({"metadata": {"labels": labels}, "spec": {}});
        apply(Kind::PersistentVolumeClaim, &object).object["metadata"]["labels"].clone()
    };
    let kept = json!({"app": "shop", "app.kubernetes.io/component": "web", "team": "a"});
    assert_eq!(claim(kept.clone()), kept);
    let of_cdi = json!({"app": "containerized-data-importer", "cdi.kubevirt.io/x": "1", "app.kubernetes.io/managed-by": "cdi-controller"});
    assert_eq!(claim(of_cdi), Value::Null);
}

#[test]
fn an_object_of_a_list_gets_its_type() {
    let secret = json!({"metadata": {"name": "a"}, "data": {"k": "dg=="}, "type": "secret"});
    let stored = apply(Kind::Secret, &secret).object;
    assert_eq!(stored["apiVersion"], "v1");
    assert_eq!(stored["kind"], "Secret");
    assert_eq!(stored["data"], secret["data"]);
}

#[test]
fn what_is_no_object_stays_what_it_is() {
    for value in [
        json!(null),
        json!([]),
        json!("x"),
        json!({"spec": []}),
        json!({"metadata": 1, "spec": {}}),
    ] {
        for kind in Kind::ALL {
            let _ = apply(*kind, &value);
        }
    }
}
