//! `check-driver`: read, judge, report.

mod claims;
mod classes;
mod cluster;
mod images;
mod suggest;
mod vms;

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use hv_cli::door;
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui};
use hv_cluster::capability::{Capability, Situation};
use hv_cluster::facts::Facts;
use hv_cluster::inventory::{Depth, Inventory};
use hv_cluster::machines::Machines;
use hv_cluster::{Gap, Source};

use crate::report::{DriverReport, Item, Summary};
use crate::target::{self, Target};
use crate::{require, view};

/// Tell what storage can do, and why not
///
/// Without a target every storage class is judged. A target is a storage class or driver by name,
/// or TYPE/NAME with storageclass, csidriver, pvc, vm or image; `vm` alone means the VMs of the
/// namespace, of all with -A, or those that -l selects.
#[derive(Args)]
#[command(after_help = "Examples:
  # Every storage class, all capabilities
  {cmd} check-driver -o wide

  # One VM: each disk, what a snapshot would hold, what a restore would meet
  {cmd} check-driver vm/web01 -n prod

  # In a pipeline: fail unless the class can do both
  {cmd} check-driver ceph-rbd --require vm-snapshot,live-migration

  # The exact patch that makes a verdict turn
  {cmd} check-driver ceph-rbd --suggest-config")]
pub(crate) struct CheckDriverArgs {
    /// Storage class, driver, or TYPE/NAME
    #[arg(value_name = "TARGET", add = ArgValueCandidates::new(type_candidates))]
    targets: Vec<String>,
    /// Support bundle to read instead of a cluster: a zip or its unpacked folder
    #[arg(long, value_name = "BUNDLE")]
    from: Option<PathBuf>,
    /// Also read claims, snapshot contents and pods for signs of what has worked
    #[arg(long)]
    evidence: bool,
    /// Exit 1 unless every target has these capabilities, 7 if that is unknown
    #[arg(long, value_name = "CAP", value_delimiter = ',', add = ArgValueCandidates::new(capability_candidates))]
    require: Vec<String>,
    /// Print what to change so that a verdict turns to yes or likely
    #[arg(long)]
    suggest_config: bool,
    /// Snapshot class to name in the suggestion, where a driver has several
    #[arg(long, value_name = "NAME", requires = "suggest_config")]
    snapshot_class: Option<String>,
}

fn type_candidates() -> Vec<CompletionCandidate> {
    target::types()
        .into_iter()
        .map(CompletionCandidate::new)
        .collect()
}

fn capability_candidates() -> Vec<CompletionCandidate> {
    Capability::ALL
        .iter()
        .map(|capability| CompletionCandidate::new(capability.name()))
        .collect()
}

impl CheckDriverArgs {
    /// The support bundle to read, if one is named.
    pub(crate) fn bundle(&self) -> Option<&std::path::Path> {
        self.from.as_deref()
    }
}

/// What the moves after reading share.
pub(crate) struct Scene<'a> {
    pub(crate) source: &'a Source,
    pub(crate) situation: &'a Situation<'a>,
    pub(crate) namespace: &'a str,
    pub(crate) all_namespaces: bool,
    pub(crate) selector: Option<&'a str>,
}

/// Items, and what was left out of them.
#[derive(Default)]
pub(crate) struct Judged {
    pub(crate) items: Vec<Item>,
    pub(crate) golden: usize,
    pub(crate) scratch: usize,
    /// Kinds besides the configuration that could not be read, or only in part.
    pub(crate) unread: Vec<String>,
    /// Whether targets may be missing because their list could not be read to its end.
    pub(crate) partial: bool,
}

impl Judged {
    /// Notes what could not be read of a kind.
    pub(crate) fn note_gap(&mut self, kind: &str, gap: Option<&Gap>) {
        let line = gap.and_then(|gap| cluster::described(kind, gap));
        self.unread
            .extend(line.filter(|line| !self.unread.contains(line)));
    }

