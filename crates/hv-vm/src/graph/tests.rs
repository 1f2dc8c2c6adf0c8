//! What each field of a VM leads to.

use serde_json::{Value, json};

use super::*;
use crate::objects::State;
use crate::samples::{claim, state_claim, world};

fn shown(references: &[Reference]) -> Vec<String> {
    let one = |r: &Reference| {
        let key = r
            .key
            .as_ref()
            .map_or(String::new(), |key| format!(" {key}"));
        format!("{:?} {}{key} by {}", r.need, r.to, r.by)
    };
    references.iter().map(one).collect()
}

fn vm(spec: &Value) -> Value {
    json!({
        "metadata": {"name": "a", "namespace": "n"},
        "spec": {"template": {"spec": spec}},
    })
}

/// References of one VM, without its instance.
fn of(vm: &Value) -> Vec<String> {
    let mut found = shown(&references(Kind::VirtualMachine, vm));
    assert_eq!(
        found.remove(0),
        "Describe VirtualMachineInstance/n/a by metadata.name"
    );
    found
}

#[test]
fn each_kind_of_volume_leads_where_it_should() {
    for (source, expected) in [
        (
            json!({"persistentVolumeClaim": {"claimName": "c", "hotpluggable": true}}),
            &["Collect PersistentVolumeClaim/n/c by volumes[v].persistentVolumeClaim"][..],
        ),
        (
            json!({"dataVolume": {"name": "c"}}),
            &[
                "Collect PersistentVolumeClaim/n/c by volumes[v].dataVolume",
                "Describe DataVolume/n/c by volumes[v].dataVolume",
            ],
        ),
        (
            json!({"ephemeral": {"persistentVolumeClaim": {"claimName": "c"}}}),
            &["Collect PersistentVolumeClaim/n/c by volumes[v].ephemeral"],
        ),
        (
            json!({"cloudInitConfigDrive": {"secretRef": {"name": "s"}, "networkDataSecretRef": {"name": "t"}}}),
            &[
                "Secret Secret/n/s userdata by volumes[v].cloudInitConfigDrive.secretRef",
                "Secret Secret/n/t networkdata by volumes[v].cloudInitConfigDrive.networkDataSecretRef",
            ],
        ),
        (
            json!({"sysprep": {"secret": {"name": "s"}}}),
            &["Secret Secret/n/s autounattend.xml by volumes[v].sysprep.secret"],
        ),
        (
            json!({"sysprep": {"configMap": {"name": "s"}}}),
            &["Secret ConfigMap/n/s autounattend.xml by volumes[v].sysprep.configMap"],
        ),
        (
            json!({"containerDisk": {"image": "x", "imagePullSecret": "p"}}),
            &["Secret Secret/n/p by volumes[v].containerDisk.imagePullSecret"],
        ),
        (
            json!({"configMap": {"name": "m"}}),
            &["Collect ConfigMap/n/m by volumes[v].configMap"],
        ),
        (
            json!({"secret": {"secretName": "s"}}),
            &["Secret Secret/n/s by volumes[v].secret"],
        ),
        (
            json!({"serviceAccount": {"serviceAccountName": "r"}}),
            &["Describe ServiceAccount/n/r by volumes[v].serviceAccount"],
        ),
        (json!({"emptyDisk": {"capacity": "1Gi"}}), &[]),
        (json!({"memoryDump": {"claimName": "d"}}), &[]),
        (json!({"hostDisk": {"path": "/x"}}), &[]),
        (json!({"persistentVolumeClaim": {"claimName": ""}}), &[]),
        (json!({"persistentVolumeClaim": {"claimName": 7}}), &[]),
    ] {
        let mut volume = source.clone();
        volume["name"] = "v".into();
        assert_eq!(of(&vm(&json!({"volumes": [volume]}))), expected, "{source}");
    }
}

