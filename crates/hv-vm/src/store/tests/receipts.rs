use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::super::{Outcome, Place, Writer, verify};
use super::disk::{Habits, OddDisk};
use super::sample::{bundle, codes, fill, memory, name, put, snapshot};

const TERMS: &str = "terms";
const VM: &str = "prod/db01";
const OBJECT: &str = "prod/db01/objects/virtualmachine.db01.json";

fn open(root: &Path, terms: &str) -> Writer {
    open_on(root, terms, OddDisk::default())
}

fn open_on(root: &Path, terms: &str, disk: OddDisk) -> Writer {
    let store = Writer::open(root, Box::new(disk)).unwrap();
    store.recall(terms);
    store
}

fn cache(root: &Path) -> PathBuf {
    root.join(".kubectl-hv-cache/receipts")
}

/// Lets the files of a store look as if they had been written an hour ago.
fn settle(root: &Path) {
    let then = SystemTime::now() - Duration::from_hours(1);
    for (path, _) in snapshot(root) {
        if !path.ends_with('/') {
            let file = File::options().write(true).open(root.join(path)).unwrap();
            file.set_modified(then).unwrap();
        }
    }
}

/// Puts a bundle as a run does that writes down its memory.
fn run(store: &Writer, id: &str, memory: &str) -> Outcome {
    let place = Place::vm(&name(id));
    let before = store.stored_with_looks(&place).unwrap();
    let stored = before.as_ref().map(|(stored, _)| stored);
    let outcome = store
        .put_over(&place, stored, bundle(id, memory, stored))
        .unwrap();
    if let (Outcome::Unchanged, Some((stored, looks))) = (outcome, &before) {
        store.write_down(&place, stored, looks, memory);
    }
    outcome
}

/// A store with a bundle that was found unchanged.
fn with_receipt() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[(VM, "1Gi"), ("prod/web01", "1Gi")]);
    settle(root.path());
    let store = open(root.path(), TERMS);
    for id in [VM, "prod/web01"] {
        assert_eq!(run(&store, id, "1Gi"), Outcome::Unchanged);
    }
    assert!(store.flush().failed.is_empty());
    root
}

/// What is known of a bundle: what was written down, and whether it is as it was.
fn known(root: &Path, terms: &str, id: &str) -> (Option<String>, bool) {
    let store = open(root, terms);
    let place = Place::vm(&name(id));
    let about = store.about(&place).map(str::to_owned);
    (about, store.is_untouched(&place))
}

#[test]
fn a_bundle_that_was_found_unchanged_needs_not_be_read_again() {
    let root = with_receipt();
    let before = snapshot(root.path());
    for _ in 0..2 {
        assert_eq!(known(root.path(), TERMS, VM), (Some("1Gi".into()), true));
    }
    let store = open(root.path(), TERMS);
    assert!(store.is_untouched(&Place::vm(&name(VM))));
    let done = store.flush();
    assert!(done.written.is_empty() && done.index.is_none());
    drop(store);
    assert_eq!(snapshot(root.path()), before);
    assert_eq!(codes(root.path()), (vec![], vec![]));
    let ignored = fs::read_to_string(cache(root.path()).with_file_name(".gitignore"));
    assert_eq!(ignored.unwrap(), "*\n");
}

#[test]
fn without_terms_nothing_is_written_down() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[(VM, "1Gi")]);
    settle(root.path());
    let store = Writer::open(root.path(), Box::new(OddDisk::default())).unwrap();
    assert_eq!(run(&store, VM, "1Gi"), Outcome::Unchanged);
    store.leave_out(&Place::vm(&name("prod/left")), Some("why"));
    assert!(store.flush().failed.is_empty());
    assert!(!cache(root.path()).parent().unwrap().exists());
}

