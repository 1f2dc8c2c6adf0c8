//! What is checked before the first write, and what a run that goes well does.

use std::cell::RefCell;

use serde_json::json;

use super::rig::{Cut, Rig, Verb, body, claim, namespace, object, plan, plan_of, steps, vm};
use crate::domain::PlainDomain;
use crate::journal::{Journal, Past};
use crate::plan::{Base, Plan, TargetCluster};
use crate::run::{ItemResult, Limits, MovedHow, Run, RunError, Stop, apply};
use crate::target::{MemoryTarget, Refusal, Store, meta};
use crate::{Progress, normal};

/// What somebody does to the cluster.
type Change = fn(&mut Store);

fn writes(requests: &[String]) -> usize {
    let writes = ["create ", "patch ", "delete "];
    let is_write = |line: &&String| writes.iter().any(|verb| line.starts_with(verb));
    requests.iter().filter(is_write).count()
}

#[tokio::test(start_paused = true)]
async fn each_object_is_one_creation_and_one_dry_run_and_each_owner_one_patch() {
    let mut rig = Rig::new(plan(3));
    rig.in_flight = 16;
    let ran = rig.run(Verb::Apply, Cut::Never, |_| {}).await;
    let outcome = ran.outcome.unwrap().unwrap();
    assert_eq!(outcome.count(&[ItemResult::Created]), 15);
    assert_eq!(outcome.count(&[ItemResult::Owned]), 3);
    let count = |verb: &str| {
        let of_verb = |line: &&String| line.starts_with(verb);
        ran.requests.iter().filter(of_verb).count()
    };
    // In a namespace that is not there yet everything is asked a second time at its turn.
    assert_eq!(
        (count("create "), count("patch "), count("get ")),
        (15, 3, 1)
    );
    assert_eq!(count("dry-run "), 15 + 14);
    // Claims are looked at together.
    assert!(count("list ") <= 3, "{:#?}", ran.requests);
}

#[tokio::test(start_paused = true)]
async fn in_a_namespace_that_is_there_each_object_is_asked_about_once() {
    let steps = steps(3).into_iter().skip(1).collect();
    let mut rig = Rig::new(plan_of(steps));
    rig.store
        .put(&body(&namespace(), &json!({"status": {"phase": "Active"}})));
    let ran = rig.run(Verb::Apply, Cut::Never, |_| {}).await;
    assert!(ran.outcome.unwrap().unwrap().is_complete());
    let dry = ran
        .requests
        .iter()
        .filter(|line| line.starts_with("dry-run "))
        .count();
    assert_eq!(dry, 14);
}