#[test]
fn whatever_is_not_a_volume_is_found_too() {
    let mut one = vm(&json!({
        "networks": [
            {"name": "x", "multus": {"networkName": "other/net"}},
            {"name": "y", "multus": {"networkName": "net"}},
            {"name": "z", "pod": {}},
        ],
        "serviceAccountName": "r",
        "accessCredentials": [
            {"sshPublicKey": {"source": {"secret": {"secretName": "k"}}}},
            {"userPassword": {"source": {"secret": {"secretName": "w"}}}},
        ],
        "domain": {"firmware": {"kernelBoot": {"container": {"imagePullSecret": "p"}}}},
    }));
    one["spec"]["instancetype"] = json!({"kind": "virtualmachineinstancetype", "name": "small"});
    one["spec"]["preference"] = json!({"name": "linux"});
    one["spec"]["dataVolumeTemplates"] =
        json!([{"metadata": {"name": "d"}, "spec": {"storage": {"storageClassName": "fast"}}}]);
    one["spec"]["template"]["metadata"] = json!({"annotations": {
        "harvesterhci.io/sshNames": r#"["prod/one","two"]"#,
        "harvesterhci.io/dynamic-ssh-key-names": r#"{"k":["prod/one"]}"#,
    }});
    let dynamic = "annotations[harvesterhci.io/dynamic-ssh-key-names]";
    let names = "annotations[harvesterhci.io/sshNames]";
    assert_eq!(
        of(&one),
        [
            "Describe VirtualMachineInstancetype/n/small by spec.instancetype",
            "Describe VirtualMachineClusterPreference/linux by spec.preference",
            "Collect PersistentVolumeClaim/n/d by dataVolumeTemplates[d]",
            "Describe DataVolume/n/d by dataVolumeTemplates[d]",
            "Describe StorageClass/fast by dataVolumeTemplates[d]",
            "Collect NetworkAttachmentDefinition/other/net by networks[x].multus",
            "Collect NetworkAttachmentDefinition/n/net by networks[y].multus",
            "Secret Secret/n/p by domain.firmware.kernelBoot.container.imagePullSecret",
            "Describe ServiceAccount/n/r by serviceAccountName",
            "Secret Secret/n/k by accessCredentials[0].sshPublicKey",
            "Secret Secret/n/w by accessCredentials[1].userPassword",
            &format!("Secret Secret/n/k prod-one by {dynamic}"),
            &format!("Collect KeyPair/prod/one by {dynamic}"),
            &format!("Collect KeyPair/prod/one by {names}"),
            &format!("Collect KeyPair/n/two by {names}"),
        ]
    );
}

#[test]
fn an_entry_that_is_no_volume_is_no_disk() {
    let mut one = vm(&json!({"volumes": [
        {"name": "v", "persistentVolumeClaim": {"claimName": "used"}},
    ]}));
    let entry = |name: &str| json!({"metadata": {"name": name, "annotations": {"harvesterhci.io/imageId": "i/m"}}});
    let text = json!([entry("used"), entry("stale"), 7, {}]).to_string();
    one["metadata"]["annotations"] = json!({"harvesterhci.io/volumeClaimTemplates": text});
    let by = "annotations[harvesterhci.io/volumeClaimTemplates]";
    assert_eq!(
        of(&one)[1..],
        [
            format!("Describe VirtualMachineImage/i/m by {by}[used]"),
            format!("Describe PersistentVolumeClaim/n/stale by {by}[stale]"),
        ]
    );
}

#[test]
fn annotations_that_do_not_parse_lead_nowhere() {
    for text in ["", "{", "7", "null", r#"{"a":1}"#, r#"["a""#] {
        let mut one = vm(&json!({}));
        one["metadata"]["annotations"] = json!({"harvesterhci.io/volumeClaimTemplates": text});
        one["spec"]["template"]["metadata"] = json!({"annotations": {
            "harvesterhci.io/sshNames": text,
            "harvesterhci.io/dynamic-ssh-key-names": text,
        }});
        assert_eq!(of(&one), [""; 0], "{text}");
    }
}

#[test]
fn a_claim_leads_to_its_volume_class_and_image() {
    let world = world();
    let root = claim("web01-rootdisk-k4x9p");
    let found = references(
        Kind::PersistentVolumeClaim,
        world.objects.get(&root).unwrap(),
    );
    assert_eq!(
        shown(&found),
        [
            "Describe PersistentVolume/pvc-3a1f8d6e-9c8f-4a35-8f39-5f2a8a6d7c11 by PersistentVolumeClaim/web01-rootdisk-k4x9p.spec.volumeName",
            "Describe StorageClass/lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90 by PersistentVolumeClaim/web01-rootdisk-k4x9p.spec.storageClassName",
            "Describe VirtualMachineImage/default/image-7x2kd by PersistentVolumeClaim/web01-rootdisk-k4x9p.metadata.annotations",
        ]
    );
    let data = claim("web01-data-m2v7c");
    let found = references(
        Kind::PersistentVolumeClaim,
        world.objects.get(&data).unwrap(),
    );
    let kinds: Vec<Kind> = found.iter().map(|reference| reference.to.kind).collect();
    let expected = [Kind::PersistentVolume, Kind::StorageClass, Kind::DataVolume];
    assert_eq!(kinds, expected);
}

