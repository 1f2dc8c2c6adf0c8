//! A journal tells nothing of secret texts, and a change of one is seen nevertheless.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::rig::{Cut, Rig, Verb, body, object, plan, plan_of, secret, steps, vm};
use crate::digest::digest;
use crate::domain::{Domain as _, PlainDomain};
use crate::journal::{Event, Record};
use crate::plan::{Action, Body, ObjectRef, SealedBody};
use crate::run::{ItemResult, Quiet};

const STEP: &str = "create Secret dr/vm0";

/// What a journal says of the Secret when its password is this one.
async fn noted(password: &str) -> Vec<String> {
    let mut steps = steps(1);
    for step in &mut steps {
        if let Action::Create(Body::Object(body)) = &mut step.action
            && body["kind"] == "Secret"
        {
            body["data"]["userdata"] = password.into();
        }
    }
    let mut rig = Rig::new(plan_of(steps));
    rig.calm(Verb::Apply).await;
    let text = String::from_utf8(rig.bytes).unwrap();
    let stored = rig.store.get(&secret("vm0")).unwrap();
    for secret in [stored.clone(), stored["data"].clone()] {
        assert!(!text.contains(&digest(&secret)), "{text}");
    }
    assert!(!text.contains(password));
    let records = text
        .lines()
        .map(|line| serde_json::from_str::<Record>(line).unwrap());
    let digests = records.filter_map(|record| match record.event {
        Event::Intent(intent) if intent.step == STEP => intent.expected,
        Event::Done(done) if done.step == STEP => Some(done.digest),
        _ => None,
    });
    digests.collect()
}

#[tokio::test(start_paused = true)]
async fn the_digests_of_a_secret_do_not_depend_on_its_values() {
    let one = noted("aHVudGVyMg==").await;
    assert_eq!(one.len(), 2);
    assert_eq!(one, noted("c3dvcmRmaXNo").await);
}

#[test]
fn nor_do_those_of_what_is_sealed() {
    let config = object("v1", "ConfigMap", "dr", "c");
    let sealed = |object: &ObjectRef, restored| {
        let body = SealedBody {
            source: "/b".into(),
            bundle: "dr/vm0".to_owned(),
            file: "f".to_owned(),
            sha256: "sha256:0".to_owned(),
            edits: json!({}),
            renamed_keys: BTreeMap::new(),
            restored,
        };
        let mut step = steps(1).remove(0);
        step.id = format!("create {object}");
        step.object = object.clone();
        step.action = Action::Create(Body::Sealed(body));
        step.wait = None;
        step
    };
    let text = ("/spec/password".to_owned(), "/p".to_owned());
    let steps = vec![
        sealed(&config, BTreeMap::new()),
        sealed(&vm("vm0"), BTreeMap::from([text])),
    ];
    let plan = plan_of(steps);
    let quiet = Quiet::of(&plan, &PlainDomain);
    let of = |object: &ObjectRef, more: Value| quiet.digest(&body(object, &more));
    let other = object("v1", "ConfigMap", "dr", "other");
    let data = |value: &str| json!({"data": {"a": value}});
    assert_eq!(of(&config, data("1")), of(&config, data("2")));
    assert_ne!(
        of(&config, data("1")),
        of(&config, json!({"data": {"b": "1"}}))
    );
    assert_ne!(of(&other, data("1")), of(&other, data("2")));
    let spec = |value: &str| json!({"spec": {"password": value, "cpu": 1}});
    assert_eq!(of(&vm("vm0"), spec("1")), of(&vm("vm0"), spec("2")));
    assert_ne!(of(&vm("vm1"), spec("1")), of(&vm("vm1"), spec("2")));
}

#[tokio::test(start_paused = true)]
async fn a_password_that_was_changed_before_the_owner_came_stays() {
    let mut rig = Rig::new(plan(1));
    rig.run(Verb::Apply, Cut::Never, |target| {
        target.controller(|store| {
            let theirs = |secret: &Value| secret["data"]["userdata"] == "bWluZQ==";
            let there = store.get(&vm("vm0")).is_some();
            if there
                && store
                    .get(&secret("vm0"))
                    .is_some_and(|secret| !theirs(secret))
            {
                store.edit(&secret("vm0"), |secret| {
                    secret["data"]["userdata"] = "bWluZQ==".into();
                });
            }
        });
    })
    .await;
    let owners = &rig.store.get(&secret("vm0")).unwrap()["metadata"]["ownerReferences"];
    assert_eq!(owners[0]["name"], "vm0");
    let outcome = rig.calm(Verb::Undo).await;
    assert_eq!(outcome.count(&[ItemResult::Kept]), 2, "{outcome:?}");
    assert!(rig.store.get(&secret("vm0")).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_password_that_was_changed_between_two_runs_is_told_and_stays() {
    let mut rig = Rig::new(plan(1));
    let is_made = {
        let mut probe = rig.clone();
        probe.calm(Verb::Apply).await;
        let text = String::from_utf8(probe.bytes).unwrap();
        let made = |line: &str| line.contains("\"done\"") && line.contains(STEP);
        text.lines().position(made).unwrap()
    };
    rig.run(Verb::Apply, Cut::After(is_made), |_| {}).await;
    assert!(rig.store.get(&vm("vm0")).is_none());
    rig.store.edit(&secret("vm0"), |secret| {
        secret["data"]["userdata"] = "bWluZQ==".into();
    });
    let outcome = rig.calm(Verb::Resume).await;
    let (_, item) = outcome
        .of(&rig.plan)
        .find(|(step, _)| step.id == STEP)
        .unwrap();
    let reason = item.reason.as_deref().unwrap_or_default();
    assert!(reason.contains("changed by somebody"), "{outcome:?}");
    let outcome = rig.calm(Verb::Undo).await;
    assert_eq!(outcome.count(&[ItemResult::Kept]), 2, "{outcome:?}");
    assert!(rig.store.get(&secret("vm0")).is_some());
}
