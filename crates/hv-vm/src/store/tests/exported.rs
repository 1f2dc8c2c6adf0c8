//! What an export makes is what verifying accepts: random VMs, good and bad, in every mode.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::super::archive::{self, ArchiveWriter};
use super::super::{Outcome, Place, Store, verify};
use crate::export::{Exported, Inline, Request, Secrets, export, export_template};
use crate::generator::{self, Fault};
use crate::key::{Key, Kind};
use crate::objects::{Objects, State};
use crate::policy::Policy;
use crate::samples::{self, key_of};
use crate::secrets::Recipients;
use crate::stored::Stored;

const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

/// The ways to export: what becomes of secrets, and of cloud-init text in a VM.
const WAYS: [(&str, Inline); 4] = [
    ("omit", Inline::Externalise),
    ("omit", Inline::Keep),
    ("plaintext", Inline::Externalise),
    ("encrypt", Inline::Externalise),
];

struct Exporter {
    policy: Policy,
    recipients: Recipients,
}

impl Exporter {
    fn new() -> Self {
        Self {
            policy: Policy::builtin().unwrap(),
            recipients: Recipients::parse(&[RECIPIENT.to_owned()]).unwrap(),
        }
    }

    fn vm(&self, all: &[Value], way: (&str, Inline), before: Option<&Stored>) -> Exported {
        let mut objects = Objects::default();
        let mut state_claim = None;
        for object in all {
            let key = key_of(object);
            if object["metadata"]["labels"][crate::graph::STATE_LABEL].is_string() {
                state_claim = Some(key.clone());
            }
            let is_read = key.kind != Kind::Secret || way.0 != "omit";
            if is_read {
                let mut object = object.clone();
                // Every object of a server has them, and encrypted files are kept by them.
                object["metadata"]["uid"] = format!("uid of {key}").into();
                object["metadata"]["resourceVersion"] = "1".into();
                objects.insert(key, State::Found(Arc::new(object)));
            }
        }
        let origin = samples::world().origin;
        let request = Request {
            vm: &all[0],
            objects: &objects,
            state_claim,
            origin: &origin,
            reconstructed: None,
            secrets: match way.0 {
                "plaintext" => Secrets::Plaintext,
                "encrypt" => Secrets::Encrypt(&self.recipients),
                _ => Secrets::Omit,
            },
            inline: way.1,
            before,
        };
        export(&self.policy, request).unwrap()
    }
}

/// Exports VMs into a store twice; gives what verifying says of it.
fn problems(vms: &[Vec<Value>], way: (&str, Inline)) -> Vec<String> {
    let exporter = Exporter::new();
    let root = tempfile::tempdir().unwrap();
    let mut packed = ArchiveWriter::new(Vec::new(), Path::new("-")).unwrap();
    for expected in [Outcome::Written, Outcome::Unchanged] {
        let store = Store::create_or_open(root.path()).unwrap();
        for all in vms {
            let key = key_of(&all[0]);
            let name = crate::header::VmName {
                namespace: key.namespace,
                name: key.name,
            };
            let before = store.stored(&name).unwrap();
            let exported = exporter.vm(all, way, before.as_ref());
            if before.is_some() {
                packed
                    .put(&name, before.as_ref(), exported.files.clone())
                    .unwrap();
            }
            let outcome = store
                .put_over(&name, before.as_ref(), exported.files)
                .unwrap();
            assert_eq!(outcome, expected, "{way:?} {name:?}");
        }
        assert!(store.flush().failed.is_empty());
    }
    let verification = verify(root.path()).unwrap();
    assert_eq!(verification.remarks, []);
    let packed = packed.finish().unwrap();
    let found = archive::bundles(packed.as_slice(), Path::new("-")).unwrap();
    assert_eq!((verification.bundles, found.len()), (vms.len(), vms.len()));
    assert!(found.iter().all(|bundle| bundle.stored.is_ok()));
    let problems = verification.problems.iter();
    problems.map(|one| format!("{way:?} {one:?}")).collect()
}

#[test]
fn every_random_vm_that_was_exported_verifies() {
    let vms: Vec<_> = (0..25).map(generator::objects).collect();
    for way in WAYS {
        assert_eq!(problems(&vms, way), [""; 0]);
    }
}

#[test]
fn every_vm_that_something_is_wrong_with_verifies_once_it_was_exported() {
    let faults = Fault::ALL.iter().enumerate();
    let vms: Vec<_> = faults
        .flat_map(|(at, fault)| {
            let at = u64::try_from(at).unwrap();
            (0..2).map(move |seed| generator::bad_objects(1000 + 2 * at + seed, *fault))
        })
        .collect();
    for way in WAYS {
        assert_eq!(problems(&vms, way), [""; 0]);
    }
}

#[test]
fn a_template_verifies_and_one_that_was_changed_does_not() {
    let world = samples::world();
    let template = Key::new(Kind::VirtualMachineTemplate, "prod", "web-base");
    let version = Key::new(
        Kind::VirtualMachineTemplateVersion,
        "prod",
        "web-base-9kq2x",
    );
    let request = Request {
        vm: world.objects.get(&template).unwrap(),
        objects: &world.objects,
        state_claim: None,
        origin: &world.origin,
        reconstructed: None,
        secrets: Secrets::Omit,
        inline: Inline::Externalise,
        before: None,
    };
    let versions = [world.objects.get(&version).unwrap()];
    let exported = export_template(&Exporter::new().policy, request, &versions).unwrap();
    let root = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(root.path()).unwrap();
    let place = Place::template(&exported.header.vm);
    store.put(&place, exported.files).unwrap();
    assert!(store.flush().failed.is_empty());
    assert_eq!(verify(root.path()).unwrap().problems, []);
    let name = "objects/virtualmachinetemplateversion.web-base-9kq2x.json";
    let path = store.folder(&place).join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("\"spec\"", "\"more\": 1, \"spec\"", 1)).unwrap();
    let problems = verify(root.path()).unwrap().problems;
    let codes: Vec<&str> = problems.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["digest-mismatch", "normal-form-mismatch"]);
}
