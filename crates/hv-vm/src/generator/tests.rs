//! What random VMs promise.

use std::collections::BTreeSet;

use super::{Fault, bad_objects, objects};
use crate::key::Kind;

#[test]
fn a_seed_always_gives_the_same_objects() {
    for seed in 0..50 {
        assert_eq!(objects(seed), objects(seed));
        assert_ne!(objects(seed)[0], objects(seed + 1)[0]);
    }
}

#[test]
fn every_object_has_a_kind_a_name_and_a_place_of_its_own() {
    for seed in 0..200 {
        let mut names = BTreeSet::new();
        for object in objects(seed) {
            let kind: Kind = object["kind"].as_str().unwrap().parse().unwrap();
            assert_eq!(object["apiVersion"], kind.api_version());
            assert_eq!(
                object["metadata"]["namespace"].is_string(),
                kind.is_namespaced()
            );
            let name = object["metadata"]["name"].as_str().unwrap().to_owned();
            assert!(names.insert((kind, name)), "{seed}: {object}");
        }
    }
}

#[test]
fn the_disks_of_the_vm_have_claims() {
    for seed in 0..200 {
        let all = objects(seed);
        let claims: BTreeSet<&str> = all
            .iter()
            .filter(|object| object["kind"] == "PersistentVolumeClaim")
            .map(|claim| claim["metadata"]["name"].as_str().unwrap())
            .collect();
        for volume in all[0]["spec"]["template"]["spec"]["volumes"]
            .as_array()
            .unwrap()
        {
            let name = volume.pointer("/persistentVolumeClaim/claimName");
            let name = name.or(volume.pointer("/dataVolume/name"));
            assert!(name.is_none_or(|name| claims.contains(name.as_str().unwrap())));
        }
    }
}

#[test]
fn every_fault_changes_something() {
    for fault in Fault::ALL {
        let differs = (0..40).any(|seed| bad_objects(seed, *fault) != objects(seed));
        assert!(differs, "{fault:?}");
    }
}
