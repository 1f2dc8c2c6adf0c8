//! Random volumes and the disks that show them to the guest.

use serde_json::{Value, json};

use super::ODD_TEXTS;
use super::dice::Dice;

/// A volume of a VM.
pub(super) struct Volume {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The volume's source as the VM has it.
    source: Value,
    /// The disk; a dump of the memory has none.
    pub(super) disk: Option<Value>,
}

/// What a volume is.
pub(super) enum Kind {
    Claim(Claim),
    /// Names secrets.
    Secret(String),
    Other,
}

/// The claim behind a volume.
pub(super) struct Claim {
    pub(super) name: String,
    pub(super) size: String,
    pub(super) block: bool,
    /// Whether the VM holds a template of a `DataVolume` for it.
    pub(super) template: bool,
    pub(super) cloned: bool,
}

impl Volume {
    /// A root disk and up to five others.
    pub(super) fn some(vm: &str, dice: &mut Dice) -> Vec<Self> {
        let mut all = vec![Self::claim(vm, "rootdisk", dice)];
        for index in 0..dice.below(6) {
            let name = format!("volume-{index}");
            all.push(match dice.below(3) {
                0 => Self::claim(vm, &name, dice),
                1 => Self::cloud_init(vm, &name, dice),
                _ => Self::other(vm, &name, dice),
            });
        }
        all
    }

    fn claim(vm: &str, name: &str, dice: &mut Dice) -> Self {
        let claim = Claim {
            name: format!("{vm}-{name}-{}", dice.suffix()),
            size: dice
                .pick(&["10Gi", "40960Mi", "100G", "10737418240"])
                .to_owned(),
            block: dice.percent(80),
            template: dice.percent(15),
            cloned: dice.percent(30),
        };
        let source = if claim.template {
            json!({"dataVolume": {"name": claim.name}})
        } else if dice.percent(20) {
            json!({"persistentVolumeClaim": {"claimName": claim.name, "hotpluggable": true}})
        } else {
            json!({"persistentVolumeClaim": {"claimName": claim.name}})
        };
        let mut disk =
            json!({"name": name, "disk": {"bus": dice.pick(&["virtio", "scsi", "sata"])}});
        let optional = [
            ("bootOrder", json!(1)),
            ("cache", json!("none")),
            ("io", json!("native")),
            ("serial", json!("0f7d4c3b")),
            ("dedicatedIOThread", json!(true)),
            ("blockSize", json!({"matchVolume": {"enabled": true}})),
        ];
        for (key, value) in optional {
            if dice.percent(20) {
                disk[key] = value;
            }
        }
        Self::with(name, Kind::Claim(claim), source, Some(disk))
    }

    fn cloud_init(vm: &str, name: &str, dice: &mut Dice) -> Self {
        let field = dice.pick(&["cloudInitNoCloud", "cloudInitConfigDrive"]);
        let secret = format!("{vm}-{}", dice.suffix());
        let (kind, body) = match dice.below(3) {
            0 => {
                let text = format!("#cloud-config\npassword: {}\n", dice.pick(ODD_TEXTS));
                (
                    Kind::Other,
                    json!({"userData": text, "networkData": "version: 2\n"}),
                )
            }
            1 => (
                Kind::Other,
                json!({"userDataBase64": "I2Nsb3VkLWNvbmZpZwo="}),
            ),
            _ => {
                let by_name = json!({"name": secret});
                (
                    Kind::Secret(secret),
                    json!({"secretRef": by_name, "networkDataSecretRef": by_name}),
                )
            }
        };
        Self::with(name, kind, json!({field: body}), Some(disk(name, "virtio")))
    }

    fn other(vm: &str, name: &str, dice: &mut Dice) -> Self {
        let cdrom = json!({"name": name, "cdrom": {"bus": "sata"}});
        let secret = format!("{vm}-{name}-sysprep");
        let (kind, source, disk) = match dice.below(10) {
            0 => (
                Kind::Other,
                json!({"containerDisk": {"image": "registry.example.com/virtio:1", "imagePullSecret": "pull"}}),
                Some(cdrom),
            ),
            1 => (
                Kind::Secret(secret.clone()),
                json!({"sysprep": {"secret": {"name": secret}}}),
                Some(cdrom),
            ),
            2 => (
                Kind::Other,
                json!({"sysprep": {"configMap": {"name": "answers"}}}),
                Some(cdrom),
            ),
            3 => (
                Kind::Other,
                json!({"emptyDisk": {"capacity": "2048Mi"}}),
                Some(disk(name, "virtio")),
            ),
            4 => (
                Kind::Other,
                json!({"configMap": {"name": "settings"}}),
                Some(disk(name, "sata")),
            ),
            5 => (
                Kind::Other,
                json!({"serviceAccount": {"serviceAccountName": "default"}}),
                Some(disk(name, "sata")),
            ),
            6 => (
                Kind::Other,
                json!({"downwardMetrics": {}}),
                Some(disk(name, "virtio")),
            ),
            7 => (
                Kind::Other,
                json!({"ephemeral": {"persistentVolumeClaim": {"claimName": "base"}}}),
                Some(disk(name, "virtio")),
            ),
            8 => (
                Kind::Other,
                json!({"hostDisk": {"path": "/data/disk.img", "type": "DiskOrCreate", "capacity": "1Gi"}}),
                Some(disk(name, "virtio")),
            ),
            _ => (
                Kind::Other,
                json!({"memoryDump": {"claimName": "dump", "hotpluggable": true}}),
                None,
            ),
        };
        Self::with(name, kind, source, disk)
    }

    fn with(name: &str, kind: Kind, source: Value, disk: Option<Value>) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            source,
            disk,
        }
    }

    /// The volume as the VM has it.
    pub(super) fn value(&self) -> Value {
        let mut value = self.source.clone();
        value["name"] = self.name.as_str().into();
        value
    }

    /// The claim behind it.
    pub(super) fn as_claim(&self) -> Option<&Claim> {
        match &self.kind {
            Kind::Claim(claim) => Some(claim),
            _ => None,
        }
    }

    /// The template of a `DataVolume` for it.
    pub(super) fn data_volume_template(&self) -> Option<Value> {
        let claim = self.as_claim().filter(|claim| claim.template)?;
        Some(json!({
            "metadata": {"name": claim.name},
            "spec": {
                "source": {"pvc": {"namespace": "default", "name": "image-q9m4t"}},
                "storage": {"resources": {"requests": {"storage": claim.size}}, "storageClassName": "lvm-node1"},
            },
        }))
    }
}

fn disk(name: &str, bus: &str) -> Value {
    json!({"name": name, "disk": {"bus": bus}})
}

/// The annotation with the claims that Harvester makes: JSON in a string.
pub(super) fn claim_templates(volumes: &[Volume]) -> String {
    let claims: Vec<Value> = volumes
        .iter()
        .filter_map(Volume::as_claim)
        .filter(|claim| !claim.template)
        .map(|claim| {
            json!({
                "metadata": {"name": claim.name, "annotations": {"harvesterhci.io/imageId": "default/image-7x2kd"}},
                "spec": {
                    "accessModes": ["ReadWriteMany"],
                    "resources": {"requests": {"storage": claim.size}},
                    "volumeMode": "Block",
                    "storageClassName": "lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90",
                },
            })
        })
        .collect();
    Value::Array(claims).to_string()
}
