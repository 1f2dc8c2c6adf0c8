//! A bundle under its own names is the VM that it was made of.

use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::*;
use crate::generator::Fault;
use crate::{digest, normal};

const APPLIED: &str = "kubectl-hv.io/applied-digest";

fn whole(stored: &Stored, rendered: &Rendered) -> Value {
    let mut vm = vm(rendered).clone();
    let sealed = rendered.objects.last().unwrap().sealed.clone();
    for (to, from) in sealed.into_iter().flat_map(|sealed| sealed.restored) {
        let file = stored.json(&format!(
            "objects/virtualmachine.{}.json",
            stored.header.vm.name
        ));
        let (above, field) = to.rsplit_once('/').unwrap();
        vm.pointer_mut(above).unwrap()[field] = file.unwrap().pointer(&from).unwrap().clone();
    }
    vm
}

#[test]
fn the_sample_keeps_its_digest() {
    let stored = web01();
    let rendered = render(&stored, &identity(&stored.header)).unwrap();
    assert_eq!(rendered.objects.len(), 1);
    let form = normal::normal_form(vm(&rendered), &rendered.disks);
    assert_eq!(digest::digest(&form), stored.header.digest);
    assert_eq!(
        annotation(vm(&rendered), APPLIED),
        stored.header.digest.as_str()
    );
}

#[test]
fn only_what_the_normal_form_ignores_is_another() {
    let stored = web01();
    let before = stored.json("objects/virtualmachine.web01.json").unwrap();
    let rendered = render(&stored, &identity(&stored.header)).unwrap();
    let changed = crate::change::changes(&before, vm(&rendered));
    let paths: Vec<&str> = changed.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "metadata.annotations[backup.origin.cluster]",
            "metadata.annotations[harvesterhci.io/mac-address]",
            "metadata.annotations[harvesterhci.io/volumeClaimTemplates]",
            "metadata.annotations[kubectl-hv.io/applied-digest]",
            "metadata.annotations[kubectl-hv.io/digest]",
            "metadata.annotations[kubectl-hv.io/epoch]",
            "metadata.annotations[kubectl-hv.io/lineage]",
            "metadata.annotations[kubectl-hv.io/revision]",
            "metadata.annotations[kubectl-hv.io/source]",
            "metadata.annotations[kubectl-hv.io/source-uid]",
        ]
    );
}

#[test]
fn cloud_init_text_inside_is_in_the_digest_and_in_no_object() {
    let mut case = plain();
    case.inline = crate::export::Inline::Keep;
    case.world
        .add_volume(json!({"name": "more", "cloudInitConfigDrive": {
            "userData": "password: planted", "networkDataBase64": "cGxhbnRlZA==", "secretRef": null,
        }}));
    let stored = stored(&mut case);
    let mut assignment = identity(&stored.header);
    let same = render(&stored, &assignment).unwrap();
    let form = normal::normal_form(&whole(&stored, &same), &same.disks);
    assert_eq!(digest::digest(&form), stored.header.digest);
    assert_eq!(
        annotation(vm(&same), APPLIED),
        stored.header.digest.as_str()
    );

    assignment
        .disks
        .insert("rootdisk".to_owned(), DiskChoice::Skip);
    let rendered = render(&stored, &assignment).unwrap();
    let text = format!("{rendered:?}");
    assert!(
        !text.contains("planted") && !text.contains("cGxhbnRlZA"),
        "{text}"
    );
    let sealed = rendered.objects.last().unwrap().sealed.clone().unwrap();
    assert_eq!(sealed.file, "objects/virtualmachine.web01.json");
    let place =
        |at: usize, field: &str| format!("{SPEC}/volumes/{at}/cloudInitConfigDrive/{field}");
    let expected =
        ["networkDataBase64", "userData"].map(|field| (place(2, field), place(3, field)));
    assert_eq!(sealed.restored, expected.into_iter().collect());
    let form = normal::normal_form(&whole(&stored, &rendered), &rendered.disks);
    assert_eq!(
        annotation(vm(&rendered), APPLIED),
        digest::digest(&form).as_str()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_vm_keeps_its_digest_on_its_own_disks_and_on_new_ones(seed in any::<u64>()) {
        let stored = random(seed);
        let mut assignment = identity(&stored.header);
        for choice in [existing, blank] {
            assignment.disks = choices(&stored.header, choice);
            let rendered = render(&stored, &assignment).unwrap();
            let form = normal::normal_form(vm(&rendered), &rendered.disks);
            prop_assert_eq!(digest::digest(&form), stored.header.digest.clone());
            prop_assert_eq!(annotation(vm(&rendered), APPLIED), stored.header.digest.as_str());
            prop_assert_eq!(&render(&stored, &assignment).unwrap(), &rendered);
        }
    }

    #[test]
    fn what_is_rendered_is_exported_as_it_was(seed in any::<u64>()) {
        let stored = random(seed);
        let rendered = render(&stored, &identity(&stored.header)).unwrap();
        let mut case = plain();
        case.state_claim = None;
        case.world.objects = Objects::default();
        case.world.vm = vm(&rendered).clone();
        case.world.vm["metadata"]["uid"] = "of-the-target".into();
        for item in &stored.header.items {
            let is_claim = item.object.kind == Kind::PersistentVolumeClaim;
            if let Some(object) = stored.json(&item.path).filter(|_| is_claim) {
                let state = State::Found(Arc::new(object));
                case.world.objects.insert(item.object.clone(), state);
            }
        }
        let again = case.export().header;
        prop_assert_eq!(&again.digest, &stored.header.digest);
        prop_assert_eq!(again.disks.len(), rendered.disks.len());
    }

    #[test]
    fn odd_objects_of_a_source_make_a_halted_vm_or_an_error(
        seed in any::<u64>(),
        at in 0..Fault::ALL.len(),
    ) {
        let stored = bundle(generator::bad_objects(seed, Fault::ALL[at]));
        let rendered = render(&stored, &identity(&stored.header));
        if let Ok(rendered) = rendered {
            prop_assert_eq!(&vm(&rendered)["spec"]["runStrategy"], "Halted");
            let form = normal::normal_form(vm(&rendered), &rendered.disks);
            let applied = annotation(vm(&rendered), APPLIED);
            prop_assert_eq!(applied, Value::from(digest::digest(&form)));
        }
    }

    #[test]
    fn a_vm_is_always_halted_and_explicit(seed in any::<u64>()) {
        let stored = random(seed);
        let rendered = render(&stored, &identity(&stored.header)).unwrap();
        let vm = vm(&rendered);
        prop_assert_eq!(&vm["spec"]["runStrategy"], "Halted");
        prop_assert!(vm["spec"]["running"].is_null());
        prop_assert!(vm["spec"]["dataVolumeTemplates"].is_null());
        let strategy = annotation(vm, "harvesterhci.io/vmRunStrategy");
        let startable = ["Always", "RerunOnFailure", "Manual", "Once"];
        prop_assert!(startable.iter().any(|one| strategy == **one));
        let domain = &vm["spec"]["template"]["spec"]["domain"];
        prop_assert!(domain["firmware"]["uuid"].is_string());
        prop_assert!(domain["cpu"]["cores"].is_u64());
        prop_assert!(vm["status"].is_null());
    }
}
