//! What becomes of cloud-init text inside a VM.

use base64::Engine as _;
use serde_json::json;

use super::*;
use crate::export::Inline;
use crate::policy::Action;

const NAME: &str = "web01-cloudinitdisk-cloudinit";

fn with(source: &str, fields: &Value) -> Case {
    let mut case = Case::new();
    case.world.spec()["volumes"][1] = json!({"name": "cloudinitdisk", source: *fields});
    case
}

fn secret_of(case: &mut Case) -> Value {
    case.plaintext = true;
    json(&case.export(), &format!("objects/secret.{NAME}.json"))["data"].clone()
}

#[test]
fn each_field_becomes_a_reference_and_a_key() {
    for source in ["cloudInitNoCloud", "cloudInitConfigDrive"] {
        for (fields, stored, data) in [
            (
                json!({"userData": "hunter2"}),
                json!({"secretRef": {"name": NAME}}),
                json!({"userdata": "aHVudGVyMg=="}),
            ),
            (
                json!({"userDataBase64": "aHVu\ndGVyMg==\n", "networkData": "hunter2"}),
                json!({"secretRef": {"name": NAME}, "networkDataSecretRef": {"name": NAME}}),
                json!({"userdata": "aHVudGVyMg==", "networkdata": "aHVudGVyMg=="}),
            ),
            (
                json!({"networkDataBase64": "aHVudGVyMg==", "secretRef": {"name": "web01-f8t2z"}}),
                json!({"secretRef": {"name": "web01-f8t2z"}, "networkDataSecretRef": {"name": NAME}}),
                json!({"networkdata": "aHVudGVyMg=="}),
            ),
            (
                json!({"userData": "hunter2", "userDataBase64": "b3RoZXI="}),
                json!({"secretRef": {"name": NAME}}),
                json!({"userdata": "aHVudGVyMg=="}),
            ),
            (
                json!({"userDataBase64": "hunter2 is no base64"}),
                json!({"secretRef": {"name": NAME}}),
                json!({"userdata": "aHVudGVyMiBpcyBubyBiYXNlNjQ="}),
            ),
        ] {
            let mut case = with(source, &fields);
            let exported = case.export();
            let volume = &stored_vm(&exported)["spec"]["template"]["spec"]["volumes"][1];
            assert_eq!(volume[source], stored, "{fields}");
            let text = all_text(&exported);
            assert!(
                !text.contains("hunter2") && !text.contains("aHVu"),
                "{fields}"
            );
            assert_eq!(secret_of(&mut case), data, "{fields}");
        }
    }
}

#[test]
fn text_beside_a_reference_to_the_same_is_left_out() {
    let fields = json!({"userData": "hunter2", "secretRef": {"name": "web01-f8t2z"}});
    let mut case = with("cloudInitNoCloud", &fields);
    case.plaintext = true;
    let exported = case.export();
    assert!(!all_text(&exported).contains("hunter2"));
    assert!(
        !exported
            .files
            .contains_key(&format!("objects/secret.{NAME}.json"))
    );
    assert!(codes(&exported.header).contains(&"cloud-init-twice"));
}

#[test]
fn the_secret_is_described_with_its_keys() {
    let case = with("cloudInitNoCloud", &json!({"userData": "hunter2"}));
    let secrets = case.header().requirements.secrets;
    assert_eq!(secrets.len(), 1);
    assert!(secrets[0].externalised);
    assert_eq!(
        (secrets[0].name.as_str(), secrets[0].state.as_str()),
        (NAME, "omitted")
    );
    assert_eq!(secrets[0].keys, ["userdata"]);
    assert_eq!(
        secrets[0].used_by,
        ["volumes[cloudinitdisk].cloudInitNoCloud.secretRef"]
    );
}

