//! What controllers write into objects that they did not create, as data.

/// Annotations that controllers write; one that ends in `*` stands for all that begin so.
pub(super) const ANNOTATIONS: &[&str] = &[
    "kubectl-hv.io/plan",
    // The claim and volume controllers, and the CSI sidecars.
    "pv.kubernetes.io/*",
    "volume.kubernetes.io/*",
    "volume.beta.kubernetes.io/*",
    "volume.alpha.kubernetes.io/*",
    "snapshot.storage.kubernetes.io/*",
    "longhorn.io/*",
    "cdi.kubevirt.io/*",
    // Harvester's VM controller notes on a claim who uses it, and on a VM what it did for it.
    "harvesterhci.io/owned-by",
    "harvesterhci.io/mac-address",
    "harvesterhci.io/vmRunStrategy",
    "harvesterhci.io/removedPersistentVolumeClaims",
    "harvesterhci.io/storageProvider",
    "harvesterhci.io/storageClassName",
    "harvesterhci.io/timestamp",
    // Harvester's network controller.
    "network.harvesterhci.io/route",
    "k8s.v1.cni.cncf.io/resourceName",
    // Rancher's controllers keep their state in annotations.
    "objectset.rio.cattle.io/*",
    "lifecycle.cattle.io/*",
    "cattle.io/*",
    "field.cattle.io/*",
    "management.cattle.io/*",
    // KubeVirt.
    "kubevirt.io/latest-observed-api-version",
    "kubevirt.io/storage-observed-api-version",
];

/// Labels that controllers write.
pub(super) const LABELS: &[&str] = &[
    "kubernetes.io/metadata.name",
    "network.harvesterhci.io/ready",
    "objectset.rio.cattle.io/*",
    "field.cattle.io/*",
    "app.kubernetes.io/component",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/part-of",
];

/// Fields that controllers write, by kind.
pub(super) const FIELDS: &[(&str, &str)] = &[
    ("PersistentVolumeClaim", "/spec/volumeName"),
    ("PersistentVolume", "/spec/claimRef/uid"),
    ("PersistentVolume", "/spec/claimRef/resourceVersion"),
    ("Namespace", "/spec/finalizers"),
];
