//! Every line of the facts is held by an expectation: without it a table no longer agrees.

use std::collections::BTreeSet;

use hv_cluster::facts::Facts;

use crate::verdicts::{LONGHORN_OF_RELEASE, clone_of_v2_without_longhorns_word, differences};

fn disagrees(facts: &Facts) -> bool {
    let shipped = LONGHORN_OF_RELEASE
        .iter()
        .any(|(world, verdict)| clone_of_v2_without_longhorns_word(facts, world) != *verdict);
    shipped || !differences(facts).is_empty()
}

#[test]
fn a_driver_fact_less_is_noticed() {
    let facts = Facts::builtin().unwrap();
    for at in 0..facts.drivers.facts.len() {
        let mut fewer = facts.clone();
        let row = fewer.drivers.facts.remove(at);
        assert!(disagrees(&fewer), "nothing holds {row:?}");
    }
}

#[test]
fn a_driver_name_less_is_noticed() {
    let facts = Facts::builtin().unwrap();
    for at in 0..facts.drivers.keys.len() {
        for name in 0..facts.drivers.keys[at].names.len() {
            let mut fewer = facts.clone();
            let gone = fewer.drivers.keys[at].names.remove(name);
            assert!(disagrees(&fewer), "nothing holds {gone}");
        }
    }
}

#[test]
fn a_release_rule_less_is_noticed() {
    let facts = Facts::builtin().unwrap();
    for at in 0..facts.releases.rules.len() {
        let mut fewer = facts.clone();
        let row = fewer.releases.rules.remove(at);
        assert!(disagrees(&fewer), "nothing holds {row:?}");
    }
}

#[test]
fn a_known_release_less_is_noticed() {
    let facts = Facts::builtin().unwrap();
    for at in 0..facts.releases.known.len() {
        let mut fewer = facts.clone();
        let row = fewer.releases.known.remove(at);
        assert!(disagrees(&fewer), "nothing holds {row:?}");
    }
}

#[test]
fn every_line_names_its_source_and_every_reason_has_its_texts() {
    let facts = Facts::builtin().unwrap();
    assert!(facts.drivers.keys.iter().all(|row| !row.source.is_empty()));
    assert!(facts.drivers.facts.iter().all(|row| !row.source.is_empty()));
    assert!(
        facts
            .releases
            .rules
            .iter()
            .all(|row| !row.source.is_empty())
    );
    assert!(
        facts
            .releases
            .known
            .iter()
            .all(|row| !row.source.is_empty())
    );
    let rules = facts
        .releases
        .rules
        .iter()
        .filter_map(|row| row.reason.as_ref());
    let drivers = facts
        .drivers
        .facts
        .iter()
        .filter_map(|row| row.reason.as_ref());
    for code in rules.chain(drivers) {
        assert!(facts.reasons.get(code).is_some(), "{code} has no text");
    }
    let mut codes = BTreeSet::new();
    for reason in facts.reasons.all() {
        assert!(codes.insert(&reason.code), "{} stands twice", reason.code);
        let texts = [
            &reason.message,
            &reason.meaning,
            &reason.since,
            &reason.remedy,
        ];
        assert!(texts.iter().all(|text| !text.is_empty()), "{}", reason.code);
        assert!(
            reason.message.ends_with('.') && reason.remedy.ends_with('.'),
            "{}",
            reason.code
        );
    }
}

#[test]
fn every_reason_is_used_somewhere() {
    let facts = Facts::builtin().unwrap();
    let rules = facts
        .releases
        .rules
        .iter()
        .filter_map(|row| row.reason.as_ref());
    let drivers = facts
        .drivers
        .facts
        .iter()
        .filter_map(|row| row.reason.as_ref());
    let in_tables: BTreeSet<&String> = rules.chain(drivers).collect();
    for reason in facts.reasons.all() {
        let quoted = format!("\"{}\"", reason.code);
        let in_source = SOURCES.iter().any(|source| source.contains(&quoted));
        assert!(
            in_source || in_tables.contains(&reason.code),
            "nothing gives {}",
            reason.code
        );
    }
}

/// The sources that give reasons; a code without a text fails an assertion in them.
const SOURCES: [&str; 11] = [
    include_str!("../../../crates/hv-cluster/src/capability/configuration.rs"),
    include_str!("../../../crates/hv-cluster/src/capability/driver.rs"),
    include_str!("../../../crates/hv-cluster/src/capability/judgement.rs"),
    include_str!("../../../crates/hv-cluster/src/capability/policy.rs"),
    include_str!("../../../crates/hv-cluster/src/capability/sidecar.rs"),
    include_str!("../../../crates/hv-cluster/src/capability/situation.rs"),
    include_str!("../../../crates/hv-cluster/src/capability/unknown.rs"),
    include_str!("../../../crates/hv-cluster/src/capability/vm.rs"),
    include_str!("../../../crates/hv-cluster/src/capability/vm_evidence.rs"),
    include_str!("../../../crates/hv-cluster/src/capability/vm_state.rs"),
    include_str!("../../../crates/hv-cluster/src/capability/workload.rs"),
];
