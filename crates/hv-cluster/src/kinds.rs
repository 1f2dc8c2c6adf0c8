//! The kinds the suite reads, as fixed data, so that no run needs discovery.

/// Whether objects of a kind live in a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One name space for the whole cluster.
    Cluster,
    /// Names are unique in a namespace only.
    Namespaced,
}

/// A Kubernetes kind with everything needed to build its URL or find its file in a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// API group, empty for the core group.
    pub group: &'static str,
    /// Version that every supported release serves.
    pub version: &'static str,
    /// Name in manifests, such as `StorageClass`.
    pub kind: &'static str,
    /// Name in URLs, such as `storageclasses`.
    pub plural: &'static str,
    /// Where its objects live.
    pub scope: Scope,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $group:literal $version:literal $kind:literal $plural:literal $scope:ident;)*) => {
        $($(#[$doc])*
        pub const $name: Kind = Kind {
            group: $group, version: $version, kind: $kind, plural: $plural, scope: Scope::$scope,
        };)*
        /// Every kind above.
        pub const ALL: &[Kind] = &[$($name),*];
    };
}

kinds! {
    /// Harvester's settings, `server-version` and `csi-driver-config` among them.
    SETTING = "harvesterhci.io" "v1beta1" "Setting" "settings" Cluster;
    /// Classes of storage.
    STORAGE_CLASS = "storage.k8s.io" "v1" "StorageClass" "storageclasses" Cluster;
    /// Classes of snapshots.
    VOLUME_SNAPSHOT_CLASS = "snapshot.storage.k8s.io" "v1" "VolumeSnapshotClass" "volumesnapshotclasses" Cluster;
    /// Snapshots.
    VOLUME_SNAPSHOT = "snapshot.storage.k8s.io" "v1" "VolumeSnapshot" "volumesnapshots" Namespaced;
    /// The storage side of snapshots.
    VOLUME_SNAPSHOT_CONTENT = "snapshot.storage.k8s.io" "v1" "VolumeSnapshotContent" "volumesnapshotcontents" Cluster;
    /// Installed CSI drivers.
    CSI_DRIVER = "storage.k8s.io" "v1" "CSIDriver" "csidrivers" Cluster;
    /// Drivers registered on each node.
    CSI_NODE = "storage.k8s.io" "v1" "CSINode" "csinodes" Cluster;
    /// Signs of life of the CSI sidecars.
    LEASE = "coordination.k8s.io" "v1" "Lease" "leases" Namespaced;
    /// What CDI believes of a storage class.
    STORAGE_PROFILE = "cdi.kubevirt.io" "v1beta1" "StorageProfile" "storageprofiles" Cluster;
    /// CDI's own configuration.
    CDI = "cdi.kubevirt.io" "v1beta1" "CDI" "cdis" Cluster;
    /// Volumes that CDI fills.
    DATA_VOLUME = "cdi.kubevirt.io" "v1beta1" "DataVolume" "datavolumes" Namespaced;
    /// KubeVirt's own configuration and version.
    KUBEVIRT = "kubevirt.io" "v1" "KubeVirt" "kubevirts" Namespaced;
    /// Virtual machines.
    VIRTUAL_MACHINE = "kubevirt.io" "v1" "VirtualMachine" "virtualmachines" Namespaced;
    /// Running virtual machines.
    VIRTUAL_MACHINE_INSTANCE = "kubevirt.io" "v1" "VirtualMachineInstance" "virtualmachineinstances" Namespaced;
    /// Live migrations.
    VIRTUAL_MACHINE_INSTANCE_MIGRATION = "kubevirt.io" "v1" "VirtualMachineInstanceMigration" "virtualmachineinstancemigrations" Namespaced;
    /// Images.
    VIRTUAL_MACHINE_IMAGE = "harvesterhci.io" "v1beta1" "VirtualMachineImage" "virtualmachineimages" Namespaced;
    /// VM snapshots and VM backups.
    VIRTUAL_MACHINE_BACKUP = "harvesterhci.io" "v1beta1" "VirtualMachineBackup" "virtualmachinebackups" Namespaced;
    /// Restores of VM snapshots and VM backups.
    VIRTUAL_MACHINE_RESTORE = "harvesterhci.io" "v1beta1" "VirtualMachineRestore" "virtualmachinerestores" Namespaced;
    /// Schedules of VM snapshots and VM backups, from 1.4 on.
    SCHEDULE_VM_BACKUP = "harvesterhci.io" "v1beta1" "ScheduleVMBackup" "schedulevmbackups" Namespaced;
    /// Backups of single volumes, from 1.8 on.
    VOLUME_REMOTE_BACKUP = "harvesterhci.io" "v1beta1" "VolumeRemoteBackup" "volumeremotebackups" Namespaced;
    /// Volume claims.
    PERSISTENT_VOLUME_CLAIM = "" "v1" "PersistentVolumeClaim" "persistentvolumeclaims" Namespaced;
    /// Volumes.
    PERSISTENT_VOLUME = "" "v1" "PersistentVolume" "persistentvolumes" Cluster;
    /// Namespaces.
    NAMESPACE = "" "v1" "Namespace" "namespaces" Cluster;
    /// Pods, for the state of sidecars.
    POD = "" "v1" "Pod" "pods" Namespaced;
    /// Deployments, for image tags when settings are missing.
    DEPLOYMENT = "apps" "v1" "Deployment" "deployments" Namespaced;
    /// Longhorn's settings, its version among them.
    LONGHORN_SETTING = "longhorn.io" "v1beta2" "Setting" "settings" Namespaced;
    /// Longhorn's volumes, for their data engine.
    LONGHORN_VOLUME = "longhorn.io" "v1beta2" "Volume" "volumes" Namespaced;
    /// Longhorn's backups.
    LONGHORN_BACKUP = "longhorn.io" "v1beta2" "Backup" "backups" Namespaced;
    /// Longhorn's volumes on a backup target.
    LONGHORN_BACKUP_VOLUME = "longhorn.io" "v1beta2" "BackupVolume" "backupvolumes" Namespaced;
    /// Longhorn's backup targets.
    LONGHORN_BACKUP_TARGET = "longhorn.io" "v1beta2" "BackupTarget" "backuptargets" Namespaced;
    /// Networks of VMs.
    NETWORK_ATTACHMENT_DEFINITION = "k8s.cni.cncf.io" "v1" "NetworkAttachmentDefinition" "network-attachment-definitions" Namespaced;
    /// Passwords and keys; read only where a long flag asks for it.
    SECRET = "" "v1" "Secret" "secrets" Namespaced;
    /// Plain configuration.
    CONFIG_MAP = "" "v1" "ConfigMap" "configmaps" Namespaced;
    /// Public SSH keys.
    KEY_PAIR = "harvesterhci.io" "v1beta1" "KeyPair" "keypairs" Namespaced;
    /// VMs to make others from.
    VIRTUAL_MACHINE_TEMPLATE = "harvesterhci.io" "v1beta1" "VirtualMachineTemplate" "virtualmachinetemplates" Namespaced;
    /// Their versions.
    VIRTUAL_MACHINE_TEMPLATE_VERSION = "harvesterhci.io" "v1beta1" "VirtualMachineTemplateVersion" "virtualmachinetemplateversions" Namespaced;
    /// Longhorn's side of images.
    BACKING_IMAGE = "longhorn.io" "v1beta2" "BackingImage" "backingimages" Namespaced;
    /// Sizes of VMs.
    INSTANCETYPE = "instancetype.kubevirt.io" "v1beta1" "VirtualMachineInstancetype" "virtualmachineinstancetypes" Namespaced;
    /// Sizes of VMs, for the whole cluster.
    CLUSTER_INSTANCETYPE = "instancetype.kubevirt.io" "v1beta1" "VirtualMachineClusterInstancetype" "virtualmachineclusterinstancetypes" Cluster;
    /// Preferences of guests.
    PREFERENCE = "instancetype.kubevirt.io" "v1beta1" "VirtualMachinePreference" "virtualmachinepreferences" Namespaced;
    /// Preferences of guests, for the whole cluster.
    CLUSTER_PREFERENCE = "instancetype.kubevirt.io" "v1beta1" "VirtualMachineClusterPreference" "virtualmachineclusterpreferences" Cluster;
    /// Accounts of pods.
    SERVICE_ACCOUNT = "" "v1" "ServiceAccount" "serviceaccounts" Namespaced;
    /// Custom resource definitions, for kinds that may be missing.
    CUSTOM_RESOURCE_DEFINITION = "apiextensions.k8s.io" "v1" "CustomResourceDefinition" "customresourcedefinitions" Cluster;
    /// Which webhooks guard which kinds.
    VALIDATING_WEBHOOK_CONFIGURATION = "admissionregistration.k8s.io" "v1" "ValidatingWebhookConfiguration" "validatingwebhookconfigurations" Cluster;
}
