//! What holds for every VM.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::path::{push_index, push_key};
use super::super::{Action, Policy};
use crate::generator;
use crate::key::Kind;

/// Cases of the properties that compare every field with every other.
const FEWER: u32 = 64;

/// The paths of all leaves.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, value) in fields {
                let mut path = path.to_owned();
                push_key(&mut path, key);
                leaves(value, &path, found);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (index, value) in elements.iter().enumerate() {
                let mut path = path.to_owned();
                push_index(&mut path, index);
                leaves(value, &path, found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

/// Adds a field that nobody knows to every map, each with a value of its own; their paths.
fn sprinkle(value: &mut Value, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                let mut path = path.to_owned();
                push_key(&mut path, key);
                sprinkle(value, &path, found);
            }
            let mut path = path.to_owned();
            push_key(&mut path, "x-unknown");
            let mark = format!("mark-{}-end", found.len());
            fields.insert("x-unknown".to_owned(), mark.as_str().into());
            found.push((path, mark));
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter_mut().enumerate() {
                let mut path = path.to_owned();
                push_index(&mut path, index);
                sprinkle(value, &path, found);
            }
        }
        _ => {}
    }
}

fn lies_in(path: &str, part: &str) -> bool {
    path.strip_prefix(part)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn kind_of(object: &Value) -> Kind {
    object["kind"].as_str().unwrap().parse().unwrap()
}

/// Any JSON, with keys that mean something somewhere.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(generator::ODD_TEXTS).prop_map(Value::from),
        Just(json!("Halted")),
    ];
    let keys = prop::sample::select(vec![
        "metadata",
        "spec",
        "template",
        "annotations",
        "labels",
        "running",
        "runStrategy",
        "affinity",
        "nodeAffinity",
        "domain",
        "devices",
        "volumes",
        "networks",
        "multus",
        "networkName",
        "cpu",
        "harvesterhci.io/volumeClaimTemplates",
        "harvesterhci.io/vmRunStrategy",
        "name",
        "x",
    ]);
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(keys.clone(), inner, 0..6).prop_map(|fields| {
                let fields: Map<String, Value> = fields
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect();
                Value::Object(fields)
            }),
        ]
    })
}

#[test]
fn applying_is_deterministic_and_idempotent() {
    let (policy, another) = (Policy::builtin().unwrap(), Policy::builtin().unwrap());
    proptest!(|(seed: u64)| {
    for object in generator::objects(seed) {
        let kind = kind_of(&object);
        let once = policy.apply(kind, &object);
        prop_assert_eq!(&once, &another.apply(kind, &object));
        prop_assert_eq!(&policy.apply(kind, &once.object).object, &once.object);
    }
    });
}

#[test]
fn every_leaf_has_exactly_one_fate() {
    let policy = Policy::builtin().unwrap();
    proptest!(ProptestConfig::with_cases(FEWER), |(seed: u64)| {
    for object in generator::objects(seed) {
        let applied = policy.apply(kind_of(&object), &object);
        let mut all = Vec::new();
        leaves(&object, "", &mut all);
        for leaf in all {
            let fates = applied.fates.iter().filter(|fate| lies_in(&leaf, &fate.path));
            prop_assert_eq!(fates.count(), 1, "{}", leaf);
        }
    }
    });
}

#[test]
fn unknown_fields_are_kept_wherever_they_are() {
    let policy = Policy::builtin().unwrap();
    proptest!(ProptestConfig::with_cases(FEWER), |(seed: u64)| {
    for mut object in generator::objects(seed) {
        let kind = kind_of(&object);
        let mut marks = Vec::new();
        sprinkle(&mut object, "", &mut marks);
        let applied = policy.apply(kind, &object);
        let text = applied.object.to_string();
        let gone = |path: &str| applied.fates.iter().any(|fate| {
            matches!(fate.action, Action::Strip | Action::Convert) && lies_in(path, &fate.path)
        });
        for (path, mark) in marks {
            prop_assert!(text.contains(&mark) != gone(&path), "{}", path);
        }
    }
    });
}

#[test]
fn what_the_cluster_owns_never_travels() {
    let policy = Policy::builtin().unwrap();
    proptest!(|(seed: u64)| {
    for object in generator::objects(seed) {
        let stored = policy.apply(kind_of(&object), &object).object;
        let text = stored.to_string();
        prop_assert!(stored.get("status").is_none());
        for word in ["finalizers", "ownerReferences", "\"uid\":", "resourceVersion", "planted", "\"node1\""] {
            // The VM in its claims and the volumes of other kinds are not of interest here.
            let expected = matches!(kind_of(&object), Kind::VirtualMachineInstance | Kind::PersistentVolume);
            prop_assert!(expected || !text.contains(word), "{} in {}", word, text);
        }
    }
    });
}

#[test]
fn the_stored_vm_is_halted_whatever_it_was() {
    let policy = Policy::builtin().unwrap();
    proptest!(|(seed: u64)| {
    let stored = policy.apply(Kind::VirtualMachine, &generator::objects(seed)[0]).object;
    prop_assert_eq!(&stored["spec"]["runStrategy"], "Halted");
    prop_assert!(stored["spec"].get("running").is_none());
    let wanted = stored["metadata"]["annotations"]["harvesterhci.io/vmRunStrategy"].as_str();
    prop_assert!(wanted.is_some_and(|wanted| wanted != "Halted"));
    });
}

#[test]
fn anything_is_taken() {
    let policy = Policy::builtin().unwrap();
    proptest!(|(object in any_json())| {
    for kind in [Kind::VirtualMachine, Kind::PersistentVolumeClaim, Kind::VirtualMachineTemplateVersion] {
        let once = policy.apply(kind, &object).object;
        prop_assert_eq!(&policy.apply(kind, &once).object, &once);
    }
    });
}

#[test]
fn the_object_and_the_notes_are_the_same_whether_fates_are_told_or_not() {
    let (telling, silent) = (
        Policy::builtin().unwrap(),
        Policy::builtin().unwrap().without_fates(),
    );
    for seed in 0..200 {
        for object in generator::objects(seed) {
            let kind: Kind = object["kind"].as_str().unwrap().parse().unwrap();
            let (told, quiet) = (telling.apply(kind, &object), silent.apply(kind, &object));
            assert_eq!(told.object, quiet.object, "{seed}");
            assert_eq!(told.notes, quiet.notes, "{seed}");
            assert!(!told.fates.is_empty() && quiet.fates.is_empty(), "{seed}");
        }
    }
}
