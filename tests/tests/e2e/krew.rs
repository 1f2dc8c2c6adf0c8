//! The archives of `scripts/dist`: the real krew installs them, and the plugins run through the real kubectl.

mod bed;
mod packing;
mod shipped;

use std::fs;
use std::process::Command;

use bed::{Bed, Ran};
use shipped::Shipped;

#[test]
fn krew_installs_hv_snapshot_and_kubectl_runs_it() {
    lives_through_krew(&shipped::SNAPSHOT);
}

#[test]
fn krew_installs_hv_export_and_kubectl_runs_it() {
    lives_through_krew(&shipped::EXPORT);
}

#[test]
fn krew_installs_hv_import_and_kubectl_runs_it() {
    lives_through_krew(&shipped::IMPORT);
}

#[test]
fn krew_installs_hv_backupfix_and_kubectl_runs_it() {
    lives_through_krew(&shipped::BACKUPFIX);
}

#[test]
fn every_plugin_is_tried_through_krew() {
    let names = shipped::ALL.map(|plugin| plugin.manifest());
    assert_eq!(bed::templates(), names);
}

fn lives_through_krew(plugin: &Shipped) {
    let bed = Bed::new();
    bed.pack(plugin).succeeded();
    the_archive_obeys_krews_rules(&bed, plugin);
    krew_installs_it(&bed, plugin);
    kubectl_runs_it(&bed, plugin);
    completion_comes_through_kubectl(&bed, plugin);
    krew_uninstalls_it(&bed, plugin);
}

fn the_archive_obeys_krews_rules(bed: &Bed, plugin: &Shipped) {
    let tar = Ran::of(
        Command::new("tar")
            .args(["--list", "--verbose", "--numeric-owner", "--file"])
            .arg(bed.path("dist").join(plugin.archive("linux_amd64")))
            .env("TZ", "UTC"),
    );
    let entries: Vec<_> = tar
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .map(|words| (words[0], words[1], words[3], *words.last().unwrap()))
        .collect();
    let day = "2026-11-20";
    assert_eq!(
        entries,
        [
            ("-rw-r--r--", "0/0", day, "LICENSE"),
            ("-rw-r--r--", "0/0", day, "README.md"),
            ("-rw-r--r--", "0/0", day, "THIRD-PARTY.md"),
            ("-rwxr-xr-x", "0/0", day, &plugin.program()),
        ]
    );
}

fn krew_installs_it(bed: &Bed, plugin: &Shipped) {
    let [archive, manifest] =
        [plugin.archive("linux_amd64"), plugin.manifest()].map(|name| bed.path("dist").join(name));
    let [archive, manifest] = [&archive, &manifest].map(|path| path.to_str().unwrap());
    bed.validate(manifest);
    let words = ["--manifest", manifest, "--archive", archive];
    let installed = bed.kubectl(["krew", "install"].into_iter().chain(words));
    installed.succeeded();
    let told = format!("\nInstalled plugin: {}\n", plugin.name);
    assert!(installed.stderr.contains(&told), "{installed:?}");
    assert!(bed.path("krew/bin").join(plugin.program()).is_symlink());
}

fn kubectl_runs_it(bed: &Bed, plugin: &Shipped) {
    let run = |words: &str| bed.kubectl([plugin.name].into_iter().chain(words.split(' ')));

    let version = run("--version");
    assert_eq!(
        version.stdout,
        format!("kubectl {} v{}\n", plugin.name, env!("CARGO_PKG_VERSION"))
    );
    assert_eq!((version.code, version.stderr.as_str()), (Some(0), ""));

    let help = run("--help");
    help.succeeded();
    help.has_line(&format!(
        "Usage: kubectl {} [OPTIONS] [COMMAND]",
        plugin.name
    ));
    help.has_line(plugin.help);

    let (words, first_line) = plugin.explain;
    let explained = run(words);
    assert_eq!(
        explained.stdout.lines().next(),
        Some(first_line),
        "{explained:?}"
    );
    assert_eq!((explained.code, explained.stderr.as_str()), (Some(0), ""));

    let (words, answer) = plugin.typo;
    let typo = run(words);
    assert_eq!((typo.code, typo.stdout.as_str()), (Some(2), ""));
    assert_eq!(typo.stderr, answer);
}

fn completion_comes_through_kubectl(bed: &Bed, plugin: &Shipped) {
    let folder = bed.path("completion");
    let program = plugin.program().replacen("kubectl", "kubectl_complete", 1);
    let file = folder.join(program);
    let install = || {
        let folder = folder.to_str().unwrap();
        bed.kubectl([plugin.name, "completion", "install", "--dir", folder])
    };
    fs::write(&file, "somebody else's\n").unwrap();
    let refused = install();
    assert_eq!(refused.code, Some(8), "{refused:?}");
    fs::remove_file(&file).unwrap();
    let installed = install();
    assert_eq!(
        installed.stdout,
        format!("{} created\n", file.display()),
        "{installed:?}"
    );
    for (words, start) in plugin.completions {
        let asked = ["__complete", plugin.name].into_iter();
        let asked = bed.kubectl(asked.chain(words.split(' ')));
        asked.has_line_that_starts(start);
    }
}

fn krew_uninstalls_it(bed: &Bed, plugin: &Shipped) {
    // krew installs from a file without an index, but does not uninstall without one.
    fs::create_dir_all(bed.path("krew/index/default/.git")).unwrap();
    bed.kubectl(["krew", "uninstall", plugin.name]).succeeded();
    assert!(!bed.path("krew/bin").join(plugin.program()).is_symlink());
    let gone = bed.kubectl([plugin.name, "--version"]);
    assert_eq!(gone.code, Some(1));
    let told = format!("unknown command \"{}\"", plugin.name);
    assert!(gone.stderr.contains(&told), "{gone:?}");
}
