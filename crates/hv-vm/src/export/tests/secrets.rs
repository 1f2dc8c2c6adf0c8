//! What becomes of Secrets.

use std::str::FromStr as _;

use age::x25519::Identity;
use serde_json::json;

use super::*;
use crate::key::Kind;
use crate::objects::State;
use crate::samples::secret;

const IDENTITY: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

/// Keys that were made for one test.
fn key() -> (Identity, String) {
    let identity = Identity::generate();
    let public = identity.to_public().to_string();
    (identity, public)
}

fn encrypting(publics: &[&String]) -> Case {
    let mut case = Case::new();
    case.recipients = Some(Recipients::parse(publics).unwrap());
    case
}

/// Plants a text in every secret that the VM reaches.
fn plant(case: &mut Case) {
    case.world.edit(&secret(), |object| {
        // "hunter2" and its base64.
        object["data"]["userdata"] = "aHVudGVyMg==".into();
        object["metadata"]["annotations"] =
            json!({"kubectl.kubernetes.io/last-applied-configuration": "hunter2"});
    });
    case.world
        .add_volume(json!({"name": "answers", "sysprep": {"configMap": {"name": "answers"}}}));
    case.world.add(json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "answers", "namespace": "prod", "uid": "u", "resourceVersion": "1"},
        "data": {"autounattend.xml": "hunter2"},
    }));
}

fn leaks(exported: &Exported) -> bool {
    let text = all_text(exported);
    text.contains("hunter2") || text.contains("aHVudGVyMg")
}

