//! Every row of the table carries weight: without it, its code is found nowhere.

use hv_cluster::Source;
use hv_cluster::bundle::SupportBundle;
use hv_cluster::facts::Facts;
use hv_cluster::release::Release;
use hv_testbed::bundle::{BundleOptions, write_dir};
use hv_testbed::world;
use jiff::Timestamp;

use super::{Wanted, judge};
use crate::catalog::Catalog;
use crate::files::{self, TargetFiles};
use crate::index::Index;
use crate::inventory::{Inventory, Reach};

/// The world of a code, read from a support bundle, and the files of its backup target.
fn read(name: &str) -> (Inventory, TargetFiles) {
    let mut world = world::load(name, Timestamp::now()).unwrap();
    world.objects.retain(|object| {
        let kind = object["kind"].as_str().unwrap_or_default();
        !matches!(
            kind,
            "Pod" | "PersistentVolume" | "Engine" | "Volume" | "Node" | "Lease"
        )
    });
    let folder = tempfile::tempdir().unwrap();
    let (bundle, target) = (folder.path().join("bundle"), folder.path().join("target"));
    write_dir(&world, &BundleOptions::default(), &bundle).unwrap();
    std::fs::create_dir(&target).unwrap();
    world.write_target(&target).unwrap();
    let source = Source::Bundle(SupportBundle::open(&bundle).unwrap());
    let facts = Facts::builtin().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let inventory = runtime
        .block_on(Inventory::read(&source, Reach::default(), &facts))
        .unwrap();
    let files = TargetFiles::read(&files::open(&target).unwrap());
    (inventory, files)
}

fn is_found(code: &str, catalog: &Catalog, inventory: &Inventory, files: &TargetFiles) -> bool {
    let index = Index::new(inventory);
    let verdicts = judge(&index, catalog, Wanted::default(), Some(files));
    verdicts.findings.iter().any(|found| found.code == code)
}

#[test]
fn each_code_is_found_by_its_row_and_by_nothing_else() {
    let whole = Catalog::builtin().unwrap();
    for row in whole.all() {
        let knows = |release: &&str| {
            let number = Release::parse(release).unwrap();
            let known =
                hv_cluster::harvester::HarvesterRelease::Known(number, (*release).to_owned());
            row.on(&known).is_some()
        };
        let release = ["v1.8.2", "v1.9.0-rc6"]
            .into_iter()
            .find(|release| knows(release));
        let release = release.unwrap_or_else(|| panic!("{} is of no release", row.code));
        let (inventory, files) = read(&format!("{release}+{}", row.code));
        assert!(
            is_found(&row.code, &whole, &inventory, &files),
            "{}",
            row.code
        );
        let less = whole.without(&row.code);
        assert!(
            !is_found(&row.code, &less, &inventory, &files),
            "{}",
            row.code
        );
    }
}
