//! Disks with data, and namespaces with anything in them, stay.

use serde_json::{Value, json};

use super::rig::{Cut, Rig, Verb, body, claim, namespace, object, plan, vm};
use super::taking_back::{after, applied, kept, names};
use crate::plan::ObjectRef;
use crate::run::ItemResult;
use crate::target::Fault;

const DATA: &str = "create PersistentVolumeClaim dr/vm1-data";

#[tokio::test(start_paused = true)]
async fn a_claim_that_something_was_made_from_stays() {
    let source = json!({"kind": "PersistentVolumeClaim", "name": "vm1-data"});
    let snapshot = object("snapshot.storage.k8s.io/v1", "VolumeSnapshot", "dr", "s");
    let volume = object("cdi.kubevirt.io/v1beta1", "DataVolume", "dr", "copy");
    let vmi = object("kubevirt.io/v1", "VirtualMachineInstance", "dr", "other");
    let cases: [(ObjectRef, Value); 6] = [
        (
            snapshot,
            json!({"source": {"persistentVolumeClaimName": "vm1-data"}}),
        ),
        (claim("copy"), json!({"dataSource": source})),
        (claim("copy"), json!({"dataSourceRef": source})),
        (
            volume.clone(),
            json!({"source": {"pvc": {"name": "vm1-data", "namespace": "dr"}}}),
        ),
        (volume, json!({"storage": {"dataSourceRef": source}})),
        (
            vmi,
            json!({"volumes": [{"ephemeral": {"persistentVolumeClaim": {"claimName": "vm1-data"}}}]}),
        ),
    ];
    for (user, spec) in cases {
        let (rig, kept) = after(|store| {
            store.put(&body(&user, &json!({"spec": spec})));
        })
        .await;
        assert_eq!(names(&kept), ["create Namespace dr", DATA], "{user} {spec}");
        assert!(rig.store.get(&claim("vm1-data")).is_some());
    }
    // A snapshot of that name is no claim.
    let other = json!({"kind": "VolumeSnapshot", "name": "vm1-data"});
    let (rig, _) = after(|store| {
        store.put(&body(
            &claim("copy"),
            &json!({"spec": {"dataSource": other}}),
        ));
    })
    .await;
    assert!(rig.store.get(&claim("vm1-data")).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_was_filled_by_an_upload_stays() {
    let (rig, kept) = after(|store| {
        store.edit(&claim("vm1-data"), |claim| {
            claim["metadata"]["annotations"]["cdi.kubevirt.io/storage.uploadPodName"] = "u".into();
        });
    })
    .await;
    assert!(names(&kept).contains(&DATA), "{kept:?}");
    assert!(rig.store.get(&claim("vm1-data")).is_some());
}

#[tokio::test(start_paused = true)]
async fn who_uses_a_claim_is_looked_at_again_before_it_goes() {
    let mut rig = applied(1).await;
    let job = object("v1", "Pod", "dr", "restore");
    let theirs = job.clone();
    let ran = rig
        .run(Verb::Undo, Cut::Never, move |target| {
            target.controller(move |store| {
                // Somebody mounts it once the VM is gone.
                if store.get(&vm("vm0")).is_none() && store.get(&theirs).is_none() {
                    let volumes = json!([{"persistentVolumeClaim": {"claimName": "vm0-root"}}]);
                    store.put(&body(&theirs, &json!({"spec": {"volumes": volumes}})));
                }
            });
        })
        .await;
    let outcome = ran.outcome.unwrap().unwrap();
    assert_eq!(outcome.count(&[ItemResult::Kept]), 1, "{outcome:?}");
    assert!(rig.store.get(&claim("vm0-root")).is_some());
    assert!(rig.store.get(&claim("vm0-data")).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_vm_that_an_undo_removed_does_not_keep_its_claims() {
    let applied = applied(1).await;
    let mut interrupted = 0;
    for records in 1..20 {
        let mut rig = applied.clone();
        rig.run(Verb::Undo, Cut::After(records), |_| {}).await;
        let there = |object| rig.store.get(&object).is_some();
        interrupted += usize::from(!there(vm("vm0")) && there(claim("vm0-root")));
        rig.calm(Verb::Undo).await;
        assert!(rig.store.get(&claim("vm0-root")).is_none(), "{records}");
    }
    assert!(interrupted > 0);
}

#[tokio::test(start_paused = true)]
async fn whatever_kind_is_in_a_namespace_keeps_it() {
    let kinds = [
        ("v1", "ResourceQuota"),
        ("v1", "LimitRange"),
        ("v1", "PodTemplate"),
        ("v1", "ReplicationController"),
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "ControllerRevision"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("batch/v1", "CronJob"),
        ("coordination.k8s.io/v1", "Lease"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("policy/v1", "PodDisruptionBudget"),
        ("rbac.authorization.k8s.io/v1", "Role"),
        ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ];
    let applied = applied(1).await;
    for (api_version, kind) in kinds {
        let mut rig = applied.clone();
        let theirs = object(api_version, kind, "dr", "theirs");
        rig.store.put(&body(&theirs, &json!({})));
        let ran = rig.run(Verb::Undo, Cut::Never, |_| {}).await;
        let kept = kept(&rig, &ran);
        assert_eq!(names(&kept), ["create Namespace dr"], "{kind}");
        assert!(kept[0].1.contains(kind), "{kept:?}");
        assert!(rig.store.get(&theirs).is_some(), "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_controllers_put_into_a_namespace_does_not_keep_it() {
    let labels = json!({"metadata": {"name": "r", "namespace": "dr",
        "labels": {"cattle.io/creator": "norman"}}});
    let alone = [
        (object("v1", "ServiceAccount", "dr", "default"), json!({})),
        (
            object("v1", "ConfigMap", "dr", "kube-root-ca.crt"),
            json!({}),
        ),
        (
            object("discovery.k8s.io/v1", "EndpointSlice", "dr", "e"),
            json!({"endpoints": []}),
        ),
        (
            object("rbac.authorization.k8s.io/v1", "RoleBinding", "dr", "r"),
            labels,
        ),
        (object("v1", "Event", "dr", "e"), json!({})),
    ];
    let (rig, kept) = after(|store| {
        for (object, more) in &alone {
            store.put(&body(object, more));
        }
    })
    .await;
    assert!(kept.is_empty(), "{kept:?}");
    assert!(rig.store.get(&namespace()).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_namespace_in_which_something_cannot_be_listed_stays() {
    let mut rig = Rig::new(plan(1));
    rig.calm(Verb::Apply).await;
    let requests = {
        let mut probe = rig.clone();
        probe.run(Verb::Undo, Cut::Never, |_| {}).await.requests
    };
    let at = requests
        .iter()
        .position(|line| line == "list Role dr")
        .unwrap();
    let fault = Fault::refused(403, "Forbidden", "roles is forbidden");
    let ran = rig
        .run(Verb::Undo, Cut::Never, |target| target.fail(at, fault))
        .await;
    let kept = kept(&rig, &ran);
    assert_eq!(names(&kept), ["create Namespace dr"]);
    assert!(kept[0].1.contains("roles is forbidden"), "{kept:?}");
    assert!(rig.store.get(&namespace()).is_some());
}
