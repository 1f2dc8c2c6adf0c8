//! Whether the quotas of the namespaces have room for all VMs of a run.

use std::collections::{BTreeMap, BTreeSet};

use hv_vm::Kind;
use hv_vm::mapping::DiskChoice;
use serde_json::Value;

use super::Sheet;
use super::amount::{milli, text};
use crate::inventory::{Found, Inventory};
use crate::resolve::{Draft, Ground, parts};

const CLASS_SUFFIX: &str = ".storageclass.storage.k8s.io/";

/// Names of a resource, and the one that it goes by here.
const NAMES: &[(&str, &str)] = &[
    ("count/configmaps", "configmaps"),
    ("count/persistentvolumeclaims", "persistentvolumeclaims"),
    ("count/pods", "pods"),
    ("count/secrets", "secrets"),
    ("cpu", "requests.cpu"),
    ("memory", "requests.memory"),
];

/// What only a VM that runs takes, beside its limits.
const RUNNING: &[&str] = &[
    "count/virtualmachineinstances.kubevirt.io",
    "pods",
    "requests.cpu",
    "requests.memory",
];

/// What a VM takes of a quota, in thousandths.
type Take = BTreeMap<String, i128>;

/// What is left of one quota.
#[derive(Debug)]
struct Purse {
    name: String,
    /// By resource: what is left, and what there is in all.
    left: BTreeMap<String, (i128, i128)>,
}

pub(super) fn judge(ground: &Ground<'_>, cases: &mut [(&mut Sheet<'_>, &mut Draft<'_>)]) {
    let mut purses: BTreeMap<String, Vec<Purse>> = BTreeMap::new();
    let mut made = BTreeSet::new();
    for (sheet, draft) in cases {
        if draft.skipped {
            continue;
        }
        let namespace = draft.target.namespace.as_str();
        if let Err(why) = ground.inventory.quotas.all_of(namespace) {
            sheet.say("unknown-quotas", &[("namespace", namespace), ("why", why)]);
        }
        let purses = purses
            .entry(namespace.to_owned())
            .or_insert_with(|| open(ground.inventory, namespace));
        let mut take = take(draft);
        beside(draft, &mut made, &mut take);
        for purse in purses {
            for (resource, wanted) in &take {
                purse.pay(resource, *wanted, sheet);
            }
        }
    }
}

impl Purse {
    /// Takes from what is left; says so if it is not enough.
    fn pay(&mut self, resource: &str, wanted: i128, sheet: &mut Sheet<'_>) {
        let Some((left, all)) = self.left.get_mut(resource) else {
            return;
        };
        let had = (*left).max(0);
        *left -= wanted;
        if *left >= 0 || wanted == 0 {
            return;
        }
        let is_later = resource.starts_with("limits.") || RUNNING.contains(&resource);
        let code = match is_later {
            true => "quota-limits",
            false => "quota-storage",
        };
        let (wanted, had, all) = (text(wanted), text(had), text(*all));
        let values = [
            ("quota", self.name.as_str()),
            ("resource", resource),
            ("wanted", wanted.as_str()),
            ("left", had.as_str()),
            ("all", all.as_str()),
        ];
        sheet.say(code, &values);
    }
}

/// The quotas of a namespace: Kubernetes' own, and the one that Rancher writes on the namespace.
fn open(inventory: &Inventory, namespace: &str) -> Vec<Purse> {
    let own = inventory.quotas.of(namespace).map(|quota| {
        let used = |resource: &str| {
            let used = quota.status.used.get(resource);
            used.and_then(|used| milli(used)).unwrap_or_default()
        };
        let hard = quota.spec.hard.iter();
        let mut left: BTreeMap<String, (i128, i128)> = BTreeMap::new();
        for (resource, hard) in hard {
            let Some(all) = milli(hard) else { continue };
            let found = (all - used(resource), all);
            // Of two names for one thing the narrower counts.
            let kept = left.entry(plain(resource).to_owned()).or_insert(found);
            *kept = (*kept).min(found);
        }
        Purse {
            name: quota.metadata.name.clone(),
            left,
        }
    });
    own.chain(of_namespace(inventory, namespace)).collect()
}

/// The one name of a resource that has two.
fn plain(resource: &str) -> &str {
    let known = NAMES.iter().find(|(name, _)| *name == resource);
    known.map_or(resource, |(_, plain)| plain)
}

