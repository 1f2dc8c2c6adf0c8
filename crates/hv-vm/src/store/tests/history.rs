use std::path::Path;
use std::process::Command;

use super::super::history::{History, log};
use super::super::{archive, bundles};
use super::sample::{bundle, fill, name};

fn git(folder: &Path, args: &[&str]) {
    let ran = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@t",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(args)
        .env("GIT_COMMITTER_DATE", "2024-05-06T07:08:09Z")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(ran.status.success(), "{args:?} {ran:?}");
}

fn commit(root: &Path) {
    git(root, &["add", "."]);
    git(root, &["commit", "-q", "-m", "x"]);
}

fn history(root: &Path) -> History {
    let found = bundles(&root.join("prod/db01")).unwrap();
    log(&found[0]).unwrap()
}

fn told(history: &History) -> Vec<(u64, bool, Vec<String>)> {
    let revisions = history.revisions.iter();
    let changes = |revision: &super::super::history::Revision| {
        let changes = revision.changes.iter().flatten();
        changes.map(ToString::to_string).collect()
    };
    revisions
        .map(|one| (one.revision, one.commit.is_some(), changes(one)))
        .collect()
}

#[test]
fn revisions_are_read_from_git_with_times_and_changes() {
    // The store may lie anywhere in the repository.
    let repository = tempfile::tempdir().unwrap();
    let root = repository.path().join("sites/one");
    git(repository.path(), &["init", "-q"]);
    fill(&root, &[("prod/db01", "8Gi"), ("prod/web", "1Gi")]);
    assert_eq!(
        history(&root).no_history.as_deref(),
        Some("nothing is committed")
    );
    commit(&root);
    fill(&root, &[("prod/web", "2Gi")]);
    commit(&root);
    fill(&root, &[("prod/db01", "16Gi")]);
    commit(&root);
    fill(&root, &[("prod/db01", "32Gi")]);
    let history = history(&root);
    assert_eq!(history.no_history, None);
    let memory = |change: &str| vec![format!("spec.template…resources.limits.memory: {change}")];
    assert_eq!(
        told(&history),
        [
            (3, false, memory("16Gi -> 32Gi")),
            (2, true, memory("8Gi -> 16Gi")),
            (1, true, vec![]),
        ]
    );
    assert_eq!(history.revisions[0].time, None);
    assert_eq!(
        history.revisions[1].time.as_deref(),
        Some("2024-05-06T07:08:09Z")
    );
    assert_eq!(
        history.revisions[1].parent_digest,
        Some(history.revisions[2].digest.clone())
    );
    commit(&root);
    let again = self::history(&root);
    assert_eq!(told(&again)[0], (3, true, memory("16Gi -> 32Gi")));
    assert_eq!(again.revisions.len(), 3);
}

#[test]
fn commits_that_hold_no_bundle_are_passed_over() {
    let root = tempfile::tempdir().unwrap();
    git(root.path(), &["init", "-q"]);
    fill(root.path(), &[("prod/db01", "8Gi")]);
    commit(root.path());
    let header = root.path().join("prod/db01/bundle.json");
    let bytes = std::fs::read(&header).unwrap();
    std::fs::write(&header, "<<<<<<< merge").unwrap();
    commit(root.path());
    std::fs::remove_dir_all(root.path().join("prod")).unwrap();
    commit(root.path());
    fill(root.path(), &[("prod/db01", "8Gi")]);
    assert_eq!(std::fs::read(&header).unwrap(), bytes);
    commit(root.path());
    assert_eq!(told(&history(root.path())), [(1, true, vec![])]);
}

#[test]
fn without_git_there_is_the_present_revision_and_the_reason() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    let history = history(root.path());
    assert_eq!(told(&history), [(1, false, vec![])]);
    assert!(history.no_history.unwrap().contains("no git work tree"));
    let at = Path::new("x.tar.zst");
    let mut packed = archive::ArchiveWriter::new(Vec::new(), at).unwrap();
    packed
        .put(&name("prod/db01"), None, bundle("prod/db01", "8Gi", None))
        .unwrap();
    let packed = packed.finish().unwrap();
    let found = archive::bundles(packed.as_slice(), at).unwrap();
    assert_eq!(
        log(&found[0]).unwrap().no_history.as_deref(),
        Some("an archive has no history")
    );
}
