//! A plan of three VMs is killed at every record of its journal and around every request, then
//! resumed, or taken back: the end is always that of an undisturbed run, or the start.

use std::collections::BTreeMap;

use serde_json::Value;

use super::rig::{Cut, Rig, Verb, plan};
use crate::target::Fault;

/// Where a process dies.
#[derive(Clone, Copy, Debug)]
enum Death {
    Record(Cut),
    Before(usize),
    After(usize),
}

fn deaths(records: usize, requests: usize) -> Vec<Death> {
    let at_records = (0..records).flat_map(|record| {
        [
            Death::Record(Cut::Within(record)),
            Death::Record(Cut::After(record + 1)),
        ]
    });
    let at_requests = (0..requests).flat_map(|at| [Death::Before(at), Death::After(at)]);
    at_records.chain(at_requests).collect()
}

async fn die(rig: &mut Rig, verb: Verb, death: Death) {
    let (cut, fault) = match death {
        Death::Record(cut) => (cut, None),
        Death::Before(at) => (Cut::Never, Some((at, Fault::CutBefore))),
        Death::After(at) => (Cut::Never, Some((at, Fault::CutAfter))),
    };
    let ran = rig
        .run(verb, cut, |target| {
            if let Some((at, fault)) = fault {
                target.fail(at, fault);
            }
        })
        .await;
    assert!(ran.outcome.is_none(), "{verb:?} survived {death:?}");
}

/// The rig before and after an undisturbed run, and how many records and requests that took.
async fn undisturbed(mut rig: Rig, verb: Verb) -> (Rig, usize, usize) {
    let ran = rig.run(verb, Cut::Never, |_| {}).await;
    let outcome = ran.outcome.unwrap().unwrap();
    assert!(outcome.is_complete(), "{outcome:?}");
    (rig, ran.records, ran.requests.len())
}

fn essence(rig: &Rig) -> BTreeMap<String, Value> {
    rig.store.essence()
}

async fn series(in_flight: usize) {
    let mut start = Rig::new(plan(3));
    start.in_flight = in_flight;
    let (applied, records, requests) = undisturbed(start.clone(), Verb::Apply).await;
    assert_eq!(essence(&applied).len(), 1 + 3 + 3 * 4);
    for death in deaths(records, requests) {
        let mut rig = start.clone();
        die(&mut rig, Verb::Apply, death).await;
        let mut other = rig.clone();

        let outcome = rig.calm(Verb::Resume).await;
        assert!(outcome.is_complete(), "{death:?}: {outcome:?}");
        assert_eq!(essence(&rig), essence(&applied), "{death:?}, resumed");

        let outcome = other.calm(Verb::Undo).await;
        assert!(outcome.is_complete(), "{death:?}: {outcome:?}");
        assert_eq!(essence(&other), essence(&start), "{death:?}, taken back");

        // What was resumed can be taken back too.
        rig.calm(Verb::Undo).await;
        assert_eq!(
            essence(&rig),
            essence(&start),
            "{death:?}, resumed, taken back"
        );
    }
    let (undone, records, requests) = undisturbed(applied.clone(), Verb::Undo).await;
    assert_eq!(essence(&undone), essence(&start));
    for death in deaths(records, requests) {
        let mut rig = applied.clone();
        die(&mut rig, Verb::Undo, death).await;
        let outcome = rig.calm(Verb::Undo).await;
        assert!(outcome.is_complete(), "undo, {death:?}: {outcome:?}");
        assert_eq!(essence(&rig), essence(&start), "undo, {death:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_killed_anywhere_can_be_resumed_and_taken_back() {
    series(1).await;
}

#[tokio::test(start_paused = true)]
async fn so_can_one_with_many_requests_on_their_way() {
    series(16).await;
}

#[tokio::test(start_paused = true)]
async fn a_resumed_run_that_is_killed_anywhere_can_be_resumed() {
    let start = Rig::new(plan(1));
    let (applied, records, _) = undisturbed(start.clone(), Verb::Apply).await;
    let mut half = start.clone();
    die(
        &mut half,
        Verb::Apply,
        Death::Record(Cut::After(records / 2)),
    )
    .await;
    let (_, records, requests) = undisturbed(half.clone(), Verb::Resume).await;
    for death in deaths(records, requests) {
        let mut rig = half.clone();
        die(&mut rig, Verb::Resume, death).await;
        rig.calm(Verb::Resume).await;
        assert_eq!(essence(&rig), essence(&applied), "{death:?}");
    }
}
