//! Journals as files: cut, damaged, in use, of a newer release, on a full disk.

use std::fs;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::plan::{Action, Body, ObjectRef, Plan, Step, TargetCluster};

fn plan(salt: &str) -> Plan {
    let object = ObjectRef {
        api_version: "v1".to_owned(),
        kind: "ConfigMap".to_owned(),
        namespace: "dr".to_owned(),
        name: "a".to_owned(),
    };
    let step = Step {
        id: "create a".to_owned(),
        group: "g".to_owned(),
        action: Action::Create(Body::Object(
            json!({"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "a", "namespace": "dr"}}),
        )),
        object,
        after: Vec::new(),
        wait: None,
    };
    let cluster = TargetCluster {
        id: "c".to_owned(),
        context: None,
    };
    Plan::new(
        "hv-import",
        cluster,
        Vec::new(),
        vec![step],
        Value::Null,
        salt.to_owned(),
    )
}

fn intent(step: &str) -> Event {
    Event::Intent(Intent {
        step: step.to_owned(),
        expected: None,
    })
}

fn done(step: &str) -> Event {
    Event::Done(Done {
        step: step.to_owned(),
        uid: "u".to_owned(),
        resource_version: "7".to_owned(),
        digest: "sha256:0".to_owned(),
        generation: None,
    })
}

fn folder() -> (tempfile::TempDir, Journals) {
    let folder = tempfile::tempdir().unwrap();
    let journals = Journals::open(Some(folder.path().join("journals"))).unwrap();
    (folder, journals)
}

fn path(journals: &Journals, plan: &Plan) -> std::path::PathBuf {
    journals.root().join(&plan.id).join("journal.jsonl")
}

/// A journal with an intent and its answer.
async fn written(journals: &Journals, plan: &Plan) -> Vec<u8> {
    let journal = journals.create(plan).unwrap();
    journal.append(Event::Run(Verb::Apply)).await.unwrap();
    journal.append(intent("create a")).await.unwrap();
    journal.append(done("create a")).await.unwrap();
    drop(journal);
    fs::read(path(journals, plan)).unwrap()
}

#[tokio::test]
async fn what_was_written_is_read_again() {
    let (_folder, journals) = folder();
    let plan = plan("1");
    written(&journals, &plan).await;
    let (again, journal) = journals.reopen(&plan.id).unwrap();
    assert_eq!(again, plan);
    let step = journal.past().step("create a").unwrap();
    assert_eq!(step.done.as_ref().unwrap().uid, "u");
    assert!(!step.open);
    assert_eq!(journal.past().seq, 4);
    journal.append(intent("create b")).await.unwrap();
    drop(journal);
    let (_, journal) = journals.reopen(&plan.id).unwrap();
    assert_eq!(journal.past().seq, 5);
    assert!(journal.past().step("create b").unwrap().open);
}

#[tokio::test]
async fn many_at_once_are_all_written_in_their_order() {
    let (_folder, journals) = folder();
    let plan = plan("1");
    let journal = journals.create(&plan).unwrap();
    let names: Vec<String> = (0..200).map(|number| format!("step {number}")).collect();
    let all = names.iter().map(|name| journal.append(intent(name)));
    let results: Vec<_> = futures::future::join_all(all).await;
    assert!(results.iter().all(Result::is_ok));
    drop(journal);
    let past = Past::read(&fs::read(path(&journals, &plan)).unwrap()).unwrap();
    assert_eq!((past.seq, past.steps.len()), (201, 200));
}

#[tokio::test]
async fn a_line_that_is_cut_anywhere_is_passed_over_and_written_anew() {
    let (_folder, journals) = folder();
    let plan = plan("1");
    let whole = written(&journals, &plan).await;
    let last = whole[..whole.len() - 1]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap()
        + 1;
    for length in last..whole.len() {
        fs::write(path(&journals, &plan), &whole[..length]).unwrap();
        let (_, journal) = journals.reopen(&plan.id).unwrap();
        assert_eq!(journal.past().cut, length > last, "{length}");
        let step = journal.past().step("create a").unwrap();
        assert!(step.open && step.done.is_none(), "{length}");
        journal.append(done("create a")).await.unwrap();
        drop(journal);
        let past = Past::read(&fs::read(path(&journals, &plan)).unwrap()).unwrap();
        assert!(
            past.step("create a").unwrap().done.is_some() && !past.cut,
            "{length}"
        );
    }
}

#[tokio::test]
async fn damage_in_the_middle_is_refused_wherever_it_is() {
    let (_folder, journals) = folder();
    let plan = plan("1");
    let whole = written(&journals, &plan).await;
    let text = String::from_utf8(whole).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cases = [
        (1, [&lines[..1], &["{\"seq\":"], &lines[2..]].concat()),
        (1, [&lines[..1], &lines[2..]].concat()),
        (1, [&lines[..2], &lines[1..]].concat()),
        (0, lines[1..].to_vec()),
        (0, [&["\0\0\0"], &lines[1..]].concat()),
    ];
    for (at, lines) in cases {
        fs::write(path(&journals, &plan), lines.join("\n") + "\n").unwrap();
        let error = journals.reopen(&plan.id).unwrap_err();
        let JournalError::Damaged { line, .. } = error else {
            panic!("{error}");
        };
        assert!(line > at, "{line}");
        assert!(journals.status(&plan.id).is_err());
    }
}

#[tokio::test]
async fn a_second_process_is_refused_and_the_status_is_told_meanwhile() {
    let (_folder, journals) = folder();
    let plan = plan("1");
    let running = JournalError::Running(plan.id.clone());
    let journal = journals.create(&plan).unwrap();
    journal.append(Event::Run(Verb::Apply)).await.unwrap();
    journal.append(intent("create a")).await.unwrap();
    assert_eq!(journals.reopen(&plan.id).unwrap_err(), running);
    assert_eq!(journals.create(&plan).unwrap_err(), running);
    let status = journals.status(&plan.id).unwrap();
    assert_eq!(
        (status.phase, status.open, status.steps),
        (Phase::Running, 1, 1)
    );
    drop(journal);
    let status = journals.status(&plan.id).unwrap();
    assert_eq!(status.phase, Phase::Interrupted);
    assert_eq!(
        journals.create(&plan).unwrap_err(),
        JournalError::Begun(plan.id.clone())
    );
}

#[tokio::test]
async fn a_plan_that_was_only_registered_can_be_begun() {
    let (_folder, journals) = folder();
    let plan = plan("1");
    drop(journals.create(&plan).unwrap());
    drop(journals.create(&plan).unwrap());
    // The process died while it made the folder.
    fs::write(path(&journals, &plan), b"{\"seq\":1").unwrap();
    drop(journals.create(&plan).unwrap());
    assert!(journals.reopen(&plan.id).is_ok());
}

#[tokio::test]
async fn a_newer_format_is_told_from_damage() {
    let (_folder, journals) = folder();
    let plan = plan("1");
    written(&journals, &plan).await;
    for line in [
        r#"{"seq":1,"time":"t","event":{"begin":{"format":2,"plan":"p","madeBy":"m","cluster":"c","steps":1}}}"#,
        r#"{"number":1,"event":{"begin":{"format":3}}}"#,
    ] {
        fs::write(path(&journals, &plan), format!("{line}\n{{}}\n")).unwrap();
        let error = journals.reopen(&plan.id).unwrap_err();
        assert!(matches!(error, JournalError::Newer(2 | 3)), "{error}");
    }
}

#[tokio::test]
async fn another_plans_journal_is_refused() {
    let (_folder, journals) = folder();
    let (one, two) = (plan("1"), plan("2"));
    let bytes = written(&journals, &one).await;
    written(&journals, &two).await;
    fs::write(path(&journals, &two), bytes).unwrap();
    assert_eq!(
        journals.reopen(&two.id).unwrap_err(),
        JournalError::Foreign(two.id.clone())
    );
    let copy = journals.root().join(&one.id).join("plan.json");
    fs::copy(journals.root().join(&two.id).join("plan.json"), copy).unwrap();
    assert_eq!(
        journals.reopen(&one.id).unwrap_err(),
        JournalError::Foreign(one.id)
    );
}

#[test]
fn a_plan_is_found_by_its_beginning() {
    let (_folder, journals) = folder();
    for id in ["41aa7c00", "41aa7c01", "99887766"] {
        let folder = journals.root().join(id);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("journal.jsonl"), "").unwrap();
    }
    fs::create_dir(journals.root().join("notes")).unwrap();
    assert_eq!(journals.find("9988").unwrap(), "99887766");
    assert_eq!(journals.find("41aa7c00").unwrap(), "41aa7c00");
    for prefix in ["41aa", "998", ""] {
        let error = journals.find(prefix).unwrap_err();
        assert!(
            matches!(error, JournalError::Ambiguous { .. }),
            "{prefix}: {error}"
        );
    }
    for prefix in ["abcd", "../41aa7c00"] {
        assert_eq!(
            journals.find(prefix).unwrap_err(),
            JournalError::Unknown(prefix.to_owned())
        );
        assert!(journals.reopen(prefix).is_err() && journals.status(prefix).is_err());
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, journals) = folder();
    let plan = plan("1");
    drop(journals.create(&plan).unwrap());
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = journals.root().join(&plan.id);
    assert_eq!((mode(journals.root()), mode(&folder)), (0o700, 0o700));
    for file in ["plan.json", "journal.jsonl", "lock"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
}

/// Fails once a number of bytes is written, as a full disk does.
struct Small(Arc<Mutex<Vec<u8>>>, usize);

impl Medium for Small {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut disk = self.0.lock().unwrap();
        let left = self.1.saturating_sub(disk.len());
        disk.write_all(&bytes[..left.min(bytes.len())])?;
        match left < bytes.len() {
            true => Err(io::ErrorKind::StorageFull.into()),
            false => Ok(()),
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn after_a_full_disk_nothing_more_is_written() {
    let disk = Arc::new(Mutex::new(Vec::new()));
    let journal = Journal::on(Box::new(Small(Arc::clone(&disk), 250)), Past::default()).unwrap();
    let mut written = 0;
    while journal.append(intent("create a")).await.is_ok() {
        written += 1;
    }
    assert!(written > 0);
    assert_eq!(journal.append(intent("b")).await, Err(JournalError::Full));
    assert_eq!(disk.lock().unwrap().len(), 250);
}

#[tokio::test]
async fn a_clock_that_jumps_does_not_matter() {
    let disk = Arc::new(Mutex::new(Vec::new()));
    let times = Mutex::new(vec!["1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "1999"]);
    let clock = move || times.lock().unwrap().pop().unwrap_or("never").to_owned();
    let medium = Box::new(Small(Arc::clone(&disk), 1 << 20));
    let journal = Journal::with_clock(medium, Past::default(), Box::new(clock)).unwrap();
    let begin = Begin {
        format: FORMAT,
        plan: "p".to_owned(),
        made_by: "m".to_owned(),
        cluster: "c".to_owned(),
        steps: 1,
    };
    journal.append(Event::Begin(begin)).await.unwrap();
    journal.append(intent("a")).await.unwrap();
    journal.append(done("a")).await.unwrap();
    journal.append(intent("b")).await.unwrap();
    let past = Past::read(&disk.lock().unwrap()).unwrap();
    assert_eq!((past.seq, past.last_time.as_str()), (4, "never"));
    assert!(past.step("a").unwrap().done.is_some() && past.step("b").unwrap().open);
}

#[tokio::test]
async fn a_broken_end_of_many_lines_is_passed_over_unless_something_follows() {
    let (_folder, journals) = folder();
    let plan = plan("1");
    let whole = String::from_utf8(written(&journals, &plan).await).unwrap();
    let good: Vec<&str> = whole.lines().collect();
    let broken = ["\0\0\0\0", "{\"seq\":6,\"ti", "ent\":{\"run\":\"apply\"}}"];
    let write = |lines: &[&str]| {
        fs::write(path(&journals, &plan), lines.join("\n") + "\n").unwrap();
    };
    write(&[&good[..3], &broken].concat());
    let (_, journal) = journals.reopen(&plan.id).unwrap();
    assert_eq!((journal.past().seq, journal.past().cut), (3, true));
    journal.append(done("create a")).await.unwrap();
    drop(journal);
    let past = Past::read(&fs::read(path(&journals, &plan)).unwrap()).unwrap();
    assert_eq!((past.seq, past.cut), (4, false));
    // A record of later tells that the lines before it were whole once.
    write(&[&good[..2], &broken, &good[3..]].concat());
    let error = journals.reopen(&plan.id).unwrap_err();
    assert!(
        matches!(error, JournalError::Damaged { line: 3, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn whoever_looks_at_the_status_keeps_nobody_from_running() {
    let (_folder, journals) = folder();
    let plan = plan("1");
    written(&journals, &plan).await;
    let lock = journals.root().join(&plan.id).join("lock");
    let looking = fs::File::open(&lock).unwrap();
    looking.lock_shared().unwrap();
    // Two who look do not take each other for a run.
    assert_eq!(journals.status(&plan.id).unwrap().phase, Phase::Interrupted);
    let other = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(30));
        drop(looking);
    });
    assert!(journals.reopen(&plan.id).is_ok());
    other.join().unwrap();
}
