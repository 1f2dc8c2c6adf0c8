//! The bundle of a template: the template, its versions, and what they need.

use serde_json::{Value, json};

use super::folder::Folder;
use super::parts::{Parts, collect, name_of};
use super::revision::Before;
use super::{ExportError, Exported, Inline, Request, inline, notes, unread};
use crate::graph::{self, Reached, class_of};
use crate::header::{Disk, Requirements};
use crate::key::{Key, Kind};
use crate::objects::Objects;
use crate::policy::Policy;
use crate::quantity;
use crate::requirements::{Needs, image, image_of, requirements};
use crate::secrets::Collector;

/// Makes the bundle of a template; the request's VM is the template.
///
/// Its disks are those that a VM made of it would get, so that they are requirements only.
pub fn export_template(
    policy: &Policy,
    request: Request<'_>,
    versions: &[&Value],
) -> Result<Exported, ExportError> {
    let name = name_of(request.vm)?;
    let uid = request.vm["metadata"]["uid"].as_str().unwrap_or_default();
    let before = Before::of(request.before, uid);
    let template = policy.apply(Kind::VirtualMachineTemplate, request.vm);
    let (mut notes, mut fates) = (template.notes, template.fates);
    let mut folder = Folder::default();
    let key = Key::new(Kind::VirtualMachineTemplate, &name.namespace, &name.name);
    folder.object(key.clone(), &template.object);

    let collector = Collector {
        policy,
        objects: request.objects,
        secrets: request.secrets,
        before: before.stored(),
    };
    let mut versions: Vec<&Value> = versions.to_vec();
    versions.sort_by_key(|version| version["metadata"]["name"].as_str());
    let mut all = Requirements::default();
    let mut reached: Vec<Reached> = Vec::new();
    let mut normal = Vec::with_capacity(versions.len());
    for version in versions {
        let of_version = name_of(version)?;
        let kind = Kind::VirtualMachineTemplateVersion;
        let applied = policy.apply(kind, version);
        let mut stored = applied.object;
        notes.extend(applied.notes);
        fates.extend(applied.fates);
        let found = graph::reach(kind, version, None, request.objects);
        let text = inline::Text {
            owner: &of_version.name,
            at: "spec.vm.spec",
            wish: request.inline,
            reached: &found,
        };
        let machine = &mut stored["spec"]["vm"]["spec"];
        let lifted = text.settle(machine, &mut fates, &mut notes)?;
        notes::on_answer_files(&found, &mut notes);
        let key = Key::new(kind, &of_version.namespace, &of_version.name);
        match request.inline == Inline::Keep && inline::has_text(machine) {
            true => folder.private_object(key, &stored),
            false => folder.object(key, &stored),
        }
        let secrets = collector.all(&found, &lifted, version, &mut folder)?;
        let needs = Needs {
            source: &version["spec"]["vm"],
            stored: &stored["spec"]["vm"],
            namespace: &name.namespace,
            disks: &disks(&version["spec"]["vm"], request.objects),
            reached: &found,
            objects: request.objects,
        };
        all.merge(requirements(&needs, secrets));
        join(&mut reached, found);
        normal.push(stored);
    }
    name_images(&mut all, &reached, request.objects);
    let mut unread = unread::unread(&reached, request.objects);
    let no_claims = |_: &Reached| None;
    collect(
        policy,
        request.objects,
        &reached,
        &mut folder,
        &mut unread,
        no_claims,
    );
    Parts {
        kind: "VirtualMachineTemplateBundle",
        name,
        uid,
        origin: request.origin,
        before,
        inherited: None,
        reconstructed: request.reconstructed,
        disks: Vec::new(),
        requirements: all,
        unread,
        notes,
        folder,
        fates,
        normal: json!({"template": template.object, "versions": normal}),
    }
    .bundle()
}

/// A version names its image itself, whether a disk begins as it or not.
fn name_images(needs: &mut Requirements, reached: &[Reached], objects: &Objects) {
    for one in reached {
        let id = format!("{}/{}", one.key.namespace, one.key.name);
        let is_new = !needs.images.iter().any(|need| need.id == id);
        if one.key.kind == Kind::VirtualMachineImage && is_new {
            needs.images.push(image(&id, one.used_by.clone(), objects));
        }
    }
    needs.images.sort_by(|a, b| a.id.cmp(&b.id));
}

/// The disks that a VM made of the template would get.
fn disks(vm: &Value, objects: &Objects) -> Vec<Disk> {
    let templates = graph::claim_templates(vm);
    let disk = |template: &graph::ClaimTemplate| {
        let claim = &template.claim;
        let class = class_of(claim).as_str().map(str::to_owned);
        let size = claim["spec"]["resources"]["requests"]["storage"].as_str();
        Disk {
            volume: String::new(),
            claim: template.name().to_owned(),
            size: size.and_then(quantity::canonical),
            volume_mode: None,
            access_modes: Vec::new(),
            image: image_of(None, Some(claim), None, class.as_deref(), objects),
            class,
            csi: None,
            role: "data".to_owned(),
        }
    };
    templates.iter().map(disk).collect()
}

fn join(all: &mut Vec<Reached>, found: Vec<Reached>) {
    for one in found {
        match all.iter_mut().find(|known| known.key == one.key) {
            None => all.push(one),
            Some(known) => {
                known.need = known.need.max(one.need);
                for by in one.used_by {
                    if !known.used_by.contains(&by) {
                        known.used_by.push(by);
                    }
                }
            }
        }
    }
}
