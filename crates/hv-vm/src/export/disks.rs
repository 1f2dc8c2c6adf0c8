//! The disks of a VM, found from its volumes.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::graph::{ClaimTemplate, class_of, list};
use crate::header::{CsiVolume, Disk};
use crate::key::{Key, Kind};
use crate::objects::Objects;
use crate::quantity;
use crate::requirements::image_of;

/// Where the bytes of a volume are.
struct Volume<'a> {
    name: &'a str,
    claim: &'a str,
    role: &'static str,
}

/// What disks are drawn from.
pub(super) struct DiskSource<'a> {
    /// The VM as it was in its cluster.
    pub(super) vm: &'a Value,
    /// The claims that Harvester makes for it.
    pub(super) templates: &'a [ClaimTemplate],
    /// The claim of persistent firmware state.
    pub(super) state_claim: Option<&'a Key>,
    /// Everything that was read.
    pub(super) objects: &'a Objects,
}

impl DiskSource<'_> {
    /// The disks in the order of the volumes, and then the one of firmware state.
    pub(super) fn disks(&self) -> Vec<Disk> {
        let volumes = list(&self.vm["spec"]["template"]["spec"]["volumes"]);
        let state = self.state_claim.map(|key| Volume {
            name: "",
            claim: &key.name,
            role: "firmware-state",
        });
        volumes
            .iter()
            .filter_map(volume)
            .chain(state)
            .map(|volume| self.disk(&volume))
            .collect()
    }

    fn disk(&self, volume: &Volume<'_>) -> Disk {
        let namespace = self.vm["metadata"]["namespace"]
            .as_str()
            .unwrap_or_default();
        let key = |kind| Key::new(kind, namespace, volume.claim);
        let claim = self.objects.get(&key(Kind::PersistentVolumeClaim));
        let data_volume = self.objects.get(&key(Kind::DataVolume));
        let template = self.templates.iter().find(|one| one.name() == volume.claim);
        let template = template.map(|one| &one.claim);
        let of_data_volume = data_volume_template(self.vm, volume.claim).or(data_volume);
        // The claim is the truth; without it, what it was to be made of is the best there is.
        let wanted = claim.or(template).or(of_data_volume);
        let spec = wanted.map_or(&Value::Null, claim_spec);
        let size = &spec["resources"]["requests"]["storage"];
        let size = size.as_str().or_else(|| {
            let capacity = &claim?["status"]["capacity"]["storage"];
            capacity.as_str()
        });
        let class = wanted.map_or(&Value::Null, |wanted| match claim.or(template) {
            Some(claim) => class_of(claim),
            None => &claim_spec(wanted)["storageClassName"],
        });
        let class = class.as_str().filter(|class| !class.is_empty());
        let modes = list(&spec["accessModes"]).iter();
        Disk {
            volume: volume.name.to_owned(),
            claim: volume.claim.to_owned(),
            size: size.map(|size| quantity::canonical(size).unwrap_or_else(|| size.to_owned())),
            volume_mode: spec["volumeMode"].as_str().map(str::to_owned),
            access_modes: modes
                .filter_map(|mode| Some(mode.as_str()?.to_owned()))
                .collect(),
            class: class.map(str::to_owned),
            image: image_of(claim, template, of_data_volume, class, self.objects),
            csi: claim.and_then(|claim| csi(claim, self.objects)),
            role: volume.role.to_owned(),
        }
    }
}

fn volume(volume: &Value) -> Option<Volume<'_>> {
    let name = volume["name"].as_str().unwrap_or_default();
    let (claim, role) = if let Some(claim) = volume["persistentVolumeClaim"]["claimName"].as_str() {
        (claim, "data")
    } else if let Some(claim) = volume["dataVolume"]["name"].as_str() {
        (claim, "data")
    } else {
        let base = &volume["ephemeral"]["persistentVolumeClaim"]["claimName"];
        (base.as_str()?, "ephemeral")
    };
    Some(Volume { name, claim, role })
}

/// The template of a `DataVolume` in the VM.
pub(super) fn data_volume_template<'a>(vm: &'a Value, name: &str) -> Option<&'a Value> {
    let templates = list(&vm["spec"]["dataVolumeTemplates"]).iter();
    templates
        .into_iter()
        .find(|template| template["metadata"]["name"] == name)
}

/// The spec of a claim, in a claim or in a `DataVolume` that one is made of.
pub(super) fn claim_spec(object: &Value) -> &Value {
    let spec = &object["spec"];
    match (&spec["storage"], &spec["pvc"]) {
        (storage, _) if storage.is_object() => storage,
        (_, claim) if claim.is_object() => claim,
        _ => spec,
    }
}

/// The CSI volume behind a claim, if its volume could be read.
fn csi(claim: &Value, objects: &Objects) -> Option<CsiVolume> {
    let name = claim["spec"]["volumeName"].as_str()?;
    let volume = objects.get(&Key::new(Kind::PersistentVolume, "", name))?;
    let csi = &volume["spec"]["csi"];
    let attributes = csi["volumeAttributes"].as_object().into_iter().flatten();
    let affinity = &volume["spec"]["nodeAffinity"];
    Some(CsiVolume {
        driver: csi["driver"].as_str()?.to_owned(),
        handle: csi["volumeHandle"].as_str()?.to_owned(),
        attributes: attributes
            .filter(|(key, _)| *key != "storage.kubernetes.io/csiProvisionerIdentity")
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect::<BTreeMap<_, _>>(),
        node_affinity: (!affinity.is_null()).then(|| affinity.clone()),
    })
}
