//! Bundles of random VMs: what holds for all of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::*;
use crate::generator::{self, Fault};
use crate::key::Kind;
use crate::objects::State;
use crate::samples::key_of;

/// A case made of a VM and everything around it.
fn case(all: &[Value]) -> Case {
    let mut case = Case::new();
    case.state_claim = None;
    case.world.vm = all[0].clone();
    case.world.vm["metadata"]["generation"] = 1.into();
    case.world.objects = Objects::default();
    for object in all {
        let key = key_of(object);
        if object["metadata"]["labels"][crate::graph::STATE_LABEL].is_string() {
            case.state_claim = Some(key.clone());
        }
        let mut object = object.clone();
        object["metadata"]["resourceVersion"] = "1".into();
        object["metadata"]["uid"] = "u".into();
        let state = State::Found(Arc::new(object));
        case.world.objects.insert(key, state);
    }
    // Lists were complete: what is not in them does not exist.
    let World { vm, objects, .. } = &mut case.world;
    for one in crate::graph::reach(Kind::VirtualMachine, vm, None, objects) {
        if *objects.state(&one.key) == State::NotRead {
            objects.insert(one.key, State::Missing);
        }
    }
    case
}

fn vm_path(header: &Header) -> String {
    format!("objects/virtualmachine.{}.json", header.vm.name)
}

/// Files that the header does not list, or that are not as it says.
fn unlisted(exported: &Exported) -> Vec<String> {
    let listed: BTreeSet<&str> = exported
        .header
        .items
        .iter()
        .map(|item| item.path.as_str())
        .collect();
    let files = exported.files.keys().filter(|path| *path != "bundle.json");
    let mut wrong: Vec<String> = files
        .filter(|path| !listed.contains(path.as_str()))
        .cloned()
        .collect();
    for item in &exported.header.items {
        let bytes = exported.files.get(&item.path).and_then(FileBody::bytes);
        if bytes.map(crate::digest::bytes).as_ref() != Some(&item.sha256) {
            wrong.push(item.path.clone());
        }
    }
    wrong
}

/// References of the stored VM to which nothing in the bundle answers.
fn dangling(exported: &Exported) -> Vec<String> {
    let header = &exported.header;
    let vm = json(exported, &vm_path(header));
    let known = |key: &Key| {
        header.items.iter().any(|item| item.object == *key)
            || header.unread.iter().any(|one| one.object == *key)
            || header.disks.iter().any(|disk| disk.claim == key.name)
            || match key.kind {
                Kind::Secret | Kind::ConfigMap => header
                    .requirements
                    .secrets
                    .iter()
                    .any(|one| one.name == key.name),
                Kind::VirtualMachineImage => {
                    let id = format!("{}/{}", key.namespace, key.name);
                    header
                        .requirements
                        .images
                        .iter()
                        .any(|image| image.id == id)
                }
                // It is read for what it says, and bundles describe nothing of it.
                Kind::VirtualMachineInstance | Kind::DataVolume => true,
                _ => {
                    let named = |one: &crate::header::NamedNeed| one.id.ends_with(&key.name);
                    header.requirements.named.iter().any(named)
                }
            }
    };
    let references = crate::graph::references(Kind::VirtualMachine, &vm);
    let unknown = references.iter().filter(|reference| !known(&reference.to));
    unknown.map(|reference| reference.to.to_string()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_bundle_is_whole_and_a_second_run_changes_nothing(seed in any::<u64>()) {
        let mut case = case(&generator::objects(seed));
        let first = case.store();
        prop_assert_eq!(unlisted(&first), [""; 0]);
        prop_assert_eq!(dangling(&first), [""; 0]);
        let second = case.store();
        prop_assert_eq!(&second.files, &first.files);
        prop_assert!(!all_text(&first).contains("planted"));
    }

    #[test]
    fn what_the_cluster_writes_back_counts_as_no_change(seed in any::<u64>()) {
        let all = generator::objects(seed);
        let instance = all.iter().find(|one| one["kind"] == "VirtualMachineInstance");
        let mut case = case(&all);
        let first = case.store().header;
        case.world.vm = generator::written_back(&all[0], instance);
        let second = case.store().header;
        prop_assert_eq!((second.revision, second.digest), (1, first.digest));
        prop_assert_eq!(second.lineage_id, first.lineage_id);
        let running = case.before.clone().unwrap();
        let key = Key::new(Kind::VirtualMachineInstance, &first.vm.namespace, &first.vm.name);
        case.world.set(&key, State::Missing);
        case.store();
        for (path, bytes) in &case.before.unwrap().files {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            prop_assert_eq!(text(bytes), text(&running.files[path]), "{}", path);
        }
    }

    #[test]
    fn a_fault_is_never_an_error(seed in any::<u64>(), at in 0..Fault::ALL.len()) {
        let mut case = case(&generator::bad_objects(seed, Fault::ALL[at]));
        let first = case.store();
        prop_assert_eq!(unlisted(&first), [""; 0]);
        prop_assert_eq!(dangling(&first), [""; 0]);
        prop_assert_eq!(case.store().files, first.files);
    }

    #[test]
    fn secrets_are_for_their_recipients_only(seed in any::<u64>()) {
        let mut case = case(&generator::objects(seed));
        let public = age::x25519::Identity::generate().to_public().to_string();
        case.recipients = Some(Recipients::parse(&[public]).unwrap());
        let first = case.store();
        prop_assert!(!all_text(&first).contains("planted"));
        let again = case.store();
        prop_assert_eq!(&again.header, &first.header);
        for (path, body) in &again.files {
            let sealed = path.starts_with("secrets/");
            // Text of a VM without a generation is sealed anew, and that shows in the header.
            prop_assert_eq!(*body == FileBody::Kept, sealed, "{}", path);
        }
    }
}
