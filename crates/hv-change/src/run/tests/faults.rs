//! Answers that are lost, late, or no.

use std::time::Duration;

use super::rig::{Cut, Ran, Rig, Verb, plan, plan_of, secret, steps, vm};
use crate::journal::JournalError;
use crate::run::{Halt, ItemResult, Stop};
use crate::target::{Fault, Refusal};

/// Runs a plan whose n-th request after the dry runs goes wrong in some way.
async fn with(rig: &mut Rig, faults: &[(usize, Fault)]) -> Ran {
    rig.run(Verb::Apply, Cut::Never, |target| {
        for (at, fault) in faults {
            target.fail(*at, fault.clone());
        }
    })
    .await
}

fn of(rig: &Rig, ran: &Ran, id: &str) -> (ItemResult, String) {
    let outcome = ran.outcome.as_ref().unwrap().as_ref().unwrap();
    let (_, item) = outcome
        .of(&rig.plan)
        .find(|(step, _)| step.id == id)
        .unwrap();
    (item.result, item.reason.clone().unwrap_or_default())
}

fn slow(code: u16, seconds: u64) -> Refusal {
    Refusal {
        code,
        message: "busy".to_owned(),
        retry_after: Some(Duration::from_secs(seconds)),
        ..Refusal::default()
    }
}