#[test]
fn files_that_were_changed_a_moment_ago_are_not_trusted() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[(VM, "1Gi")]);
    settle(root.path());
    let file = File::options()
        .write(true)
        .open(root.path().join(OBJECT))
        .unwrap();
    file.set_modified(SystemTime::now()).unwrap();
    let store = open(root.path(), TERMS);
    assert_eq!(run(&store, VM, "1Gi"), Outcome::Unchanged);
    assert!(store.flush().failed.is_empty());
    drop(store);
    assert_eq!(known(root.path(), TERMS, VM), (None, false));
    assert!(!cache(root.path()).with_file_name(".receipts.new").exists());
}

#[test]
fn a_bundle_that_was_written_has_no_receipt_any_more() {
    let root = with_receipt();
    let store = open(root.path(), TERMS);
    assert_eq!(run(&store, VM, "2Gi"), Outcome::Written);
    store.remove(&name("prod/web01")).unwrap();
    assert!(store.flush().failed.is_empty());
    drop(store);
    for id in [VM, "prod/web01"] {
        assert_eq!(known(root.path(), TERMS, id), (None, false), "{id}");
    }
}

/// Waits until a change of a file has another time than the last one had.
#[cfg(unix)]
fn next_tick(file: &Path, elsewhere: &Path) {
    use std::os::unix::fs::MetadataExt as _;

    let changed = |path: &Path| {
        let found = path.metadata().unwrap();
        (found.ctime(), found.ctime_nsec())
    };
    let clock = elsewhere.join("clock");
    while {
        fs::write(&clock, "").unwrap();
        changed(&clock) <= changed(file)
    } {}
}

/// Changes a file of a bundle.
#[cfg(unix)]
type Touch<'a> = &'a dyn Fn(&Path);

#[cfg(unix)]
#[test]
fn a_bundle_that_was_touched_in_any_way_is_looked_at_again() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let elsewhere = tempfile::tempdir().unwrap();
    let elsewhere = elsewhere.path();
    let touches: [(&str, Touch<'_>); 8] = [
        ("same size and time", &|object| {
            let then = object.metadata().unwrap().modified().unwrap();
            let text = fs::read_to_string(object).unwrap();
            fs::write(object, text.replace("1Gi", "9Gi")).unwrap();
            let file = File::options().write(true).open(object).unwrap();
            file.set_modified(then).unwrap();
        }),
        ("longer", &|object| {
            let text = fs::read_to_string(object).unwrap();
            fs::write(object, text + "\n").unwrap();
        }),
        ("gone", &|object| fs::remove_file(object).unwrap()),
        ("a copy", &|object| {
            let copy = elsewhere.join("copy");
            fs::copy(object, &copy).unwrap();
            fs::rename(&copy, object).unwrap();
        }),
        ("others may read it", &|object| {
            fs::set_permissions(object, fs::Permissions::from_mode(0o600)).unwrap();
        }),
        ("a link", &|object| {
            let real = elsewhere.join("real");
            fs::rename(object, &real).unwrap();
            symlink(&real, object).unwrap();
        }),
        ("its folder a link", &|object| {
            let (folder, real) = (object.parent().unwrap(), elsewhere.join("objects"));
            fs::rename(folder, &real).unwrap();
            symlink(&real, folder).unwrap();
        }),
        ("the bundle a link", &|object| {
            let folder = object.ancestors().nth(2).unwrap();
            let real = elsewhere.join("bundle");
            fs::rename(folder, &real).unwrap();
            symlink(&real, folder).unwrap();
        }),
    ];
    for (what, touch) in touches {
        let root = with_receipt();
        next_tick(&root.path().join(OBJECT), elsewhere);
        touch(&root.path().join(OBJECT));
        assert!(!known(root.path(), TERMS, VM).1, "{what}");
        assert!(known(root.path(), TERMS, "prod/web01").1, "{what}");
    }
}

