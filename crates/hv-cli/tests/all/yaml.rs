//! YAML that the real kubectl reads back as it was meant.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use hv_cli::{document, escape};
use serde_json::{Value, json};

use crate::process::has_kubectl;

/// Strings that one YAML reader or another takes for something else.
fn awkward() -> Vec<String> {
    let words = "yes no on off y n Y N Yes No YES NO On Off ON OFF true false True False TRUE FALSE \
        null Null NULL ~ 1 0 -1 +1 017 0o17 0x1F 0b11 1_000 1__2 0x_0A 1. .5 1.5 1e3 1E-3 -.inf .inf \
        .Inf .nan .NaN 190:20:30 1:30 2001-01-01 2001-12-14t21:59:43.10-05:00 12:30:45 = << ! !!str & \
        &a * *a ? : - -- --- ... | > % @ ` [ ] { } [a] {a} , # a#b a: :a a:b -a ?a 'a' \"a\" \\ \\n \
        08 09 0o8 1e400 9223372036854775808 18446744073709551616 123456789012345678901234567890";
    let mut strings: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    let others = [
        "",
        " ",
        "  a",
        "a  ",
        "\t",
        "a\tb",
        "a\nb",
        "a\n",
        "\na",
        "a\n\nb\n\n",
        "\n",
        "a\r\nb",
        "a\r",
        "a #b",
        "a: b",
        "- a",
        "? a",
        "key: |\n  x",
        "--- a",
        "a\n---\nb",
        "a\n...\nb",
        "# a",
        "%YAML 1.1",
        "\u{0}",
        "\u{1}",
        "\u{7}",
        "\u{8}",
        "\u{1b}[31m",
        "\u{7f}",
        "\u{80}",
        "\u{85}",
        "a\u{85}b",
        "\u{9b}",
        "\u{a0}",
        "a\u{a0}",
        "\u{ad}",
        "\u{200b}",
        "\u{200e}",
        "\u{2028}",
        "\u{2029}",
        "a\u{2028}b",
        "\u{202e}x",
        "\u{2066}",
        "\u{feff}",
        "a\u{feff}b",
        "\u{fffd}",
        "\u{fffe}",
        "\u{ffff}",
        "\u{e000}",
        "\u{1f600}",
        "漢字",
        "עברית",
        "ไทย",
        "é",
        "e\u{301}",
        "\\u0041",
        "\"",
        "'",
        "''",
        "\"\"",
        "it's",
        "say \"x\"",
        "a\\b",
        "{{ x }}",
        "${x}",
        "<a>&</a>",
        "  \n  ",
        " a\n b\n",
        "\ta\n",
        "a\n  b\n c",
    ];
    strings.extend(others.map(str::to_owned));
    strings.push("long words in a long line that is never folded, ".repeat(40));
    strings.push("x".repeat(3000));
    strings.push(format!("two\n{}", "long lines ".repeat(40)));
    strings
}

fn read_by_kubectl(yaml: &str) -> Value {
    let mut child = Command::new("kubectl")
        .args([
            "annotate",
            "--local",
            "-f",
            "-",
            "-o",
            "json",
            "hv/seen=true",
        ])
        .env("KUBECONFIG", "/nonexistent")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("kubectl starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(yaml.as_bytes()).expect("kubectl reads");
    drop(stdin);
    let output = child.wait_with_output().expect("kubectl ends");
    assert!(output.status.success(), "{yaml}");
    serde_json::from_slice(&output.stdout).expect("kubectl writes JSON")
}

fn object(strings: &[String]) -> Value {
    let values: BTreeMap<String, &String> = strings
        .iter()
        .enumerate()
        .map(|(index, text)| (format!("k{index:03}"), text))
        .collect();
    let keys: BTreeMap<&String, usize> = strings
        .iter()
        .enumerate()
        .map(|(index, text)| (text, index))
        .collect();
    json!({
        "apiVersion": "kubectl-hv.io/v1alpha1",
        "kind": "Awkward",
        "metadata": {"name": "strings"},
        "values": values,
        "keys": keys,
        "list": strings,
    })
}

#[test]
fn kubectl_reads_every_awkward_string_unchanged() {
    if !has_kubectl() {
        return;
    }
    let written = object(&awkward());
    let read = read_by_kubectl(&document::yaml(&written).expect("it can be written"));
    for part in ["values", "keys", "list"] {
        let (read, written) = (&read[part], &written[part]);
        assert_eq!(read, written, "{part}");
    }
}

#[test]
fn yaml_values_cannot_drive_a_terminal() {
    let yaml = document::yaml(&json!({"list": awkward()})).expect("it can be written");
    let acts = |character| escape::is_unsafe(character) && !matches!(character, '\n' | '\t');
    let found: Vec<_> = yaml.lines().filter(|line| line.contains(acts)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn scripts_stay_readable() {
    let script = "#!/bin/sh\nif true; then\n  echo\tyes\nfi\n";
    let yaml = document::yaml(&json!({"script": script})).expect("it can be written");
    assert_eq!(
        yaml,
        "script: |\n  #!/bin/sh\n  if true; then\n    echo\tyes\n  fi\n"
    );
}

#[test]
fn long_lines_are_not_folded() {
    let yaml =
        document::yaml(&json!({"a": "word ".repeat(100).trim()})).expect("it can be written");
    assert_eq!(yaml.lines().count(), 1, "{yaml}");
}