#[test]
fn by_default_no_secret_is_in_the_bundle_even_if_it_was_read() {
    let mut case = Case::new();
    plant(&mut case);
    let exported = case.export();
    assert!(!leaks(&exported));
    let [answers, cloud_init] = &exported.header.requirements.secrets[..] else {
        panic!()
    };
    assert_eq!(
        (cloud_init.name.as_str(), cloud_init.state.as_str()),
        ("web01-f8t2z", "omitted")
    );
    assert_eq!(cloud_init.keys, ["networkdata", "userdata"]);
    assert_eq!((&cloud_init.r#type, &cloud_init.made_of), (&None, &None));
    assert_eq!(
        cloud_init.used_by,
        [
            "volumes[cloudinitdisk].cloudInitNoCloud.secretRef",
            "volumes[cloudinitdisk].cloudInitNoCloud.networkDataSecretRef",
        ]
    );
    assert!(answers.config_map);
    assert!(codes(&exported.header).contains(&"answer-file-secret"));
    assert!(exported.files.values().all(|body| !body.is_private()));
}

#[test]
fn what_was_not_read_says_nothing_of_a_missing_secret() {
    let mut case = Case::new();
    case.world.set(&secret(), State::NotRead);
    let header = case.header();
    assert_eq!(header.requirements.secrets[0].state, "omitted");
    assert!(
        !header
            .unread
            .iter()
            .any(|one| one.object.kind == Kind::Secret)
    );
}

#[test]
fn an_encrypted_secret_opens_for_each_recipient_and_for_nobody_else() {
    let ((one, one_public), (two, two_public)) = (key(), key());
    let mut case = encrypting(&[&two_public, &one_public, &two_public]);
    plant(&mut case);
    let exported = case.export();
    assert!(!leaks(&exported));
    let sealed = exported.files["secrets/web01-f8t2z.age"].bytes().unwrap();
    for identity in [&one, &two] {
        let clear = age::decrypt(identity, sealed).unwrap();
        let object: Value = serde_json::from_slice(&clear).unwrap();
        assert_eq!(object["data"]["userdata"], "aHVudGVyMg==");
        assert_eq!(object["metadata"]["uid"], Value::Null);
        assert_eq!(object["metadata"]["annotations"], Value::Null);
        assert_eq!(object["kind"], "Secret");
    }
    assert!(age::decrypt(&key().0, sealed).is_err());
    let answers = exported.files["secrets/configmap_answers.age"]
        .bytes()
        .unwrap();
    let clear = age::decrypt(&one, answers).unwrap();
    assert!(String::from_utf8(clear).unwrap().contains("hunter2"));
    let need = &exported.header.requirements.secrets[1];
    assert_eq!(need.state, "encrypted");
    assert_eq!(
        need.made_of.as_deref(),
        Some("d4b6b7c5-55b1-49b7-8a3b-1f8e2d0c9b88/8812380")
    );
    assert_eq!(need.r#type.as_deref(), Some("secret"));
    let mut names = [one_public, two_public];
    names.sort();
    assert_eq!(need.recipients, names);
}

#[test]
fn an_encrypted_file_stays_until_the_secret_or_its_readers_change() {
    let ((_, one), (_, two)) = (key(), key());
    let path = "secrets/web01-f8t2z.age";
    let mut case = encrypting(&[&one]);
    let first = case.store();
    let second = case.store();
    assert_eq!(second.files[path], FileBody::Kept);
    assert_eq!(second.header, first.header);
    case.recipients = Some(Recipients::parse(&[&two, &one]).unwrap());
    assert!(case.store().files[path].bytes().is_some());
    case.recipients = Some(Recipients::parse(&[&one, &two]).unwrap());
    assert_eq!(case.store().files[path], FileBody::Kept);
    for (field, value) in [("resourceVersion", "8812381"), ("uid", "another")] {
        case.world
            .edit(&secret(), |object| object["metadata"][field] = value.into());
        assert!(case.store().files[path].bytes().is_some(), "{field}");
        assert_eq!(case.store().files[path], FileBody::Kept);
    }
    // A file that somebody took away is made again.
    case.before.as_mut().unwrap().files.remove(path);
    assert!(case.export().files[path].bytes().is_some());
}

#[test]
fn a_secret_that_cannot_be_read_is_described() {
    for (state, word, reason) in [
        (State::Missing, "missing", "NotFound"),
        (
            State::Unreadable("forbidden".into()),
            "unreadable",
            "Unreadable",
        ),
    ] {
        let mut case = encrypting(&[&key().1]);
        case.world.set(&secret(), state);
        let header = case.header();
        assert_eq!(header.requirements.secrets[0].state, word);
        assert_eq!(header.requirements.secrets[0].recipients, [""; 0]);
        let unread = header
            .unread
            .iter()
            .find(|one| one.object == secret())
            .unwrap();
        assert_eq!(unread.reason, reason);
    }
}

#[test]
fn plaintext_is_for_the_user_only_and_never_printed() {
    let mut case = Case::new();
    plant(&mut case);
    case.plaintext = true;
    let exported = case.export();
    for path in [
        "objects/secret.web01-f8t2z.json",
        "objects/configmap.answers.json",
    ] {
        assert!(exported.files[path].is_private(), "{path}");
    }
    assert_eq!(
        json(&exported, "objects/secret.web01-f8t2z.json")["data"]["userdata"],
        "aHVudGVyMg=="
    );
    let printed = format!("{exported:?}");
    assert!(!printed.contains("hunter2") && !printed.contains("aHVudGVyMg"));
    let bundle =
        String::from_utf8(exported.files["bundle.json"].bytes().unwrap().to_vec()).unwrap();
    assert!(!bundle.contains("hunter2"));
    case.store();
    let printed = format!("{:?}", case.before);
    assert!(!printed.contains("hunter2") && !printed.contains("aHVudGVyMg"));
    assert!(!format!("{:?}", case.world.objects).contains("aHVudGVyMg"));
}

#[test]
fn a_word_that_is_no_key_is_refused_and_a_private_key_is_not_repeated() {
    use crate::secrets::RecipientError as E;
    let refused = |text: &str| Recipients::parse(&[text]).unwrap_err();
    assert!(Identity::from_str(IDENTITY).is_err() || refused(IDENTITY) == E::PrivateKey(1));
    let (identity, _) = key();
    let private = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
    for text in [
        private.clone(),
        private.to_lowercase(),
        format!("  {private}\n"),
    ] {
        let error = refused(&text);
        assert_eq!(error, E::PrivateKey(1));
        assert!(!error.to_string().to_uppercase().contains(&private[20..]));
    }
    assert_eq!(refused("ssh-ed25519 AAAA me"), E::Ssh(1));
    assert_eq!(refused("bob"), E::NoKey("bob".into()));
    assert_eq!(refused(""), E::NoKey(String::new()));
    assert!(matches!(
        refused("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"),
        E::Plugin(_)
    ));
    let mut wrong = key().1;
    wrong.pop();
    assert!(matches!(refused(&wrong), E::NoKey(_)));
    assert_eq!(Recipients::parse::<&str>(&[]).unwrap_err(), E::None);
}