    /// Notes what could not be read of VMs and their volumes.
    pub(crate) fn note_machines(&mut self, machines: &Machines) {
        let gaps = [
            ("virtualmachines.kubevirt.io", &machines.vms.gap),
            (
                "virtualmachineinstances.kubevirt.io",
                &machines.instances.gap,
            ),
            (
                "virtualmachineinstancemigrations.kubevirt.io",
                &machines.migrations.gap,
            ),
            ("persistentvolumeclaims", &machines.claims.gap),
            ("persistentvolumes", &machines.volumes.gap),
            (
                "network-attachment-definitions.k8s.cni.cncf.io",
                &machines.networks.gap,
            ),
        ];
        for (kind, gap) in gaps {
            self.note_gap(kind, gap.as_ref());
        }
        let longhorn = machines
            .longhorn_volumes
            .as_ref()
            .and_then(|list| list.gap.as_ref());
        self.note_gap("volumes.longhorn.io", longhorn);
    }

    /// Notes what could not be read of the kind that is judged.
    pub(crate) fn note_targets(&mut self, kind: &str, gap: Option<&Gap>) {
        self.partial |= gap.is_some();
        self.note_gap(kind, gap);
    }
}

pub(crate) async fn perform(
    args: &CheckDriverArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let outcome = Box::pin(check(args, scope, connection, ui)).await;
    outcome.map_err(|failure| match failure.kind() {
        // For a pipeline 1 means that storage cannot; what could not be asked is another matter.
        ExitKind::Failed if !args.require.is_empty() => failure.with_kind(ExitKind::NoVerdict),
        _ => failure,
    })
}

async fn check(
    args: &CheckDriverArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let wanted = require::parse(&args.require)?;
    let targets = target::parse(&args.targets, scope)?;
    let facts = Facts::builtin().map_err(|error| Failure::failed(error.to_string()))?;

    let source = door::open(crate::VISITOR, args.from.as_deref(), scope, connection, ui).await?;
    let depth = if args.evidence {
        Depth::Evidence
    } else {
        Depth::Configuration
    };
    let whole = matches!(targets.as_slice(), [Target::Vms]);
    let namespace = door::namespace(&source, scope).to_owned();
    // The lists of a fleet are long: they start together with the configuration.
    let (inventory, fleet) = futures::try_join!(Inventory::read(&source, depth), async {
        if whole {
            vms::read(&source, &namespace, scope).await.map(Some)
        } else {
            Ok(None)
        }
    })
    .map_err(|error| door::failure(&error))?;
    let situation = Situation::new(&inventory, &facts);
    let scene = Scene {
        source: &source,
        situation: &situation,
        namespace: &namespace,
        all_namespaces: scope.all_namespaces,
        selector: scope.selector.as_deref(),
    };

    if args.suggest_config {
        return suggest::perform(&scene, &targets, args.snapshot_class.as_deref(), ui);
    }

    let mut judged = Judged::default();
    for target in &targets {
        match target {
            Target::Classes => classes::all(&scene, &mut judged)?,
            Target::Named(name) => classes::named(&scene, name, &mut judged)?,
            Target::Class(name) => classes::class(&scene, name, &mut judged)?,
            Target::Driver(name) => classes::driver(&scene, name, &mut judged)?,
            Target::Claim(name) => claims::one(&scene, name, &mut judged).await?,
            Target::Claims => claims::all(&scene, &mut judged).await?,
            Target::Image(name) => images::all_or_one(&scene, name, &mut judged).await?,
            Target::Vm(name) => Box::pin(vms::one(&scene, name, &mut judged)).await?,
            Target::Vms => {}
        }
    }
    if let Some(fleet) = fleet {
        vms::fleet(&scene, fleet, &mut judged).await?;
    }

    let mut summary = Summary::of(&judged.items);
    summary.golden_images_left_out = judged.golden;
    summary.scratch_volumes_left_out = judged.scratch;
    summary.requests = match &source {
        Source::Live(cluster) => Some(cluster.requests()),
        Source::Bundle(_) => None,
    };
    let mut exit = ExitKind::Ok;
    if !wanted.is_empty() {
        let (requirement, code) = require::outcome(&judged.items, &wanted, judged.partial);
        summary.required = Some(requirement);
        exit = code;
    }
    let report = DriverReport {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "DriverReport",
        cluster: cluster::facts(&scene, judged.unread),
        items: judged.items,
        summary,
    };
    view::show(&report, &targets, &scene, ui)?;
    if exit != ExitKind::Ok {
        for line in require::shortfalls(&report.items, &wanted) {
            ui.warn(&line);
        }
    }
    // The process ends here; the system takes the memory back faster than we would.
    std::mem::forget(report);
    Ok(exit)
}
