//! Help, usage, output, failures and broken streams.

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use crate::process::{Installed, Ran};

fn ran(code: i32, stdout: &str, stderr: &str) -> Ran {
    Ran {
        code: Some(code),
        stdout: stdout.to_owned(),
        stderr: stderr.to_owned(),
    }
}

#[test]
fn results_and_remarks_go_to_their_streams() {
    let plugin = Installed::new();
    let table = "NUMBER   PARITY\n1        odd\n2        even\n";
    let bare = "1     odd\n2     even\n";
    let json = "{\n    \"items\": [\n        1\n    ],\n    \"kind\": \"Numbers\"\n}\n";
    let note = "kubectl hv-count counted\n";
    let cases = [
        ("to 2", ran(0, table, note)),
        ("to 2 -q", ran(0, table, "")),
        ("-q to 2 --no-headers", ran(0, bare, "")),
        ("to 2 -q --no-headers=false", ran(0, table, "")),
        ("to 0 -q", ran(0, "", "No resources found\n")),
        ("to 1 -o json", ran(0, json, "")),
        ("-o yaml to 1", ran(0, "items:\n- 1\nkind: Numbers\n", "")),
        (
            "fail no",
            ran(8, "", "error: no\n\nhint: kubectl hv-count to 3 works\n"),
        ),
        (
            "fail a\x1b[2Jb --color=always",
            ran(
                8,
                "",
                "\x1b[31;1merror:\x1b[0m a^[[2Jb\n\n\x1b[36;1mhint:\x1b[0m kubectl hv-count to 3 works\n",
            ),
        ),
        ("--version", ran(0, "kubectl hv-count v0.1.0\n", "")),
        ("-V", ran(0, "kubectl hv-count v0.1.0\n", "")),
    ];
    for (words, expected) in cases {
        assert_eq!(plugin.run(words), expected, "{words}");
    }
}

#[test]
fn no_arguments_are_answered_with_the_short_help() {
    let ran = Installed::new().run("");
    let expected = "\
Count, in whatever way is asked for

Usage: kubectl hv-count [OPTIONS] <COMMAND>

Commands:
  to          Count to a number
  fail        Fail
  sleep       Wait for a signal
  spin        Work without a pause
  completion  Set up shell completion through kubectl
  help        Print this message or the help of the given subcommand(s)

Options:
  -n, --namespace <NAMESPACE>  Namespace to look in; default is that of the kubeconfig's context
  -A, --all-namespaces         Look in all namespaces; -n is ignored then
  -l, --selector <SELECTOR>    Label selector, such as tier=db; the server interprets it
  -h, --help                   Print help (see more with '--help')
  -V, --version                Print version

Output options:
  -o, --output <FORMAT>  Output format [default: table] [possible values: table, wide, json, yaml,
                         name]
      --no-headers       Print a table without its header and notes
      --color <WHEN>     When to use colour [default: auto] [possible values: auto, always, never]
  -q, --quiet            Print only results, warnings and errors
  -v, --v <LEVEL>        How much to tell: 1 steps, 4 decisions, 6 requests, 7 headers, 8 bodies
                         with secrets masked

Examples:
  # Count to three
  kubectl hv-count to 3
";
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (Some(2), "", expected)
    );
}

#[test]
fn help_of_every_kind_goes_to_standard_output() {
    let plugin = Installed::new();
    for words in [
        "--help",
        "-h",
        "help",
        "to --help",
        "help to",
        "to 1 --no-headers=false --help",
    ] {
        let ran = plugin.run(words);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{words}");
        assert!(
            ran.stdout.contains("Usage: kubectl hv-count"),
            "{}",
            ran.stdout
        );
    }
    assert!(plugin.run("--help").stdout.contains("Connection options:"));
    assert!(
        plugin
            .run("to --help")
            .stdout
            .contains("Usage: kubectl hv-count to [OPTIONS]")
    );
}

#[test]
fn wrong_usage_is_2_and_suggests() {
    let plugin = Installed::new();
    let cases = [
        ("spim", "tip: a similar subcommand exists: 'spin'"),
        ("to 1 --quite", "tip: a similar argument exists: '--quiet'"),
        ("to", "required arguments were not provided"),
        (
            "to 1 -o xml",
            "[possible values: table, wide, json, yaml, name]",
        ),
        ("to 1 -o jsonpath={.items}", "hint: pipe -o json into jq"),
        (
            "to 1 --color=blue",
            "[possible values: auto, always, never]",
        ),
        ("to 1 --request-timeout=3d", "no days"),
        ("to a\u{9b}2Jb", "'a\\u{9b}2Jb'"),
        ("to a\x1b[2Jb --color=always", "'ab'"),
    ];
    for (words, part) in cases {
        let ran = plugin.run(words);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{words}");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
        assert!(ran.stderr.contains(part), "{part} in {}", ran.stderr);
    }
    assert!(
        plugin
            .run("spim --color=always")
            .stderr
            .starts_with("\x1b[")
    );
}

#[test]
fn name_follows_the_link() {
    let plugin = Installed::new();
    for (name, shown) in [("kubectl-hv-count", "kubectl hv count"), ("count", "count")] {
        let link = plugin.folder.path().join(name);
        std::os::unix::fs::symlink(crate::process::example(), &link).expect("a link");
        let ran = Ran::of(plugin.command(&link).arg("--version"));
        assert_eq!(ran.stdout, format!("{shown} v0.1.0\n"));
    }
}

#[test]
fn reader_that_goes_away_is_no_failure() {
    let plugin = Installed::new();
    let mut command = plugin.command("bash");
    let script = format!(
        "{} to 200000 -q | head -n 1; echo ${{PIPESTATUS[0]}}",
        plugin.link().display()
    );
    assert_eq!(
        Ran::of(command.args(["-c", &script])),
        ran(0, "NUMBER   PARITY\n0\n", "")
    );
}

#[test]
fn full_disk_is_a_failure() {
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else {
        return;
    };
    let plugin = Installed::new();
    let mut command = plugin.command(plugin.link());
    let child = command
        .args(["to", "3", "-q"])
        .stdout(Stdio::from(full))
        .stderr(Stdio::piped());
    let output = child
        .spawn()
        .and_then(std::process::Child::wait_with_output)
        .expect("it starts");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.starts_with("error: cannot write to standard output: No space left"),
        "{stderr}"
    );
}

#[test]
fn colour_needs_a_terminal_and_a_willing_environment() {
    let plugin = Installed::new();
    // `script` gives the plugin a terminal.
    let has_script = Command::new("script").arg("--version").output().is_ok();
    if !has_script {
        return;
    }
    let in_terminal = |environment: &str, words: &str| {
        let line = format!("{environment} {} {words}", plugin.link().display());
        Ran::of(
            plugin
                .command("script")
                .args(["-qec", &line, "/dev/null"])
                .stdin(Stdio::null()),
        )
        .stdout
    };
    let cases = [
        ("", "fail x", true),
        ("NO_COLOR=1", "fail x", false),
        ("NO_COLOR=", "fail x", false),
        ("TERM=dumb", "fail x", false),
        ("", "fail x --color=never", false),
        ("NO_COLOR=1", "fail x --color=always", true),
    ];
    for (environment, words, colored) in cases {
        let output = in_terminal(environment, words);
        assert_eq!(
            output.contains("\x1b["),
            colored,
            "{environment} {words}: {output:?}"
        );
    }
}
