//! What is printed, and which words are refused.

use clap::Parser;
use hv_cli::{ConnectionArgs, Manner, ScopeArgs, Ui};

use super::{ScheduleArgs, perform};

const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

#[derive(Parser)]
struct Words {
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(flatten)]
    schedule: ScheduleArgs,
}

/// What is printed and said, or the refusal.
fn run(words: &[&str]) -> Result<(String, String), String> {
    let words = ["schedule"].iter().chain(words);
    let words = Words::try_parse_from(words).map_err(|error| error.to_string())?;
    let (ui, captured) = Ui::capture(Manner::default());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let ran = runtime.block_on(perform(
        &words.schedule,
        &words.scope,
        &words.connection,
        &ui,
    ));
    ran.map_err(|failure| failure.to_string())?;
    Ok((captured.stdout(), captured.stderr()))
}

fn with<'a>(cron: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let words = [
        "--cron",
        cron,
        "--image",
        "registry.example/hv-export:0.1.0",
        "--to",
        "pvc/bundles",
        "-n",
        "prod",
    ];
    [&words[..], more].concat()
}

#[test]
fn a_job_of_a_namespace_comes_with_its_roles() {
    let (printed, said) = run(&with("0 2 * * *", &[])).unwrap();
    assert_eq!(said, "");
    let kinds: Vec<_> = printed
        .lines()
        .filter_map(|line| line.strip_prefix("kind: "))
        .collect();
    let roles = ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"];
    assert_eq!(
        kinds,
        [&["ServiceAccount"][..], &roles, &["CronJob"]].concat()
    );
    let job = printed.split("---\n").last().unwrap();
    insta::assert_snapshot!(job, @"
    apiVersion: batch/v1
    kind: CronJob
    metadata:
      labels:
        app.kubernetes.io/name: kubectl-hv-export
      name: kubectl-hv-export
      namespace: prod
    spec:
      concurrencyPolicy: Forbid
      failedJobsHistoryLimit: 3
      jobTemplate:
        spec:
          activeDeadlineSeconds: 3600
          backoffLimit: 2
          template:
            metadata:
              labels:
                app.kubernetes.io/name: kubectl-hv-export
            spec:
              automountServiceAccountToken: true
              containers:
              - args:
                - vm
                - -n
                - prod
                - --to
                - /bundles/store
                command:
                - kubectl-hv_export
                image: registry.example/hv-export:0.1.0
                name: export
                resources:
                  limits:
                    memory: 2Gi
                  requests:
                    cpu: 50m
                    memory: 64Mi
                securityContext:
                  allowPrivilegeEscalation: false
                  capabilities:
                    drop:
                    - ALL
                  readOnlyRootFilesystem: true
                volumeMounts:
                - mountPath: /bundles
                  name: bundles
              enableServiceLinks: false
              restartPolicy: Never
              securityContext:
                fsGroup: 65532
                fsGroupChangePolicy: OnRootMismatch
                runAsGroup: 65532
                runAsNonRoot: true
                runAsUser: 65532
                seccompProfile:
                  type: RuntimeDefault
              serviceAccountName: kubectl-hv-export
              volumes:
              - name: bundles
                persistentVolumeClaim:
                  claimName: bundles
      schedule: 0 2 * * *
      startingDeadlineSeconds: 3600
      successfulJobsHistoryLimit: 1
    ");
}

#[test]
fn kubectl_reads_the_schedule_as_it_was_given() {
    for (cron, written) in [
        ("*/15 * * * *", "schedule: \"*/15 * * * *\""),
        ("? * * * *", "schedule: \"? * * * *\""),
        ("@daily", "schedule: \"@daily\""),
    ] {
        let (printed, _) = run(&with(cron, &[])).unwrap();
        let line = printed.lines().find(|line| line.contains("schedule:"));
        assert_eq!(line.map(str::trim), Some(written));
    }
}

#[test]
fn a_job_of_all_namespaces_says_what_it_may_read() {
    let more = [
        "-A",
        "-l",
        "backup=yes,tier in (db)",
        "--recipient",
        RECIPIENT,
        "--time-zone",
        "Europe/Berlin",
        "--name",
        "nightly",
    ];
    let (printed, said) = run(&with("@daily", &more)).unwrap();
    let words: Vec<_> = printed
        .lines()
        .skip_while(|line| !line.ends_with("args:"))
        .skip(1)
        .take_while(|line| line.trim_start().starts_with('-'))
        .map(str::trim)
        .collect();
    insta::assert_snapshot!(words.join("\n"), @"
    - vm
    - -A
    - -l
    - backup=yes,tier in (db)
    - --to
    - /bundles/store
    - --secrets
    - encrypt
    - --recipient
    - age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p
    ");
    insta::assert_snapshot!(said, @"Warning: the account can read each Secret of all namespaces whose name it knows");
    assert!(printed.contains("timeZone: Europe/Berlin"));
}

#[test]
fn wrong_words_are_refused_with_a_sentence() {
    let secret = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ";
    let long = "a".repeat(53);
    let cases: [&[&str]; 9] = [
        &with("0 25 * * *", &[]),
        &with("0 2 * * *", &["--recipient", "age1short"]),
        &with("0 2 * * *", &["--recipient", secret]),
        &with("0 2 * * *", &["--time-zone", "2 o'clock"]),
        &with("0 2 * * *", &["--name", &long]),
        &with("0 2 * * *", &["--shared", "Default"]),
        &[
            "--cron",
            "@daily",
            "--image",
            "x",
            "--to",
            "./bundles",
            "-n",
            "prod",
        ],
        &[
            "--cron", "@daily", "--image", "a b", "--to", "pvc/x", "-n", "prod",
        ],
        &[
            "--cron", "@daily", "--image", "x", "--to", "pvc/x", "-n", "Prod",
        ],
    ];
    let told: Vec<_> = cases.iter().map(|words| run(words).unwrap_err()).collect();
    let told: Vec<_> = told
        .iter()
        .map(|text| text.lines().next().unwrap())
        .collect();
    assert!(!told.join("\n").contains("QQQQ"));
    insta::assert_snapshot!(told.join("\n"), @r#"
    error: "0 25 * * *" is no schedule: the hour is "25", and can be 0 to 23
    error: "age1short" is no recipient: age1 and 58 more letters and digits
    error: --recipient takes a public key, which begins with age1; this is a secret one
    error: invalid value '2 o'clock' for '--time-zone <AREA/CITY>': write it as Europe/Berlin or Etc/UTC
    error: invalid value 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' for '--name <NAME>': the name of a CronJob is not longer than 52
    error: "Default": the name of a namespace has lower-case letters, digits and '-', begins and ends with a letter or a digit, and is not longer than 63
    error: invalid value './bundles' for '--to <pvc/NAME>': write it as pvc/NAME: a job keeps its bundles in a volume claim
    error: invalid value 'a b' for '--image <REF>': write it as registry/name:tag or registry/name@sha256:…
    error: "Prod": the name of a namespace has lower-case letters, digits and '-', begins and ends with a letter or a digit, and is not longer than 63
    "#);
}
