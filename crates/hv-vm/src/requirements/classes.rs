//! The storage classes of a VM's disks.

use std::collections::BTreeMap;

use super::{Needs, text};
use crate::header::ClassNeed;
use crate::key::{Key, Kind};

pub(super) fn classes(needs: &Needs<'_>) -> Vec<ClassNeed> {
    let mut by_name: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for disk in needs.disks {
        if let Some(class) = &disk.class {
            by_name.entry(class).or_default().push(disk.claim.clone());
        }
    }
    let need = |(name, used_by): (&str, Vec<String>)| {
        let need = ClassNeed {
            name: name.to_owned(),
            used_by,
            ..ClassNeed::default()
        };
        let key = Key::new(Kind::StorageClass, "", name);
        let Some(class) = needs.objects.get(&key) else {
            return need;
        };
        let parameters = class["parameters"].as_object().into_iter().flatten();
        ClassNeed {
            driver: text(&class["provisioner"]),
            parameters: parameters
                .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
                .collect(),
            volume_binding_mode: text(&class["volumeBindingMode"]),
            allow_volume_expansion: class["allowVolumeExpansion"].as_bool(),
            ..need
        }
    };
    by_name.into_iter().map(need).collect()
}
