//! Random plans, random faults, random deaths: resumed it is all there, taken back nothing is.

use proptest::prelude::*;
use serde_json::json;

use super::rig::{Cut, Rig, Verb, creation, namespace, object, owning, plan_of};
use crate::plan::{Plan, Wait};
use crate::target::{Fault, Refusal};

const KINDS: &[(&str, &str)] = &[
    ("v1", "Secret"),
    ("v1", "ConfigMap"),
    ("v1", "PersistentVolumeClaim"),
    ("kubevirt.io/v1", "VirtualMachine"),
];

/// A random plan: each step may wait for any before it.
fn plans() -> impl Strategy<Value = Plan> {
    let step = (
        0..KINDS.len(),
        0..4_usize,
        prop::collection::vec(any::<prop::sample::Index>(), 0..3),
    );
    (any::<bool>(), prop::collection::vec(step, 1..9), 0..3_usize).prop_map(
        |(makes_namespace, drawn, owned)| {
            let mut steps = Vec::new();
            if makes_namespace {
                steps.push(creation(
                    "ns",
                    namespace(),
                    &json!({}),
                    &[],
                    Some(Wait::Active),
                ));
            }
            for (number, (kind, group, after)) in drawn.into_iter().enumerate() {
                let (api_version, kind) = KINDS[kind];
                let object = object(api_version, kind, "dr", &format!("o{number}"));
                let after: Vec<String> = match steps.is_empty() {
                    true => Vec::new(),
                    false => after.iter().map(|at| at.get(&steps).id.clone()).collect(),
                };
                let after: Vec<&str> = after.iter().map(String::as_str).collect();
                let wait = (kind == "PersistentVolumeClaim").then_some(Wait::Bound);
                let spec = json!({"spec": {"number": number}});
                steps.push(creation(&format!("g{group}"), object, &spec, &after, wait));
            }
            let made: Vec<_> = steps
                .iter()
                .filter(|step| !step.object.namespace.is_empty())
                .collect();
            let owns: Vec<_> = made
                .iter()
                .zip(made.iter().skip(1))
                .take(owned)
                .map(|(first, second)| {
                    owning(&first.group, first.object.clone(), second.object.clone())
                })
                .collect();
            steps.extend(owns);
            plan_of(steps)
        },
    )
}

fn faults() -> impl Strategy<Value = Vec<(usize, Fault)>> {
    let server = Refusal {
        code: 500,
        message: "no leader".to_owned(),
        ..Refusal::default()
    };
    let fault = prop_oneof![
        Just(Fault::LostBefore),
        Just(Fault::LostAfter),
        Just(Fault::Unsent),
        Just(Fault::Refused(server.clone())),
        Just(Fault::RefusedAfter(server)),
        Just(Fault::refused(403, "Forbidden", "no")),
        Just(Fault::refused(429, "TooManyRequests", "busy")),
        Just(Fault::CutBefore),
        Just(Fault::CutAfter),
    ];
    prop::collection::vec((0..60_usize, fault), 0..6)
}

fn cut() -> impl Strategy<Value = Cut> {
    prop_oneof![
        Just(Cut::Never),
        (1..40_usize).prop_map(Cut::After),
        (0..40_usize).prop_map(Cut::Within),
        (1..40_usize).prop_map(Cut::Full),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_it_can_be_finished_and_taken_back(
        plan in plans(),
        in_flight in 1..6_usize,
        first in (faults(), cut()),
        second in (faults(), cut()),
        third in (faults(), cut()),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut start = Rig::new(plan);
            start.in_flight = in_flight;
            if !start.plan.steps.iter().any(|step| step.object.kind == "Namespace") {
                let there = super::rig::body(&namespace(), &json!({"status": {"phase": "Active"}}));
                start.store.put(&there);
            }
            let empty = start.store.essence();
            let mut calm = start.clone();
            assert!(calm.calm(Verb::Apply).await.is_complete());

            let fail = |faults: Vec<(usize, Fault)>| {
                move |target: &crate::target::MemoryTarget| {
                    for (at, fault) in faults {
                        target.fail(at, fault);
                    }
                }
            };
            let mut rig = start.clone();
            rig.run(Verb::Apply, first.1, fail(first.0)).await;
            rig.run(Verb::Resume, second.1, fail(second.0)).await;
            let mut other = rig.clone();

            let outcome = rig.calm(Verb::Resume).await;
            assert!(outcome.is_complete(), "{outcome:?}");
            assert_eq!(rig.store.essence(), calm.store.essence());

            for rig in [&mut rig, &mut other] {
                rig.run(Verb::Undo, third.1, fail(third.0.clone())).await;
                let outcome = rig.calm(Verb::Undo).await;
                assert!(outcome.is_complete(), "{outcome:?}");
                assert_eq!(rig.store.essence(), empty);
            }
        });
    }
}
