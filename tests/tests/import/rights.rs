//! What an account may do is asked before, and one of a namespace can import into it.

use hv_testbed::controlplane::{ControlPlane, Rule};

use crate::desk::{Desk, contents, ok, pair, plain};

/// Reads of the namespace that images, networks and keys of the world `dr` are in, and of nodes and classes.
const READS: &[(&str, &str)] = &[
    ("storage.k8s.io", "storageclasses"),
    ("harvesterhci.io", "settings"),
    ("kubevirt.io", "kubevirts"),
    ("", "nodes"),
    ("", "persistentvolumes"),
    ("", "namespaces"),
];

const MAP: &str = "apiVersion: kubectl-hv.io/v1alpha1\nkind: ImportMap\n\
    namespaces: {tools: dr-tools}\nnetworks: {tools/mgmt-net: dr-net/control}\n\
    keyPairs: {tools/ci: dr-keys/builders}\n\
    storageClasses: {harvester-longhorn: longhorn-gold, longhorn-image-8x2kd: longhorn-gold, ceph-vm: rbd-dr, lvm-alpha-1: lvm-west-1}\n";

fn rule(group: &str, resource: &str, verbs: &[&str]) -> Rule {
    Rule {
        groups: vec![group.to_owned()],
        resources: vec![resource.to_owned()],
        verbs: verbs.iter().map(|verb| (*verb).to_owned()).collect(),
    }
}

/// What the owner of the namespace `dr-tools` has.
fn allow(plane: &ControlPlane) {
    let all = ["get", "list", "create", "delete", "patch"];
    let own: Vec<Rule> = [
        ("", "persistentvolumeclaims"),
        ("", "secrets"),
        ("", "configmaps"),
        ("", "pods"),
        ("", "serviceaccounts"),
        ("", "resourcequotas"),
        ("kubevirt.io", "virtualmachines"),
        ("kubevirt.io", "virtualmachineinstances"),
        ("harvesterhci.io", "keypairs"),
        ("snapshot.storage.k8s.io", "volumesnapshots"),
        ("cdi.kubevirt.io", "datavolumes"),
    ]
    .into_iter()
    .map(|(group, resource)| rule(group, resource, &all))
    .collect();
    plane.allow("nobody", Some("dr-tools"), &own).unwrap();
    let read: Vec<Rule> = READS
        .iter()
        .map(|(group, resource)| rule(group, resource, &["get", "list"]))
        .collect();
    plane.allow("nobody", None, &read).unwrap();
    for namespace in ["dr-net", "dr-keys"] {
        let shared = [
            rule(
                "k8s.cni.cncf.io",
                "network-attachment-definitions",
                &["get", "list"],
            ),
            rule("harvesterhci.io", "keypairs", &["get", "list"]),
        ];
        plane.allow("nobody", Some(namespace), &shared).unwrap();
    }
}

#[test]
fn rights_are_asked_before_and_those_of_a_namespace_are_enough() {
    let sites = pair();
    let (source, dr) = (&sites[0], &sites[1]);
    let admin = Desk::of(&[("source", &source.plane), ("dr", &dr.plane)]);
    ok(admin.export("vm -n tools runner01 --context source --to bundles"));
    let before = plain(&contents(&dr.plane, "dr-tools"));
    let given = "bundles --map map.yaml --disk-default blank";

    let viewer = Desk::as_user("viewer", &[("dr", &dr.plane)]);
    viewer.take(&admin, "bundles");
    viewer.write("map.yaml", MAP);
    let found = viewer.import(&format!("preflight {given} -o json"));
    assert_eq!(found.code, Some(1), "{found:#?}");
    let report = found.document();
    let codes: Vec<&str> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["result"] == "block")
        .map(|item| item["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"right-missing"), "{report:#}");
    let planned = viewer.import(&format!("plan {given} --to plan.json"));
    assert_eq!(planned.code, Some(1), "{planned:#?}");
    assert!(!viewer.path("plan.json").exists());

    allow(&dr.plane);
    let owner = Desk::as_user("nobody", &[("dr", &dr.plane)]);
    owner.take(&admin, "bundles");
    owner.write("map.yaml", MAP);
    let found = owner.import(&format!("preflight {given} -o wide"));
    assert_eq!(found.code, Some(0), "{found:#?}");
    ok(owner.import(&format!("plan {given} --to plan.json")));
    let applied = ok(owner.import("apply plan.json -o json")).document();
    let id = applied["plan"].as_str().unwrap();
    dr.settle(std::time::Duration::from_secs(20)).unwrap();
    let undone = owner.import(&format!("undo {id}"));
    assert_eq!(undone.code, Some(0), "{undone:#?}");
    dr.settle(std::time::Duration::from_secs(20)).unwrap();
    assert_eq!(plain(&contents(&dr.plane, "dr-tools")), before);
}
