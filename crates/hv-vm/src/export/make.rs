//! The steps from what was read of a VM to its bundle.

use serde_json::Value;

use super::disks::DiskSource;
use super::folder::Folder;
use super::parts::{Parts, collect, name_of};
use super::revision::{Before, Inherited};
use super::{ExportError, Exported, Inline, Request, inline, notes, source, unread};
use crate::graph;
use crate::header::{Note, VmName};
use crate::key::{Key, Kind};
use crate::policy::{Applied, Policy};
use crate::requirements::{Needs, requirements};
use crate::secrets::Collector;
use crate::{effective, normal};

/// Makes the bundle of a VM.
///
/// Whatever could not be read is described, with the reason.
pub fn export(policy: &Policy, request: Request<'_>) -> Result<Exported, ExportError> {
    let name = name_of(request.vm)?;
    let metadata = &request.vm["metadata"];
    let uid = metadata["uid"].as_str().unwrap_or_default();
    let before = Before::of(request.before, uid);
    let mut notes = Vec::new();

    let source = source::prepare(request.vm, request.objects, &mut notes);
    let Applied {
        object: mut stored,
        mut fates,
        notes: of_policy,
    } = policy.apply(Kind::VirtualMachine, &source);
    source::amend(&mut fates, &notes);
    notes.extend(of_policy);
    fill(&mut stored, &name, &request, before, &mut notes);

    let state_claim = request.state_claim.as_ref();
    let root = Kind::VirtualMachine;
    let reached = graph::reach(root, request.vm, state_claim, request.objects);
    let text = inline::Text {
        owner: &name.name,
        at: "spec",
        wish: request.inline,
        reached: &reached,
    };
    let lifted = text.settle(&mut stored["spec"], &mut fates, &mut notes)?;

    let templates = graph::claim_templates(&source);
    let disk_source = DiskSource {
        vm: &source,
        templates: &templates,
        state_claim,
        objects: request.objects,
    };
    let disks = disk_source.disks();
    notes::on_disks(&disk_source, &disks, &mut notes);
    notes::on_answer_files(&reached, &mut notes);

    let mut folder = Folder::default();
    let key = Key::new(root, &name.namespace, &name.name);
    match request.inline == Inline::Keep && inline::has_text(&stored["spec"]) {
        true => folder.private_object(key, &stored),
        false => folder.object(key, &stored),
    }
    let mut unread = unread::unread(&reached, request.objects);
    collect(
        policy,
        request.objects,
        &reached,
        &mut folder,
        &mut unread,
        |one| notes::claim_of_template(&disk_source, &one.key, &mut notes),
    );
    let collector = Collector {
        policy,
        objects: request.objects,
        secrets: request.secrets,
        before: before.stored(),
    };
    let secrets = collector.all(&reached, &lifted, request.vm, &mut folder)?;
    let needs = Needs {
        source: &source,
        stored: &stored,
        namespace: &name.namespace,
        disks: &disks,
        reached: &reached,
        objects: request.objects,
    };
    Parts {
        kind: "VirtualMachineBundle",
        requirements: requirements(&needs, secrets),
        normal: normal::normal_form(&stored, &disks),
        name,
        uid,
        origin: request.origin,
        before,
        inherited: Inherited::of(request.vm),
        reconstructed: request.reconstructed,
        disks,
        unread,
        notes,
        folder,
        fates,
    }
    .bundle()
}

/// Writes what the guest sees into the VM.
fn fill(
    stored: &mut Value,
    vm: &VmName,
    request: &Request<'_>,
    before: Before<'_>,
    notes: &mut Vec<Note>,
) {
    let instance = Key::new(Kind::VirtualMachineInstance, &vm.namespace, &vm.name);
    let instance = request.objects.get(&instance);
    // Reading the bundle before costs time, and a VM that says everything needs nothing of it.
    let of_before = match says_everything(stored) {
        true => None,
        false => before.vm(),
    };
    notes.extend(effective::fill(stored, instance, of_before.as_ref()));
}

fn says_everything(stored: &Value) -> bool {
    let domain = &stored["spec"]["template"]["spec"]["domain"];
    let firmware = &domain["firmware"];
    let interfaces = domain["devices"]["interfaces"].as_array();
    let has_mac = |interface: &Value| interface["macAddress"].is_string();
    firmware["uuid"].is_string()
        && firmware["serial"].is_string()
        && interfaces.is_none_or(|interfaces| interfaces.iter().all(has_mac))
}
