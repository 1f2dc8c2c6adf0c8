//! Random VMs with everything that belongs to them, as pure functions of a seed.
//!
//! For tests, of this crate and of others: the fields are those that the schemas of `KubeVirt` 1.7
//! know, so that a strict API server takes the objects.

mod bad;
mod dice;
mod domain;
mod neighbour;
mod placement;
#[cfg(test)]
mod tests;
mod volume;
mod written_back;

use serde_json::{Value, json};

use self::dice::Dice;
use self::volume::Volume;

pub use bad::{Fault, bad_objects};
pub use written_back::written_back;

/// Texts that readers of YAML and shells are known to trip over.
pub const ODD_TEXTS: &[&str] = &[
    "yes",
    "no",
    "on",
    "~",
    "null",
    "1_000",
    "0x1f",
    "0o17",
    "1e3",
    ".5",
    "52:54:00:12:34:56",
    "2026-01-01",
    "- a",
    "a: b",
    "# no comment",
    "\"quoted\"",
    "it's",
    "%TAG",
    "{}",
    "[]",
    "",
    " ",
    "\ttab",
    "emoji \u{1f680}",
    "line one\nline two\n",
    "trailing\n\n\n",
    "\u{feff}mark",
    "null byte \\u0000",
    "&anchor",
    "*alias",
    "!tag",
];

/// Every object of one VM: the VM first, then its instance if it runs, then what it refers to.
pub fn objects(seed: u64) -> Vec<Value> {
    let mut dice = Dice::new(seed);
    let machine = Machine::new(seed, &mut dice);
    machine.objects(&mut dice)
}

/// What the parts of a VM agree on.
struct Machine {
    name: String,
    namespace: &'static str,
    uid: String,
    runs: bool,
    volumes: Vec<Volume>,
    nics: Vec<Nic>,
}

struct Nic {
    name: String,
    network: Option<String>,
    mac: String,
    /// Whether the VM says the address, or its instance only.
    said: bool,
}

impl Machine {
    fn new(seed: u64, dice: &mut Dice) -> Self {
        let name = format!("vm-{seed:x}");
        let nics = (0..dice.below(4))
            .map(|index| Nic {
                name: format!("nic-{}", index + 1),
                network: dice
                    .percent(85)
                    .then(|| format!("vlan{}", dice.pick(&[100, 200, 300]))),
                mac: dice.mac(),
                said: dice.percent(70),
            })
            .collect();
        Self {
            namespace: dice.pick(&["prod", "dev", "team-a"]),
            uid: dice.uuid(),
            runs: dice.percent(60),
            volumes: Volume::some(&name, dice),
            nics,
            name,
        }
    }

    fn objects(&self, dice: &mut Dice) -> Vec<Value> {
        let vm = self.vm(dice);
        let mut all = vec![vm];
        if self.runs {
            all.push(neighbour::instance(self, &all[0], dice));
        }
        let others = neighbour::all(self, &all[0], dice);
        all.extend(others);
        all
    }

    fn vm(&self, dice: &mut Dice) -> Value {
        let mut spec = json!({"template": {
            "metadata": self.template_metadata(dice),
            "spec": domain::template(self, dice),
        }});
        match dice.below(4) {
            0 => spec["running"] = self.runs.into(),
            _ if self.runs => {
                spec["runStrategy"] = dice
                    .pick(&["Always", "RerunOnFailure", "Manual", "Once"])
                    .into();
            }
            _ => spec["runStrategy"] = "Halted".into(),
        }
        if dice.percent(10) {
            spec["updateVolumesStrategy"] = "Migration".into();
        }
        let templates: Vec<Value> = self
            .volumes
            .iter()
            .filter_map(Volume::data_volume_template)
            .collect();
        if !templates.is_empty() {
            spec["dataVolumeTemplates"] = templates.into();
        }
        json!({
            "apiVersion": "kubevirt.io/v1",
            "kind": "VirtualMachine",
            "metadata": self.metadata(dice),
            "spec": spec,
            "status": {"printableStatus": if self.runs { "Running" } else { "Stopped" }, "created": self.runs},
        })
    }

