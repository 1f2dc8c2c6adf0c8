//! Everything under another name: exactly the mapped texts are others.

use std::collections::BTreeSet;

use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};

use super::*;

/// Every name of a bundle and what it becomes.
fn renamed(header: &Header) -> (Assignment, BTreeMap<String, String>) {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    let mut assignment = identity(header);
    let source = &header.vm;
    assignment.vm = name("dr", "other");
    assignment.namespaces = pairs(&[
        ("prod", "dr"),
        ("dev", "dr"),
        ("team-a", "dr"),
        ("default", "images"),
    ]);
    all.insert(source.namespace.clone(), "dr".to_owned());
    all.insert(source.name.clone(), "other".to_owned());
    for (at, choice) in assignment.disks.values_mut().enumerate() {
        if let DiskChoice::Existing { claim, .. } = choice {
            let fresh = all.entry(claim.clone()).or_insert(format!("claim-{at}"));
            claim.clone_from(fresh);
        }
    }
    for (at, need) in header.requirements.secrets.iter().enumerate() {
        let fresh = format!("secret-{at}");
        assignment.secrets.insert(need.name.clone(), fresh.clone());
        all.insert(need.name.clone(), fresh);
    }
    for item in &header.items {
        let id = format!("{}/{}", item.object.namespace, item.object.name);
        let fresh = format!("dr/new-{}", item.object.name);
        match item.object.kind {
            Kind::ConfigMap => {
                let name = item.object.name.clone();
                assignment
                    .secrets
                    .insert(name.clone(), format!("map-{name}"));
                all.insert(name.clone(), format!("map-{name}"));
                assignment.create.push(item.object.clone());
                continue;
            }
            Kind::NetworkAttachmentDefinition => {
                assignment.networks.insert(id.clone(), fresh.clone())
            }
            Kind::KeyPair => assignment.key_pairs.insert(id.clone(), fresh.clone()),
            Kind::Secret => {
                assignment.create.push(item.object.clone());
                continue;
            }
            _ => continue,
        };
        assignment.create.push(item.object.clone());
        all.insert(id, fresh);
    }
    (assignment, all)
}

/// Every key and text with its path, JSON in texts unfolded; without what an import writes anew.
fn texts(value: &Value, path: &str, into: &mut Vec<(String, String)>) {
    const NEW: [&str; 5] = [
        "backup.origin.cluster",
        "kubectl-hv.io/",
        "harvesterhci.io/mac-address",
        "storageClassName",
        "harvesterhci.io/imageId",
    ];
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if NEW.iter().any(|new| key.starts_with(new))
                    || (key == "annotations" && *value == json!({}))
                {
                    continue;
                }
                into.push((format!("{path} key"), key.clone()));
                texts(value, &format!("{path}.{key}"), into);
            }
        }
        Value::Array(elements) => {
            for (at, element) in elements.iter().enumerate() {
                texts(element, &format!("{path}[{at}]"), into);
            }
        }
        Value::String(text) => match serde_json::from_str(text)
            .ok()
            .filter(|value: &Value| value.is_object() || value.is_array())
        {
            // A map that holds nothing but what is written anew is none.
            Some(parsed) => texts(&without_empty(parsed), path, into),
            None => into.push((path.to_owned(), text.clone())),
        },
        other => into.push((path.to_owned(), other.to_string())),
    }
}

/// Entries whose only annotation was that of the image.
fn without_empty(mut value: Value) -> Value {
    for entry in value.as_array_mut().into_iter().flatten() {
        if let Some(metadata) = entry.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("annotations");
        }
    }
    value
}

/// What the guest or a person reads, and what is no name.
fn is_text(path: &str) -> bool {
    path.contains("chassis") || path.contains("description") || path.contains("example.com/unknown")
}

/// What a text of the source is on the target; the names of Secrets are also part of paths.
fn under_new_names(
    mut path: String,
    text: String,
    all: &BTreeMap<String, String>,
) -> (String, String) {
    let text = match all.get(&text) {
        Some(renamed) if !is_text(&path) => renamed.clone(),
        _ => text,
    };
    for (from, to) in all {
        let key = |name: &str| format!("dynamic-ssh-key-names.{name}[");
        path = path.replace(&key(from), &key(to));
    }
    (path, text)
}

/// A claim that is made instead of one that is there.
fn made(choice: &mut DiskChoice) {
    let DiskChoice::Existing {
        claim,
        class,
        size,
        volume_mode,
        access_modes,
    } = choice.clone()
    else {
        return;
    };
    *choice = DiskChoice::Blank {
        claim,
        class,
        size,
        volume_mode,
        access_modes,
    };
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn exactly_the_mapped_names_are_others(seed in any::<u64>()) {
        let stored = random(seed);
        let (assignment, all) = renamed(&stored.header);
        let rendered = render(&stored, &assignment).unwrap();
        let path = format!("objects/virtualmachine.{}.json", stored.header.vm.name);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        texts(&stored.json(&path).unwrap(), "", &mut before);
        texts(vm(&rendered), "", &mut after);
        let expected: BTreeSet<(String, String)> = before
            .into_iter()
            .map(|(path, text)| under_new_names(path, text, &all))
            .collect();
        prop_assert_eq!(after.into_iter().collect::<BTreeSet<_>>(), expected);
    }

    #[test]
    fn no_name_of_the_source_is_left_in_any_object(seed in any::<u64>()) {
        let stored = random(seed);
        let (assignment, all) = renamed(&stored.header);
        let mut assignment = assignment;
        for choice in assignment.disks.values_mut() {
            made(choice);
        }
        let rendered = render(&stored, &assignment).unwrap();
        let parts = all.keys().flat_map(|name| name.split('/').chain([name.as_str()]));
        let names: BTreeSet<&str> = parts.collect();
        for object in &rendered.objects {
            let mut found = Vec::new();
            texts(&object.object, "", &mut found);
            found.push(("key".to_owned(), object.key.to_string()));
            for (path, text) in found {
                let parts = text.split(['/', ':', '.']).chain([text.as_str()]);
                let left = parts.filter(|part| names.contains(part) && !is_text(&path));
                let left: Vec<&str> = left.collect();
                prop_assert_eq!(left, [""; 0], "{} of {}: {}", path, object.key, text);
            }
        }
    }

    #[test]
    fn nothing_secret_is_in_an_object_or_in_what_is_printed(seed in any::<u64>()) {
        let stored = random(seed);
        let (assignment, _) = renamed(&stored.header);
        let text = format!("{:?}", render(&stored, &assignment).unwrap());
        let secrets = stored.files.iter().filter(|(path, _)| path.starts_with("objects/secret."));
        for (path, bytes) in secrets {
            let object: Value = serde_json::from_slice(bytes).unwrap();
            let values = object["data"].as_object().unwrap().values();
            for value in values.filter_map(Value::as_str).filter(|value| value.len() > 4) {
                prop_assert_eq!(text.find(value), None, "{}", path);
            }
        }
    }
}

