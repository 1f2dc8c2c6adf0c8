//! A fleet under other names: made halted, with nothing of the source left, and taken back.

use std::fs;
use std::time::Duration;

use age::secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::desk::{Desk, contents, ok, pair, plain};

/// Texts that stand in Secrets of the source; nobody may find them again outside of Secrets.
const TEXTS: &[&str] = &["rosebud", "plugh", "swordfish", "xyzzy"];

/// What has another name in the world `dr`.
const MAP: &str = r#"
apiVersion: kubectl-hv.io/v1alpha1
kind: ImportMap
namespaces: {shop: dr-shop, tools: dr-tools}
names: {shop/web01: dr-shop/web01-copy}
storageClasses:
  harvester-longhorn: longhorn-gold
  longhorn-image-8x2kd: longhorn-gold
  lvm-alpha-1: lvm-west-1
  ceph-vm: rbd-dr
images: {default/image-8x2kd: golden/image-q4m7z, tools/image-deb13: golden/image-w2n5c}
networks: {shop/vlan100: dr-net/servers, shop/vlan200: dr-net/backup, tools/mgmt-net: dr-net/control}
keyPairs: {shop/ops: dr-keys/operators, tools/ci: dr-keys/builders}
nodeLabels:
  "topology.kubernetes.io/zone=east-a": "topology.kubernetes.io/zone=west-1"
  "rack=r1": "rack=w1"
  "kubernetes.io/hostname=alpha-2": ""
macs: {shop/db01: {nic-1: "52:54:00:aa:00:77"}}
"#;

#[test]
fn a_fleet_is_made_halted_under_other_names_and_taken_back() {
    let sites = pair();
    let (source, dr) = (&sites[0], &sites[1]);
    let desk = Desk::of(&[("source", &source.plane), ("dr", &dr.plane)]);
    let key = age::x25519::Identity::generate();
    desk.write("key.txt", key.to_string().expose_secret());
    desk.write("map.yaml", MAP);
    let words = "vm -A --context source --to bundles --secrets encrypt --recipient";
    ok(desk.export(&format!("{words} {}", key.to_public())));
    let before: Vec<_> = ["dr-shop", "dr-tools"]
        .map(|namespace| plain(&contents(&dr.plane, namespace)))
        .into();

    let given = "bundles --context dr --map map.yaml --identity key.txt --disk-default blank";
    let found = desk.import(&format!("preflight {given} -o wide"));
    assert_eq!(found.code, Some(0), "{found:#?}");
    let planned = ok(desk.import(&format!("plan {given} --to plan.json -v 9")));
    let applied = ok(desk.import("apply plan.json --context dr --identity key.txt -o json -v 9"));
    let report = applied.document();
    let results = report["items"].as_array().unwrap().iter();
    assert!(
        results.clone().all(|item| item["result"] == "Created"),
        "{report:#}"
    );
    dr.settle(Duration::from_secs(20)).unwrap();

    let made: Vec<(String, Value)> = ["dr-shop", "dr-tools"]
        .into_iter()
        .flat_map(|namespace| contents(&dr.plane, namespace))
        .filter(|(_, object)| !object["metadata"]["annotations"]["kubectl-hv.io/plan"].is_null())
        .collect();
    let vms: Vec<&Value> = made
        .iter()
        .filter(|(name, _)| name.contains("virtualmachines"))
        .map(|(_, object)| object)
        .collect();
    assert_eq!(vms.len(), 5);
    for vm in &vms {
        assert_eq!(vm["spec"]["runStrategy"], "Halted", "{vm:#}");
        let stamps = &vm["metadata"]["annotations"];
        assert_eq!(stamps["backup.origin.cluster"], source.world.cluster_id());
        assert!(stamps["kubectl-hv.io/lineage"].is_string());
        let firmware = &vm["spec"]["template"]["spec"]["domain"]["firmware"];
        assert!(firmware["uuid"].is_string(), "{vm:#}");
    }
    // An owner by another uid would have the garbage collector take the Secret away.
    let uids: Vec<&Value> = vms.iter().map(|vm| &vm["metadata"]["uid"]).collect();
    let secrets = made.iter().filter(|(name, _)| name.contains("secrets"));
    let owners: Vec<&Value> = secrets
        .filter_map(|(_, secret)| secret["metadata"]["ownerReferences"].as_array())
        .flatten()
        .collect();
    assert!(owners.len() >= 3, "{owners:?}");
    for owner in owners {
        assert!(uids.contains(&&owner["uid"]), "{owner}");
    }
    let instances = "/apis/kubevirt.io/v1/namespaces/dr-shop/virtualmachineinstances";
    let instances = dr
        .plane
        .wait(async || dr.plane.api().find(instances).await)
        .unwrap();
    for instance in instances.unwrap()["items"].as_array().unwrap() {
        let name = instance["metadata"]["name"].as_str().unwrap();
        assert!(
            !vms.iter().any(|vm| vm["metadata"]["name"] == name),
            "{name} was started"
        );
    }
    // Nothing of the source's names is left in what was made, but for where it comes from.
    for (name, object) in &made {
        let mut object = object.clone();
        let metadata = object["metadata"].as_object_mut().unwrap();
        metadata.remove("managedFields");
        let annotations = metadata["annotations"].as_object_mut().unwrap();
        annotations.retain(|key, _| !key.starts_with("kubectl-hv.io/"));
        let text = object.to_string();
        for old in [
            "shop/vlan",
            "shop/ops",
            "tools/ci",
            "image-8x2kd",
            "image-deb13",
            "lvm-alpha-1",
            "east-a",
        ] {
            assert!(
                !text.contains(&format!("\"{old}")) && !text.contains(&format!("\\\"{old}")),
                "{old} is in {name}: {text}"
            );
        }
    }
    // No secret text anywhere but in the Secrets.
    let mut written = vec![
        planned.stdout,
        planned.stderr,
        applied.stdout,
        applied.stderr,
    ];
    written.push(fs::read_to_string(desk.path("plan.json")).unwrap());
    let id = report["plan"].as_str().unwrap();
    let journal = desk.path(&format!(".local/state/kubectl-hv/journals/{id}"));
    for file in fs::read_dir(journal).unwrap() {
        written.push(fs::read_to_string(file.unwrap().path()).unwrap());
    }
    for text in &written {
        for secret in TEXTS {
            assert!(!text.contains(secret), "{secret} was written");
            let encoded =
                base64::Engine::encode(&base64::engine::general_purpose::STANDARD, secret);
            assert!(
                !text.contains(&encoded[..encoded.len() - 4]),
                "{secret} was written"
            );
        }
    }

    let undone = desk.import(&format!("undo {id} --context dr -o json"));
    assert_eq!(undone.code, Some(0), "{undone:#?}");
    dr.settle(Duration::from_secs(20)).unwrap();
    let after: Vec<_> = ["dr-shop", "dr-tools"]
        .map(|namespace| plain(&contents(&dr.plane, namespace)))
        .into();
    assert_eq!(after, before);
}
