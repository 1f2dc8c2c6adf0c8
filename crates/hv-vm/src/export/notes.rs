//! What a person must know of a VM that no single field says.

use serde_json::Value;

use super::disks::{DiskSource, claim_spec, data_volume_template};
use crate::graph::{CLAIM_TEMPLATES, Need, Reached};
use crate::header::{Disk, Note};
use crate::key::{Key, Kind};
use crate::objects::State;

fn note(code: &str, path: &str, message: String) -> Note {
    Note {
        code: code.to_owned(),
        path: path.to_owned(),
        message,
    }
}

/// Notes on disks.
pub(super) fn on_disks(source: &DiskSource<'_>, disks: &[Disk], notes: &mut Vec<Note>) {
    let annotation = format!("metadata.annotations[\"{CLAIM_TEMPLATES}\"]");
    for template in source.templates.iter().filter(|one| !one.used) {
        let message = format!(
            "\"{}\" is no volume of the VM: Harvester would make the claim again.",
            template.name()
        );
        notes.push(note("claim-template-stale", &annotation, message));
    }
    let template_spec = &source.vm["spec"]["template"]["spec"];
    let strict = template_spec["evictionStrategy"] == "LiveMigrate";
    for disk in disks {
        let shared = disk.access_modes.iter().any(|mode| mode == "ReadWriteMany");
        if strict && disk.role == "data" && !disk.access_modes.is_empty() && !shared {
            let message = format!(
                "The disk \"{}\" can be used by one node only, so that the VM cannot move and blocks drains.",
                disk.volume
            );
            let path = "spec.template.spec.evictionStrategy";
            notes.push(note("eviction-blocks-drain", path, message));
        }
        if disk.role == "firmware-state" {
            let message = format!(
                "EFI variables and TPM state are in the claim \"{}\", which is described and not among the objects: only KubeVirt can make it.",
                disk.claim
            );
            let path = "spec.template.spec.domain.firmware";
            notes.push(note("firmware-state", path, message));
        }
    }
}

/// Notes on what is secret although it is no Secret.
pub(super) fn on_answer_files(reached: &[Reached], notes: &mut Vec<Note>) {
    let secret = |one: &&Reached| one.need == Need::Secret && one.key.kind == Kind::ConfigMap;
    for one in reached.iter().filter(secret) {
        let message = format!(
            "The config map \"{}\" is an answer file, which may hold passwords: it is treated as a Secret.",
            one.key.name
        );
        let path = one.used_by.first().map_or("", String::as_str);
        notes.push(note("answer-file-secret", path, message));
    }
}

/// A claim made of a template of a `DataVolume`, for a disk that has no claim of its own.
pub(super) fn claim_of_template(
    source: &DiskSource<'_>,
    key: &Key,
    notes: &mut Vec<Note>,
) -> Option<Value> {
    let template = data_volume_template(source.vm, &key.name)?;
    if key.kind != Kind::PersistentVolumeClaim
        || matches!(source.objects.state(key), State::Found(_))
    {
        return None;
    }
    let wanted = claim_spec(template);
    let size = wanted["resources"]["requests"]["storage"].as_str();
    let path = "spec.dataVolumeTemplates";
    let modes = wanted["accessModes"].as_array();
    let (Some(_), Some(_)) = (size, modes.filter(|modes| !modes.is_empty())) else {
        let message = format!(
            "The disk \"{}\" has no claim yet, and its template leaves size or access modes to the class.",
            key.name
        );
        notes.push(note("claim-unknown", path, message));
        return None;
    };
    let message = format!(
        "The claim \"{}\" is made of a template: the disk has none yet.",
        key.name
    );
    notes.push(note("claim-from-template", path, message));
    let spec = ["accessModes", "resources", "storageClassName", "volumeMode"]
        .iter()
        .filter(|field| !wanted[**field].is_null())
        .map(|field| ((*field).to_owned(), wanted[*field].clone()))
        .collect();
    Some(serde_json::json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": key.name, "namespace": key.namespace},
        "spec": Value::Object(spec),
    }))
}
