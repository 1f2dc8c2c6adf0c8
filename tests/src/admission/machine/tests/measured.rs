//! What the validating webhook refuses in view of quotas and of what was there before.

use super::*;

#[test]
fn storage_and_start_are_measured_by_the_quota() {
    let limit = r#"{"limit":{"limitsCpu":"1000m","requestsStorage":"20Gi"}}"#;
    let mut store = cluster();
    store.put(json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": "prod", "annotations": {"field.cattle.io/resourceQuota": limit}},
    }));
    let template = |size: &str| {
        let requests = json!({"storage": size});
        let entry =
            json!({"metadata": {"name": "a"}, "spec": {"resources": {"requests": requests}}});
        let mut vm = vm();
        vm["metadata"]["annotations"]["harvesterhci.io/volumeClaimTemplates"] =
            json!([entry]).to_string().into();
        vm
    };
    let storage = "500 storage insufficient resources due to resource quota";
    assert_eq!(verdict(&template("21Gi"), &store, "v1.8.2"), "accepted");
    store.put(json!({
        "apiVersion": "v1", "kind": "ResourceQuota",
        "metadata": {"namespace": "prod", "name": "default-a", "labels": {"resourcequota.management.cattle.io/default-resource-quota": "true"}},
        "status": {"used": {"requests.storage": "5Gi"}},
    }));
    assert_eq!(verdict(&template("16Gi"), &store, "v1.8.2"), storage);
    assert_eq!(verdict(&template("15Gi"), &store, "v1.8.2"), "accepted");
    let mut started = template("1Gi");
    started["spec"]["runStrategy"] = "Always".into();
    assert_eq!(verdict(&started, &store, "v1.8.2"), "accepted");
    let mut halted = template("1Gi");
    halted["status"] = json!({"printableStatus": "Stopped"});
    started["status"] = halted["status"].clone();
    let request = Request::update(halted, started);
    assert_eq!(
        words(validate(&request, &store, Release::parse("v1.8.2"))),
        "500 cpu insufficient resources due to resource quota"
    );
}

#[test]
fn the_label_of_the_cpu_manager_is_kept_since_1_9() {
    let mut vm = vm();
    let expression = json!({"key": "cpumanager", "operator": "In", "values": ["true"]});
    vm["spec"]["template"]["spec"]["affinity"] = json!({"nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": [expression]}],
        },
    }});
    let request = Request::create(vm);
    assert!(written(&request, &cluster(), "v1.8.2").is_ok());
    let error = written(&request, &cluster(), "v1.9.0-rc6").unwrap_err();
    assert!(
        error.starts_with(r#"422 key "cpumanager" is automatically"#),
        "{error}"
    );
}

#[test]
fn claim_templates_shrink_never_and_move_never() {
    let with = |size: &str, class: &str| {
        let requests = json!({"storage": size});
        let spec = json!({"storageClassName": class, "resources": {"requests": requests}});
        let mut vm = vm();
        vm["metadata"]["annotations"]["harvesterhci.io/volumeClaimTemplates"] =
            json!([{"metadata": {"name": "a"}, "spec": spec}])
                .to_string()
                .into();
        vm
    };
    let judge = |old: &Value, new: &Value, release: &str| {
        let request = Request::update(old.clone(), new.clone());
        words(validate(&request, &cluster(), Release::parse(release)))
    };
    let field = "422 metadata.annotations.harvesterhci.io/volumeClaimTemplates: ";
    let old = with("10Gi", "longhorn");
    assert_eq!(judge(&old, &with("20Gi", "longhorn"), "v1.8.2"), "accepted");
    assert_eq!(
        judge(&old, &with("5Gi", "longhorn"), "v1.8.2"),
        format!("{field}a PVC requests storage can't be less than previous value")
    );
    let moved = judge(&old, &with("10Gi", "ceph"), "v1.8.2");
    assert!(
        moved.starts_with("500 storage class names for the volumes"),
        "{moved}"
    );
    let added = with("10Gi", "nowhere");
    assert_eq!(judge(&vm(), &added, "v1.8.2"), "accepted");
    assert_eq!(
        judge(&vm(), &added, "v1.9.0-rc6"),
        format!("{field}storage class nowhere does not exist")
    );
}
