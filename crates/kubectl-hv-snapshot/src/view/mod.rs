//! The tables of `check-driver`: views of its document.

mod classes;
mod footnotes;
mod images;
mod vms;

use hv_cli::{Cell, Failure, OutputFormat, Tone, Ui, plural};
use hv_cluster::capability::{Capability, Judgement, Verdict};

use crate::check::Scene;
use crate::report::{ClusterFacts, DriverReport};
use crate::target::Target;
use footnotes::{Footnotes, Words};

/// Shows the report in the format that was asked for.
pub(crate) fn show(
    report: &DriverReport,
    targets: &[Target],
    scene: &Scene<'_>,
    ui: &Ui,
) -> Result<(), Failure> {
    if ui.format().is_document() {
        return ui.document(report);
    }
    if report.items.is_empty() {
        let namespaced = targets
            .iter()
            .any(|t| matches!(t, Target::Vms | Target::Claims));
        ui.none_found(if namespaced && !scene.all_namespaces {
            Some(scene.namespace)
        } else {
            None
        });
        closing(report, targets, ui);
        return Ok(());
    }
    if ui.format() == OutputFormat::Name {
        report
            .items
            .iter()
            .for_each(|item| ui.out(&item.target.full_name()));
        return Ok(());
    }
    if ui.headers() {
        ui.out(&headline(&report.cluster));
        if report.cluster.source == "support-bundle" {
            ui.out(&format!(
                "Read from a support bundle of {}",
                report.cluster.time
            ));
        }
    }
    let wide = ui.format() == OutputFormat::Wide;
    let required = report
        .summary
        .required
        .as_ref()
        .map(|required| &required.capabilities);
    let asked = |capability: &Capability| {
        Capability::DEFAULT.contains(capability)
            || required.is_some_and(|required| required.contains(capability))
    };
    let shown: Vec<Capability> = Capability::ALL
        .iter()
        .copied()
        .filter(|capability| wide || asked(capability))
        .collect();
    let shown = shown.as_slice();
    let mut notes = Footnotes::new(&scene.situation.facts.reasons, ui.headers(), wide);
    let of_kind = |kind: &str| {
        report
            .items
            .iter()
            .filter(|i| i.target.kind == kind)
            .collect::<Vec<_>>()
    };
    let vms = of_kind("VirtualMachine");
    let images = of_kind("VirtualMachineImage");
    let rest: Vec<_> = report
        .items
        .iter()
        .filter(|item| !matches!(item.target.kind, "VirtualMachine" | "VirtualMachineImage"))
        .collect();
    if !rest.is_empty() {
        classes::show(&rest, shown, scene.all_namespaces, &mut notes, ui);
    }
    if !images.is_empty() {
        images::show(&images, shown, scene.all_namespaces, &mut notes, ui);
    }
    if !vms.is_empty() {
        let detailed = targets.iter().any(|target| matches!(target, Target::Vm(_)));
        notes.words = if detailed {
            Words::Found
        } else {
            Words::General
        };
        vms::show(&vms, shown, scene.all_namespaces, detailed, &mut notes, ui);
    }
    if ui.headers() {
        notes.show(ui);
    }
    closing(report, targets, ui);
    Ok(())
}

fn headline(cluster: &ClusterFacts) -> String {
    let versions = format!(
        "Longhorn {}, KubeVirt {}",
        cluster.longhorn_version, cluster.kubevirt_version
    );
    let assumed = "; judged as the newest known release";
    match cluster.harvester_release {
        "not-harvester" => "No Harvester in this cluster".to_owned(),
        "known" | "unknown" => format!(
            "Harvester {}, {versions}; csi-driver-config: {}",
            cluster.harvester_version, cluster.csi_driver_config
        ),
        _ => format!(
            "Harvester {}, {versions}; csi-driver-config: {}{assumed}",
            cluster.harvester_version, cluster.csi_driver_config
        ),
    }
}

/// What is said about the answer, on standard error.
fn closing(report: &DriverReport, targets: &[Target], ui: &Ui) {
    for note in &report.cluster.notes {
        ui.warn(note);
    }
    report
        .cluster
        .unread
        .iter()
        .for_each(|line| ui.warn(&format!("could not read {line}")));
    let workload = targets
        .iter()
        .any(|t| matches!(t, Target::Vms | Target::Claims));
    if let Some(namespaces) = report
        .cluster
        .covered_namespaces
        .as_ref()
        .filter(|_| workload)
    {
        let count = plural::count(namespaces.len(), "namespace");
        ui.note(&format!(
            "this bundle covers {count} only, which -o json names"
        ));
    }
    let left_out = [
        (report.summary.golden_images_left_out, "golden image volume"),
        (
            report.summary.scratch_volumes_left_out,
            "CDI scratch volume",
        ),
    ];
    let left_out: Vec<String> = left_out
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| plural::count(count, what))
        .collect();
    if !left_out.is_empty() {
        ui.note(&format!("left out: {}", left_out.join(", ")));
    }
    let unproven = |item: &crate::report::Item| {
        Capability::DEFAULT
            .iter()
            .any(|c| item.capabilities[c].verdict == Verdict::Likely)
    };
    if ui.headers() && ui.format() == OutputFormat::Table && report.items.iter().any(unproven) {
        ui.note("-o wide tells why something is only likely");
    }
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Yes | Verdict::Likely => Tone::Good,
        Verdict::Unlikely | Verdict::Unknown => Tone::Doubt,
        Verdict::No => Tone::Bad,
    }
}

fn cell(judgement: &Judgement, notes: &mut Footnotes<'_>) -> Cell {
    let number = notes.number(judgement);
    let text = match number {
        Some(number) => format!("{}[{number}]", judgement.verdict),
        None => judgement.verdict.to_string(),
    };
    Cell::toned(tone(judgement.verdict), text)
}

fn heading(capability: Capability) -> String {
    capability.name().to_ascii_uppercase()
}
