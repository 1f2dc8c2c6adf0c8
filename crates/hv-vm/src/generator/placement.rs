//! Where a random VM may run.

use serde_json::{Value, json};

use super::Machine;
use super::dice::Dice;

pub(super) fn place(machine: &Machine, spec: &mut Value, dice: &mut Dice) {
    if dice.percent(25) {
        spec["nodeSelector"] = json!({"topology.kubernetes.io/zone": "dc1-a"});
        if dice.percent(50) {
            spec["nodeSelector"]["kubernetes.io/hostname"] = "node1".into();
            spec["nodeSelector"]["cpumanager"] = "true".into();
        }
    }
    if dice.percent(30) {
        return;
    }
    let terms: Vec<Value> = (0..dice.below(3)).map(|_| term(dice)).collect();
    let mut affinity = json!({});
    if !terms.is_empty() {
        affinity["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] =
            json!({"nodeSelectorTerms": terms});
    }
    if dice.percent(30) {
        let expressions: Vec<Value> = (0..=dice.below(2)).map(|_| expression(dice)).collect();
        affinity["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"] =
            json!([{"weight": 1, "preference": {"matchExpressions": expressions}}]);
    }
    if dice.percent(30) {
        affinity["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"] = json!([{
            "weight": 100,
            "podAffinityTerm": {
                "topologyKey": "kubernetes.io/hostname",
                "labelSelector": {"matchExpressions": [
                    {"key": "harvesterhci.io/vmName", "operator": "In", "values": [machine.name]},
                ]},
            },
        }]);
    }
    spec["affinity"] = affinity;
}

fn term(dice: &mut Dice) -> Value {
    if dice.percent(15) {
        return json!({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node1"]}]});
    }
    let expressions: Vec<Value> = (0..=dice.below(3)).map(|_| expression(dice)).collect();
    json!({"matchExpressions": expressions})
}

fn expression(dice: &mut Dice) -> Value {
    let (key, value) = dice.pick(&[
        ("topology.kubernetes.io/zone", "dc1-a"),
        ("kubernetes.io/hostname", "node1"),
        ("network.harvesterhci.io/vmnet", "true"),
        ("cpumanager", "true"),
        ("example.com/rack", "7"),
    ]);
    json!({"key": key, "operator": "In", "values": [value]})
}
