//! The annotation with the claims that Harvester makes: where they are there, nothing is left to
//! make.

use serde_json::{Value, json};

use super::disks::{Claim, Disks, Placed};
use super::tree::{fields, made};
use crate::graph::{CLAIM_TEMPLATES, IMAGE_ID};
use crate::header::Note;
use crate::mapping::{DiskChoice, size_bytes};
use crate::quantity;

/// Rewrites the annotation.
///
/// Harvester acts on it at every change of the VM: an entry whose claim is missing becomes a new
/// disk, one that is larger than its claim lets the disk grow.
pub(super) fn rewrite(vm: &mut Value, disks: &Disks<'_>, notes: &mut Vec<Note>) {
    let annotation = fields(vm, &["metadata", "annotations"])
        .and_then(|annotations| annotations.remove(CLAIM_TEMPLATES));
    let text = annotation.as_ref().and_then(Value::as_str);
    let entries = text.map(serde_json::from_str::<Vec<Value>>);
    if let Some(Err(_)) = entries {
        let message = "The claim templates are no JSON list and were left out; the disks are found by the volumes.";
        notes.push(note("claim-templates-unreadable", message.to_owned()));
    }
    let entries = entries.and_then(Result::ok);
    let had_any = entries.is_some();
    let mut written: Vec<Value> = Vec::new();
    let mut known: Vec<String> = Vec::new();
    for entry in entries.into_iter().flatten() {
        let name = entry["metadata"]["name"].as_str().unwrap_or_default();
        let name = name.to_owned();
        let Some(placed) = disks.of_claim(&name) else {
            let message = format!(
                "\"{name}\" is no volume of the VM and was left out: Harvester would make the claim."
            );
            notes.push(note("claim-template-dropped", message));
            continue;
        };
        written.extend(rewritten(entry, placed, false));
        known.push(name);
    }
    // Harvester fills a disk of a CDI image only where an entry asks for it.
    for placed in &disks.placed {
        let claim = &placed.disk.claim;
        let is_asked = matches!(placed.choice, DiskChoice::Image { cdi: true, .. });
        if is_asked && !known.contains(claim) {
            known.push(claim.clone());
            let entry = json!({"metadata": {}, "spec": {}});
            written.extend(rewritten(entry, placed, true));
        }
    }
    if (had_any || !written.is_empty())
        && let Some(annotations) = made(vm, &["metadata", "annotations"])
    {
        let text = Value::Array(written).to_string();
        annotations.insert(CLAIM_TEMPLATES.to_owned(), text.into());
    }
}

fn note(code: &str, message: String) -> Note {
    Note {
        code: code.to_owned(),
        path: format!("metadata.annotations[\"{CLAIM_TEMPLATES}\"]"),
        message,
    }
}

/// One entry for the claim as it is on the target; what did not change keeps its spelling.
fn rewritten(mut entry: Value, placed: &Placed<'_>, fresh: bool) -> Option<Value> {
    let claim = Claim::of(placed.choice)?;
    for field in ["targetVolume", "status"] {
        entry.as_object_mut()?.remove(field);
    }
    let metadata = made(&mut entry, &["metadata"])?;
    metadata.insert("name".to_owned(), claim.name.into());
    metadata.remove("namespace");
    let image = match placed.choice {
        DiskChoice::Image {
            image, cdi: true, ..
        } => Some(image),
        _ => None,
    };
    annotate(&mut entry, image.map(String::as_str))?;
    let disk = placed.disk;
    let spec = made(&mut entry, &["spec"])?;
    for field in ["dataSource", "dataSourceRef", "volumeName"] {
        spec.remove(field);
    }
    spec.insert("storageClassName".to_owned(), claim.class.into());
    let mode = disk.volume_mode.as_deref().unwrap_or_default();
    if (fresh || mode != claim.volume_mode) && !claim.volume_mode.is_empty() {
        spec.insert("volumeMode".to_owned(), claim.volume_mode.into());
    }
    if fresh || disk.access_modes != claim.access_modes {
        spec.insert("accessModes".to_owned(), json!(claim.access_modes));
    }
    let requests = made(&mut entry, &["spec", "resources", "requests"])?;
    let same =
        disk.size.as_deref().and_then(quantity::canonical) == quantity::canonical(claim.size);
    let asked = requests.get("storage").and_then(Value::as_str);
    let grows = asked.and_then(size_bytes) > size_bytes(claim.size);
    if fresh || !same || grows {
        requests.insert("storage".to_owned(), claim.size.into());
    }
    Some(entry)
}

fn annotate(entry: &mut Value, image: Option<&str>) -> Option<()> {
    if let Some(image) = image {
        let annotations = made(entry, &["metadata", "annotations"])?;
        annotations.insert(IMAGE_ID.to_owned(), image.into());
        return Some(());
    }
    let metadata = made(entry, &["metadata"])?;
    let annotations = metadata
        .get_mut("annotations")
        .and_then(Value::as_object_mut);
    let emptied = annotations.is_some_and(|annotations| {
        annotations.remove(IMAGE_ID);
        annotations.is_empty()
    });
    if emptied {
        metadata.remove("annotations");
    }
    Some(())
}
