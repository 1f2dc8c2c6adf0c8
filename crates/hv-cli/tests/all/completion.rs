//! Completion from end to end: kubectl asks the installed file, which asks kubectl, which asks us.

use std::fs;
use std::os::unix::fs::symlink;

use crate::process::{Installed, Ran, has_kubectl};

#[test]
fn both_faces_answer() {
    let plugin = Installed::new();
    let expected = "to\tCount to a number\n:4\n";
    assert_eq!(plugin.run("__complete to").stdout, expected);
    let face = plugin.folder.path().join("kubectl_complete-hv_count");
    symlink(crate::process::example(), &face).expect("a link");
    let answered = Ran::of(plugin.command(&face).arg("to"));
    assert_eq!(
        (
            answered.code,
            answered.stdout.as_str(),
            answered.stderr.as_str()
        ),
        (Some(0), expected, "")
    );
    for words in [
        "__complete",
        "__complete --nonsense x",
        "__complete to 1 2 3 --what",
    ] {
        let answered = plugin.run(words);
        assert_eq!(
            (answered.code, answered.stderr.as_str()),
            (Some(0), ""),
            "{words}"
        );
        assert!(answered.stdout.ends_with(":4\n"), "{}", answered.stdout);
    }
}

#[test]
fn install_says_what_it_did_and_kubectl_uses_it() {
    let plugin = Installed::new();
    let face = plugin.folder.path().join("kubectl_complete-hv_count");
    let installed = plugin.run("completion install -q");
    assert_eq!(installed.stdout, format!("{} created\n", face.display()));
    assert_eq!(
        plugin.run("completion install -q").stdout,
        format!("{} unchanged\n", face.display())
    );
    let printed = plugin.run("completion print").stdout;
    assert_eq!(fs::read_to_string(&face).expect("it is there"), printed);
    if !has_kubectl() {
        return;
    }
    let asked = |words: &[&str]| {
        Ran::of(
            plugin
                .command("kubectl")
                .arg("__complete")
                .arg("hv-count")
                .args(words),
        )
        .stdout
    };
    assert!(
        asked(&["to"]).starts_with("to\tCount to a number\n:4"),
        "{}",
        asked(&["to"])
    );
    assert!(
        asked(&["-n", ""]).starts_with("prod\tmade up\n:4"),
        "{}",
        asked(&["-n", ""])
    );
    assert!(
        asked(&["-o", "y"]).starts_with("yaml\n:4"),
        "{}",
        asked(&["-o", "y"])
    );
}

#[test]
fn install_refuses_a_foreign_file() {
    let plugin = Installed::new();
    let face = plugin.folder.path().join("kubectl_complete-hv_count");
    fs::write(&face, "mine").expect("it is writable");
    let refused = plugin.run("completion install");
    assert_eq!(refused.code, Some(8));
    let expected = format!(
        "error: refusing to overwrite {}: it is not a file of ours\n\n\
         hint: move it away, or choose another directory with --dir\n",
        face.display()
    );
    assert_eq!(refused.stderr, expected);
}

#[test]
fn kubectl_finds_the_plugin() {
    if !has_kubectl() {
        return;
    }
    let plugin = Installed::new();
    let ran = Ran::of(plugin.command("kubectl").args(["hv-count", "fail", "no"]));
    assert_eq!(ran.code, Some(8));
    assert_eq!(
        ran.stderr,
        "error: no\n\nhint: kubectl hv-count to 3 works\n"
    );
}
