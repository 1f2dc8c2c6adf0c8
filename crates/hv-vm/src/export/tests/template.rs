//! Bundles of templates.

use serde_json::json;

use super::*;
use crate::export::export_template;
use crate::key::Kind;

fn request(case: &Case) -> Request<'_> {
    let template = Key::new(Kind::VirtualMachineTemplate, "prod", "web-base");
    Request {
        vm: case.world.objects.get(&template).unwrap(),
        objects: &case.world.objects,
        state_claim: None,
        origin: &case.world.origin,
        reconstructed: None,
        secrets: match case.plaintext {
            true => Secrets::Plaintext,
            false => Secrets::Omit,
        },
        inline: case.inline,
        before: case.before.as_ref(),
    }
}

fn version() -> Key {
    let kind = Kind::VirtualMachineTemplateVersion;
    Key::new(kind, "prod", "web-base-9kq2x")
}

fn bundle(case: &Case) -> Exported {
    let versions = [case.world.objects.get(&version()).unwrap()];
    export_template(&POLICY, request(case), &versions).unwrap()
}

#[test]
fn it_holds_the_template_its_versions_and_what_they_name() {
    let exported = bundle(&Case::new());
    let paths: Vec<&str> = exported.files.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "bundle.json",
            "objects/keypair.prod.ops-key.json",
            "objects/networkattachmentdefinition.prod.vlan100.json",
            "objects/virtualmachinetemplate.web-base.json",
            "objects/virtualmachinetemplateversion.web-base-9kq2x.json",
        ]
    );
    let header = &exported.header;
    assert_eq!(header.kind, "VirtualMachineTemplateBundle");
    assert_eq!(
        (header.revision, header.disks.len(), header.unread.len()),
        (1, 0, 0)
    );
    let requirements = &header.requirements;
    assert_eq!(requirements.images[0].id, "default/image-7x2kd");
    assert_eq!(requirements.images[0].used_by, ["web-base-rootdisk-0"]);
    assert_eq!(requirements.storage_classes.len(), 1);
    assert_eq!(requirements.networks[0].vlan, Some(100));
    assert_eq!(requirements.machine.machine_type.as_deref(), Some("q35"));
    let stored = json(
        &exported,
        "objects/virtualmachinetemplateversion.web-base-9kq2x.json",
    );
    assert_eq!(stored["metadata"]["ownerReferences"], Value::Null);
    assert_eq!(stored["spec"]["templateId"], "prod/web-base");
}

#[test]
fn its_text_becomes_a_secret_too() {
    let mut case = Case::new();
    case.world.edit(&version(), |version| {
        version["spec"]["vm"]["spec"]["template"]["spec"]["volumes"][0] =
            json!({"name": "init", "cloudInitNoCloud": {"userData": "hunter2"}});
    });
    let exported = bundle(&case);
    let text = all_text(&exported);
    assert!(!text.contains("hunter2") && !text.contains("aHVudGVyMg"));
    let need = &exported.header.requirements.secrets[0];
    assert_eq!(need.name, "web-base-9kq2x-init-cloudinit");
    assert!(need.externalised);
    let note = exported
        .header
        .notes
        .iter()
        .find(|note| note.code == "cloud-init-externalised");
    let path = "spec.vm.spec.template.spec.volumes[0].cloudInitNoCloud.userData";
    assert_eq!(note.unwrap().path, path);
    case.plaintext = true;
    let path = "objects/secret.web-base-9kq2x-init-cloudinit.json";
    assert!(bundle(&case).files[path].is_private());
    case.inline = Inline::Refuse;
    let versions = [case.world.objects.get(&version()).unwrap()];
    assert!(export_template(&POLICY, request(&case), &versions).is_err());
}

#[test]
fn the_order_of_versions_does_not_matter_and_a_new_one_counts() {
    let mut case = Case::new();
    let mut second = case.world.objects.get(&version()).unwrap().clone();
    second["metadata"]["name"] = "web-base-aaaaa".into();
    let first = case.world.objects.get(&version()).unwrap().clone();
    let both = export_template(&POLICY, request(&case), &[&first, &second]).unwrap();
    let other = export_template(&POLICY, request(&case), &[&second, &first]).unwrap();
    assert_eq!(both.files, other.files);
    assert_eq!(
        both.header.requirements.images[0].used_by,
        ["web-base-rootdisk-0"]
    );
    let alone = bundle(&case);
    let files = alone
        .files
        .iter()
        .map(|(path, body)| (path.clone(), body.bytes().unwrap().to_vec()));
    case.before = Some(Stored {
        header: alone.header.clone(),
        files: files.collect(),
    });
    let both = export_template(&POLICY, request(&case), &[&first, &second]).unwrap();
    assert_eq!(
        (both.header.revision, both.header.parent_digest),
        (2, Some(alone.header.digest))
    );
    assert_eq!(bundle(&case).header.revision, 1);
}
