//! Only what the plan created and nobody else needs goes.

use serde_json::{Value, json};

use super::rig::{Cut, Ran, Rig, Verb, body, claim, namespace, object, plan, secret, vm};
use crate::plan::ObjectRef;
use crate::run::ItemResult;
use crate::target::{Fault, Store, meta};

pub(super) async fn applied(vms: usize) -> Rig {
    let mut rig = Rig::new(plan(vms));
    rig.calm(Verb::Apply).await;
    rig
}

pub(super) fn kept(rig: &Rig, ran: &Ran) -> Vec<(String, String)> {
    let outcome = ran.outcome.as_ref().unwrap().as_ref().unwrap();
    assert!(outcome.is_complete(), "{outcome:?}");
    let kept = outcome
        .of(&rig.plan)
        .filter(|(_, item)| item.result == ItemResult::Kept);
    kept.map(|(step, item)| (step.id.clone(), item.reason.clone().unwrap_or_default()))
        .collect()
}

/// Takes back what was applied, after somebody did something; tells what stayed and why.
pub(super) async fn after(change: impl FnOnce(&mut Store)) -> (Rig, Vec<(String, String)>) {
    let mut rig = applied(2).await;
    change(&mut rig.store);
    let ran = rig.run(Verb::Undo, Cut::Never, |_| {}).await;
    let kept = kept(&rig, &ran);
    (rig, kept)
}

