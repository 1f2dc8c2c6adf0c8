//! Rules that change what is rendered.

use super::*;
use crate::mapping::patch::{Patched, Rules};
use crate::{digest, normal};

fn rendered() -> Vec<Rendered> {
    let stored = web01();
    let mut assignment = identity(&stored.header);
    assignment.vm = name("dr", "front");
    assignment.disks = choices(&stored.header, blank);
    vec![render(&stored, &assignment).unwrap()]
}

fn apply(text: &str) -> Result<(Vec<Rendered>, Vec<Patched>), String> {
    let rules = Rules::parse(text).map_err(|error| error.to_string())?;
    let mut all = rendered();
    let patched = crate::mapping::patch::apply(&rules, &mut all);
    if patched.is_err() {
        assert_eq!(all, rendered());
    }
    Ok((all, patched.map_err(|error| error.to_string())?))
}

#[test]
fn a_rule_changes_what_it_fits_and_says_so() {
    let (all, patched) = apply(
        r"
- kind: VirtualMachine
  name: front
  patch:
    - {op: test, path: /spec/runStrategy, value: Halted}
    - {op: replace, path: /spec/template/spec/domain/cpu/cores, value: 4}
- kind: PersistentVolumeClaim
  namespace: dr
  patch:
    - {op: replace, path: /spec/resources/requests/storage, value: 200Gi}
    - {op: add, path: /metadata/labels, value: {tier: gold}}
",
    )
    .unwrap();
    let told: Vec<String> = patched
        .iter()
        .flat_map(|one| {
            one.changes
                .iter()
                .map(move |change| format!("[{}] {}: {change}", one.rule, one.object))
        })
        .collect();
    assert_eq!(
        told,
        [
            "[0] VirtualMachine/dr/front: spec.template…cpu.cores: 2 -> 4",
            "[1] PersistentVolumeClaim/dr/web01-rootdisk-k4x9p: metadata.labels: added {\"tier\":\"gold\"}",
            "[1] PersistentVolumeClaim/dr/web01-rootdisk-k4x9p: spec.resources.requests.storage: 40Gi -> 200Gi",
            "[1] PersistentVolumeClaim/dr/web01-data-m2v7c: metadata.labels: added {\"tier\":\"gold\"}",
            "[1] PersistentVolumeClaim/dr/web01-data-m2v7c: spec.resources.requests.storage: 100Gi -> 200Gi",
        ]
    );
    let sizes: Vec<_> = all[0]
        .disks
        .iter()
        .map(|disk| disk.size.as_deref())
        .collect();
    assert_eq!(sizes, [Some("200Gi"), Some("200Gi")]);
    let form = normal::normal_form(vm(&all[0]), &all[0].disks);
    assert_eq!(
        annotation(vm(&all[0]), "kubectl-hv.io/applied-digest"),
        digest::digest(&form).as_str()
    );
    assert_ne!(vm(&all[0]), vm(&rendered()[0]));
}

#[test]
fn rules_that_do_nothing_or_fail_are_named() {
    let rule = |kind: &str, operation: &str| {
        apply(&format!("[{{kind: {kind}, patch: [{operation}]}}]")).unwrap_err()
    };
    let cores = "/spec/template/spec/domain/cpu/cores";
    assert_eq!(
        apply(&format!(
            "[{{kind: VirtualMachine, name: web01, patch: [{{op: remove, path: {cores}}}]}}]"
        ))
        .unwrap_err(),
        "rule [0] (VirtualMachine web01) fits no object that is created"
    );
    assert_eq!(
        apply(&format!("[{{kind: VirtualMachine, namespace: qa, name: web01, patch: [{{op: remove, path: {cores}}}]}}]")).unwrap_err(),
        "rule [0] (VirtualMachine qa/web01) fits no object that is created"
    );
    assert_eq!(
        rule("VirtualMachine", "{op: remove, path: /spec/nothing/there}"),
        "rule [0] on VirtualMachine/dr/front: operation [0] at \"/spec/nothing/there\": path is invalid"
    );
    assert_eq!(
        rule(
            "VirtualMachine",
            &format!("{{op: test, path: {cores}, value: 3}}")
        ),
        format!(
            "rule [0] on VirtualMachine/dr/front: operation [0] at \"{cores}\": value did not match"
        )
    );
}

