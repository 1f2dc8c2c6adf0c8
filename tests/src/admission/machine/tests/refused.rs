//! What the validating webhook refuses.

use super::*;

#[test]
fn addresses_are_compared_letter_by_letter_on_a_cluster_network() {
    let refused = "500 duplicate mac address present for vm new for cluster network vmnet";
    for (network, mac, expected) in [
        ("prod/vlan100", "52:54:00:00:00:01", refused),
        ("prod/vlan200", "52:54:00:00:00:01", refused),
        ("prod/other", "52:54:00:00:00:01", "accepted"),
        ("prod/vlan100", "52-54-00-00-00-01", "accepted"),
        ("prod/vlan100", "52:54:00:00:00:02", "accepted"),
    ] {
        let mut vm = vm();
        with_nic(&mut vm, network, mac);
        for release in NEWEST {
            assert_eq!(
                verdict(&vm, &cluster(), release),
                expected,
                "{network} {mac} {release}"
            );
        }
    }
    let mut upper = vm();
    with_nic(&mut upper, "prod/vlan100", "52:54:00:AA:00:01");
    let mut store = cluster();
    let mut other = store
        .get(crate::model::kind::VM, "prod", "web")
        .unwrap()
        .clone();
    other["spec"]["template"]["spec"]["domain"]["devices"]["interfaces"][0]["macAddress"] =
        "52:54:00:aa:00:01".into();
    store.put(other);
    assert_eq!(verdict(&upper, &store, "v1.8.2"), "accepted");
}

#[test]
fn a_name_alone_is_looked_for_in_default_by_the_check_of_addresses() {
    let mut vm = vm();
    with_nic(&mut vm, "vlan100", "52:54:00:00:00:07");
    assert_eq!(
        verdict(&vm, &cluster(), "v1.8.2"),
        r#"500 network-attachment-definitions.k8s.cni.cncf.io "vlan100" not found"#
    );
}

#[test]
fn claims_of_others_and_images_cannot_be_used() {
    let occupied = "422 spec.templates.spec.volumes: PVC prod/web-disk-0 is already used by other VM, please use a shareable RWX volume.";
    for (claim, release, expected) in [
        ("web-disk-0", "v1.8.2", occupied),
        ("web-disk-0", "v1.7.3", occupied),
        (
            "web-disk-0",
            "v1.6.1",
            "422 spec.templates.spec.volumes: the volume web-disk-0 is already used by VM prod/web",
        ),
        ("free", "v1.8.2", "accepted"),
        ("not-there", "v1.8.2", "accepted"),
        (
            "image-gold",
            "v1.8.2",
            "422 spec.templates.spec.volumes: PVC prod/image-gold is a golden image, it can't be used as a volume in VM",
        ),
    ] {
        let mut vm = vm();
        with_disk(&mut vm, claim);
        assert_eq!(
            verdict(&vm, &cluster(), release),
            expected,
            "{claim} {release}"
        );
    }
    let mut imported = vm();
    with_disk(&mut imported, "image-gold");
    imported["metadata"]["labels"]["migration.harvesterhci.io/imported"] = "true".into();
    assert_eq!(verdict(&imported, &cluster(), "v1.8.2"), "accepted");
}

