//! Nothing is written before the server was asked, or while what is built on is not as it was.

use std::sync::Mutex;

use serde_json::json;

use super::rig::{Cut, Rig, Verb, body, namespace, object, plan, plan_of, steps, vm};
use crate::domain::PlainDomain;
use crate::journal::{Journal, Past};
use crate::normal;
use crate::oracle::{Asked, Verdict};
use crate::plan::{Base, ObjectRef, Plan, TargetCluster};
use crate::run::{ItemResult, Limits, MovedHow, Run, RunError, Stop, apply};
use crate::target::{Fault, MemoryTarget, Refusal, meta};

fn writes(requests: &[String]) -> usize {
    let is_write = |line: &&String| line.starts_with("create ") || line.starts_with("patch ");
    requests.iter().filter(is_write).count()
}

/// One VM in a namespace that is there.
fn there() -> Rig {
    let mut rig = Rig::new(plan_of(steps(1).into_iter().skip(1).collect()));
    rig.store
        .put(&body(&namespace(), &json!({"status": {"phase": "Active"}})));
    rig
}

/// Fails for VMs, always with the same sentence or each time with another.
fn fails(target: &MemoryTarget, same: bool) {
    let tries = Mutex::new(0);
    target.admit(move |_, body| {
        let mut tries = tries.lock().unwrap();
        *tries += usize::from(!same);
        (body["kind"] == "VirtualMachine").then(|| Refusal {
            code: 500,
            message: format!("doc is missing path /spec/template/{tries}"),
            ..Refusal::default()
        })
    });
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_in_the_same_way_each_time_refuses() {
    let mut rig = there();
    let ran = rig
        .run(Verb::Apply, Cut::Never, |target| fails(target, true))
        .await;
    let Err(RunError::Refused(asked)) = ran.outcome.unwrap() else {
        panic!("it is refused");
    };
    let refused: Vec<_> = asked.iter().filter(|asked| asked.is_refused()).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!((writes(&ran.requests), ran.records), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_asked_keeps_everything_from_being_written() {
    let mut rig = there();
    let ran = rig
        .run(Verb::Apply, Cut::Never, |target| fails(target, false))
        .await;
    let error = ran.outcome.unwrap().unwrap_err();
    assert!(matches!(error, RunError::Unreadable(_)), "{error}");
    assert!(
        error.to_string().contains("VirtualMachine dr/vm0"),
        "{error}"
    );
    assert_eq!((writes(&ran.requests), ran.records), (0, 0));
    assert!(rig.calm(Verb::Apply).await.is_complete());
}

#[tokio::test(start_paused = true)]
async fn a_webhook_without_dry_runs_keeps_nothing_from_being_done() {
    let mut rig = there();
    let why = "admission webhook \"v\" does not support dry run";
    let ran = rig
        .run(Verb::Apply, Cut::Never, |target| {
            target.fail(1, Fault::refused(400, "BadRequest", why));
        })
        .await;
    assert!(ran.outcome.unwrap().unwrap().is_complete());
    let of_it = |line: &&String| line.starts_with("dry-run NetworkAttachmentDefinition");
    assert_eq!(ran.requests.iter().filter(of_it).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_before_that_was_none_is_asked_for_again() {
    let rig = there();
    let target = MemoryTarget::new(rig.store.clone());
    target.admit(|_, body| {
        (body["kind"] == "VirtualMachine").then(|| Refusal {
            code: 422,
            message: "no".to_owned(),
            ..Refusal::default()
        })
    });
    let past = Past::read(&rig.bytes).unwrap();
    let journal = Journal::on(Box::new(tempfile::tempfile().unwrap()), past).unwrap();
    let run = Run {
        plan: &rig.plan,
        journal: &journal,
        target: &target,
        domain: &PlainDomain,
        limits: Limits::default(),
        stop: Stop::never(),
        progress: &|_| {},
    };
    let asked = (0..rig.plan.steps.len()).map(|place| Asked {
        place,
        verdict: Verdict::Unavailable("the webhook was away".to_owned()),
    });
    let error = apply(&run, Some(asked.collect())).await.unwrap_err();
    assert!(matches!(error, RunError::Refused(_)), "{error}");
    assert_eq!(writes(&target.requests().0), 0);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_at_its_turn_is_not_sent() {
    let mut rig = Rig::new(plan(1));
    let ran = rig
        .run(Verb::Apply, Cut::Never, |target| {
            let tries = Mutex::new(0);
            target.admit(move |store, body| {
                let mut tries = tries.lock().unwrap();
                *tries += 1;
                let asked = body["kind"] == "VirtualMachine" && store.get(&namespace()).is_some();
                asked.then(|| Refusal {
                    code: 500,
                    message: format!("timeout {tries}"),
                    ..Refusal::default()
                })
            });
        })
        .await;
    let outcome = ran.outcome.unwrap().unwrap();
    assert_eq!(outcome.count(&[ItemResult::Failed]), 1, "{outcome:?}");
    let sent = format!("create {}", vm("vm0"));
    assert!(!ran.requests.contains(&sent));
    assert!(rig.calm(Verb::Resume).await.is_complete());
}

fn base() -> ObjectRef {
    object("v1", "ConfigMap", "kube-system", "base")
}

/// One VM that builds on something.
fn built() -> Rig {
    let mut rig = Rig::new(plan(1));
    rig.store.put(&body(&base(), &json!({"data": {"a": "1"}})));
    let there = rig.store.get(&base()).unwrap();
    let builds_on = vec![Base {
        object: base(),
        uid: meta(there, "uid").to_owned(),
        digest: normal::digest(there),
    }];
    let cluster = TargetCluster {
        id: "cluster".to_owned(),
        context: None,
    };
    let salt = "1".to_owned();
    let plan = Plan::new("hv-import", cluster, builds_on, steps(1), json!(null), salt);
    Rig {
        store: rig.store,
        ..Rig::new(plan)
    }
}

#[tokio::test(start_paused = true)]
async fn a_resume_of_what_was_never_begun_checks_what_an_apply_checks() {
    // Nothing but the beginning is in the journal, or that an apply began.
    for begun in [false, true] {
        let mut rig = there();
        if begun {
            rig.run(Verb::Apply, Cut::After(1), |_| {}).await;
        }
        let ran = rig
            .run(Verb::Resume, Cut::Never, |target| fails(target, true))
            .await;
        let error = ran.outcome.unwrap().unwrap_err();
        assert!(matches!(error, RunError::Refused(_)), "{error}");
        assert_eq!((writes(&ran.requests), ran.records), (0, 0));
        assert!(rig.calm(Verb::Resume).await.is_complete());

        let mut rig = built();
        if begun {
            rig.run(Verb::Apply, Cut::After(1), |_| {}).await;
        }
        rig.store
            .edit(&base(), |base| base["data"]["a"] = "2".into());
        let ran = rig.run(Verb::Resume, Cut::Never, |_| {}).await;
        let Err(RunError::Moved(moved)) = ran.outcome.unwrap() else {
            panic!("it has moved");
        };
        assert_eq!(moved[0].how, MovedHow::Changed);
        assert_eq!((writes(&ran.requests), ran.records), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn what_moved_after_something_was_made_is_told_as_that() {
    let mut rig = built();
    rig.run(Verb::Apply, Cut::After(7), |_| {}).await;
    let mut changed = rig.clone();
    changed
        .store
        .edit(&base(), |base| base["data"]["a"] = "2".into());
    assert!(changed.calm(Verb::Resume).await.is_complete());
    rig.store.remove(&base());
    let ran = rig.run(Verb::Resume, Cut::Never, |_| {}).await;
    let error = ran.outcome.unwrap().unwrap_err();
    assert!(matches!(error, RunError::MovedSince(_)), "{error}");
    assert_eq!((writes(&ran.requests), ran.records), (0, 0));
}
