use std::io::ErrorKind;
use std::path::Path;

use super::super::{Writer, verify};
use super::disk::{Habits, OddDisk};
use super::sample::{codes, fill, memory, name, snapshot, try_put};

const BEFORE: [(&str, &str); 3] = [
    ("prod/same", "1Gi"),
    ("prod/more", "1Gi"),
    ("old/gone", "1Gi"),
];
const AFTER: [(&str, &str); 4] = [
    ("prod/same", "1Gi"),
    ("prod/more", "2Gi"),
    ("prod/born", "1Gi"),
    ("new/born", "1Gi"),
];

/// One whole run: two bundles are new, one changed, one stays, one leaves.
fn run(root: &Path, disk: &OddDisk) -> bool {
    let Ok(store) = Writer::open(root, Box::new(disk.clone())) else {
        return false;
    };
    for vm in AFTER {
        // A run goes on with the next VM.
        let _ = try_put(&store, vm.0, vm.1);
    }
    let _ = store.remove(&name("old/gone"));
    let done = store.flush();
    done.failed.is_empty() && done.index.is_none() && done.written.len() == 3
}

fn old_or_new(root: &Path, what: &str) {
    let verification = verify(root).unwrap();
    assert!(verification.problems.is_empty(), "{what}: {verification:?}");
    let state = |memory: &str, revision| Some((memory.to_owned(), revision));
    assert_eq!(memory(root, "prod/same"), state("1Gi", 1), "{what}");
    let more = memory(root, "prod/more");
    assert!(
        more == state("1Gi", 1) || more == state("2Gi", 2),
        "{what}: {more:?}"
    );
    for id in ["prod/born", "new/born", "old/gone"] {
        let found = memory(root, id);
        assert!(
            found.is_none() || found == state("1Gi", 1),
            "{what}: {id} {found:?}"
        );
    }
}

fn habits(stop_after: Option<usize>, loses_unsynced: bool, no_exchange: bool) -> OddDisk {
    OddDisk::new(Habits {
        stop_after,
        loses_unsynced,
        no_exchange,
        fail_at: None,
    })
}

#[test]
fn a_run_that_ends_at_any_step_leaves_each_bundle_old_or_new() {
    for (loses_unsynced, no_exchange) in
        [(false, false), (false, true), (true, false), (true, true)]
    {
        let mut steps = 0;
        let done = loop {
            let what = format!("{steps} steps, loses {loses_unsynced}, no exchange {no_exchange}");
            let root = tempfile::tempdir().unwrap();
            fill(root.path(), &BEFORE);
            let disk = habits(Some(steps), loses_unsynced, no_exchange);
            let finished = run(root.path(), &disk);
            old_or_new(root.path(), &what);
            // The next run cleans up and gets to the end, wherever the last one stopped.
            let again = habits(None, false, no_exchange);
            run(root.path(), &again);
            let (problems, remarks) = codes(root.path());
            assert!(
                problems.is_empty() && remarks.is_empty(),
                "{what}: {problems:?} {remarks:?}"
            );
            assert_eq!(
                memory(root.path(), "prod/more"),
                Some(("2Gi".into(), 2)),
                "{what}"
            );
            assert_eq!(memory(root.path(), "old/gone"), None, "{what}");
            let paths = snapshot(root.path());
            // An empty folder may stay.
            let left = |path: &str| path.contains("/.") || path.starts_with("old/g");
            assert!(!paths.keys().any(|path| left(path)), "{what}");
            if finished {
                break steps;
            }
            steps += 1;
        };
        assert!(done > 25, "only {done} steps were tried");
    }
}

#[test]
fn a_step_that_fails_leaves_each_bundle_old_or_new_and_nothing_behind() {
    for kind in [ErrorKind::StorageFull, ErrorKind::PermissionDenied] {
        for no_exchange in [false, true] {
            let mut at = 0;
            loop {
                let what = format!("step {at}, {kind:?}, no exchange {no_exchange}");
                let root = tempfile::tempdir().unwrap();
                fill(root.path(), &BEFORE);
                let disk = OddDisk::new(Habits {
                    no_exchange,
                    fail_at: Some((at, kind)),
                    ..Habits::default()
                });
                run(root.path(), &disk);
                old_or_new(root.path(), &what);
                run(root.path(), &habits(None, false, no_exchange));
                let (problems, remarks) = codes(root.path());
                assert!(
                    problems.is_empty() && remarks.is_empty(),
                    "{what}: {problems:?} {remarks:?}"
                );
                if disk.log().len() <= at {
                    break;
                }
                at += 1;
            }
            assert!(at > 25, "only {at} steps were tried");
        }
    }
}

#[test]
fn a_first_run_that_ends_at_any_step_leaves_a_store_or_a_folder_that_can_become_one() {
    for steps in 0.. {
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("deep/store");
        let disk = habits(Some(steps), true, false);
        let stopped = Writer::open(&root, Box::new(disk)).is_err();
        if root.join("kubectl-hv-store.json").exists() {
            assert!(verify(&root).unwrap().problems.is_empty(), "{steps} steps");
        }
        fill(&root, &[("prod/db01", "1Gi")]);
        assert_eq!(codes(&root), (vec![], vec![]), "{steps} steps");
        if !stopped {
            assert!(steps > 4, "only {steps} steps");
            break;
        }
    }
}

#[test]
fn every_byte_is_on_the_disk_before_the_first_swap_and_old_ones_go_after_the_last() {
    for no_exchange in [false, true] {
        let root = tempfile::tempdir().unwrap();
        fill(root.path(), &BEFORE);
        let disk = habits(None, false, no_exchange);
        assert!(run(root.path(), &disk));
        let log = disk.log();
        let kinds: Vec<&str> = log
            .iter()
            .filter_map(|line| line.split(' ').next())
            .collect();
        let syncs: Vec<usize> = (0..kinds.len()).filter(|at| kinds[*at] == "sync").collect();
        let [written, swapped, index, folder] = syncs[..] else {
            panic!("{log:#?}");
        };
        let only = |range: std::ops::Range<usize>, allowed: &[&str]| {
            let steps = &kinds[range];
            assert!(
                steps.iter().all(|step| allowed.contains(step)),
                "{allowed:?} {log:#?}"
            );
        };
        only(0..written, &["folder", "file", "rest"]);
        only(written + 1..swapped, &["rename", "exchange"]);
        only(swapped + 1..index - 2, &["remove"]);
        only(index - 2..index, &["file", "rest"]);
        only(index + 1..folder, &["rename"]);
        assert_eq!(folder + 1, kinds.len());
    }
}