#[test]
fn claim_templates_must_be_a_list_of_named_claims() {
    let prefix = "422 metadata.annotations: the volumeClaimTemplates annotaion is invalid: ";
    for (written, expected) in [
        (
            "not json",
            format!("{prefix}invalid character in literal after 'n'"),
        ),
        (
            "oops",
            format!("{prefix}invalid character 'o' looking for beginning of value"),
        ),
        (
            r#"[{"metadata":{}}]"#,
            format!("{prefix}PVC name is required"),
        ),
        (r#"[{"metadata":{"name":"a"}}]"#, "accepted".into()),
        ("", "accepted".into()),
        ("[]", "accepted".into()),
    ] {
        let mut vm = vm();
        vm["metadata"]["annotations"]["harvesterhci.io/volumeClaimTemplates"] = written.into();
        assert_eq!(verdict(&vm, &cluster(), "v1.8.2"), expected, "{written}");
    }
}

#[test]
fn memory_must_be_said_since_1_7() {
    let refused =
        "422 spec.template.spec.domain: either memory.guest or resources.limits.memory must be set";
    for (domain, release, expected) in [
        (json!({}), "v1.6.1", "accepted"),
        (json!({}), "v1.7.3", refused),
        (
            json!({"resources": {"requests": {"memory": "1Gi"}}}),
            "v1.8.2",
            refused,
        ),
        (json!({"memory": {"guest": "1Gi"}}), "v1.8.2", "accepted"),
        (
            json!({"resources": {"limits": {"memory": "1Gi"}}}),
            "v1.8.2",
            "accepted",
        ),
    ] {
        let mut vm = vm();
        vm["spec"]["template"]["spec"]["domain"] = domain;
        assert_eq!(verdict(&vm, &cluster(), release), expected, "{release}");
    }
}

#[test]
fn reserved_memory_leaves_something() {
    let field = "422 metadata.annotations[harvesterhci.io/reservedMemory]: ";
    for (reserved, expected) in [
        ("1Gi", "accepted".into()),
        (
            "4Gi",
            format!("{field}reservedMemory cannot be equal or greater than limits.memory"),
        ),
        (
            "-1Gi",
            format!("{field}reservedMemory cannot be less than 0"),
        ),
    ] {
        let mut vm = vm();
        vm["metadata"]["annotations"]["harvesterhci.io/reservedMemory"] = reserved.into();
        assert_eq!(verdict(&vm, &cluster(), "v1.8.2"), expected, "{reserved}");
    }
}

#[test]
fn a_grace_period_is_not_negative() {
    let mut vm = vm();
    vm["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = json!(-1);
    assert_eq!(
        verdict(&vm, &cluster(), "v1.6.1"),
        "422 spec.Template.Spec.TerminationGracePeriodSeconds: Termination grace period can't be negative"
    );
    vm["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = json!(0);
    assert_eq!(verdict(&vm, &cluster(), "v1.6.1"), "accepted");
}

#[test]
fn modes_of_maintenance_and_empty_drives_are_checked_since_1_8() {
    let label = "harvesterhci.io/maintain-mode-strategy";
    let refused = "422 metadata.labels[harvesterhci.io/maintain-mode-strategy]: invalid maintenance mode strategy: Sleep";
    for (mode, release, expected) in [
        ("Sleep", "v1.7.3", "accepted"),
        ("Sleep", "v1.8.2", refused),
        ("Shutdown", "v1.8.2", "accepted"),
    ] {
        let mut vm = vm();
        vm["metadata"]["labels"][label] = mode.into();
        assert_eq!(
            verdict(&vm, &cluster(), release),
            expected,
            "{mode} {release}"
        );
    }
    let refused = "500 empty cd-rom device should connect via SATA bus";
    for (bus, release, expected) in [
        ("scsi", "v1.7.3", "accepted"),
        ("scsi", "v1.8.2", refused),
        ("sata", "v1.8.2", "accepted"),
    ] {
        let mut vm = vm();
        let drive = json!({"name": "drive", "cdrom": {"bus": bus}});
        push(&mut vm, "/domain/devices/disks", drive);
        assert_eq!(
            verdict(&vm, &cluster(), release),
            expected,
            "{bus} {release}"
        );
    }
}

#[test]
fn a_shareable_disk_must_be_able_to_be_one_since_1_9() {
    let shared = |claim: &str, is_first: bool| {
        let mut vm = vm();
        if !is_first {
            push(&mut vm, "/domain/devices/disks", json!({"name": "first"}));
        }
        with_disk(&mut vm, claim);
        let disks = vm.pointer_mut("/spec/template/spec/domain/devices/disks");
        let last = disks.unwrap().as_array_mut().unwrap().last_mut().unwrap();
        last["shareable"] = true.into();
        vm
    };
    let boot = "422 spec.template.spec.domain.devices.disks: disk root cannot be shareable: a shareable disk cannot be used as the boot disk";
    let unfit = "422 spec.template.spec.volumes: PVC prod/free cannot back a shareable disk: a ReadWriteMany volume from a provisioner other than Longhorn is required";
    for (claim, is_first, release, expected) in [
        ("ceph-shared", true, "v1.9.0-rc6", boot),
        ("ceph-shared", false, "v1.9.0-rc6", "accepted"),
        ("free", false, "v1.9.0-rc6", unfit),
        ("free", true, "v1.8.2", "accepted"),
    ] {
        let vm = shared(claim, is_first);
        assert_eq!(
            verdict(&vm, &cluster(), release),
            expected,
            "{claim} {release}"
        );
    }
}
