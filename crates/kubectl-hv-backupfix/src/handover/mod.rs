//! `scan --report`: findings and what they rest on as a folder that can be handed over.

mod address;
mod folder;
mod inputs;
mod known;
mod mask;
mod page;
mod readme;
#[cfg(test)]
mod tests;
mod url;
mod words;

use hv_cli::{Failure, Ui, document, plural};
use hv_cluster::Source;

pub(crate) use folder::Folder;

use crate::delete_advice::quoted;
use crate::finding::{Evidence, Finding, ObjectRef};
use crate::inventory::Inventory;
use crate::report::{ClusterFacts, FindingList};
use crate::target::TargetSetting;
use inputs::Input;
use mask::Mask;

/// What is handed over.
#[derive(Clone, Copy)]
pub(crate) struct Judged<'a> {
    /// Where it was read.
    pub(crate) source: &'a Source,
    /// What was read.
    pub(crate) inventory: &'a Inventory,
    /// The only namespace that was looked at, if there is one.
    pub(crate) namespace: Option<&'a str>,
    /// What was found.
    pub(crate) report: &'a FindingList,
}

/// Reads the inputs once more, masks everything, and puts the folder in its place.
pub(crate) async fn write(folder: Folder, judged: Judged<'_>, ui: &Ui) -> Result<(), Failure> {
    ui.note("report: reading the objects that were judged");
    let inputs = inputs::read(judged.source, judged.inventory, judged.namespace).await?;
    let objects: usize = inputs.iter().map(Input::count).sum();
    ui.note(&format!(
        "report: masking {}",
        plural::count(objects, "object")
    ));
    let wanted = folder.wanted().to_owned();
    fill(&folder, judged, &inputs)?;
    folder.finish()?;
    let shown = wanted.display().to_string();
    let (folder, archive) = (
        quoted(&shown),
        quoted(&format!("{}.tar.gz", shown.trim_end_matches('/'))),
    );
    ui.note(&format!(
        "report: {shown} holds {} and {}; look through it before you hand it over",
        plural::count(judged.report.items.len(), "finding"),
        plural::count(objects, "object"),
    ));
    ui.hint(&format!("tar czf {archive} {folder} makes one file of it"));
    Ok(())
}

/// Writes all files; secrets are learned of every object before the first is written.
fn fill(folder: &Folder, judged: Judged<'_>, inputs: &[Input]) -> Result<(), Failure> {
    let version = crate::VISITOR.version;
    let mut mask = Mask::default();
    learn_places(&mut mask, judged.inventory);
    for input in inputs {
        input.learn(&mut mask);
    }
    let findings = findings(&mut mask, judged.report);
    folder.write("findings.yaml", &document::yaml(&findings)?)?;
    folder.write("index.html", &page::page(&findings, version))?;
    for input in inputs {
        folder.write(&input.file(), &input.yaml(&mut mask)?)?;
    }
    folder.write(
        "README.txt",
        &readme::readme(&findings, inputs, mask.counts(), version),
    )
}

/// Hosts of backup targets, also of those that could not be read a second time.
fn learn_places(mask: &mut Mask, inventory: &Inventory) {
    if let TargetSetting::Set(target) = TargetSetting::read(inventory) {
        mask.learn_endpoint(&target.endpoint);
    }
    for target in &inventory.lh_targets.items {
        mask.learn_endpoint(&target.spec.backup_target_url);
    }
    let places = inventory.backups.items.iter();
    for place in places.filter_map(|backup| backup.status.backup_target.as_ref()) {
        mask.learn_endpoint(&place.endpoint);
    }
}

/// The findings with every text masked; codes, kinds and what the table of codes says stay.
fn findings(mask: &mut Mask, report: &FindingList) -> FindingList {
    let cluster = ClusterFacts {
        unread: report
            .cluster
            .unread
            .iter()
            .map(|line| mask.text(line))
            .collect(),
        ..report.cluster.clone()
    };
    let items = report.items.iter().map(|item| Finding {
        object: object(mask, &item.object),
        disk: item.disk.as_deref().map(|disk| mask.text(disk)),
        message: mask.text(&item.message),
        evidence: item
            .evidence
            .iter()
            .map(|evidence| proof(mask, evidence))
            .collect(),
        ..item.clone()
    });
    let items = items.collect();
    let sound = report.sound.as_ref();
    FindingList {
        cluster,
        items,
        sound: sound.map(|sound| sound.iter().map(|found| object(mask, found)).collect()),
        ..report.clone()
    }
}

fn object(mask: &mut Mask, object: &ObjectRef) -> ObjectRef {
    ObjectRef {
        kind: object.kind.clone(),
        namespace: object
            .namespace
            .as_deref()
            .map(|namespace| mask.text(namespace)),
        name: mask.text(&object.name),
    }
}

fn proof(mask: &mut Mask, evidence: &Evidence) -> Evidence {
    Evidence {
        object: mask.text(&evidence.object),
        field: mask.text(&evidence.field),
        value: mask.text(&evidence.value),
    }
}
