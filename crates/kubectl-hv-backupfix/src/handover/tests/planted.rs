//! Secrets, addresses and hosts that are planted, and the objects they are planted in.

use serde_json::{Value, json};

/// Everything that must not come out, in every spelling in which it was planted.
pub(super) const PLANTED: &[&str] = &[
    // Credentials of the backup target, whole and in broken or nested JSON.
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI",
    "hush-of-s3",
    // Saved secrets, as they are kept and decoded.
    "aHVudGVyMi1zYXZlZA",
    "hunter2-saved",
    // Cloud-init.
    "cloud-password-77",
    "Y2xvdWQtcGFzc3dvcmQtNzc",
    "wifi key with blanks",
    // Credentials in URLs, settings, headers and sentences.
    "proxy-pass",
    "image-pass",
    "qcow2-token",
    "said-in-a-sentence",
    "eyJhbGciOiJSUzI1NiJ9",
    "opaque-bearer-token",
    "MIIEvQIBADANBg",
    "registry-secret-json",
    "quoted-by-harvester",
    // Hardware addresses.
    "52:54:00:aa:bb:cc",
    "52:54:00:AA:BB:CC",
    "52-54-00-aa-bb-cc",
    "525400aabbcc",
    "02:00:5e:10:00:01",
    // Network addresses.
    "10.53.0.10",
    "192.168.77.5",
    "203.0.113.9",
    "fd00:77::9",
    "172.16.5",
    // Hosts of endpoints.
    "minio.secret-lan.example",
    "nas.secret-lan.example",
    "nfs.storage.example",
    "images.example",
    "proxy.example",
];

