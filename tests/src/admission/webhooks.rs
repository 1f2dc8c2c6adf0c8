//! The webhooks by name, and what each is asked about.

/// One webhook: whose rules, its name, and what it is asked about.
pub(super) struct Webhook {
    pub(super) kind: &'static str,
    /// The API server asks in the order of these names.
    pub(super) configuration: &'static str,
    pub(super) name: &'static str,
    pub(super) path: &'static str,
    /// API group, version, plural and operations.
    pub(super) rules: &'static [(
        &'static str,
        &'static str,
        &'static str,
        &'static [&'static str],
    )],
}

const MUTATING: &str = "MutatingWebhookConfiguration";
const VALIDATING: &str = "ValidatingWebhookConfiguration";
const WRITES: &[&str] = &["CREATE", "UPDATE"];
const ALL: &[&str] = &["CREATE", "UPDATE", "DELETE"];
const BACKUPS: &[(&str, &str, &str, &[&str])] = &[(
    "harvesterhci.io",
    "v1beta1",
    "virtualmachinebackups",
    &["CREATE"],
)];
const VMS: &[(&str, &str, &str, &[&str])] = &[("kubevirt.io", "v1", "virtualmachines", WRITES)];
const NETWORKS: &[(&str, &str, &str, &[&str])] = &[(
    "k8s.cni.cncf.io",
    "v1",
    "network-attachment-definitions",
    ALL,
)];

/// Those for backups.
pub(super) const OF_BACKUPS: &[Webhook] = &[
    Webhook {
        kind: MUTATING,
        configuration: "harvester-mutator",
        name: "mutator.harvesterhci.io",
        path: "mutate",
        rules: BACKUPS,
    },
    Webhook {
        kind: VALIDATING,
        configuration: "harvester-validator",
        name: "validator.harvesterhci.io",
        path: "validate",
        rules: BACKUPS,
    },
];

/// Those for VMs and what belongs to them.
pub(super) const OTHERS: &[Webhook] = &[
    Webhook {
        kind: MUTATING,
        configuration: "harvester-mutator-of-vms",
        name: "mutator.harvesterhci.io",
        path: "harvester/mutate",
        rules: VMS,
    },
    Webhook {
        kind: MUTATING,
        configuration: "harvester-network-webhook",
        name: "mutator.harvester-system.harvester-network-webhook",
        path: "network/mutate",
        rules: NETWORKS,
    },
    Webhook {
        kind: MUTATING,
        configuration: "virt-api-mutator",
        name: "virtualmachines-mutator.kubevirt.io",
        path: "kubevirt/mutate",
        rules: VMS,
    },
    Webhook {
        kind: VALIDATING,
        configuration: "harvester-validator-of-vms",
        name: "validator.harvesterhci.io",
        path: "harvester/validate",
        rules: &[
            ("kubevirt.io", "v1", "virtualmachines", WRITES),
            ("", "v1", "persistentvolumeclaims", ALL),
            ("harvesterhci.io", "v1beta1", "keypairs", WRITES),
        ],
    },
    Webhook {
        kind: VALIDATING,
        configuration: "harvester-network-webhook",
        name: "validator.harvester-system.harvester-network-webhook",
        path: "network/validate",
        rules: NETWORKS,
    },
    Webhook {
        kind: VALIDATING,
        configuration: "cdi-api-datavolume-validate",
        name: "datavolume-validate.cdi.kubevirt.io",
        path: "cdi/validate",
        rules: &[("cdi.kubevirt.io", "v1beta1", "datavolumes", &["CREATE"])],
    },
    Webhook {
        kind: VALIDATING,
        configuration: "virt-api-validator",
        name: "virtualmachine-validator.kubevirt.io",
        path: "kubevirt/validate",
        rules: VMS,
    },
];
