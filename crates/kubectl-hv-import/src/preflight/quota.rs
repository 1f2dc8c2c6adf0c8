//! Whether the quotas of the namespaces have room for all VMs of a run.

use std::collections::BTreeMap;

use hv_vm::mapping::DiskChoice;
use serde_json::Value;

use super::Sheet;
use super::amount::{milli, text};
use crate::inventory::{Found, Inventory};
use crate::resolve::{Draft, Ground};

const CLASS_SUFFIX: &str = ".storageclass.storage.k8s.io/";

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
        let take = take(draft);
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
        let code = match resource.starts_with("limits.") {
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
        let left = hard.filter_map(|(resource, hard)| {
            let all = milli(hard)?;
            Some((plain(resource), (all - used(resource), all)))
        });
        Purse {
            name: quota.metadata.name.clone(),
            left: left.collect(),
        }
    });
    own.chain(of_namespace(inventory, namespace)).collect()
}

/// The count of claims has two names.
fn plain(resource: &str) -> String {
    match resource {
        "count/persistentvolumeclaims" => "persistentvolumeclaims".to_owned(),
        other => other.to_owned(),
    }
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
    add("count/virtualmachines.kubevirt.io", 1000);
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
    for field in ["cpu", "memory"] {
        let limit = &domain["resources"]["limits"][field];
        let limit = limit
            .as_str()
            .map(str::to_owned)
            .or_else(|| limit.as_i64().map(|number| number.to_string()));
        if let Some(limit) = limit.and_then(|limit| milli(&limit)) {
            add(&format!("limits.{field}"), limit);
        }
    }
    take
}