/// Objects of a small cluster, by their place in a support bundle.
pub(super) fn objects() -> Vec<(&'static str, Vec<Value>)> {
    let target = json!({
        "type": "s3", "endpoint": "https://minio.secret-lan.example:9000", "bucketName": "hv",
        "bucketRegion": "eu", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "secretAccessKey": "wJalrXUtnFEMI/K7MDENG+bPx",
        "cert": "-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBg\n-----END CERTIFICATE-----\n",
    });
    let applied =
        json!({"value": target.to_string(), "metadata": {"name": "backup-target"}}).to_string();
    let settings = vec![
        json!({
            "metadata": {"name": "backup-target", "annotations": {"kubectl.kubernetes.io/last-applied-configuration": applied}},
            "value": target.to_string(),
            "status": {"conditions": [{
                "type": "configured", "status": "False",
                "message": "Get \"https://minio.secret-lan.example:9000/hv\": lookup minio.secret-lan.example on 10.53.0.10:53: no such host",
            }]},
        }),
        json!({"metadata": {"name": "server-version"}, "value": "v1.8.2"}),
        json!({"metadata": {"name": "csi-driver-config"}, "value": "{\"x\": {\"password\": \"said-in-a-sentence\""}),
        json!({"metadata": {"name": "http-proxy"}, "value": "{\"httpProxy\":\"http://me:proxy-pass@proxy.example:3128\"}"}),
        json!({"metadata": {"name": "containerd-registry"}, "value": "{\"auth\":\"registry-secret-json\"}"}),
    ];
    let instance = json!({
        "domain": {"devices": {"interfaces": [{"name": "default", "macAddress": "52:54:00:aa:bb:cc"}]}},
        "networks": [{"name": "default", "multus": {"networkName": "prod/gone"}}],
        "volumes": [
            {"name": "disk-0", "persistentVolumeClaim": {"claimName": "web"}},
            {"name": "init", "cloudInitNoCloud": {
                "userData": "#cloud-config\npassword: cloud-password-77\n",
                "networkData": "ethernets: {eth0: {addresses: [192.168.77.5/24]}}",
            }},
        ],
    });
    let backup = json!({
        "metadata": {
            "name": "nightly", "namespace": "prod", "uid": "uid-nightly",
            "managedFields": [{"manager": "hush-of-s3"}],
            "annotations": {"harvesterhci.io/mac-address": "{\"default\":\"52:54:00:AA:BB:CC\"}", "note": "password: hush-of-s3", "quoted": "unmarshal failed, value: {\"type\":\"s3\",\"secretAccessKey\":\"quoted-by-harvester"},
        },
        "spec": {"type": "backup", "source": {"kind": "VirtualMachine", "name": "web"}},
        "status": {
            "readyToUse": true,
            "backupTarget": {"endpoint": "nfs://nas.secret-lan.example:/export", "bucketName": "", "bucketRegion": ""},
            "error": {"message": "login hunter2-saved at 203.0.113.9 failed, enx525400aabbcc is down, Authorization: Bearer opaque-bearer-token-1 refused; wifi key with blanks"},
            "source": {"metadata": {"name": "web", "namespace": "prod"}, "spec": {"template": {"spec": instance}}},
            "secretBackups": [{"name": "ci", "data": {"password": "aHVudGVyMi1zYXZlZA==", "wifi": "d2lmaSBrZXkgd2l0aCBibGFua3M="}}],
            "volumeBackups": [{
                "name": "nightly-volume-web", "volumeName": "disk-0", "longhornBackupName": "backup-1",
                "persistentVolumeClaim": {"metadata": {"name": "web", "namespace": "prod"}, "spec": {"storageClassName": "gone", "volumeName": "pvc-1"}},
            }],
        },
    });
    let restore = json!({
        "metadata": {"name": "again", "namespace": "prod"},
        "spec": {"virtualMachineBackupName": "nightly", "virtualMachineBackupNamespace": "prod", "target": {"kind": "VirtualMachine", "name": "web"}, "newVM": true},
        "status": {"complete": false, "conditions": [{
            "type": "InProgress", "status": "False", "reason": "Error",
            "message": "duplicate mac address 52-54-00-aa-bb-cc for vm web; token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrOHMifQ.c2lnbmF0dXJl",
        }]},
    });
    let machine = json!({
        "metadata": {"name": "web", "namespace": "prod"},
        "spec": {"template": {"spec": {
            "domain": {"devices": {"interfaces": [{"macAddress": "02:00:5e:10:00:01"}]}},
            "readinessProbe": {"httpGet": {"host": "172.16.5.5", "httpHeaders": [{"name": "X-Token", "value": "opaque-bearer-token-2"}]}},
            "volumes": [{"name": "init", "cloudInitNoCloud": {"userDataBase64": "Y2xvdWQtcGFzc3dvcmQtNzc="}}],
        }}},
    });
    let lh_target = json!({
        "metadata": {"name": "default", "namespace": "longhorn-system"},
        "spec": {"backupTargetURL": "nfs://nas.secret-lan.example:/export"},
        "status": {"available": false, "conditions": [{
            "type": "Unavailable", "status": "True",
            "message": "mount.nfs4: nas.secret-lan.example. at fd00:77::9 timed out, key AKIAIOSFODNN7EXAMPLE, [fd00:77::9]:2049",
        }]},
    });
    let image = json!({
        "metadata": {"name": "image-1", "namespace": "prod"},
        "spec": {"url": "https://me:image-pass@images.example/x.qcow2?token=qcow2-token&y=1"},
    });
    let network = json!({
        "metadata": {"name": "vlan", "namespace": "prod"},
        "spec": {"config": "{\"ipam\":{\"subnet\":\"172.16.5.0/24\",\"gateway\":\"172.16.5.1\"}}"},
    });
    let class = json!({
        "metadata": {"name": "nfs"}, "provisioner": "nfs.csi.k8s.io",
        "parameters": {"server": "nfs.storage.example", "share": "/x"},
    });
    vec![
        ("cluster/harvesterhci.io/v1beta1/settings", settings),
        (
            "namespaced/prod/harvesterhci.io/v1beta1/virtualmachinebackups",
            vec![backup],
        ),
        (
            "namespaced/prod/harvesterhci.io/v1beta1/virtualmachinerestores",
            vec![restore],
        ),
        (
            "namespaced/prod/harvesterhci.io/v1beta1/virtualmachineimages",
            vec![image],
        ),
        (
            "namespaced/prod/k8s.cni.cncf.io/v1/network-attachment-definitions",
            vec![network],
        ),
        (
            "namespaced/prod/kubevirt.io/v1/virtualmachines",
            vec![machine],
        ),
        (
            "namespaced/longhorn-system/longhorn.io/v1beta2/backuptargets",
            vec![lh_target],
        ),
        ("cluster/storage.k8s.io/v1/storageclasses", vec![class]),
    ]
}
