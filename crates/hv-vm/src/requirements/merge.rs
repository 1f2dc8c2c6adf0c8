//! Requirements of several VMs as those of one.

use crate::header::Requirements;

impl Requirements {
    /// Adds the requirements of another VM; the processor is that of the last.
    pub(crate) fn merge(&mut self, other: Self) {
        join(
            &mut self.storage_classes,
            other.storage_classes,
            |one| one.name.clone(),
            |one| &mut one.used_by,
        );
        join(
            &mut self.images,
            other.images,
            |one| one.id.clone(),
            |one| &mut one.used_by,
        );
        join(
            &mut self.networks,
            other.networks,
            |one| one.id.clone(),
            |one| &mut one.used_by,
        );
        join(
            &mut self.secrets,
            other.secrets,
            |one| (one.name.clone(), one.config_map),
            |one| &mut one.used_by,
        );
        join(
            &mut self.named,
            other.named,
            |one| (one.kind.clone(), one.id.clone()),
            |one| &mut one.used_by,
        );
        self.devices.extend(other.devices);
        for label in other.node_labels {
            if !self.node_labels.contains(&label) {
                self.node_labels.push(label);
            }
        }
        self.machine = other.machine;
    }
}

fn join<T, K: Ord>(
    all: &mut Vec<T>,
    others: Vec<T>,
    name: impl Fn(&T) -> K,
    used_by: impl Fn(&mut T) -> &mut Vec<String>,
) {
    for mut other in others {
        match all.iter_mut().find(|one| name(one) == name(&other)) {
            None => all.push(other),
            Some(known) => {
                let more = std::mem::take(used_by(&mut other));
                let known = used_by(known);
                known.extend(more);
                known.sort();
                known.dedup();
            }
        }
    }
    all.sort_by_key(name);
}