    fn metadata(&self, dice: &mut Dice) -> Value {
        let mut annotations = json!({
            "field.cattle.io/description": dice.pick(ODD_TEXTS),
            "harvesterhci.io/volumeClaimTemplates": volume::claim_templates(&self.volumes),
            "kubevirt.io/latest-observed-api-version": "v1",
            "network.harvesterhci.io/ips": "[]",
            "example.com/unknown": dice.pick(ODD_TEXTS),
        });
        let optional = [
            ("harvesterhci.io/vmRunStrategy", "RerunOnFailure"),
            ("harvesterhci.io/reservedMemory", "256Mi"),
            ("harvesterhci.io/enableCPUAndMemoryHotplug", "true"),
            ("harvesterhci.io/removedPersistentVolumeClaims", "a,b"),
            ("harvesterhci.io/migrationState", "Migrating"),
            ("harvesterhci.io/deviceAllocationDetails", "{}"),
            ("harvesterhci.io/clone-backend-storage-status", "done"),
            ("restore.harvesterhci.io/name", "restore-1"),
            ("static-ip.harvesterhci.io/nic-1", "10.0.0.7"),
            (
                "kubectl.kubernetes.io/last-applied-configuration",
                "{\"password\":\"planted\"}",
            ),
            ("kubectl-hv.io/revision", "7"),
            (
                "backup.origin.cluster",
                "5d0c8a34-1f2e-4b6a-9c3d-7e8f90a1b2c3",
            ),
            ("objectset.rio.cattle.io/id", "x"),
            ("velero.io/backup-name", "nightly"),
        ];
        for (key, value) in optional {
            if dice.percent(25) {
                annotations[key] = value.into();
            }
        }
        if self.runs && dice.percent(40) {
            let addresses: serde_json::Map<String, Value> = self
                .nics
                .iter()
                .map(|nic| (nic.name.clone(), nic.mac.as_str().into()))
                .collect();
            annotations["harvesterhci.io/mac-address"] =
                Value::Object(addresses).to_string().into();
        }
        let mut labels =
            json!({"harvesterhci.io/creator": "harvester", "tag.harvesterhci.io/tier": "web"});
        let optional = [
            ("harvesterhci.io/os", "ubuntu"),
            ("harvesterhci.io/maintain-mode-strategy", "Migrate"),
            ("app.kubernetes.io/managed-by", "Helm"),
            ("argocd.argoproj.io/instance", "prod"),
            ("backup", "yes"),
        ];
        for (key, value) in optional {
            if dice.percent(25) {
                labels[key] = value.into();
            }
        }
        json!({
            "name": self.name,
            "namespace": self.namespace,
            "uid": self.uid,
            "resourceVersion": format!("{}", 1000 + dice.below(100_000)),
            "generation": 1 + dice.below(9),
            "creationTimestamp": "2026-06-03T09:14:22Z",
            "finalizers": ["kubevirt.io/virtualMachineControllerFinalize"],
            "labels": labels,
            "annotations": annotations,
        })
    }

    fn template_metadata(&self, dice: &mut Dice) -> Value {
        let mut metadata = json!({
            "annotations": {"harvesterhci.io/sshNames": format!("[\"{}/ops-key\"]", self.namespace)},
            "labels": {"harvesterhci.io/vmName": self.name, "harvesterhci.io/creator": "harvester"},
        });
        if dice.percent(40) {
            metadata["creationTimestamp"] = Value::Null;
        }
        if dice.percent(20) {
            metadata["annotations"]["harvesterhci.io/dynamic-ssh-key-names"] = format!(
                "{{\"{}-keys\":[\"{}/ops-key\"]}}",
                self.name, self.namespace
            )
            .into();
            metadata["annotations"]["harvesterhci.io/dynamic-ssh-key-users"] = "[\"ops\"]".into();
            metadata["annotations"]["kubevirt.io/pci-topology-version"] = "v2".into();
        }
        metadata
    }
}
