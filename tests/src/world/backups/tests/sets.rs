//! What holds in every set, sound or not.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{TABLE, each, load, now, table, text};
use crate::world;

#[test]
fn every_code_of_the_table_has_a_world_in_the_order_of_the_table() {
    let codes: Vec<String> = table()
        .iter()
        .map(|row| text(row, "/code").to_owned())
        .collect();
    assert_eq!(world::findings(), codes);
    assert_eq!(codes.len(), TABLE.matches("\n- code: ").count());
}

#[test]
fn unknown_sets_say_which_there_are() {
    let error = world::load("v1.8.2+nonsense", now())
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("there is no world \"+nonsense\"; known are lh-backup-missing, "),
        "{error}"
    );
    assert!(world::load("v1.0.0+backups", now()).is_err());
}

#[test]
fn every_object_is_complete_and_named_once() {
    each(|_, world| {
        let mut names = BTreeMap::new();
        let mut uids = BTreeSet::new();
        for object in &world.objects {
            for field in [
                "/apiVersion",
                "/kind",
                "/metadata/name",
                "/metadata/creationTimestamp",
            ] {
                assert_ne!(
                    text(object, field),
                    "",
                    "{}: {field} of {object}",
                    world.name
                );
            }
            let key = [
                "/apiVersion",
                "/kind",
                "/metadata/namespace",
                "/metadata/name",
            ]
            .map(|field| text(object, field));
            assert!(
                names.insert(key, object).is_none(),
                "{}: {key:?} twice",
                world.name
            );
            let uid = text(object, "/metadata/uid");
            assert_eq!(uid.len(), 36, "{}: {key:?}", world.name);
            assert!(uids.insert(uid), "{}: {uid} twice", world.name);
            visit(object, &mut |text| {
                let is_time = ["@now", "@nanos", "@micro"]
                    .iter()
                    .any(|form| text.starts_with(form));
                assert!(!is_time && !text.contains("$("), "{}: {text}", world.name);
            });
        }
    });
}

fn visit(value: &Value, check: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => check(text),
        Value::Array(items) => items.iter().for_each(|item| visit(item, check)),
        Value::Object(map) => map.values().for_each(|item| visit(item, check)),
        _ => {}
    }
}

#[test]
fn loading_twice_gives_the_same() {
    for release in world::names() {
        for set in ["backups", "ghost-backup", "vmr-deletes-unsaved"] {
            let [one, two] = [0, 1].map(|_| load(release, set));
            assert_eq!(one.objects, two.objects, "{release}+{set}");
            assert_eq!(one.target, two.target, "{release}+{set}");
        }
    }
}

#[test]
fn a_set_changes_something_exactly_where_its_releases_say() {
    let unknown = |code: &str, release: &str| match code {
        "several-backupvolumes" | "suffix-growth" => release < "v1.5",
        "demoted" => release < "v1.6",
        "scan-blocked" => !(("v1.6".."v1.9").contains(&release)),
        "vmr-deletes-unsaved" => release < "v1.7",
        "restore-crash-loop" | "vmr-wffc-hang" => release < "v1.9",
        _ => false,
    };
    let mut sound = None;
    each(|code, world| {
        let Some(sound) = sound.as_ref().filter(|_| code != "backups") else {
            sound = Some(world.clone());
            return;
        };
        let same = sound.objects == world.objects && sound.target == world.target;
        assert_eq!(same, unknown(code, world.release()), "{}", world.name);
    });
}

#[test]
fn plain_worlds_have_no_backups() {
    for release in world::names() {
        let world = world::load(release, now()).unwrap();
        assert_eq!(world.of_kind("VirtualMachineBackup").count(), 0);
        assert!(world.target.is_empty());
        assert_eq!(world.release(), release);
        assert_eq!(load(release, "backups").release(), release);
    }
}