#[test]
fn no_rule_starts_a_vm_or_makes_another_object_of_it() {
    let rule = |kind: &str, operation: &str| {
        apply(&format!("[{{kind: {kind}, patch: [{operation}]}}]")).unwrap_err()
    };
    let halted = "rule [0] on VirtualMachine/dr/front: a VM is always created halted";
    assert_eq!(
        rule(
            "VirtualMachine",
            "{op: replace, path: /spec/runStrategy, value: Always}"
        ),
        halted
    );
    assert_eq!(
        rule(
            "VirtualMachine",
            "{op: add, path: /spec/running, value: true}"
        ),
        halted
    );
    assert_eq!(
        rule(
            "VirtualMachine",
            "{op: replace, path: /metadata/name, value: x}"
        ),
        "rule [0] on VirtualMachine/dr/front: kind, name and namespace are those of the map"
    );
    assert_eq!(
        rule(
            "VirtualMachine",
            "{op: add, path: /spec/dataVolumeTemplates, value: []}"
        ),
        "rule [0] on VirtualMachine/dr/front: KubeVirt would make disks that no plan knows"
    );
}

#[test]
fn a_file_that_is_no_list_of_rules_is_refused() {
    for (text, message) in [
        ("{}", "fields instead of a list"),
        (
            "[{kind: Secret, patch: [{op: remove, path: /data}]}]",
            "[0].kind: a Secret is not shown and cannot be patched",
        ),
        (
            "[{kind: VirtualMachin, patch: [{op: remove, path: /a}]}]",
            "[0].kind: no \"VirtualMachin\" is created; did you mean \"VirtualMachine\"?",
        ),
        (
            "[{patch: [{op: remove, path: /a}]}]",
            "[0].kind: is missing",
        ),
        (
            "[{kind: KeyPair, pach: []}]",
            "[0].pach: unknown key; did you mean \"patch\"?",
        ),
        ("[{kind: KeyPair}]", "[0].patch: is missing or empty"),
        (
            "[{kind: KeyPair, patch: [{op: set, path: /a, value: 1}]}]",
            "[0].patch[0].op: \"set\" is none of add, remove, replace, move, copy, test",
        ),
        (
            "[{kind: KeyPair, patch: [{op: add, path: a, value: 1}]}]",
            "[0].patch[0].path: \"a\" does not begin with \"/\"",
        ),
        (
            "[{kind: KeyPair, patch: [{op: add, path: /a}]}]",
            "[0].patch[0].value: is missing",
        ),
        (
            "[{kind: KeyPair, patch: [{op: remove, path: /a, value: 1}]}]",
            "[0].patch[0].value: \"remove\" takes no value",
        ),
        (
            "[{kind: KeyPair, patch: [{op: move, path: /a}]}]",
            "[0].patch[0].from: is missing",
        ),
    ] {
        assert_eq!(Rules::parse(text).unwrap_err().to_string(), message);
    }
    assert_eq!(Rules::parse("[]").unwrap(), Rules::default());
}

#[test]
fn text_inside_a_vm_stays_out_of_the_reach_of_rules_and_in_the_digest() {
    let mut case = plain();
    case.inline = crate::export::Inline::Keep;
    case.world
        .add_volume(json!({"name": "more", "cloudInitNoCloud": {"userData": "planted"}}));
    let stored = stored(&mut case);
    let rules = |operation: &str| {
        Rules::parse(&format!("[{{kind: VirtualMachine, patch: [{operation}]}}]")).unwrap()
    };
    let mut all = vec![render(&stored, &identity(&stored.header)).unwrap()];
    let volumes = rules("{op: remove, path: /spec/template/spec/volumes/0}");
    let refused = crate::mapping::patch::apply(&volumes, &mut all)
        .unwrap_err()
        .to_string();
    assert_eq!(
        refused,
        "rule [0] on VirtualMachine/prod/web01: its volumes hold cloud-init text and cannot be patched"
    );
    let same = rules("{op: test, path: /kind, value: VirtualMachine}");
    assert_eq!(crate::mapping::patch::apply(&same, &mut all).unwrap(), []);
    assert_eq!(
        annotation(vm(&all[0]), "kubectl-hv.io/applied-digest"),
        stored.header.digest.as_str()
    );
}

#[test]
fn a_vm_without_the_digest_of_what_is_sent_gets_none_of_a_rule() {
    let stored = web01();
    let mut assignment = identity(&stored.header);
    assignment.macs = MacChoice::New;
    let mut all = [render(&stored, &assignment).unwrap()];
    let cores = Rules::parse(
        "[{kind: VirtualMachine, patch: [{op: replace, path: /spec/template/spec/domain/cpu/cores, value: 4}]}]",
    );
    crate::mapping::patch::apply(&cores.unwrap(), &mut all).unwrap();
    assert!(annotation(vm(&all[0]), "kubectl-hv.io/applied-digest").is_null());
}
