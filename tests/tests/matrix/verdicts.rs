//! Compares the program's verdicts with the tables.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use hv_cluster::capability::{Capability, Judgement, Situation, Subject, Use, Verdict, judge};
use hv_cluster::facts::Facts;
use hv_cluster::inventory::Inventory;

use crate::expected::{CLASSES, DRIVERS, Line, POLICY, RELEASES, lines};
use crate::inventories::{of_world, with_class, with_longhorn, with_release};

/// A cluster, the class in it that a line speaks of, and the verdict that the line speaks of.
pub(crate) struct Case {
    name: String,
    inventory: Inventory,
    class: String,
    line: Line,
    read: fn(&Judgement) -> Verdict,
}

/// Every line of every table, with the cluster it speaks of; made once.
pub(crate) fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let worlds: BTreeMap<&str, Inventory> = hv_testbed::world::names()
            .into_iter()
            .map(|name| (name, of_world(name)))
            .collect();
        let mut cases = Vec::new();
        for line in lines(CLASSES, 1) {
            cases.push(Case {
                name: format!("{} {}", line.section, line.keys[0]),
                inventory: worlds[line.section.as_str()].clone(),
                class: line.keys[0].clone(),
                line,
                read: |judgement| judgement.verdict,
            });
        }
        for line in lines(DRIVERS, 3) {
            let [driver, engine, longhorn] = [0, 1, 2].map(|at| line.keys[at].as_str());
            let inventory = with_class(worlds["v1.8.2"].clone(), driver, engine);
            cases.push(Case {
                name: line.keys.join(" "),
                inventory: if longhorn == "-" {
                    inventory
                } else {
                    with_longhorn(inventory, longhorn)
                },
                class: "tried".to_owned(),
                line,
                read: |judgement| judgement.driver_verdict,
            });
        }
        for line in lines(RELEASES, 2) {
            cases.push(Case {
                name: line.keys.join(" "),
                inventory: with_release(worlds["v1.9.0-rc6"].clone(), &line.keys[0]),
                class: line.keys[1].clone(),
                line,
                read: |judgement| judgement.verdict,
            });
        }
        for line in lines(POLICY, 2) {
            cases.push(Case {
                name: format!("policy of {}", line.keys.join(" ")),
                inventory: worlds[line.keys[0].as_str()].clone(),
                class: line.keys[1].clone(),
                line,
                read: |judgement| judgement.policy_verdict,
            });
        }
        cases
    })
}

/// What the program says differently; empty if it agrees with every table.
pub(crate) fn differences(facts: &Facts) -> Vec<String> {
    let mut differences = Vec::new();
    for case in cases() {
        let situation = Situation::new(&case.inventory, facts);
        let class = situation
            .class(&case.class)
            .unwrap_or_else(|| panic!("{}: no class", case.name));
        let judged = judge(&situation, &Subject::class(class), Use::None);
        for (capability, expected) in &case.line.verdicts {
            let own = &judged[capability];
            let verdict = (case.read)(own);
            if verdict != *expected {
                let reason = &own.reason;
                differences.push(format!(
                    "{} {capability}: {verdict} ({reason}), expected {expected}",
                    case.name
                ));
            }
        }
    }
    differences
}

#[test]
fn every_verdict_is_the_one_typed_by_hand() {
    let differences = differences(&Facts::builtin().unwrap());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_world_and_the_classes_asked_for_are_in_the_table() {
    let lines = lines(CLASSES, 1);
    for world in hv_testbed::world::names() {
        let classes: Vec<&str> = lines
            .iter()
            .filter(|line| line.section == world)
            .map(|line| &*line.keys[0])
            .collect();
        for class in [
            "harvester-longhorn",
            "longhorn-v2",
            "lvm-thin",
            "nfs",
            "ceph-rbd",
            "trident-san",
            "hostpath",
            "mystery",
            "leftover",
        ] {
            assert!(classes.contains(&class), "{world} {class}");
        }
    }
}

#[test]
fn a_longhorn_that_cannot_be_read_is_the_one_its_release_ships() {
    let facts = Facts::builtin().unwrap();
    for (world, clone) in LONGHORN_OF_RELEASE {
        let verdict = clone_of_v2_without_longhorns_word(&facts, world);
        assert_eq!(verdict, *clone, "{world}");
    }
}

/// Whether a v2 volume can be cloned, by the release alone.
pub(crate) const LONGHORN_OF_RELEASE: &[(&str, Verdict)] = &[
    ("v1.4.3", Verdict::No),
    ("v1.5.2", Verdict::No),
    ("v1.6.1", Verdict::No),
    ("v1.7.3", Verdict::Yes),
    ("v1.8.2", Verdict::Yes),
    ("v1.9.0-rc6", Verdict::Yes),
];

pub(crate) fn clone_of_v2_without_longhorns_word(facts: &Facts, world: &str) -> Verdict {
    let case = cases()
        .iter()
        .find(|case| case.name == format!("{world} longhorn-v2"))
        .unwrap();
    let inventory = with_longhorn(case.inventory.clone(), "-");
    let situation = Situation::new(&inventory, facts);
    let class = situation.class("longhorn-v2").unwrap();
    judge(&situation, &Subject::class(class), Use::None)[&Capability::Clone].driver_verdict
}
