//! What is created for a disk in each mode, and what the VM says of it.

use super::*;

fn modes() -> Vec<String> {
    vec!["ReadWriteMany".to_owned()]
}

fn image(cdi: bool) -> DiskChoice {
    DiskChoice::Image {
        claim: "root".to_owned(),
        image: "images/noble".to_owned(),
        class: "lh-77".to_owned(),
        size: "50Gi".to_owned(),
        access_modes: modes(),
        volume_mode: "Block".to_owned(),
        cdi,
    }
}

/// The sample with another choice for its root disk.
fn with(choice: DiskChoice) -> (Stored, Rendered) {
    let stored = web01();
    let mut assignment = identity(&stored.header);
    assignment.vm.namespace = "dr".to_owned();
    assignment.disks.insert("rootdisk".to_owned(), choice);
    let rendered = render(&stored, &assignment).unwrap();
    (stored, rendered)
}

fn kinds(rendered: &Rendered) -> Vec<Kind> {
    rendered.objects.iter().map(|one| one.key.kind).collect()
}

#[test]
fn an_image_of_longhorn_is_a_claim_that_names_it_and_nothing_is_left_to_make() {
    let (_, rendered) = with(image(false));
    assert_eq!(
        object(&rendered, Kind::PersistentVolumeClaim, "root"),
        json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"name": "root", "namespace": "dr", "annotations": {"harvesterhci.io/imageId": "images/noble"}},
            "spec": {
                "accessModes": ["ReadWriteMany"], "volumeMode": "Block", "storageClassName": "lh-77",
                "resources": {"requests": {"storage": "50Gi"}},
            },
        })
    );
    let entries = parsed(vm(&rendered), TEMPLATES);
    assert_eq!(
        entries[0],
        json!({
            "metadata": {"name": "root"},
            "spec": {
                "accessModes": ["ReadWriteMany"], "volumeMode": "Block", "storageClassName": "lh-77",
                "resources": {"requests": {"storage": "50Gi"}},
            },
        })
    );
    assert_eq!(entries[1]["metadata"], json!({"name": "web01-data-m2v7c"}));
    let volume = &vm(&rendered).pointer(SPEC).unwrap()["volumes"][0];
    assert_eq!(volume["persistentVolumeClaim"]["claimName"], "root");
}

#[test]
fn an_image_of_cdi_is_left_to_harvester() {
    let (_, rendered) = with(image(true));
    assert_eq!(kinds(&rendered), [Kind::VirtualMachine]);
    let entry = &parsed(vm(&rendered), TEMPLATES)[0];
    assert_eq!(
        entry["metadata"],
        json!({"name": "root", "annotations": {"harvesterhci.io/imageId": "images/noble"}})
    );
    assert_eq!(entry["spec"]["storageClassName"], "lh-77");
}

#[test]
fn an_image_of_cdi_is_asked_for_even_where_the_source_had_no_templates() {
    let mut case = plain();
    case.world.vm["metadata"]["annotations"]
        .as_object_mut()
        .unwrap()
        .remove(TEMPLATES);
    let stored = stored(&mut case);
    let mut assignment = identity(&stored.header);
    let rendered = render(&stored, &assignment).unwrap();
    assert_eq!(annotation(vm(&rendered), TEMPLATES), Value::Null);
    assignment.disks.insert("rootdisk".to_owned(), image(true));
    let rendered = render(&stored, &assignment).unwrap();
    assert_eq!(
        parsed(vm(&rendered), TEMPLATES),
        json!([{
            "metadata": {"name": "root", "annotations": {"harvesterhci.io/imageId": "images/noble"}},
            "spec": {
                "accessModes": ["ReadWriteMany"], "volumeMode": "Block", "storageClassName": "lh-77",
                "resources": {"requests": {"storage": "50Gi"}},
            },
        }])
    );
}

