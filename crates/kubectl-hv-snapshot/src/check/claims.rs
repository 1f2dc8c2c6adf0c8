//! Claims as targets.

use hv_cli::Failure;
use hv_cluster::capability::{Subject, claim_subject, claim_usage, judge};
use hv_cluster::machines::{MachineIndex, Machines};
use hv_cluster::views::Claim;
use hv_cluster::{Query, kinds};

use super::{Judged, Scene, classes};
use crate::report::{Item, TargetRef};
use hv_cli::door;

pub(super) async fn one(scene: &Scene<'_>, name: &str, judged: &mut Judged) -> Result<(), Failure> {
    let query = Query {
        namespace: Some(scene.namespace.to_owned()),
        fields: Some(format!("metadata.name={name}")),
        labels: None,
    };
    let machines = read(scene, &query).await?;
    if machines.claims.items.is_empty() {
        if let Some(gap) = &machines.claims.gap {
            return Err(door::unread(scene.source, "persistentvolumeclaims", gap));
        }
        let message = format!("persistentvolumeclaims \"{name}\" not found");
        let hint = format!(
            "looked in namespace \"{}\"; name another with -n",
            scene.namespace
        );
        return Err(Failure::from_server(Some("NotFound"), &message).hint(hint));
    }
    push(scene, &machines, judged);
    Ok(())
}

pub(super) async fn all(scene: &Scene<'_>, judged: &mut Judged) -> Result<(), Failure> {
    let query = Query {
        namespace: (!scene.all_namespaces).then(|| scene.namespace.to_owned()),
        labels: scene.selector.map(Into::into),
        fields: None,
    };
    let mut machines = read(scene, &query).await?;
    if let Some(gap) = machines
        .claims
        .gap
        .as_ref()
        .filter(|_| machines.claims.items.is_empty())
    {
        return Err(door::unread(scene.source, "persistentvolumeclaims", gap));
    }
    judged.partial |= machines.claims.gap.is_some();
    let before = machines.claims.items.len();
    machines.claims.items.retain(|claim| !is_golden(claim));
    judged.golden += before - machines.claims.items.len();
    let before = machines.claims.items.len();
    machines.claims.items.retain(|claim| !is_scratch(claim));
    judged.scratch += before - machines.claims.items.len();
    push(scene, &machines, judged);
    Ok(())
}

/// A claim that holds an image, not somebody's disk.
pub(super) fn is_golden(claim: &Claim) -> bool {
    claim.metadata.annotation("harvesterhci.io/goldenImage") == "true"
}

/// A claim that CDI made for its own work.
pub(super) fn is_scratch(claim: &Claim) -> bool {
    let meta = &claim.metadata;
    let populated = meta.annotation("cdi.kubevirt.io/storage.populator.kind");
    let named = meta.name.starts_with("prime-") || meta.name.ends_with("-scratch");
    let cdi = meta
        .labels
        .get("app")
        .is_some_and(|app| app == "containerized-data-importer");
    named && (!populated.is_empty() || cdi || meta.name.ends_with("-scratch"))
}

async fn read(scene: &Scene<'_>, query: &Query) -> Result<Machines, Failure> {
    let beside = Query {
        namespace: query.namespace.clone(),
        ..Query::default()
    };
    let everything = Query::default();
    let source = scene.source;
    let (claims, vms, instances, volumes) = futures::try_join!(
        source.list(&kinds::PERSISTENT_VOLUME_CLAIM, query),
        source.list(&kinds::VIRTUAL_MACHINE, &beside),
        source.list(&kinds::VIRTUAL_MACHINE_INSTANCE, &beside),
        source.list(&kinds::PERSISTENT_VOLUME, &everything),
    )
    .map_err(|error| door::failure(&error))?;
    let nothing = || hv_cluster::Listing {
        items: Vec::new(),
        gap: None,
    };
    let mut machines = Machines {
        vms,
        instances,
        claims,
        volumes,
        migrations: hv_cluster::Listing {
            items: Vec::new(),
            gap: None,
        },
        longhorn_volumes: None,
        networks: nothing(),
    };
    let completed = machines.complete(source, scene.situation).await;
    completed.map_err(|error| door::failure(&error))?;
    Ok(machines)
}

fn push(scene: &Scene<'_>, machines: &Machines, judged: &mut Judged) {
    judged.note_machines(machines);
    let index = MachineIndex::new(machines);
    for claim in &machines.claims.items {
        let meta = &claim.metadata;
        let users = || {
            machines
                .vms
                .items
                .iter()
                .filter(|vm| vm.uses(&meta.namespace, &meta.name))
        };
        let running = users().map(|vm| index.is_running(&vm.metadata.namespace, &vm.metadata.name));
        let in_use = match running.collect::<Option<Vec<bool>>>() {
            Some(running) if running.contains(&true) => Some(true),
            // A VM that could not be read may use it.
            Some(_) if machines.vms.gap.is_none() => Some(false),
            _ => None,
        };
        let shareable = machines.vms.items.iter().any(|vm| {
            vm.metadata.namespace == meta.namespace
                && vm.spec.template.spec.volumes.iter().any(|volume| {
                    volume.claim() == Some(meta.name.as_str()) && vm.shares(&volume.name)
                })
        });
        let subject =
            claim_subject(scene.situation, &index, claim).unwrap_or_else(Subject::unknown);
        judged.items.push(Item {
            target: TargetRef {
                kind: "PersistentVolumeClaim",
                name: meta.name.clone(),
                namespace: Some(meta.namespace.clone()),
            },
            driver: subject.driver.clone(),
            engine: subject.engine.map(Into::into),
            class: subject
                .class
                .map(|class| classes::class_facts(scene, &subject, class)),
            capabilities: judge(
                scene.situation,
                &subject,
                claim_usage(claim, in_use, true, shareable),
            ),
            disks: None,
            forecast: None,
            image: None,
        });
    }
}
