//! Wrong usage, help and version.

use insta::assert_snapshot;

use crate::desk::{Desk, storage};

#[test]
fn unknown_flags_and_commands_lead_to_known_ones() {
    let desk = Desk::empty();
    assert_snapshot!(desk.run("check-drivr"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: unrecognized subcommand 'check-drivr'

      tip: a similar subcommand exists: 'check-driver'

    Usage: kubectl hv-snapshot [OPTIONS] [COMMAND]

    For more information, try '--help'.
    ");
    assert_snapshot!(desk.run("snapshot"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: unrecognized subcommand 'snapshot'

    Usage: kubectl hv-snapshot [OPTIONS] [COMMAND]

    For more information, try '--help'.
    ");
    assert_snapshot!(desk.run("check-driver --suggest-confg"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: unexpected argument '--suggest-confg' found

      tip: a similar argument exists: '--suggest-config'

    Usage: kubectl hv-snapshot check-driver --suggest-config[=<BOOL>] [TARGET]...

    For more information, try '--help'.
    ");
    assert_snapshot!(desk.run("--chek-driver"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: unexpected argument '--chek-driver' found

      tip: a similar argument exists: '--check-driver'

    Usage: kubectl hv-snapshot --check-driver[=<BOOL>]

    For more information, try '--help'.
    ");
    assert_snapshot!(desk.run("check-driver -o xml"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: invalid value 'xml' for '--output <FORMAT>'
      [possible values: table, wide, json, yaml, name]

      tip: a similar value exists: 'yaml'

    For more information, try '--help'.
    ");
    assert_snapshot!(desk.run("check-driver --from"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: a value is required for '--from <BUNDLE>' but none was supplied

    For more information, try '--help'.
    ");
    assert_snapshot!(desk.run("check-driver --snapshot-class x"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: the following required arguments were not provided:
      --suggest-config[=<BOOL>]

    Usage: kubectl hv-snapshot check-driver --suggest-config[=<BOOL>] --snapshot-class <NAME> [TARGET]...

    For more information, try '--help'.
    ");
}

#[test]
fn unknown_targets_lead_to_known_ones() {
    let desk = Desk::empty();
    assert_snapshot!(desk.ask("check-driver vmm/x"), @r#"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: the server doesn't have a resource type "vmm"

    hint: did you mean "vm"?
    "#);
    assert_snapshot!(desk.ask("check-driver deployment/x"), @r#"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: the server doesn't have a resource type "deployment"

    hint: one of storageclass, csidriver, pvc, vm, image
    "#);
    assert_snapshot!(desk.ask("check-driver vm/"), @r#"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: "vm/" is no TYPE/NAME

    hint: name the namespace with -n, and give every target as TYPE/NAME
    "#);
    assert_snapshot!(desk.ask("check-driver vm/a/b"), @r#"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: "vm/a/b" is no TYPE/NAME

    hint: name the namespace with -n, and give every target as TYPE/NAME
    "#);
    assert_snapshot!(desk.ask("check-driver -l tier=db"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: a selector needs a kind

    hint: kubectl hv-snapshot check-driver vm -l tier=db
    ");
    assert_snapshot!(desk.ask("check-driver vm web01 -A"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: a name cannot be given together with -A or -l
    ");
    assert_snapshot!(desk.ask("check-driver ceph-rbd -l a=b"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: a selector cannot be given together with a name
    ");
}

#[test]
fn selectors_that_are_none() {
    let desk = Desk::with(&storage("v1.8.2"));
    for selector in ["a in", "!!a", "a=b=c", "=x"] {
        let output = desk
            .command("check-driver vm -A --from bundle.zip -l")
            .arg(selector)
            .output()
            .unwrap();
        let run = crate::desk::Run::of(&output, &desk.path(""));
        assert!(matches!(run.code, Some(1 | 2)), "{selector}: {run}");
        assert!(run.stderr.starts_with("error: "), "{selector}: {run}");
        assert_eq!(run.stdout, "", "{selector}: {run}");
    }
}

#[test]
fn usage_is_judged_before_anything_is_opened() {
    let desk = Desk::empty();
    let run = desk.run("check-driver vmm/x --from nowhere.zip");
    assert_eq!(run.code, Some(2), "{run}");
    let run = desk.run("check-driver --require vm-snapshott --from nowhere.zip");
    assert_eq!(run.code, Some(2), "{run}");
}

#[test]
fn without_arguments_the_help_is_shown() {
    let desk = Desk::empty();
    let bare = desk.run("");
    let asked = desk.run("--help");
    assert_eq!(bare.code, Some(2), "{bare}");
    assert_eq!(asked.code, Some(0), "{asked}");
    assert_eq!(asked.stderr, "");
    assert!(
        asked.stdout.contains("kubectl hv-snapshot --check-driver"),
        "{asked}"
    );
}

#[test]
fn help_speaks_of_the_plugin_as_kubectl_does() {
    let desk = Desk::empty();
    for words in [
        "--help",
        "-h",
        "check-driver --help",
        "explain --help",
        "completion --help",
        "help",
    ] {
        let run = desk.run(words);
        assert_eq!(run.code, Some(0), "{words}: {run}");
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains("kubectl hv-snapshot"), "{words}: {run}");
        for wrong in [
            "kubectl-hv_snapshot",
            "kubectl-hv-snapshot",
            "{cmd}",
            "kubectl hv_snapshot",
        ] {
            assert!(!said.contains(wrong), "{words} says {wrong}: {run}");
        }
    }
}

#[test]
fn version_is_one_line() {
    let run = Desk::empty().run("--version");
    let expected = format!("kubectl hv-snapshot v{}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), expected.as_str())
    );
}

#[test]
fn booleans_are_read_as_kubectl_reads_them() {
    let desk = Desk::with(&storage("v1.8.2"));
    assert_snapshot!(desk.ask("--check-driver=false"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: unexpected argument '--from' found

    Usage: kubectl hv-snapshot --check-driver[=<BOOL>]

    For more information, try '--help'.
    ");
    assert_snapshot!(desk.run("--check-driver=false"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: no command given

    hint: kubectl hv-snapshot check-driver
    ");
    let yes = desk.ask("--check-driver=true -o name");
    assert_eq!(
        yes.to_string(),
        desk.ask("check-driver -o name").to_string()
    );
    let perhaps = desk.ask("--check-driver=perhaps");
    assert_snapshot!(perhaps, @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: invalid value 'perhaps' for '--check-driver[=<BOOL>]': write true or false

    For more information, try '--help'.
    ");
    let twice = desk.ask("--check-driver check-driver ceph-rbd -o name -o name");
    assert_eq!(twice.stdout, "storageclass.storage.k8s.io/ceph-rbd\n");
}