#[tokio::test(start_paused = true)]
async fn another_cluster_is_refused_and_the_context_named() {
    let cluster = TargetCluster {
        id: "elsewhere".to_owned(),
        context: Some("site-b".to_owned()),
    };
    let there = Plan::new(
        "hv-import",
        cluster,
        Vec::new(),
        steps(1),
        json!(null),
        "1".into(),
    );
    let mut rig = Rig::new(there);
    for verb in [Verb::Apply, Verb::Resume, Verb::Undo] {
        let ran = rig.run(verb, Cut::Never, |_| {}).await;
        let error = ran.outcome.unwrap().unwrap_err();
        assert!(matches!(error, RunError::OtherCluster { .. }));
        assert!(error.to_string().contains("(context site-b)"), "{error}");
        assert_eq!((writes(&ran.requests), ran.records), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_plan_builds_on_must_be_as_it_was() {
    let base = body(
        &claim("old"),
        &json!({"spec": {"storageClassName": "fast"}}),
    );
    let ready = || {
        let mut store = Store::new();
        store.put(&body(&namespace(), &json!({"status": {"phase": "Active"}})));
        store.put(&base);
        store
    };
    let store = ready();
    let there = store.get(&claim("old")).unwrap();
    let builds_on = vec![Base {
        object: claim("old"),
        uid: meta(there, "uid").to_owned(),
        digest: normal::digest(there),
    }];
    let cluster = TargetCluster {
        id: "cluster".to_owned(),
        context: None,
    };
    let steps = steps(1).into_iter().skip(1).collect();
    let plan = Plan::new(
        "hv-import",
        cluster,
        builds_on,
        steps,
        json!(null),
        "1".into(),
    );
    let cases: [(Change, Option<MovedHow>); 5] = [
        (|_| {}, None),
        // Controllers may do what they like.
        (
            |store| {
                store.edit(&claim("old"), |claim| {
                    claim["status"] = json!({"phase": "Lost"});
                });
            },
            None,
        ),
        (
            |store| {
                store.edit(&claim("old"), |claim| {
                    claim["spec"]["storageClassName"] = "x".into();
                });
            },
            Some(MovedHow::Changed),
        ),
        (|store| store.remove(&claim("old")), Some(MovedHow::Gone)),
        (
            |store| {
                store.put(&body(&claim("old"), &json!({})));
            },
            Some(MovedHow::Replaced),
        ),
    ];
    for (change, expected) in cases {
        let mut rig = Rig::new(plan.clone());
        rig.store = ready();
        change(&mut rig.store);
        let ran = rig.run(Verb::Apply, Cut::Never, |_| {}).await;
        match (ran.outcome.unwrap(), expected) {
            (Ok(outcome), None) => assert!(outcome.is_complete()),
            (Err(RunError::Moved(moved)), Some(how)) => {
                assert_eq!((moved[0].how, &moved[0].object), (how, &claim("old")));
                assert_eq!(writes(&ran.requests), 0);
            }
            (found, expected) => panic!("{found:?} instead of {expected:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_refusal_of_the_oracle_keeps_everything_from_being_written() {
    let mut rig = Rig::new(plan_of(steps(3).into_iter().skip(1).collect()));
    rig.store
        .put(&body(&namespace(), &json!({"status": {"phase": "Active"}})));
    let before = rig.store.essence();
    let ran = rig
        .run(Verb::Apply, Cut::Never, |target| {
            target.admit(|_, body| {
                (meta(body, "name") == "vm1-root").then(|| Refusal {
                    code: 422,
                    message: "too large".to_owned(),
                    ..Refusal::default()
                })
            });
        })
        .await;
    let Err(RunError::Refused(asked)) = ran.outcome.unwrap() else {
        panic!("it is refused");
    };
    assert_eq!(asked.iter().filter(|asked| asked.is_refused()).count(), 1);
    assert_eq!((writes(&ran.requests), ran.records), (0, 0));
    assert_eq!(rig.store.essence(), before);
    // Nothing was begun, so it can be tried again.
    assert!(rig.calm(Verb::Apply).await.is_complete());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_yet_is_asked_at_its_turn_and_stops_its_group_only() {
    let mut rig = Rig::new(plan(3));
    let nad = object(
        "k8s.cni.cncf.io/v1",
        "NetworkAttachmentDefinition",
        "dr",
        "vlan7",
    );
    let ran = rig
        .run(Verb::Apply, Cut::Never, move |target| {
            target.admit(move |store, body| {
                let code = match (body["kind"].as_str(), meta(body, "name")) {
                    (Some("VirtualMachine"), _) if store.get(&nad).is_none() => 404,
                    (Some("VirtualMachine"), "vm1") => 422,
                    _ => return None,
                };
                Some(Refusal {
                    code,
                    message: format!("network \"vlan7\" not found or wrong: {code}"),
                    ..Refusal::default()
                })
            });
        })
        .await;
    let outcome = ran.outcome.unwrap().unwrap();
    let of = |name: &str| {
        let found = outcome.of(&rig.plan).find(|(step, _)| step.id == name);
        found.map(|(_, item)| item.result).unwrap()
    };
    assert_eq!(of(&format!("create {}", vm("vm1"))), ItemResult::Refused);
    assert_eq!(of("own Secret dr/vm1"), ItemResult::Skipped);
    assert_eq!(of("own Secret dr/vm0"), ItemResult::Owned);
    assert_eq!(of("own Secret dr/vm2"), ItemResult::Owned);
    let sent = format!("create {}", vm("vm1"));
    assert!(!ran.requests.contains(&sent), "it was asked, not tried");
}

#[tokio::test(start_paused = true)]
async fn a_plan_is_applied_once() {
    let mut rig = Rig::new(plan(1));
    rig.calm(Verb::Apply).await;
    let ran = rig.run(Verb::Apply, Cut::Never, |_| {}).await;
    assert_eq!(ran.outcome.unwrap().unwrap_err(), RunError::Begun);
    assert!(ran.requests.is_empty());
}

#[tokio::test(start_paused = true)]
async fn progress_counts_to_the_end() {
    let mut steps = steps(2);
    for step in &mut steps {
        step.wait = None;
    }
    let rig = Rig::new(plan_of(steps));
    let target = MemoryTarget::new(rig.store.clone());
    let seen: RefCell<Vec<Progress>> = RefCell::default();
    let journal = Journal::on(
        Box::new(tempfile::tempfile().unwrap()),
        Past::read(&rig.bytes).unwrap(),
    );
    let run = Run {
        plan: &rig.plan,
        journal: &journal.unwrap(),
        target: &target,
        domain: &PlainDomain,
        limits: Limits::default(),
        stop: Stop::never(),
        progress: &|progress| seen.borrow_mut().push(*progress),
    };
    let outcome = apply(&run, None).await.unwrap();
    assert!(outcome.is_complete(), "{outcome:?}");
    let seen = seen.into_inner();
    assert!(seen.is_sorted_by_key(|progress| progress.done));
    let last = seen.last().unwrap();
    assert_eq!((last.done, last.total), (13, 13));
}
