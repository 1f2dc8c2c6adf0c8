//! Reads what the rules look at from the API server.

use serde_json::Value;

use super::inputs::{Disk, Inputs};
use super::release::Release;
use crate::controlplane::{Api, Error};

const HARVESTER: &str = "/apis/harvesterhci.io/v1beta1";
const KUBEVIRT: &str = "/apis/kubevirt.io/v1";
const LONGHORN: &str = "/apis/longhorn.io/v1beta2/namespaces/longhorn-system";

/// Everything about a `VirtualMachineBackup` that is to be created.
pub(crate) async fn inputs(
    api: &Api,
    backup: Value,
    namespace: &str,
    name: &str,
) -> Result<Inputs, Error> {
    let vm_name = backup["spec"]["source"]["name"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let mut backup = backup;
    backup["metadata"]["namespace"] = namespace.into();
    let existing = if name.is_empty() {
        None
    } else {
        api.find(&format!(
            "{HARVESTER}/namespaces/{namespace}/virtualmachinebackups/{name}"
        ))
        .await?
    };
    let vm = if vm_name.is_empty() {
        None
    } else {
        api.find(&format!(
            "{KUBEVIRT}/namespaces/{namespace}/virtualmachines/{vm_name}"
        ))
        .await?
    };
    let mut disks = Vec::new();
    for volume in array(
        vm.as_ref()
            .map(|vm| &vm["spec"]["template"]["spec"]["volumes"]),
    ) {
        if let Some(claim_name) = volume["persistentVolumeClaim"]["claimName"].as_str() {
            let name = volume["name"].as_str().unwrap_or_default();
            let is_shareable = vm.as_ref().is_some_and(|vm| shares(vm, name));
            disks.push(disk(api, namespace, name, claim_name, is_shareable).await?);
        }
    }
    let (default, version) = setting(api, "server-version").await?;
    Ok(Inputs {
        release: Release::parse(if version.is_empty() {
            &default
        } else {
            &version
        }),
        backup,
        existing,
        vm,
        is_migrating: is_migrating(api, namespace, &vm_name).await?,
        disks,
        csi_driver_config: setting(api, "csi-driver-config").await?,
        backup_target: setting(api, "backup-target").await?,
    })
}

async fn disk(
    api: &Api,
    namespace: &str,
    name: &str,
    claim_name: &str,
    is_shareable: bool,
) -> Result<Disk, Error> {
    let path = format!("/api/v1/namespaces/{namespace}/persistentvolumeclaims/{claim_name}");
    let claim = api.find(&path).await?;
    let class_name = claim
        .as_ref()
        .and_then(|claim| claim["spec"]["storageClassName"].as_str());
    let class = match class_name {
        Some(name) if !name.is_empty() => {
            api.find(&format!("/apis/storage.k8s.io/v1/storageclasses/{name}"))
                .await?
        }
        _ => None,
    };
    let mut disk = Disk {
        name: name.into(),
        claim_name: claim_name.into(),
        claim,
        class,
        is_shareable,
        ..Disk::default()
    };
    let volume = disk.volume_name().to_owned();
    if !volume.is_empty() {
        let path = format!("{LONGHORN}/engines?labelSelector=longhornvolume%3D{volume}");
        let engines = api.find(&path).await?;
        disk.engines = array(engines.as_ref().map(|list| &list["items"]))
            .map(data_engine)
            .collect();
        let found = api.find(&format!("{LONGHORN}/volumes/{volume}")).await?;
        disk.longhorn_volume = found.as_ref().map(data_engine);
    }
    Ok(disk)
}

/// `default` and `value` of a setting; a missing one is empty.
async fn setting(api: &Api, name: &str) -> Result<(String, String), Error> {
    let setting = api
        .find(&format!("{HARVESTER}/settings/{name}"))
        .await?
        .unwrap_or_default();
    let text = |field: &str| setting[field].as_str().unwrap_or_default().to_owned();
    Ok((text("default"), text("value")))
}

async fn is_migrating(api: &Api, namespace: &str, vm_name: &str) -> Result<bool, Error> {
    let path = format!("{KUBEVIRT}/namespaces/{namespace}/virtualmachineinstancemigrations");
    let list = api.find(&path).await?;
    Ok(
        array(list.as_ref().map(|list| &list["items"])).any(|migration| {
            let phase = migration["status"]["phase"].as_str().unwrap_or_default();
            migration["spec"]["vmiName"] == vm_name && !matches!(phase, "Succeeded" | "Failed")
        }),
    )
}

fn shares(vm: &Value, volume: &str) -> bool {
    array(Some(
        &vm["spec"]["template"]["spec"]["domain"]["devices"]["disks"],
    ))
    .any(|disk| disk["name"] == volume && disk["shareable"] == true)
}

fn data_engine(object: &Value) -> String {
    object["spec"]["dataEngine"]
        .as_str()
        .unwrap_or("v1")
        .to_owned()
}

fn array(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}
