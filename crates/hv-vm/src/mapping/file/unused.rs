//! Entries of the map that nothing has a name for, which are mostly slips of the hand.

use std::collections::BTreeSet;

use super::problem::{Problem, Problems, quoted};
use super::shape::below;
use super::{DiskMode, MapFile};
use crate::header::Header;
use crate::mapping::nearest::nearest;

impl MapFile {
    /// Entries for VMs, disks and classes that none of these bundles has.
    ///
    /// A map may serve more bundles than those of one run, so that these are warnings.
    pub fn unused(&self, bundles: &[&Header]) -> Vec<Problem> {
        let mut problems = Problems::default();
        let id = |one: &Header| format!("{}/{}", one.vm.namespace, one.vm.name);
        let vms: BTreeSet<String> = bundles.iter().map(|one| id(one)).collect();
        let sections = [
            ("names", self.names.keys().collect::<Vec<_>>()),
            ("macs", self.macs.keys().collect()),
            ("disks", self.disks.keys().collect()),
        ];
        for (section, named) in sections {
            for vm in named.into_iter().filter(|vm| !vms.contains(*vm)) {
                problems.add(
                    &below(section, vm),
                    unknown("no bundle is of this VM", vm, &vms),
                );
            }
        }
        for bundle in bundles {
            self.unused_of(bundle, &id(bundle), &mut problems);
        }
        let all = |names: &dyn Fn(&Header) -> Vec<String>| -> BTreeSet<String> {
            bundles.iter().flat_map(|one| names(one)).collect()
        };
        let needs = |one: &Header, kind: &str| -> Vec<String> {
            let named = one.requirements.named.iter();
            let named = named.filter(|need| need.kind == kind);
            named.map(|need| need.id.clone()).collect()
        };
        let ids = |one: &Header| {
            let networks = one.requirements.networks.iter().map(|need| need.id.clone());
            let images = one.requirements.images.iter().map(|need| need.id.clone());
            let mut ids: Vec<String> = networks.chain(images).collect();
            ids.extend(needs(one, "KeyPair"));
            ids.push(id(one));
            ids
        };
        let namespace = |id: String| id.split('/').next().unwrap_or_default().to_owned();
        let sections = [
            (
                "storageClasses",
                &self.storage_classes,
                "no bundle uses this class",
                all(&|one| {
                    let classes = one.requirements.storage_classes.iter();
                    classes.map(|class| class.name.clone()).collect()
                }),
            ),
            (
                "networks",
                &self.networks,
                "no bundle uses this network",
                all(&|one| {
                    let networks = one.requirements.networks.iter();
                    networks.map(|network| network.id.clone()).collect()
                }),
            ),
            (
                "images",
                &self.images,
                "no bundle names this image",
                all(&|one| {
                    let images = one.requirements.images.iter();
                    images.map(|image| image.id.clone()).collect()
                }),
            ),
            (
                "keyPairs",
                &self.key_pairs,
                "no bundle names this key pair",
                all(&|one| needs(one, "KeyPair")),
            ),
            (
                "namespaces",
                &self.namespaces,
                "no bundle names this namespace",
                all(&|one| ids(one).into_iter().map(namespace).collect()),
            ),
        ];
        for (section, entries, what, known) in sections {
            for name in entries.keys().filter(|name| !known.contains(*name)) {
                problems.add(&below(section, name), unknown(what, name, &known));
            }
        }
        problems.into_list()
    }

    fn unused_of(&self, bundle: &Header, vm: &str, problems: &mut Problems) {
        let disks = bundle.disks.iter().filter(|disk| !disk.volume.is_empty());
        let known: BTreeSet<String> = disks
            .flat_map(|disk| [disk.volume.clone(), disk.claim.clone()])
            .collect();
        for (disk, entry) in self.disks.get(vm).into_iter().flatten() {
            // Volumes without a claim, such as CD-ROMs, are in the VM only.
            let may_be_other = entry.mode == DiskMode::Skip;
            if !known.contains(disk) && !may_be_other {
                let message = unknown("the VM has no such disk", disk, &known);
                problems.add(&below(&below("disks", vm), disk), message);
            }
        }
    }
}

fn unknown(what: &str, name: &str, known: &BTreeSet<String>) -> String {
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("{what}; did you mean {}?", quoted(near)),
        None => what.to_owned(),
    }
}