#[test]
fn the_sample_under_other_names() {
    let stored = web01();
    let mut assignment = identity(&stored.header);
    assignment.vm = name("dr", "front");
    assignment.namespaces = pairs(&[("prod", "dr")]);
    assignment.networks = pairs(&[("prod/vlan100", "net/vlan7")]);
    assignment.secrets = pairs(&[("web01-f8t2z", "front-ci")]);
    assignment.key_pairs = pairs(&[("prod/ops-key", "dr/ops")]);
    let rendered = render(&stored, &assignment).unwrap();
    let vm = vm(&rendered);
    let spec = vm.pointer(SPEC).unwrap();
    let template = &vm["spec"]["template"]["metadata"];
    assert_eq!(vm["metadata"]["name"], "front");
    assert_eq!(vm["metadata"]["namespace"], "dr");
    assert_eq!(template["labels"]["harvesterhci.io/vmName"], "front");
    assert_eq!(
        template["annotations"]["harvesterhci.io/sshNames"],
        r#"["dr/ops"]"#
    );
    assert_eq!(spec["hostname"], "front");
    assert_eq!(spec["networks"][0]["multus"]["networkName"], "net/vlan7");
    // What is not mapped itself follows its namespace.
    assert_eq!(spec["networks"][1]["multus"]["networkName"], "dr/vlan200");
    let drive = &spec["volumes"][1]["cloudInitNoCloud"];
    assert_eq!(drive["secretRef"]["name"], "front-ci");
    assert_eq!(drive["networkDataSecretRef"]["name"], "front-ci");
}

#[test]
fn a_name_without_a_namespace_is_one_beside_the_vm_of_the_source() {
    let mut case = plain();
    case.world.vm["spec"]["template"]["metadata"]["annotations"]["harvesterhci.io/sshNames"] =
        r#"["ops-key"]"#.into();
    let stored = stored(&mut case);
    let mut assignment = identity(&stored.header);
    let names = |assignment: &Assignment| {
        let rendered = render(&stored, assignment).unwrap();
        vm(&rendered)["spec"]["template"]["metadata"]["annotations"]["harvesterhci.io/sshNames"]
            .clone()
    };
    assert_eq!(names(&assignment), r#"["ops-key"]"#);
    assignment.vm = name("dr", "web01");
    assert_eq!(names(&assignment), r#"["prod/ops-key"]"#);
    assignment.namespaces = pairs(&[("prod", "dr")]);
    assert_eq!(names(&assignment), r#"["dr/ops-key"]"#);
}

#[test]
fn a_host_name_of_its_own_and_rules_on_other_vms_stay() {
    let mut case = plain();
    let term = |name: &str| {
        json!({
            "topologyKey": "kubernetes.io/hostname",
            "namespaces": ["prod", "dev"],
            "labelSelector": {"matchExpressions": [{"key": "harvesterhci.io/vmName", "operator": "In", "values": [name, "web02"]}]},
        })
    };
    let spec = case.world.spec();
    spec["hostname"] = "www".into();
    spec["subdomain"] = "web01".into();
    spec["affinity"]["podAntiAffinity"] = json!({
        "requiredDuringSchedulingIgnoredDuringExecution": [term("web01")],
        "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": term("web01")}],
    });
    spec["topologySpreadConstraints"] = json!([{"maxSkew": 1, "topologyKey": "zone", "labelSelector": {"matchLabels": {"harvesterhci.io/vmName": "web01"}}}]);
    let stored = stored(&mut case);
    let mut assignment = identity(&stored.header);
    assignment.vm = name("dr", "front");
    assignment.namespaces = pairs(&[("prod", "dr")]);
    let rendered = render(&stored, &assignment).unwrap();
    let spec = vm(&rendered).pointer(SPEC).unwrap();
    assert_eq!(spec["hostname"], "www");
    assert_eq!(spec["subdomain"], "front");
    let mut expected = term("front");
    expected["namespaces"] = json!(["dr", "dev"]);
    let anti = &spec["affinity"]["podAntiAffinity"];
    assert_eq!(
        anti["requiredDuringSchedulingIgnoredDuringExecution"][0],
        expected
    );
    assert_eq!(
        anti["preferredDuringSchedulingIgnoredDuringExecution"][0]["podAffinityTerm"],
        expected
    );
    assert_eq!(
        spec["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"]["harvesterhci.io/vmName"],
        "front"
    );
}