pub(super) fn names(kept: &[(String, String)]) -> Vec<&str> {
    kept.iter().map(|(step, _)| step.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_and_a_second_time_does_nothing() {
    let mut rig = applied(2).await;
    let outcome = rig.calm(Verb::Undo).await;
    assert_eq!(outcome.count(&[ItemResult::Removed]), rig.plan.steps.len());
    assert_eq!(rig.store.essence(), Store::new().essence());
    let ran = rig.run(Verb::Undo, Cut::Never, |_| {}).await;
    assert!(ran.outcome.unwrap().unwrap().is_complete());
    assert!(!ran.requests.iter().any(|line| line.starts_with("delete ")));
}

#[tokio::test(start_paused = true)]
async fn a_changed_object_stays_with_what_it_needs() {
    let (rig, kept) = after(|store| {
        store.edit(&vm("vm1"), |vm| {
            vm["spec"]["template"]["spec"]["domain"] = json!({"cpu": 2});
        });
    })
    .await;
    let stays = [
        "create Namespace dr",
        "create NetworkAttachmentDefinition dr/vlan7",
        "create KeyPair dr/ops",
        "create PersistentVolumeClaim dr/vm1-root",
        "create PersistentVolumeClaim dr/vm1-data",
        "create Secret dr/vm1",
        "create VirtualMachine dr/vm1",
        "own Secret dr/vm1",
    ];
    assert_eq!(names(&kept), stays);
    assert!(kept[6].1.contains("changed since"), "{kept:?}");
    assert!(kept[3].1.contains("vm1 stays and needs it"), "{kept:?}");
    assert!(rig.store.get(&vm("vm0")).is_none() && rig.store.get(&claim("vm0-root")).is_none());
    let owners = &rig.store.get(&secret("vm1")).unwrap()["metadata"]["ownerReferences"];
    assert_eq!(owners[0]["name"], "vm1");
}

#[tokio::test(start_paused = true)]
async fn a_changed_secret_stays_and_does_not_go_with_its_owner() {
    let (rig, kept) = after(|store| {
        store.edit(&secret("vm1"), |secret| {
            secret["data"] = json!({"userdata": "bWluZQ=="});
        });
    })
    .await;
    assert_eq!(
        names(&kept),
        ["create Namespace dr", "create Secret dr/vm1"]
    );
    assert!(rig.store.get(&vm("vm1")).is_none());
    let secret = rig.store.get(&secret("vm1")).unwrap();
    assert_eq!(secret["data"]["userdata"], "bWluZQ==");
    assert!(secret["metadata"]["ownerReferences"].is_null());
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_something_uses_stays() {
    let volumes = json!([{"persistentVolumeClaim": {"claimName": "vm1-data"}}]);
    let pod = object("v1", "Pod", "dr", "copier");
    let vmi = object("kubevirt.io/v1", "VirtualMachineInstance", "dr", "other");
    let users: [(ObjectRef, Value); 3] = [
        (pod, json!({"spec": {"volumes": volumes}})),
        (vmi, json!({"spec": {"volumes": volumes}})),
        (
            vm("other"),
            json!({"spec": {"template": {"spec": {"volumes": volumes}}}}),
        ),
    ];
    for (user, spec) in users {
        let (rig, kept) = after(|store| {
            store.put(&body(&user, &spec));
        })
        .await;
        assert_eq!(
            names(&kept),
            [
                "create Namespace dr",
                "create PersistentVolumeClaim dr/vm1-data"
            ],
            "{user}"
        );
        assert!(kept[1].1.contains(&user.name), "{kept:?}");
        assert!(rig.store.get(&claim("vm1-data")).is_some());
        assert!(rig.store.get(&vm("vm1")).is_none(), "{user}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_vm_that_runs_or_ran_stays() {
    let vmi = object("kubevirt.io/v1", "VirtualMachineInstance", "dr", "vm1");
    let (_, running) = after(|store| {
        store.put(&body(&vmi, &json!({})));
    })
    .await;
    // It was started and halted again: what it says is as it was.
    let (_, ran) = after(|store| {
        store.edit(&vm("vm1"), |vm| vm["metadata"]["generation"] = json!(3));
    })
    .await;
    // It ran, and was removed by hand with its disks left behind.
    let (rig, removed) = after(|store| {
        store.put(&body(&vmi, &json!({})));
        store.remove(&vmi);
        store.remove(&vm("vm1"));
    })
    .await;
    let root = "create PersistentVolumeClaim dr/vm1-root";
    for kept in [&running, &ran] {
        assert!(
            names(kept).contains(&"create VirtualMachine dr/vm1"),
            "{kept:?}"
        );
        assert!(names(kept).contains(&root), "{kept:?}");
    }
    let stays = [
        "create Namespace dr",
        root,
        "create PersistentVolumeClaim dr/vm1-data",
    ];
    assert_eq!(names(&removed), stays);
    assert!(removed[1].1.contains("may have run"), "{removed:?}");
    for name in ["vm1-root", "vm1-data"] {
        assert!(rig.store.get(&claim(name)).is_some(), "{name}");
    }
    assert!(rig.store.get(&claim("vm0-root")).is_none());
}

#[tokio::test(start_paused = true)]
async fn an_object_with_another_owner_stays() {
    let (rig, kept) = after(|store| {
        store.edit(&claim("vm0-data"), |claim| {
            claim["metadata"]["ownerReferences"] = json!([{"uid": "cluster"}]);
        });
    })
    .await;
    let names = names(&kept);
    assert_eq!(
        names,
        [
            "create Namespace dr",
            "create PersistentVolumeClaim dr/vm0-data"
        ]
    );
    assert!(rig.store.get(&claim("vm0-data")).is_some());
}

#[tokio::test(start_paused = true)]
async fn an_object_that_somebody_made_anew_stays() {
    for copied in [false, true] {
        let mut rig = applied(1).await;
        let annotations = match copied {
            true => json!({"kubectl-hv.io/plan": rig.plan.id}),
            false => json!({}),
        };
        let metadata =
            json!({"metadata": {"name": "vm0", "namespace": "dr", "annotations": annotations}});
        rig.store.remove(&secret("vm0"));
        rig.store.put(&body(&secret("vm0"), &metadata));
        let uid = meta(rig.store.get(&secret("vm0")).unwrap(), "uid").to_owned();
        let ran = rig.run(Verb::Undo, Cut::Never, |_| {}).await;
        let kept = kept(&rig, &ran);
        assert_eq!(
            names(&kept),
            ["create Namespace dr", "create Secret dr/vm0"]
        );
        assert_eq!(meta(rig.store.get(&secret("vm0")).unwrap(), "uid"), uid);
    }
}

#[tokio::test(start_paused = true)]
async fn a_namespace_with_a_stranger_in_it_stays() {
    let service = object("v1", "ConfigMap", "dr", "theirs");
    let (rig, kept) = after(|store| {
        store.put(&body(&service, &json!({})));
    })
    .await;
    assert_eq!(names(&kept), ["create Namespace dr"]);
    assert!(kept[0].1.contains("ConfigMap theirs is in it"), "{kept:?}");
    assert!(rig.store.get(&service).is_some() && rig.store.get(&namespace()).is_some());
}

#[tokio::test(start_paused = true)]
async fn what_is_changed_at_the_last_moment_stays() {
    let mut rig = applied(1).await;
    let ran = rig
        .run(Verb::Undo, Cut::Never, |target| {
            // Between the look at all objects and the removal of this one.
            target.controller(|store| {
                let root = claim("vm0-root");
                let untouched = |claim: &Value| claim["metadata"]["labels"].is_null();
                if store.get(&vm("vm0")).is_none() && store.get(&root).is_some_and(untouched) {
                    store.edit(&root, |claim| {
                        claim["metadata"]["labels"] = json!({"a": "b"});
                    });
                }
            });
        })
        .await;
    let outcome = ran.outcome.unwrap().unwrap();
    let results = [ItemResult::Kept, ItemResult::Skipped];
    assert_eq!(outcome.count(&results), 2, "{outcome:?}");
    assert!(rig.store.get(&claim("vm0-root")).is_some());
}

#[tokio::test(start_paused = true)]
async fn lost_answers_and_busy_servers_change_nothing() {
    let requests = {
        let mut rig = applied(1).await;
        rig.run(Verb::Undo, Cut::Never, |_| {}).await.requests
    };
    let faults = [
        Fault::LostBefore,
        Fault::LostAfter,
        Fault::Unsent,
        Fault::refused(429, "TooManyRequests", "busy"),
        Fault::refused(500, "InternalError", "no leader"),
    ];
    for (at, line) in requests.iter().enumerate() {
        let is_change = line.starts_with("delete ") || line.starts_with("patch ");
        for fault in faults.iter().filter(|_| is_change) {
            let mut rig = applied(1).await;
            let fault_here = fault.clone();
            let ran = rig
                .run(Verb::Undo, Cut::Never, |target| target.fail(at, fault_here))
                .await;
            let outcome = ran.outcome.unwrap().unwrap();
            assert!(outcome.is_complete(), "{line}, {fault:?}: {outcome:?}");
            assert_eq!(
                rig.store.essence(),
                Store::new().essence(),
                "{line}, {fault:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_removed_keeps_what_it_needs_and_is_told() {
    let mut rig = applied(1).await;
    rig.store.edit(&claim("vm0-data"), |claim| {
        claim["metadata"]["finalizers"] = json!(["example.com/hold"]);
    });
    let outcome = rig.calm(Verb::Undo).await;
    let failed: Vec<_> = outcome
        .of(&rig.plan)
        .filter(|(_, item)| item.result == ItemResult::Failed)
        .collect();
    assert_eq!(failed.len(), 1, "{outcome:?}");
    let reason = failed[0].1.reason.as_deref().unwrap();
    assert!(reason.contains("example.com/hold"), "{reason}");
    assert_eq!(outcome.count(&[ItemResult::Skipped]), 1);
    // Once the finalizer is gone, the rest goes.
    rig.store.edit(&claim("vm0-data"), |claim| {
        claim["metadata"]
            .as_object_mut()
            .unwrap()
            .remove("finalizers");
    });
    assert!(rig.calm(Verb::Undo).await.is_complete());
    assert_eq!(rig.store.essence(), Store::new().essence());
}