#[test]
fn a_receipt_that_is_odd_is_none() {
    let root = with_receipt();
    let whole = fs::read(cache(root.path())).unwrap();
    let other = with_receipt();
    let foreign = fs::read(cache(other.path())).unwrap();
    let text = String::from_utf8(whole.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let ours = lines[1].replace("prod/db01", "prod/none");
    let [head, ours_moved] = [lines[0], &ours];
    let renamed = format!("{head}\n{ours_moved}\n");
    let newer = text.replace("receipts 1", "receipts 2");
    let odd: [&[u8]; 5] = [
        b"",
        b"\xff\n\t\t\t\n",
        &foreign,
        renamed.as_bytes(),
        newer.as_bytes(),
    ];
    for odd in odd {
        fs::write(cache(root.path()), odd).unwrap();
        let (_, untouched) = known(root.path(), TERMS, VM);
        assert!(!untouched, "{}", String::from_utf8_lossy(odd));
    }
    fs::write(cache(root.path()), &whole).unwrap();
    assert_eq!(known(root.path(), "others", VM), (None, false));
    fs::remove_file(cache(root.path())).unwrap();
    assert_eq!(known(root.path(), TERMS, VM), (None, false));
    // Whatever is cut off or turned over, what is still believed is what was written.
    for at in 0..whole.len() {
        let mut torn = whole.clone();
        if at % 2 == 0 {
            torn.truncate(at);
        } else {
            torn[at] ^= 1;
        }
        fs::write(cache(root.path()), torn).unwrap();
        let (about, untouched) = known(root.path(), TERMS, VM);
        let expected = [(None, false), (Some("1Gi".to_owned()), true)];
        assert!(expected.contains(&(about, untouched)), "byte {at}");
    }
}

#[test]
fn what_is_left_out_on_purpose_is_written_down_as_long_as_it_is() {
    let root = with_receipt();
    let left = Place::vm(&name("prod/left"));
    for about in [Some("why"), None] {
        let store = open(root.path(), TERMS);
        store.leave_out(&left, about);
        assert!(store.flush().failed.is_empty());
        drop(store);
        assert_eq!(
            known(root.path(), TERMS, "prod/left"),
            (Some("why".into()), false)
        );
        assert_eq!(known(root.path(), TERMS, VM), (Some("1Gi".into()), true));
    }
    let store = open(root.path(), TERMS);
    assert!(store.flush().failed.is_empty());
    drop(store);
    assert_eq!(known(root.path(), TERMS, "prod/left"), (None, false));
}

#[test]
fn a_run_that_ends_at_any_step_leaves_no_receipt_that_is_wrong() {
    for loses_unsynced in [false, true] {
        for steps in 0.. {
            let what = format!("{steps} steps, loses {loses_unsynced}");
            let root = with_receipt();
            fill(root.path(), &[("prod/third", "1Gi")]);
            settle(&root.path().join("prod/third"));
            let disk = OddDisk::new(Habits {
                stop_after: Some(steps),
                loses_unsynced,
                ..Habits::default()
            });
            let store = open_on(root.path(), TERMS, disk.clone());
            for (id, memory) in [(VM, "2Gi"), ("prod/web01", "1Gi"), ("prod/third", "1Gi")] {
                let place = Place::vm(&name(id));
                let before = store.stored_with_looks(&place).unwrap();
                let stored = before.as_ref().map(|(stored, _)| stored);
                let put = store.put_over(&place, stored, bundle(id, memory, stored));
                if let (Ok(Outcome::Unchanged), Some((stored, looks))) = (put, &before) {
                    store.write_down(&place, stored, looks, memory);
                }
            }
            let _ = store.flush();
            drop(store);
            assert!(verify(root.path()).unwrap().problems.is_empty(), "{what}");
            for id in [VM, "prod/web01", "prod/third"] {
                if let (Some(about), true) = known(root.path(), TERMS, id) {
                    let stored = memory(root.path(), id).unwrap().0;
                    assert_eq!(stored, about, "{what}: {id}");
                }
            }
            if disk.log().len() < steps {
                assert!(steps > 12, "only {steps} steps were tried");
                break;
            }
        }
    }
}

#[test]
fn a_second_run_on_the_same_terms_is_put_as_any_other() {
    let root = with_receipt();
    let store = open(root.path(), TERMS);
    put(&store, &[(VM, "3Gi")]);
    // What waits for its place is not as it was.
    assert!(!store.is_untouched(&Place::vm(&name(VM))));
}