/// What Rancher writes on a namespace; Harvester counts VMs and claims against it itself.
fn of_namespace(inventory: &Inventory, namespace: &str) -> Option<Purse> {
    let Found::Yes(found) = inventory.namespaces.get("", namespace) else {
        return None;
    };
    let written = found.metadata.annotation("field.cattle.io/resourceQuota");
    let written: Value = serde_json::from_str(written).ok()?;
    let limit = &written["limit"];
    let mut left = BTreeMap::new();
    for (field, resource) in [
        ("limitsCpu", "limits.cpu"),
        ("limitsMemory", "limits.memory"),
        ("requestsStorage", "requests.storage"),
    ] {
        if let Some(all) = limit[field].as_str().and_then(milli) {
            let used = used(inventory, namespace, resource);
            left.insert(resource.to_owned(), (all - used, all));
        }
    }
    Some(Purse {
        name: "field.cattle.io/resourceQuota".to_owned(),
        left,
    })
}

/// What VMs and claims of a namespace have of it already.
fn used(inventory: &Inventory, namespace: &str, resource: &str) -> i128 {
    if resource == "requests.storage" {
        let claims = inventory.claims.of(namespace);
        return claims.filter_map(|claim| milli(claim.request())).sum();
    }
    let field = resource.trim_start_matches("limits.");
    let machines = inventory.machines.of(namespace);
    let limits = machines.filter_map(|one| {
        let limits = &one.spec.template.spec.domain.resources.limits;
        milli(limits.get(field)?)
    });
    limits.sum()
}

/// What a VM takes once it is there and started.
fn take(draft: &Draft<'_>) -> Take {
    let mut take = Take::new();
    let mut add = |resource: &str, amount: i128| {
        *take.entry(resource.to_owned()).or_default() += amount;
    };
    for resource in [
        "count/virtualmachines.kubevirt.io",
        "count/virtualmachineinstances.kubevirt.io",
        "pods",
    ] {
        add(resource, 1000);
    }
    for plug in &draft.plugs {
        let (class, size) = match &plug.choice {
            Some(
                DiskChoice::Bind { class, size, .. }
                | DiskChoice::Image { class, size, .. }
                | DiskChoice::Blank { class, size, .. }
                | DiskChoice::Snapshot { class, size, .. },
            ) => (class, milli(size).unwrap_or_default()),
            Some(DiskChoice::Existing { .. } | DiskChoice::Skip) | None => continue,
        };
        add("requests.storage", size);
        add("persistentvolumeclaims", 1000);
        add(&format!("{class}{CLASS_SUFFIX}requests.storage"), size);
        add(
            &format!("{class}{CLASS_SUFFIX}persistentvolumeclaims"),
            1000,
        );
    }
    let domain = &draft.vm["spec"]["template"]["spec"]["domain"];
    for (which, field) in [
        ("limits", "cpu"),
        ("limits", "memory"),
        ("requests", "cpu"),
        ("requests", "memory"),
    ] {
        let said = &domain["resources"][which][field];
        let said = said
            .as_str()
            .map(str::to_owned)
            .or_else(|| said.as_i64().map(|number| number.to_string()));
        if let Some(said) = said.and_then(|said| milli(&said)) {
            add(&format!("{which}.{field}"), said);
        }
    }
    take
}

/// What is made beside the VM; what several VMs of the run share is made once.
fn beside(draft: &Draft<'_>, made: &mut BTreeSet<(Kind, String)>, take: &mut Take) {
    let namespace = draft.target.namespace.as_str();
    for key in &draft.create {
        let (resource, target) = match key.kind {
            Kind::Secret | Kind::ConfigMap => {
                let resource = match key.kind {
                    Kind::Secret => "secrets",
                    _ => "configmaps",
                };
                let name = draft.secrets.get(&key.name).unwrap_or(&key.name);
                (resource, format!("{namespace}/{name}"))
            }
            Kind::KeyPair => {
                let id = format!("{}/{}", key.namespace, key.name);
                let target = draft.key_pairs.get(&id).cloned().unwrap_or(id);
                ("count/keypairs.harvesterhci.io", target)
            }
            _ => continue,
        };
        if parts(&target).0 == namespace && made.insert((key.kind, target)) {
            *take.entry(resource.to_owned()).or_default() += 1000;
        }
    }
}
