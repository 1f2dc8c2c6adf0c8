//! The table itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::path::{self, Step};
use super::super::sections;
use crate::generator;
use crate::key::Kind;

/// Fields that no random VM has: other releases know them, or only other kinds and clusters do.
const NOT_GENERATED: &[&str] = &[
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "selfLink",
    "managedFields",
    "generateName",
    "ownerReferences",
    "instancetype",
    "preference",
    "utilityVolumes",
    "resourceClaims",
    "launchSecurity",
    "kernelBoot",
    "containerPath",
    "realtime",
    "numa",
];

#[test]
fn every_row_is_read_and_says_why() {
    let mut seen = BTreeSet::new();
    for section in sections().unwrap() {
        assert!(!section.rows.is_empty(), "{}", section.title);
        for row in section.rows {
            assert!(
                !row.why.is_empty() && !row.why.ends_with('.'),
                "{}",
                row.path
            );
            assert!(
                row.say.is_none() || row.note.is_some(),
                "{} says what no note holds",
                row.path
            );
            let is_sentence = row.say.iter().all(|text| text.ends_with('.'));
            assert!(is_sentence, "{}", row.path);
            let rule = format!(
                "{:?}{}{:?}{:?}",
                section.kinds, row.path, row.when, row.values
            );
            assert!(seen.insert(rule), "{} is there twice", row.path);
            assert!(!path::parse(&row.path).unwrap().is_empty());
        }
    }
    assert!(seen.len() > 100, "{}", seen.len());
}

#[test]
fn random_vms_have_every_field_of_the_table() {
    let all: Vec<Value> = (0..400).flat_map(generator::objects).collect();
    let mut missing = Vec::new();
    for section in sections().unwrap() {
        let of_kind = |object: &&Value| {
            let kind: Kind = object["kind"].as_str().unwrap().parse().unwrap();
            section.kinds.is_empty() || section.kinds.contains(&kind)
        };
        let objects: Vec<&Value> = all.iter().filter(of_kind).collect();
        if objects.is_empty() {
            assert_eq!(section.title, "Templates");
            continue;
        }
        for row in section.rows.iter().filter(|row| !not_generated(&row.path)) {
            let paths = path::parse(&row.path).unwrap();
            let has_one = paths
                .iter()
                .any(|steps| objects.iter().any(|object| reaches(object, steps)));
            if !has_one {
                missing.push(row.path.clone());
            }
        }
    }
    assert!(missing.is_empty(), "no random object has {missing:#?}");
}

fn not_generated(path: &str) -> bool {
    NOT_GENERATED.iter().any(|one| path.contains(one)) && !path.contains("{uid,")
        || path.contains("multus.default")
        || path.contains("app.kubernetes.io/managed-by") && path.contains("cdi")
        || path.contains("volumeForVirtualMachine")
        || path.contains("cdi.kubevirt.io*") && path.contains("labels")
        || path.contains("field.cattle.io/{projectId")
        || path.contains("matchFields") && path.contains("preferred")
        || path.contains("serviceAccountName") && !path.contains("volumes")
        || path.contains("docker-machine")
}

fn reaches(value: &Value, steps: &[Step]) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return true;
    };
    match step {
        Step::Key(key) => value.get(key).is_some_and(|value| reaches(value, rest)),
        Step::Each => value
            .as_array()
            .is_some_and(|all| all.iter().any(|value| reaches(value, rest))),
        Step::Prefix(prefix) => value.as_object().is_some_and(|fields| {
            fields
                .iter()
                .any(|(key, value)| key.starts_with(prefix) && reaches(value, rest))
        }),
    }
}