/// The number of each creation among the requests of an undisturbed run.
async fn creations() -> Vec<(usize, String)> {
    let mut rig = Rig::new(plan(1));
    let ran = rig.run(Verb::Apply, Cut::Never, |_| {}).await;
    let numbered = ran.requests.into_iter().enumerate();
    numbered
        .filter(|(_, line)| line.starts_with("create ") || line.starts_with("patch "))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_overcome_and_nothing_is_made_twice() {
    let undisturbed = {
        let mut rig = Rig::new(plan(1));
        rig.calm(Verb::Apply).await;
        rig.store.essence()
    };
    let server = Refusal {
        code: 500,
        message: "etcdserver: request timed out".to_owned(),
        ..Refusal::default()
    };
    let faults = [
        Fault::LostBefore,
        Fault::LostAfter,
        Fault::Unsent,
        Fault::Refused(slow(429, 3)),
        Fault::Refused(slow(503, 3)),
        Fault::Refused(server.clone()),
        Fault::RefusedAfter(server.clone()),
        Fault::RefusedAfter(Refusal {
            code: 504,
            ..server
        }),
        Fault::refused(
            409,
            "Conflict",
            "Operation cannot be fulfilled on resourcequotas",
        ),
    ];
    for (at, line) in creations().await {
        for fault in &faults {
            let mut rig = Rig::new(plan(1));
            // The one after it goes wrong too, which may be the look at what became of it.
            for second in [None, Some((at + 1, Fault::LostBefore))] {
                rig = Rig::new(plan(1));
                let mut all = vec![(at, fault.clone())];
                all.extend(second);
                let ran = with(&mut rig, &all).await;
                let outcome = ran.outcome.unwrap().unwrap();
                assert!(outcome.is_complete(), "{line}, {fault:?}: {outcome:?}");
            }
            assert_eq!(rig.store.essence(), undisturbed, "{line}, {fault:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_server_refuses_stops_its_group() {
    let cases = [
        Fault::refused(403, "Forbidden", "secrets is forbidden"),
        Fault::refused(403, "Forbidden", "namespace dr is being terminated"),
        Fault::refused(422, "Invalid", "spec: wrong"),
        Fault::refused(
            500,
            "InternalError",
            "admission webhook \"v\" denied the request: no",
        ),
    ];
    let (at, _) = creations()
        .await
        .into_iter()
        .find(|(_, line)| line.contains("Secret"))
        .unwrap();
    for fault in cases {
        let mut rig = Rig::new(plan(1));
        let ran = with(&mut rig, &[(at, fault.clone())]).await;
        let (result, reason) = of(&rig, &ran, &format!("create {}", secret("vm0")));
        assert_eq!(result, ItemResult::Refused, "{fault:?}");
        assert!(!reason.is_empty());
        let (result, _) = of(&rig, &ran, &format!("create {}", vm("vm0")));
        assert_eq!(result, ItemResult::Skipped, "{fault:?}");
        assert!(rig.store.get(&secret("vm0")).is_none());
        // What was wrong is put right: the rest is done.
        assert!(rig.calm(Verb::Resume).await.is_complete());
        assert!(rig.store.get(&vm("vm0")).is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_somebody_takes_is_left_alone() {
    let mut rig = Rig::new(plan(1));
    let (at, _) = creations()
        .await
        .into_iter()
        .find(|(_, line)| line.contains("Secret"))
        .unwrap();
    let ran = rig
        .run(Verb::Apply, Cut::Never, move |target| {
            let requests = std::sync::Mutex::new(0);
            // The dry run passes, then somebody is faster.
            target.admit(move |_, _| {
                *requests.lock().unwrap() += 1;
                None
            });
            target.fail(
                at,
                Fault::refused(409, "AlreadyExists", "secrets \"vm0\" already exists"),
            );
            target.controller(|store| {
                let namespace = super::rig::namespace();
                if store.get(&namespace).is_some() && store.get(&secret("vm0")).is_none() {
                    let body = super::rig::body(&secret("vm0"), &serde_json::json!({"type": "x"}));
                    store.put(&body);
                }
            });
        })
        .await;
    let (result, _) = of(&rig, &ran, &format!("create {}", secret("vm0")));
    assert_eq!(result, ItemResult::Refused);
    let outcome = rig.calm(Verb::Undo).await;
    // The namespace holds what is not ours, so it stays.
    assert_eq!(outcome.count(&[ItemResult::Kept]), 1, "{outcome:?}");
    assert_eq!(rig.store.get(&secret("vm0")).unwrap()["type"], "x");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_recovers_ends_in_time_and_nothing_is_left_unknown() {
    let (at, _) = creations().await[2].clone();
    let dead = Fault::refused(500, "InternalError", "no leader");
    let faults: Vec<_> = (at..at + 100)
        .step_by(2)
        .map(|at| (at, dead.clone()))
        .collect();
    let mut rig = Rig::new(plan(1));
    let ran = with(&mut rig, &faults).await;
    let (result, reason) = of(&rig, &ran, &rig.plan.steps[2].id);
    assert_eq!((result, reason.as_str()), (ItemResult::Failed, "no leader"));
    let sent = format!("create {}", rig.plan.steps[2].object);
    assert_eq!(ran.requests.iter().filter(|line| **line == sent).count(), 6);
    assert!(rig.calm(Verb::Resume).await.is_complete());
}

#[tokio::test(start_paused = true)]
async fn a_pause_longer_than_the_patience_is_not_taken() {
    let (at, _) = creations().await[1].clone();
    let mut rig = Rig::new(plan(1));
    let before = tokio::time::Instant::now();
    let ran = with(&mut rig, &[(at, Fault::Refused(slow(429, 100_000)))]).await;
    assert!(before.elapsed() < Duration::from_mins(10));
    let (result, _) = of(&rig, &ran, &rig.plan.steps[1].id);
    assert_eq!(result, ItemResult::Failed);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_expire_end_the_run_and_it_can_be_resumed() {
    let (at, _) = creations().await[3].clone();
    let mut rig = Rig::new(plan(1));
    let ran = with(
        &mut rig,
        &[(at, Fault::refused(401, "Unauthorized", "Unauthorized"))],
    )
    .await;
    let outcome = ran.outcome.unwrap().unwrap();
    assert!(matches!(outcome.halted, Some(Halt::Credentials(_))));
    assert!(outcome.count(&[ItemResult::Pending]) > 0);
    assert!(rig.calm(Verb::Resume).await.is_complete());
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_ends_the_run_before_the_next_request() {
    let undisturbed = {
        let mut rig = Rig::new(plan(1));
        rig.run(Verb::Apply, Cut::Never, |_| {}).await
    };
    for full in 1..undisturbed.records {
        let mut rig = Rig::new(plan(1));
        let ran = rig.run(Verb::Apply, Cut::Full(full), |_| {}).await;
        let outcome = ran.outcome.unwrap().unwrap();
        assert_eq!(
            outcome.halted,
            Some(Halt::Journal(JournalError::Full)),
            "{full}"
        );
        // Each object that is there has its intent on disk.
        let past = crate::journal::Past::read(&rig.bytes).unwrap();
        for (object, _) in rig.store.objects() {
            if object.name != "kube-system" {
                assert!(
                    past.step(&format!("create {object}")).is_some(),
                    "{full}: {object}"
                );
            }
        }
        let mut other = rig.clone();
        assert!(rig.calm(Verb::Resume).await.is_complete(), "{full}");
        assert!(other.calm(Verb::Undo).await.is_complete(), "{full}");
        assert_eq!(other.store.essence().len(), 1, "{full}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_asked_to_end_leaves_nothing_open() {
    let (sender, receiver) = tokio::sync::watch::channel(false);
    let mut rig = Rig::new(plan_of(steps(3)));
    rig.in_flight = 4;
    rig.stop = Stop::from(receiver);
    let ran = rig
        .run(Verb::Apply, Cut::Never, move |target| {
            target.controller(move |store| {
                if store.objects().count() > 6 {
                    sender.send_replace(true);
                }
            });
        })
        .await;
    let outcome = ran.outcome.unwrap().unwrap();
    assert!(outcome.interrupted && outcome.halted.is_none());
    assert!((6..12).contains(&outcome.done()), "{outcome:?}");
    let past = crate::journal::Past::read(&rig.bytes).unwrap();
    assert!(past.steps.values().all(|step| !step.open));
    assert!(past.end.unwrap().interrupted);
    rig.stop = Stop::never();
    let mut other = rig.clone();
    assert!(rig.calm(Verb::Resume).await.is_complete());
    other.calm(Verb::Undo).await;
    assert_eq!(other.store.essence().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn patience_with_a_claim_counts_from_the_last_progress() {
    let mut rig = Rig::new(plan(1));
    let before = tokio::time::Instant::now();
    let ran = rig
        .run(Verb::Apply, Cut::Never, |target| {
            target.controller(|store| {
                let never = super::rig::claim("vm0-root");
                if store
                    .get(&never)
                    .is_some_and(|claim| claim["status"]["phase"] != "Pending")
                {
                    store.edit(&never, |claim| claim["status"]["phase"] = "Pending".into());
                }
            });
        })
        .await;
    let waited = before.elapsed();
    assert!(
        waited > Duration::from_mins(5) && waited < Duration::from_mins(6),
        "{waited:?}"
    );
    let (result, reason) = of(&rig, &ran, "create PersistentVolumeClaim dr/vm0-root");
    assert_eq!(result, ItemResult::Failed);
    assert!(reason.contains("is not bound"), "{reason}");
    // It is bound at last: the rest is done, and nothing is created again.
    let ran = rig.run(Verb::Resume, Cut::Never, |target| {
        target.controller(|store| {
            let late = super::rig::claim("vm0-root");
            if store
                .get(&late)
                .is_some_and(|claim| claim["status"]["phase"] == "Pending")
            {
                store.edit(&late, |claim| claim["status"]["phase"] = "Bound".into());
            }
        });
    });
    let ran = ran.await;
    assert!(ran.outcome.unwrap().unwrap().is_complete());
    assert!(
        !ran.requests
            .iter()
            .any(|line| line == "create PersistentVolumeClaim dr/vm0-root")
    );
}
