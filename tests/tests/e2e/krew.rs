//! The archive of `scripts/dist`: the real krew installs it, and the plugin runs through the real kubectl.

mod bed;

use std::fs;
use std::process::Command;

use bed::{Bed, Ran, binary};

const ARCHIVE: &str = concat!(
    "kubectl-hv-snapshot_v",
    env!("CARGO_PKG_VERSION"),
    "_linux_amd64.tar.gz"
);

#[test]
fn krew_installs_the_archive_and_kubectl_runs_what_is_in_it() {
    let bed = Bed::new();
    bed.dist(&["--any-size", "--binary", binary().to_str().unwrap()])
        .succeeded();
    let [archive, manifest] = [ARCHIVE, "hv-snapshot.yaml"].map(|name| bed.path("dist").join(name));
    let [archive, manifest] = [&archive, &manifest].map(|path| path.to_str().unwrap());
    bed.validate(manifest);
    let installed = bed.kubectl(&[
        "krew",
        "install",
        "--manifest",
        manifest,
        "--archive",
        archive,
    ]);
    installed.succeeded();
    assert!(
        installed
            .stderr
            .contains("\nInstalled plugin: hv-snapshot\n"),
        "{installed:?}"
    );
    assert!(bed.path("krew/bin/kubectl-hv_snapshot").is_symlink());

    let version = bed.kubectl(&["hv-snapshot", "--version"]);
    assert_eq!(
        version.stdout,
        concat!("kubectl hv-snapshot v", env!("CARGO_PKG_VERSION"), "\n")
    );
    assert_eq!((version.code, version.stderr.as_str()), (Some(0), ""));
    let help = bed.kubectl(&["hv-snapshot", "--help"]);
    help.succeeded();
    help.has_line("Usage: kubectl hv-snapshot [OPTIONS] [COMMAND]");
    help.has_line("  kubectl hv-snapshot check-driver vm/web01 -n prod");
    let explained = bed.kubectl(&["hv-snapshot", "explain", "node-local"]);
    assert_eq!(
        explained.stdout.lines().next(),
        Some("node-local"),
        "{explained:?}"
    );
    assert_eq!((explained.code, explained.stderr.as_str()), (Some(0), ""));
    let typo = bed.kubectl(&["hv-snapshot", "explain", "node-locl"]);
    assert_eq!((typo.code, typo.stdout.as_str()), (Some(2), ""));
    assert_eq!(
        typo.stderr,
        "error: unknown reason code \"node-locl\"\n\nhint: did you mean \"node-local\"?\n"
    );
    completion_comes_through_kubectl(&bed);

    // krew installs from a file without an index, but does not uninstall without one.
    fs::create_dir_all(bed.path("krew/index/default/.git")).unwrap();
    bed.kubectl(&["krew", "uninstall", "hv-snapshot"])
        .succeeded();
    assert!(!bed.path("krew/bin/kubectl-hv_snapshot").is_symlink());
    let gone = bed.kubectl(&["hv-snapshot", "--version"]);
    assert_eq!(gone.code, Some(1));
    assert!(
        gone.stderr.contains("unknown command \"hv-snapshot\""),
        "{gone:?}"
    );
}

fn completion_comes_through_kubectl(bed: &Bed) {
    let folder = bed.path("completion");
    let file = folder.join("kubectl_complete-hv_snapshot");
    let install = || {
        let folder = folder.to_str().unwrap();
        bed.kubectl(&["hv-snapshot", "completion", "install", "--dir", folder])
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
    let asked = bed.kubectl(&["__complete", "hv-snapshot", "check-driver", ""]);
    asked.has_line("vm/");
    asked.has_line(":4");
    let asked = bed.kubectl(&["__complete", "hv-snapshot", "explain", "node-l"]);
    assert!(asked.stdout.starts_with("node-local\t"), "{asked:?}");
}

#[test]
fn the_archive_obeys_krews_rules_and_is_the_same_every_time() {
    let bed = Bed::new();
    let binary = binary();
    let words = ["--any-size", "--binary", binary.to_str().unwrap()];
    bed.dist(&words).succeeded();
    let made = || {
        ["SHA256SUMS", "hv-snapshot.yaml", ARCHIVE]
            .map(|name| fs::read(bed.path("dist").join(name)).unwrap())
    };
    let first = made();
    fs::remove_dir_all(bed.path("dist")).unwrap();
    bed.dist(&words).succeeded();
    assert!(first == made(), "the second archive differs from the first");

    let tar = Ran::of(
        Command::new("tar")
            .args(["--list", "--verbose", "--numeric-owner", "--file"])
            .arg(bed.path("dist").join(ARCHIVE))
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
            ("-rwxr-xr-x", "0/0", day, "kubectl-hv_snapshot"),
        ]
    );
}

#[test]
fn the_manifest_lists_only_archives_that_exist() {
    let bed = Bed::new();
    let empty = bed.dist(&["--only-manifest"]);
    assert_eq!(empty.code, Some(1));
    assert!(
        empty
            .stderr
            .contains("holds no archive of kubectl-hv-snapshot v"),
        "{empty:?}"
    );

    let archive = |platform: &str| ARCHIVE.replace("linux_amd64", platform);
    let listed = || {
        bed.dist(&["--only-manifest"]).succeeded();
        let manifest = bed.path("dist/hv-snapshot.yaml");
        bed.validate(manifest.to_str().unwrap());
        let text = fs::read_to_string(manifest).unwrap();
        assert!(!text.contains("{{"), "{text}");
        let uris = text
            .lines()
            .filter_map(|line| line.strip_prefix("    uri: "));
        uris.map(|uri| uri.rsplit('/').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let platforms = [
        "linux_amd64",
        "linux_arm64",
        "darwin_amd64",
        "darwin_arm64",
        "windows_amd64",
    ];
    for platform in ["windows_amd64", "linux_arm64"] {
        fs::write(bed.path("dist").join(archive(platform)), platform).unwrap();
    }
    assert_eq!(listed(), [archive("linux_arm64"), archive("windows_amd64")]);
    for platform in platforms {
        fs::write(bed.path("dist").join(archive(platform)), platform).unwrap();
    }
    assert_eq!(listed(), platforms.map(archive));
}

#[test]
fn a_binary_that_is_too_large_is_not_packed() {
    let bed = Bed::new();
    let large = bed.path("large");
    fs::File::create(&large)
        .unwrap()
        .set_len((8 << 20) + 1)
        .unwrap();
    let refused = bed.dist(&["--binary", large.to_str().unwrap()]);
    assert_eq!(refused.code, Some(1));
    assert_eq!(
        refused.stderr,
        "large: 8388609 bytes of at most 8388608\nerror: large is too large\n"
    );
    assert!(!bed.path("dist").join(ARCHIVE).exists());
}
