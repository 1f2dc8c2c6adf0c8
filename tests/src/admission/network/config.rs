//! The JSON inside a `NetworkAttachmentDefinition`.

use serde_json::Value;

use crate::model::machine::{list, name, namespace, text};

const SUFFIX: &str = "-br";
const LONGEST: usize = 15;
const LARGEST_VLAN: i64 = 4094;

pub(super) struct Config(Value);

impl Config {
    pub(super) fn read(definition: &Value) -> Result<Self, String> {
        let written = text(&definition["spec"]["config"]);
        match serde_json::from_str(written) {
            Ok(config @ Value::Object(_)) => Ok(Self(config)),
            Ok(_) => Err(unreadable(definition, written, "json: cannot unmarshal")),
            Err(_) if written.is_empty() => Err(unreadable(
                definition,
                written,
                "unexpected end of JSON input",
            )),
            Err(error) => Err(unreadable(definition, written, &error.to_string())),
        }
    }

    pub(super) fn is_overlay(&self) -> bool {
        self.0["type"] == "kube-ovn"
    }

    pub(super) fn mtu(&self) -> i64 {
        self.0["mtu"].as_i64().unwrap_or_default()
    }

    pub(super) fn with_mtu(&self, mtu: i64) -> String {
        let mut config = self.0.clone();
        config["mtu"] = mtu.into();
        config.to_string()
    }

    pub(super) fn check_vlans(&self) -> Result<(), String> {
        let vlan = self.0["vlan"].as_i64().unwrap_or_default();
        if !(0..=LARGEST_VLAN).contains(&vlan) {
            return Err(format!("vlan {vlan} is out of range [0 .. {LARGEST_VLAN}]"));
        }
        let trunk: Vec<&Value> = list(&self.0["vlanTrunk"]).collect();
        if vlan != 0 && !trunk.is_empty() {
            return Err("vlan can only be 0 when vlanTrunk is set".into());
        }
        trunk.into_iter().try_for_each(check_trunk)
    }

    /// The cluster network whose bridge is named.
    pub(super) fn cluster_network(&self) -> Result<&str, String> {
        let bridge = text(&self.0["bridge"]);
        if bridge.len() <= SUFFIX.len() {
            return Err(format!(
                "the length of bridge name {bridge} is less than {}",
                SUFFIX.len()
            ));
        }
        if bridge.len() > LONGEST {
            return Err(format!(
                "the length of the bridge name {bridge} can't be more than {LONGEST}"
            ));
        }
        bridge
            .strip_suffix(SUFFIX)
            .ok_or_else(|| format!("the bridge name {bridge} does not include suffix {SUFFIX}"))
    }
}

fn unreadable(definition: &Value, written: &str, why: &str) -> String {
    let (namespace, name) = (namespace(definition), name(definition));
    format!("failed to unmarshal nad {namespace}/{name} config {written} {why}")
}

fn check_trunk(part: &Value) -> Result<(), String> {
    let number = |field: &str| part[field].as_i64();
    let fits = |vlan: i64| (1..=LARGEST_VLAN).contains(&vlan);
    if let (Some(lowest), Some(highest)) = (number("minID"), number("maxID")) {
        if !fits(lowest) {
            return Err(format!("incorrect trunk minID parameter {lowest}"));
        }
        if !fits(highest) {
            return Err(format!("incorrect trunk maxID parameter {highest}"));
        }
        if lowest > highest {
            return Err(format!(
                "minID {lowest} is greater than maxID {highest} in trunk parameter"
            ));
        }
        return Ok(());
    }
    match number("id") {
        Some(id) if fits(id) => Ok(()),
        Some(id) => Err(format!("incorrect trunk id parameter {id}")),
        None => Err("all fields in this VlanTrunk are empty".into()),
    }
}
