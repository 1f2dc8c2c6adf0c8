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
        let classes: BTreeSet<String> = bundles
            .iter()
            .flat_map(|one| &one.requirements.storage_classes)
            .map(|class| class.name.clone())
            .collect();
        for class in self.storage_classes.keys() {
            if !classes.contains(class) {
                let message = unknown("no bundle uses this class", class, &classes);
                problems.add(&below("storageClasses", class), message);
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
