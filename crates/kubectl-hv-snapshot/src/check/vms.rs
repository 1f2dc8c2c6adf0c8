//! VMs as targets.

use hv_cli::{Failure, ScopeArgs};
use hv_cluster::capability::{Admission, Capability, DiskAnswer, VmAnswer, VmJudge};
use hv_cluster::live::{DryRun, LiveCluster};
use hv_cluster::machines::{MachineIndex, Machines};
use hv_cluster::views::{ValidatingWebhookConfiguration, VirtualMachine};
use hv_cluster::{Query, Source, SourceError, kinds};
use serde_json::json;

use super::{Judged, Scene};
use crate::report::{Disk, Item, TargetRef};
use hv_cli::door;

/// Reads the VMs that the scope names.
pub(super) async fn read(
    source: &Source,
    namespace: &str,
    scope: &ScopeArgs,
) -> Result<Machines, SourceError> {
    let query = Query {
        namespace: (!scope.all_namespaces).then(|| namespace.to_owned()),
        labels: scope.selector.clone(),
        fields: None,
    };
    Machines::read(source, &query).await
}

pub(super) async fn fleet(
    scene: &Scene<'_>,
    mut machines: Machines,
    judged: &mut Judged,
) -> Result<(), Failure> {
    if let Some(gap) = machines
        .vms
        .gap
        .as_ref()
        .filter(|_| machines.vms.items.is_empty())
    {
        return Err(door::unread(
            scene.source,
            "virtualmachines.kubevirt.io",
            gap,
        ));
    }
    let completed = machines.complete(scene.source, scene.situation).await;
    completed.map_err(|error| door::failure(&error))?;
    judged.partial |= machines.vms.gap.is_some();
    judged.note_machines(&machines);
    for claim in &machines.claims.items {
        judged.golden += usize::from(super::claims::is_golden(claim));
        judged.scratch += usize::from(super::claims::is_scratch(claim));
    }
    let index = MachineIndex::new(&machines);
    let mut vms: Vec<&VirtualMachine> = machines.vms.items.iter().collect();
    vms.sort_by_key(|vm| (&vm.metadata.namespace, &vm.metadata.name));
    let judge_some = |vms: &[&VirtualMachine]| -> Vec<Item> {
        let judge = VmJudge::new(scene.situation, &index);
        vms.iter()
            .map(|vm| item(vm, judge.judge(vm, &[])))
            .collect()
    };
    judged.items.extend(hv_cli::parallel(&vms, judge_some));
    // Taking a hundred thousand objects apart again takes longer than judging them.
    std::mem::forget(machines);
    Ok(())
}

pub(super) async fn one(scene: &Scene<'_>, name: &str, judged: &mut Judged) -> Result<(), Failure> {
    let query = Query {
        namespace: Some(scene.namespace.to_owned()),
        fields: Some(format!("metadata.name={name}")),
        labels: None,
    };
    let read = async {
        let admission = ask_admission(scene, name);
        let machines = async {
            let mut machines = Machines::read(scene.source, &query).await?;
            machines.complete(scene.source, scene.situation).await?;
            Ok::<_, SourceError>(machines)
        };
        futures::try_join!(machines, admission)
    };
    let (machines, admission) = Box::pin(read)
        .await
        .map_err(|error| door::failure(&error))?;
    let Some(vm) = machines.vms.items.first() else {
        if let Some(gap) = &machines.vms.gap {
            return Err(door::unread(
                scene.source,
                "virtualmachines.kubevirt.io",
                gap,
            ));
        }
        let message = format!("virtualmachines.kubevirt.io \"{name}\" not found");
        let hint = format!(
            "looked in namespace \"{}\"; name another with -n",
            scene.namespace
        );
        return Err(Failure::from_server(Some("NotFound"), &message).hint(hint));
    };
    judged.note_machines(&machines);
    let index = MachineIndex::new(&machines);
    let judge = VmJudge::new(scene.situation, &index);
    judged.items.push(item(vm, judge.judge(vm, &admission)));
    Ok(())
}

/// Asks the cluster's admission by a dry run for both types; nothing is stored.
async fn ask_admission(
    scene: &Scene<'_>,
    name: &str,
) -> Result<Vec<(Capability, Admission)>, SourceError> {
    let Source::Live(cluster) = scene.source else {
        return Ok(Vec::new());
    };
    if scene.situation.harvester == hv_cluster::harvester::HarvesterRelease::NotHarvester {
        return Ok(Vec::new());
    }
    let everything = Query::default();
    let (hooks, snapshot, backup) = futures::try_join!(
        scene.source.list::<ValidatingWebhookConfiguration>(
            &kinds::VALIDATING_WEBHOOK_CONFIGURATION,
            &everything
        ),
        dry_run(cluster, scene.namespace, name, "snapshot"),
        dry_run(cluster, scene.namespace, name, "backup"),
    )?;
    let kind = kinds::VIRTUAL_MACHINE_BACKUP;
    let guarded = hooks
        .items
        .iter()
        .any(|hook| hook.covers_create(kind.group, kind.plural));
    let told = |outcome| match outcome {
        DryRun::Accepted => Admission::Accepted { guarded },
        DryRun::Refused { message, .. } => Admission::Refused(message),
        DryRun::Unavailable(why) => Admission::Unavailable(why),
    };
    Ok(vec![
        (Capability::VmSnapshot, told(snapshot)),
        (Capability::VmBackup, told(backup)),
    ])
}

async fn dry_run(
    cluster: &LiveCluster,
    namespace: &str,
    vm: &str,
    kind: &str,
) -> Result<DryRun, SourceError> {
    // A name that nobody has, so that the answer is about the VM and not about the name.
    let suffix = std::process::id();
    let backup = json!({
        "apiVersion": "harvesterhci.io/v1beta1",
        "kind": "VirtualMachineBackup",
        "metadata": {"name": format!("hv-check-{kind}-{suffix}"), "namespace": namespace},
        "spec": {
            "type": kind,
            "source": {"apiGroup": "kubevirt.io", "kind": "VirtualMachine", "name": vm},
        },
    });
    cluster
        .dry_run_create(&kinds::VIRTUAL_MACHINE_BACKUP, Some(namespace), &backup)
        .await
}

fn item(vm: &VirtualMachine, answer: VmAnswer) -> Item {
    let mut drivers: Vec<&str> = answer
        .disks
        .iter()
        .map(|disk| disk.driver.as_str())
        .collect();
    drivers.sort_unstable();
    drivers.dedup();
    let engines: std::collections::BTreeSet<_> =
        answer.disks.iter().filter_map(|disk| disk.engine).collect();
    let engine = match (engines.len(), engines.first()) {
        (1, Some(engine)) if drivers.len() == 1 => Some((*engine).to_owned()),
        _ => None,
    };
    Item {
        target: TargetRef {
            kind: "VirtualMachine",
            name: vm.metadata.name.clone(),
            namespace: Some(vm.metadata.namespace.clone()),
        },
        driver: drivers.join(","),
        engine,
        class: None,
        capabilities: answer.capabilities,
        disks: Some(answer.disks.into_iter().map(disk).collect()),
        forecast: Some(answer.forecast),
        image: None,
    }
}

fn disk(answer: DiskAnswer) -> Disk {
    Disk {
        volume: answer.volume,
        pvc: answer.claim,
        driver: answer.driver,
        engine: answer.engine.map(Into::into),
        storage_class: answer.class,
        captured: answer.captured,
        capabilities: answer.capabilities,
    }
}
