//! What `scripts/dist` makes, what it refuses, and which plugins it speaks of.

use std::fs;

use super::bed::{self, Bed};
use super::shipped::{ALL, BACKUPFIX, SNAPSHOT, Shipped};

const PLATFORMS: [&str; 5] = [
    "linux_amd64",
    "linux_arm64",
    "darwin_amd64",
    "darwin_arm64",
    "windows_amd64",
];

#[test]
fn an_archive_is_the_same_every_time() {
    let bed = Bed::new();
    let made = || {
        bed.pack(&SNAPSHOT).succeeded();
        let made = [
            "SHA256SUMS".to_owned(),
            SNAPSHOT.manifest(),
            SNAPSHOT.archive("linux_amd64"),
        ]
        .map(|name| fs::read(bed.path("dist").join(name)).unwrap());
        fs::remove_dir_all(bed.path("dist")).unwrap();
        made
    };
    let first = made();
    assert!(first == made(), "the second archive differs from the first");
}

#[test]
fn a_manifest_lists_only_archives_that_exist() {
    let bed = Bed::new();
    for platform in ["windows_amd64", "linux_arm64"] {
        pretend(&bed, &SNAPSHOT, platform);
    }
    bed.dist(&["--only-manifest"]).succeeded();
    let two = ["linux_arm64", "windows_amd64"].map(|platform| SNAPSHOT.archive(platform));
    assert_eq!(listed(&bed, &SNAPSHOT), two);
    assert_eq!(made(&bed), ["hv-snapshot"]);

    for plugin in &ALL {
        for platform in PLATFORMS {
            pretend(&bed, plugin, platform);
        }
    }
    bed.dist(&["--only-manifest"]).succeeded();
    for plugin in &ALL {
        let all = PLATFORMS.map(|platform| plugin.archive(platform));
        assert_eq!(listed(&bed, plugin), all);
    }
}

#[test]
fn a_chosen_plugin_gets_its_manifest_and_every_archive_its_checksum() {
    let bed = Bed::new();
    for plugin in &ALL {
        pretend(&bed, plugin, "linux_amd64");
    }
    bed.dist(&["--only-manifest", "--plugin", "hv-backupfix"])
        .succeeded();
    assert_eq!(made(&bed), ["hv-backupfix"]);
    let sums = fs::read_to_string(bed.path("dist/SHA256SUMS")).unwrap();
    let names: Vec<_> = sums
        .lines()
        .map(|line| line.split_once("  ").unwrap().1)
        .collect();
    assert_eq!(names, ALL.map(|plugin| plugin.archive("linux_amd64")));
}

#[test]
fn without_an_archive_there_is_no_manifest() {
    let bed = Bed::new();
    let refused = |words: &[&str], wanted: &str| {
        let refused = bed.dist(words);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        let told = format!(
            "holds no archive of {wanted} v{}\n",
            env!("CARGO_PKG_VERSION")
        );
        assert!(refused.stderr.ends_with(&told), "{refused:?}");
    };
    refused(
        &["--only-manifest"],
        "kubectl-hv-backupfix or kubectl-hv-export or kubectl-hv-import or kubectl-hv-snapshot",
    );
    pretend(&bed, &BACKUPFIX, "linux_amd64");
    refused(
        &["--only-manifest", "--plugin", "hv-snapshot"],
        "kubectl-hv-snapshot",
    );
    assert_eq!(made(&bed), [""; 0]);
}

#[test]
fn a_binary_needs_to_be_of_a_known_plugin() {
    let bed = Bed::new();
    let binary = SNAPSHOT.binary();
    let binary = ["--binary", binary.to_str().unwrap()];
    let nameless = bed.dist(&binary);
    assert_eq!(nameless.code, Some(2));
    assert_eq!(
        nameless.stderr,
        "error: --binary needs --plugin to say whose binary it is\n"
    );
    let unknown = bed.dist(&[&binary[..], &["--plugin", "hv-snapshop"]].concat());
    assert_eq!(unknown.code, Some(2));
    assert_eq!(
        unknown.stderr,
        "error: there is no plugin \"hv-snapshop\", but: hv-backupfix hv-export hv-import hv-snapshot\n"
    );
}

#[test]
fn a_binary_that_is_too_large_is_not_packed() {
    let bed = Bed::new();
    let large = bed.path("large");
    fs::File::create(&large)
        .unwrap()
        .set_len((8 << 20) + 1)
        .unwrap();
    let large = large.to_str().unwrap();
    let refused = bed.dist(&["--plugin", "hv-snapshot", "--binary", large]);
    assert_eq!(refused.code, Some(1));
    assert_eq!(
        refused.stderr,
        "large: 8388609 bytes of at most 8388608\nerror: large is too large\n"
    );
    assert!(
        !bed.path("dist")
            .join(SNAPSHOT.archive("linux_amd64"))
            .exists()
    );
}

#[test]
fn what_krews_index_shows_is_short_and_names_no_plugin() {
    for name in bed::templates() {
        let template = bed::template(&name);
        let mut lines = template.lines();
        let short = lines
            .find_map(|line| line.strip_prefix("  shortDescription: "))
            .unwrap();
        assert!(short.chars().count() <= 50, "{name}: {short}");
        assert!(!short.ends_with('.'), "{name}: {short}");
        let lower = short.to_lowercase();
        assert!(!lower.contains("kubectl"), "{name}: {short}");
        assert!(!lower.contains("plugin"), "{name}: {short}");
    }
}

/// An archive as far as a manifest knows.
fn pretend(bed: &Bed, plugin: &Shipped, platform: &str) {
    let name = plugin.archive(platform);
    fs::write(bed.path("dist").join(&name), &name).unwrap();
}

/// The archives in a manifest, which must be one that krew takes.
fn listed(bed: &Bed, plugin: &Shipped) -> Vec<String> {
    let manifest = bed.path("dist").join(plugin.manifest());
    bed.validate(manifest.to_str().unwrap());
    let text = fs::read_to_string(manifest).unwrap();
    assert!(!text.contains("{{"), "{text}");
    let uris = text
        .lines()
        .filter_map(|line| line.strip_prefix("    uri: "));
    uris.map(|uri| uri.rsplit('/').next().unwrap().to_owned())
        .collect()
}

/// The plugins that have a manifest now.
fn made(bed: &Bed) -> Vec<&'static str> {
    let made = |plugin: &Shipped| bed.path("dist").join(plugin.manifest()).exists();
    let plugins = ALL.into_iter().filter(made);
    plugins.map(|plugin| plugin.name).collect()
}