#[test]
fn blank_and_snapshot_keep_labels_and_name_no_image() {
    let mut case = plain();
    case.world
        .edit(&crate::samples::claim("web01-rootdisk-k4x9p"), |claim| {
            claim["metadata"]["labels"] = json!({"backup": "yes"});
        });
    let stored = stored(&mut case);
    let mut assignment = identity(&stored.header);
    let spec = json!({
        "accessModes": ["ReadWriteMany"], "volumeMode": "Block", "storageClassName": "lh",
        "resources": {"requests": {"storage": "40Gi"}},
    });
    let (class, size) = ("lh".to_owned(), "40Gi".to_owned());
    let blank = DiskChoice::Blank {
        claim: "a".to_owned(),
        class: class.clone(),
        size: size.clone(),
        volume_mode: "Block".to_owned(),
        access_modes: modes(),
    };
    assignment.disks.insert("rootdisk".to_owned(), blank);
    let rendered = render(&stored, &assignment).unwrap();
    let claim = object(&rendered, Kind::PersistentVolumeClaim, "a");
    assert_eq!(
        claim["metadata"],
        json!({"name": "a", "namespace": "prod", "labels": {"backup": "yes"}})
    );
    assert_eq!(claim["spec"], spec);

    let snapshot = DiskChoice::Snapshot {
        claim: "a".to_owned(),
        snapshot: "nightly".to_owned(),
        class,
        size,
        volume_mode: "Block".to_owned(),
        access_modes: modes(),
    };
    assignment.disks.insert("rootdisk".to_owned(), snapshot);
    let rendered = render(&stored, &assignment).unwrap();
    let mut expected = spec;
    expected["dataSource"] =
        json!({"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "nightly"});
    assert_eq!(
        object(&rendered, Kind::PersistentVolumeClaim, "a")["spec"],
        expected
    );
}

#[test]
fn a_disk_that_is_skipped_is_named_nowhere() {
    let mut case = plain();
    let spec = case.world.spec();
    spec["domain"]["devices"]["filesystems"] = json!([{"name": "data", "virtiofs": {}}]);
    spec["domain"]["firmware"]["acpi"] = json!({"slicNameRef": "data", "msdmNameRef": "rootdisk"});
    case.world.vm["spec"]["template"]["metadata"]["annotations"]["harvesterhci.io/diskNames"] =
        r#"["web01-rootdisk-k4x9p","web01-data-m2v7c","cloudinitdisk"]"#.into();
    let stored = stored(&mut case);
    let mut assignment = identity(&stored.header);
    assignment.disks.insert("data".to_owned(), DiskChoice::Skip);
    assignment
        .disks
        .insert("cloudinitdisk".to_owned(), DiskChoice::Skip);
    assignment.disks.insert("rootdisk".to_owned(), image(false));
    let rendered = render(&stored, &assignment).unwrap();
    let spec = vm(&rendered).pointer(SPEC).unwrap();
    let names = |list: &Value| -> Vec<String> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&spec["volumes"]), ["rootdisk"]);
    assert_eq!(names(&spec["domain"]["devices"]["disks"]), ["rootdisk"]);
    assert_eq!(spec["domain"]["devices"]["filesystems"], json!([]));
    assert_eq!(
        spec["domain"]["firmware"]["acpi"],
        json!({"msdmNameRef": "rootdisk"})
    );
    assert_eq!(
        parsed(vm(&rendered), TEMPLATES).as_array().unwrap().len(),
        1
    );
    assert_eq!(
        vm(&rendered)["spec"]["template"]["metadata"]["annotations"]["harvesterhci.io/diskNames"],
        r#"["root"]"#
    );
    assert!(!vm(&rendered).to_string().contains("web01-data-m2v7c"));
    assert_eq!(
        rendered
            .disks
            .iter()
            .map(|disk| disk.volume.as_str())
            .collect::<Vec<_>>(),
        ["rootdisk"]
    );
}

#[test]
fn an_entry_never_lets_a_smaller_disk_grow() {
    let stored = web01();
    let mut assignment = identity(&stored.header);
    for (size, expected) in [("30Gi", "30Gi"), ("40960Mi", "40Gi"), ("60Gi", "60Gi")] {
        if let Some(DiskChoice::Existing { size: of_claim, .. }) =
            assignment.disks.get_mut("rootdisk")
        {
            size.clone_into(of_claim);
        }
        let rendered = render(&stored, &assignment).unwrap();
        let entry = &parsed(vm(&rendered), TEMPLATES)[0];
        assert_eq!(
            entry["spec"]["resources"]["requests"]["storage"], expected,
            "{size}"
        );
    }
}

#[test]
fn entries_that_are_no_volume_or_cannot_be_read_are_left_out() {
    let mut case = plain();
    let mut entries = parsed(&case.world.vm, TEMPLATES);
    entries
        .as_array_mut()
        .unwrap()
        .push(json!({"metadata": {"name": "stale"}, "spec": {}}));
    case.world.vm["metadata"]["annotations"][TEMPLATES] = entries.to_string().into();
    let stale = stored(&mut case);
    let rendered = render(&stale, &identity(&stale.header)).unwrap();
    assert_eq!(
        parsed(vm(&rendered), TEMPLATES).as_array().unwrap().len(),
        2
    );
    assert!(codes(&rendered.notes).contains(&"claim-template-dropped"));

    case.world.vm["metadata"]["annotations"][TEMPLATES] = "[{".into();
    let broken = stored(&mut case);
    let rendered = render(&broken, &identity(&broken.header)).unwrap();
    assert_eq!(annotation(vm(&rendered), TEMPLATES), Value::Null);
    assert!(codes(&rendered.notes).contains(&"claim-templates-unreadable"));
}

#[test]
fn what_cannot_be_carried_out_is_refused() {
    let mut case = plain();
    case.world.add_volume(
        json!({"name": "twin", "persistentVolumeClaim": {"claimName": "web01-data-m2v7c"}}),
    );
    let stored = stored(&mut case);
    let good = identity(&stored.header);
    let told = |change: &dyn Fn(&mut Assignment)| {
        let mut assignment = good.clone();
        change(&mut assignment);
        render(&stored, &assignment).unwrap_err().to_string()
    };
    assert!(render(&stored, &good).is_ok());
    let disks = |name: &str, choice: DiskChoice| {
        told(&|assignment| {
            assignment.disks.insert(name.to_owned(), choice.clone());
        })
    };
    assert_eq!(
        told(&|one| {
            one.disks.remove("data");
        }),
        "disk \"data\" has no mode: map it"
    );
    assert_eq!(disks("dat", DiskChoice::Skip), "the VM has no disk \"dat\"");
    assert_eq!(disks("dat", image(true)), "the VM has no disk \"dat\"");
    assert_eq!(
        disks("cloudinitdisk", image(true)),
        "volume \"cloudinitdisk\" has no claim: it can only stay or be skipped"
    );
    assert_eq!(
        disks("twin", image(false)),
        "volumes \"data\" and \"twin\" are one claim: map them alike"
    );
    let same = good.disks["data"].clone();
    assert_eq!(
        disks("rootdisk", same),
        "disks \"rootdisk\" and \"data\" would both be the claim \"web01-data-m2v7c\""
    );
    assert_eq!(
        told(&|one| one.macs = MacChoice::Given(pairs(&[("nic-9", "52:54:00:00:00:01")]))),
        "the VM has no interface \"nic-9\""
    );
    let mut other = stored.clone();
    other.header.vm.name = "web99".to_owned();
    assert_eq!(
        render(&other, &good).unwrap_err().to_string(),
        "\"prod/web99\" is no bundle of a VM"
    );
}
