//! What somebody else did since is kept and reported.

use serde_json::json;

use super::rig::{Cut, Rig, Verb, body, claim, plan, secret, vm};
use crate::run::{ItemResult, Outcome, RunError};
use crate::target::Fault;

fn of<'a>(rig: &'a Rig, outcome: &'a Outcome, id: &str) -> (ItemResult, &'a str) {
    let (_, item) = outcome
        .of(&rig.plan)
        .find(|(step, _)| step.id == id)
        .unwrap();
    (item.result, item.reason.as_deref().unwrap_or_default())
}

/// Everything of two VMs but the second VM itself is done.
async fn half() -> Rig {
    let mut rig = Rig::new(plan(2));
    let refusal = Fault::refused(403, "Forbidden", "no");
    let mut probe = rig.clone();
    let ran = probe.run(Verb::Apply, Cut::Never, |_| {}).await;
    let wanted = format!("create {}", vm("vm1"));
    let at = ran
        .requests
        .iter()
        .position(|line| *line == wanted)
        .unwrap();
    rig.run(Verb::Apply, Cut::Never, |target| target.fail(at, refusal))
        .await;
    assert!(rig.store.get(&claim("vm1-root")).is_some());
    assert!(rig.store.get(&vm("vm1")).is_none());
    rig
}

#[tokio::test(start_paused = true)]
async fn a_finished_plan_is_compared_by_lists_alone() {
    let mut rig = Rig::new(plan(3));
    rig.calm(Verb::Apply).await;
    let ran = rig.run(Verb::Resume, Cut::Never, |_| {}).await;
    let outcome = ran.outcome.unwrap().unwrap();
    assert_eq!(
        outcome.count(&[ItemResult::Unchanged]),
        rig.plan.steps.len()
    );
    assert!(
        outcome.items.iter().all(|item| item.reason.is_none()),
        "{outcome:?}"
    );
    // Six kinds in one namespace each, in pages of seven.
    assert_eq!(ran.requests.len(), 1 + 6, "{:#?}", ran.requests);
}

#[tokio::test(start_paused = true)]
async fn what_was_changed_stays_and_is_told() {
    let mut rig = half().await;
    rig.store.edit(&claim("vm1-root"), |claim| {
        claim["metadata"]["labels"] = json!({"mine": "yes"});
    });
    let outcome = rig.calm(Verb::Resume).await;
    let (result, reason) = of(&rig, &outcome, "create PersistentVolumeClaim dr/vm1-root");
    assert_eq!(result, ItemResult::Unchanged);
    assert!(reason.contains("changed by somebody"), "{reason}");
    assert_eq!(
        of(&rig, &outcome, "create VirtualMachine dr/vm1").0,
        ItemResult::Created
    );
    let labels = &rig.store.get(&claim("vm1-root")).unwrap()["metadata"]["labels"];
    assert_eq!(labels["mine"], "yes");
}

#[tokio::test(start_paused = true)]
async fn what_was_removed_or_replaced_is_not_made_again() {
    for replaced in [false, true] {
        let mut rig = half().await;
        rig.store.remove(&claim("vm1-root"));
        if replaced {
            let copy = json!({"metadata": {"name": "vm1-root", "namespace": "dr",
                "annotations": {"kubectl-hv.io/plan": rig.plan.id}}});
            rig.store.put(&body(&claim("vm1-root"), &copy));
        }
        let ran = rig.run(Verb::Resume, Cut::Never, |_| {}).await;
        let outcome = ran.outcome.unwrap().unwrap();
        let (result, reason) = of(&rig, &outcome, "create PersistentVolumeClaim dr/vm1-root");
        assert_eq!(result, ItemResult::Failed, "{reason}");
        assert!(reason.contains("not made again"), "{reason}");
        assert_eq!(
            of(&rig, &outcome, "create VirtualMachine dr/vm1").0,
            ItemResult::Skipped
        );
        assert_eq!(
            of(&rig, &outcome, "own Secret dr/vm1").0,
            ItemResult::Skipped
        );
        assert!(!ran.requests.iter().any(|line| line.starts_with("create ")));
        assert!(rig.store.get(&vm("vm1")).is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_somebody_wrote_meanwhile_gets_its_owner_and_keeps_the_rest() {
    let mut rig = Rig::new(plan(1));
    let ran = rig
        .run(Verb::Apply, Cut::Never, |target| {
            target.controller(|store| {
                let there = store.get(&vm("vm0")).is_some();
                let noted = |secret: &serde_json::Value| !secret["metadata"]["labels"].is_null();
                if there
                    && store
                        .get(&secret("vm0"))
                        .is_some_and(|secret| !noted(secret))
                {
                    store.edit(&secret("vm0"), |secret| {
                        secret["metadata"]["labels"] = json!({"a": "b"});
                        secret["metadata"]["ownerReferences"] = json!([{"uid": "cluster"}]);
                    });
                }
            });
        })
        .await;
    assert!(ran.outcome.unwrap().unwrap().is_complete());
    let secret = rig.store.get(&secret("vm0")).unwrap();
    assert_eq!(secret["metadata"]["labels"]["a"], "b");
    let owners = secret["metadata"]["ownerReferences"].as_array().unwrap();
    assert_eq!(owners.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_cannot_be_read_ends_it_before_anything_is_done() {
    for at in 1..7 {
        let mut rig = half().await;
        let before = rig.store.essence();
        let fault = Fault::refused(403, "Forbidden", "claims is forbidden");
        let ran = rig
            .run(Verb::Resume, Cut::Never, |target| target.fail(at, fault))
            .await;
        let error = ran.outcome.unwrap().unwrap_err();
        assert!(matches!(error, RunError::Unreadable(_)), "{error}");
        assert_eq!((rig.store.essence(), ran.records), (before, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_back_is_not_done_again() {
    let mut rig = half().await;
    rig.run(Verb::Undo, Cut::After(3), |_| {}).await;
    let ran = rig.run(Verb::Resume, Cut::Never, |_| {}).await;
    assert_eq!(ran.outcome.unwrap().unwrap_err(), RunError::Undone);
    assert!(ran.requests.is_empty());
}
