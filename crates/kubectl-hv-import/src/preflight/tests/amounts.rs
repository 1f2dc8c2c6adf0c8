//! Sums over all VMs of a run.

use hv_vm::Kind;
use hv_vm::header::SecretNeed;
use serde_json::json;

use super::bed::{Bed, put, vm_name};

#[test]
fn the_quota_has_to_hold_all_vms_together() {
    let mut bed = Bed::new();
    bed.second("02:00:00:00:00:02");
    bed.map_disk(json!({"blank": {}, "claim": "a"}));
    bed.map["disks"]["prod/web"] = json!({"root": {"blank": {}, "claim": "b"}});
    let mut quota = json!({
        "metadata": {"namespace": "dr", "name": "q"},
        "spec": {"hard": {"requests.storage": "80Gi"}},
        "status": {"used": {"requests.storage": "0"}},
    });
    put(&mut bed.inventory.quotas, quota.clone());
    assert!(bed.says("quota-storage").is_none());
    quota["spec"]["hard"]["requests.storage"] = "81919Mi".into();
    put(&mut bed.inventory.quotas, quota);
    let item = bed.says("quota-storage").unwrap();
    assert_eq!(item.vm, vm_name("prod", "web"));
    assert_eq!(item.message, "40Gi wanted, 40959Mi of 81919Mi left");
}

#[test]
fn counts_block_and_what_only_a_running_vm_takes_warns() {
    let say = |resource: &str, hard: &str, used: &str| {
        let mut bed = Bed::new();
        bed.second("02:00:00:00:00:02");
        for guest in &mut bed.guests {
            guest.hold(Kind::Secret, "ci", b"x");
            guest.header.requirements.secrets = vec![SecretNeed {
                name: "ci".to_owned(),
                state: "plaintext".to_owned(),
                ..SecretNeed::default()
            }];
            guest.vm["spec"]["template"]["spec"]["domain"]["resources"]["requests"] =
                json!({"cpu": "125m", "memory": "2Gi"});
        }
        let quota = json!({
            "metadata": {"namespace": "dr", "name": "q"},
            "spec": {"hard": {resource: hard}}, "status": {"used": {resource: used}},
        });
        put(&mut bed.inventory.quotas, quota);
        let mut told = bed.items().into_iter();
        let told = told.find(|item| item.code.starts_with("quota-"));
        told.map(|item| (item.vm.name, item.code, item.message))
    };
    let later = ": the VM cannot start beside the others";
    for (resource, hard, used, code, message) in [
        (
            "count/virtualmachines.kubevirt.io",
            "3",
            "2",
            "quota-storage",
            "1 wanted, 0 of 3 left",
        ),
        (
            "requests.cpu",
            "1",
            "800m",
            "quota-limits",
            "125m wanted, 75m of 1 left",
        ),
        (
            "memory",
            "4Gi",
            "1Gi",
            "quota-limits",
            "2Gi wanted, 1Gi of 4Gi left",
        ),
        (
            "limits.cpu",
            "4",
            "1",
            "quota-limits",
            "2 wanted, 1 of 4 left",
        ),
        ("pods", "1", "0", "quota-limits", "1 wanted, 0 of 1 left"),
    ] {
        let message = match code {
            "quota-limits" => format!("{message}{later}"),
            _ => message.to_owned(),
        };
        let wanted = ("web".to_owned(), code.to_owned(), message);
        assert_eq!(say(resource, hard, used), Some(wanted), "{resource}");
    }
    // The Secret is of both VMs, and is made once.
    assert_eq!(say("count/secrets", "9", "8"), None);
    let (vm, code, _) = say("secrets", "9", "9").unwrap();
    assert_eq!((vm.as_str(), code.as_str()), ("db01", "quota-storage"));
}

#[test]
fn what_rancher_writes_on_a_namespace_is_a_quota_too() {
    let mut bed = Bed::new();
    bed.map_disk(json!({"blank": {}, "claim": "fresh"}));
    let quota = json!({"limit": {"requestsStorage": "100Gi", "limitsMemory": "4Gi"}}).to_string();
    let namespace = json!({
        "metadata": {"name": "dr", "annotations": {"field.cattle.io/resourceQuota": quota}},
    });
    put(&mut bed.inventory.namespaces, namespace);
    // Two claims of 40 GiB are there already.
    assert_eq!(
        bed.says("quota-storage").unwrap().message,
        "40Gi wanted, 20Gi of 100Gi left"
    );
    assert!(bed.says("quota-limits").is_none());
}