#[test]
fn classes_and_images_lead_to_each_other() {
    let world = world();
    let image = Key::new(Kind::VirtualMachineImage, "default", "image-7x2kd");
    let backing = "vmi-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90";
    let backing = Key::new(Kind::BackingImage, "longhorn-system", backing);
    let class = "lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90";
    let class = Key::new(Kind::StorageClass, "", class);
    let volume = Key::new(Kind::DataVolume, "prod", "web01-data-m2v7c");
    let cdi = Key::new(Kind::VirtualMachineImage, "prod", "image-q9m4t");
    for (from, to) in [
        (&class, Some(&backing)),
        (&backing, Some(&image)),
        (&image, Some(&backing)),
        (&volume, Some(&cdi)),
        (&cdi, None),
    ] {
        let found = references(from.kind, world.objects.get(from).unwrap());
        assert_eq!(found.first().map(|one| &one.to), to, "{from}");
    }
}

#[test]
fn the_claim_of_firmware_state_is_looked_for_only_if_there_is_one() {
    let found = state_claim_label(&world().vm).unwrap();
    assert_eq!((found.label, found.value.as_str()), (STATE_LABEL, "web01"));
    assert_eq!(found.legacy_name, "persistent-state-for-web01");
    for (domain, expected) in [
        (json!({"devices": {"tpm": {"persistent": true}}}), true),
        (json!({"devices": {"tpm": {}}}), false),
        (
            json!({"firmware": {"bootloader": {"efi": {"persistent": true}}}}),
            true,
        ),
        (
            json!({"firmware": {"bootloader": {"efi": {"persistent": "true"}}}}),
            false,
        ),
        (json!({}), false),
    ] {
        let found = state_claim_label(&vm(&json!({"domain": domain})));
        assert_eq!(found.is_some(), expected, "{domain}");
    }
}

#[test]
fn a_vm_reaches_everything_around_it_once_and_in_one_order() {
    let world = world();
    let all = || {
        let state = state_claim();
        reach(
            Kind::VirtualMachine,
            &world.vm,
            Some(&state),
            &world.objects,
        )
    };
    let reached = all();
    let mut keys: Vec<&Key> = reached.iter().map(|one| &one.key).collect();
    assert_eq!(keys.len(), 18, "{keys:#?}");
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 18);
    assert_eq!(all(), reached);
    let unread: Vec<String> = reached
        .iter()
        .filter(|one| *world.objects.state(&one.key) == State::NotRead)
        .map(|one| one.key.to_string())
        .collect();
    // The volume behind the firmware state is not among the samples.
    let state_volume = "PersistentVolume/pvc-61c0a8d5-3a0b-4c0f-9b6d-0c7a1a2b3c44";
    assert_eq!(unread, [state_volume]);
    let secret = reached.iter().find(|one| one.need == Need::Secret).unwrap();
    assert_eq!(secret.keys, ["userdata", "networkdata"]);
}

#[test]
fn a_template_leads_to_its_version_and_what_is_in_it() {
    let world = world();
    let template = Key::new(Kind::VirtualMachineTemplate, "prod", "web-base");
    let version = Key::new(
        Kind::VirtualMachineTemplateVersion,
        "prod",
        "web-base-9kq2x",
    );
    let found = references(template.kind, world.objects.get(&template).unwrap());
    assert_eq!(found[0].to, version);
    let found = references(version.kind, world.objects.get(&version).unwrap());
    assert_eq!(
        shown(&found),
        [
            "Describe VirtualMachineImage/default/image-7x2kd by spec.imageId",
            "Collect KeyPair/prod/ops-key by spec.keyPairIds",
            "Describe VirtualMachineImage/default/image-7x2kd by annotations[harvesterhci.io/volumeClaimTemplates][web-base-rootdisk-0]",
            "Describe StorageClass/lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90 by annotations[harvesterhci.io/volumeClaimTemplates][web-base-rootdisk-0]",
            "Collect NetworkAttachmentDefinition/prod/vlan100 by networks[nic-1].multus",
            "Collect KeyPair/prod/ops-key by annotations[harvesterhci.io/sshNames]",
        ]
    );
}