#[test]
fn an_encrypted_text_stays_until_the_vm_changes() {
    let mut case = with("cloudInitNoCloud", &json!({"userData": "hunter2"}));
    let identity = age::x25519::Identity::generate();
    let public = identity.to_public().to_string();
    case.recipients = Some(Recipients::parse(&[public]).unwrap());
    let path = format!("secrets/{NAME}.age");
    let first = case.store();
    let clear = age::decrypt(&identity, first.files[&path].bytes().unwrap()).unwrap();
    assert!(String::from_utf8(clear).unwrap().contains("aHVudGVyMg=="));
    assert_eq!(case.store().files[&path], FileBody::Kept);
    // The status of the VM moves its version, not its generation.
    case.world.vm["metadata"]["resourceVersion"] = "9".into();
    assert_eq!(case.store().files[&path], FileBody::Kept);
    case.world.vm["metadata"]["generation"] = 7.into();
    case.world.spec()["volumes"][1]["cloudInitNoCloud"]["userData"] = "other".into();
    assert!(case.store().files[&path].bytes().is_some());
    // Without a generation nothing tells whether the text is the same.
    case.world.vm["metadata"]
        .as_object_mut()
        .unwrap()
        .remove("generation");
    case.store();
    assert!(case.store().files[&path].bytes().is_some());
}

#[test]
fn keep_leaves_the_text_and_says_so() {
    let mut case = with("cloudInitNoCloud", &json!({"userData": "hunter2"}));
    case.inline = Inline::Keep;
    let exported = case.export();
    let path = "spec.template.spec.volumes[1].cloudInitNoCloud.userData";
    let volume = &stored_vm(&exported)["spec"]["template"]["spec"]["volumes"][1];
    assert_eq!(volume["cloudInitNoCloud"]["userData"], "hunter2");
    let note = exported
        .header
        .notes
        .iter()
        .find(|note| note.code == "cloud-init-kept");
    assert_eq!(note.unwrap().path, path);
    assert!(exported.files["objects/virtualmachine.web01.json"].is_private());
    let fate = exported
        .fates
        .iter()
        .find(|fate| fate.path == path)
        .unwrap();
    assert_eq!(fate.action, Action::Keep);
    let bundle =
        String::from_utf8(exported.files["bundle.json"].bytes().unwrap().to_vec()).unwrap();
    assert!(!bundle.contains("hunter2") && !format!("{exported:?}").contains("hunter2"));
}

#[test]
fn refuse_names_every_field() {
    let fields = json!({"userData": "hunter2", "networkDataBase64": "aHVudGVyMg=="});
    let mut case = with("cloudInitNoCloud", &fields);
    case.inline = Inline::Refuse;
    let error = case.try_export().unwrap_err().to_string();
    assert!(
        error.contains("volumes[1].cloudInitNoCloud.userData"),
        "{error}"
    );
    assert!(
        error.contains("volumes[1].cloudInitNoCloud.networkDataBase64"),
        "{error}"
    );
    assert!(!error.contains("hunter2"));
    assert!(
        Case {
            inline: Inline::Refuse,
            ..Case::new()
        }
        .try_export()
        .is_ok()
    );
}

#[test]
fn the_digest_does_not_depend_on_the_text() {
    let one = with("cloudInitNoCloud", &json!({"userData": "hunter2"})).header();
    let two = with("cloudInitNoCloud", &json!({"userData": "other"})).header();
    assert_eq!(one.digest, two.digest);
}

#[test]
fn a_name_in_use_is_not_taken() {
    let mut case = with("cloudInitNoCloud", &json!({"userData": "hunter2"}));
    case.world.add_volume(
        json!({"name": "other", "cloudInitConfigDrive": {"secretRef": {"name": NAME}}}),
    );
    let secrets = case.header().requirements.secrets;
    let names: Vec<&str> = secrets.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, [NAME, &format!("{NAME}-2")]);
}

#[test]
fn large_text_and_odd_text_survive() {
    for text in [
        "yes\n1_000\n0x1f\n".to_owned(),
        "🦀\u{0}é".to_owned(),
        "x".repeat(1 << 20),
    ] {
        let mut case = with("cloudInitNoCloud", &json!({"userData": text}));
        let large = codes(&case.header()).contains(&"cloud-init-too-large");
        assert_eq!(large, text.len() > 1000);
        let data = secret_of(&mut case)["userdata"]
            .as_str()
            .unwrap()
            .to_owned();
        let back = base64::engine::general_purpose::STANDARD
            .decode(data)
            .unwrap();
        assert_eq!(back, text.as_bytes());
    }
}

#[test]
fn empty_text_is_no_secret() {
    let case = with(
        "cloudInitNoCloud",
        &json!({"userData": "", "networkData": 7}),
    );
    let exported = case.export();
    let volume = &stored_vm(&exported)["spec"]["template"]["spec"]["volumes"][1];
    assert_eq!(volume["cloudInitNoCloud"]["secretRef"], Value::Null);
    assert!(exported.header.requirements.secrets.is_empty());
}
