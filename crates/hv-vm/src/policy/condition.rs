//! When a row holds: conditions over the VM and over the value itself.

use serde::Deserialize;
use serde_json::Value;

use crate::quantity;

/// A condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum When {
    /// The VM has a limit of CPU.
    CpuLimitIsSet,
    /// The VM has a limit of memory.
    MemoryLimitIsSet,
    /// Harvester computes the guest's memory: there is a limit and no hot-plug.
    MemoryIsDerived,
    /// Harvester computes the most sockets: as for memory, and not on arm64.
    SocketsAreDerived,
    /// The expression is about a label that Harvester gives the nodes of a cluster network.
    NamesAClusterNetwork,
    /// The expression is about the label of nodes with the CPU manager on.
    NamesTheCpuManager,
    /// The expression is about the name of a node.
    NamesANode,
    /// The preference is about names of nodes and nothing else.
    PrefersANodeOnly,
    /// The volume takes a dump of the memory.
    IsMemoryDump,
    /// The machine type is one version of it, such as `pc-q35-rhel9.6.0`.
    IsVersioned,
    /// The device keeps its state.
    IsPersistent,
    /// The switch is on, or the part is there.
    IsOn,
}

impl When {
    /// Whether it holds for a value of a VM.
    pub(super) fn holds(self, situation: &Situation<'_>, value: &Value) -> bool {
        match self {
            Self::CpuLimitIsSet => situation.cpu_limit,
            Self::MemoryLimitIsSet => situation.memory_limit,
            Self::MemoryIsDerived => situation.memory_limit && !situation.hotplug,
            Self::SocketsAreDerived => {
                situation.memory_limit && !situation.hotplug && !situation.arm
            }
            Self::NamesAClusterNetwork => key(value).starts_with("network.harvesterhci.io"),
            Self::NamesTheCpuManager => {
                matches!(key(value), "cpumanager" | "kubevirt.io/cpumanager")
            }
            Self::NamesANode => key(value) == NODE_NAME,
            Self::PrefersANodeOnly => prefers_a_node_only(value),
            Self::IsMemoryDump => value.get("memoryDump").is_some(),
            Self::IsVersioned => value.as_str().is_some_and(|text| text.contains('-')),
            Self::IsPersistent => value["persistent"] == true,
            Self::IsOn => !matches!(value, Value::Null | Value::Bool(false)),
        }
    }

    /// The condition in words.
    #[cfg(test)]
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::CpuLimitIsSet => "if `limits.cpu` is set",
            Self::MemoryLimitIsSet => "if `limits.memory` is set",
            Self::MemoryIsDerived => "if `limits.memory` is set and hot-plug is off",
            Self::SocketsAreDerived => "if `limits.memory` is set, hot-plug is off, not on arm64",
            Self::NamesAClusterNetwork => "if its key begins with `network.harvesterhci.io`",
            Self::NamesTheCpuManager => "if its key is `cpumanager`",
            Self::NamesANode => "if its key is `kubernetes.io/hostname`",
            Self::PrefersANodeOnly => "if it is about names of nodes only",
            Self::IsMemoryDump => "if it is a `memoryDump`",
            Self::IsVersioned => "if it is one version, such as `pc-q35-rhel9.6.0`",
            Self::IsPersistent => "if `persistent` is true",
            Self::IsOn => "unless it is false",
        }
    }
}

const NODE_NAME: &str = "kubernetes.io/hostname";

fn key(expression: &Value) -> &str {
    expression["key"].as_str().unwrap_or_default()
}

fn prefers_a_node_only(preferred: &Value) -> bool {
    let list = |name: &str| preferred["preference"][name].as_array();
    let expressions = list("matchExpressions").map_or(&[][..], Vec::as_slice);
    let has_fields = list("matchFields").is_some_and(|fields| !fields.is_empty());
    (has_fields || !expressions.is_empty()) && expressions.iter().all(|one| key(one) == NODE_NAME)
}

/// What conditions and conversions ask about an object, read once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Situation<'a> {
    /// Namespace of the object, or of the object that it is embedded in.
    pub(super) namespace: &'a str,
    cpu_limit: bool,
    memory_limit: bool,
    hotplug: bool,
    arm: bool,
}

impl<'a> Situation<'a> {
    /// Reads an object; one that is no VM has no limits.
    pub(super) fn of(object: &'a Value, namespace: &'a str) -> Self {
        let template = &object["spec"]["template"]["spec"];
        let limits = &template["domain"]["resources"]["limits"];
        let hotplug =
            &object["metadata"]["annotations"]["harvesterhci.io/enableCPUAndMemoryHotplug"];
        Self {
            namespace,
            cpu_limit: is_set(&limits["cpu"]),
            memory_limit: is_set(&limits["memory"]),
            hotplug: hotplug == "true",
            arm: template["architecture"] == "arm64",
        }
    }
}

/// Whether a quantity is there and is not zero, as Harvester looks at it.
fn is_set(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => quantity::canonical(text).is_some_and(|canonical| canonical != "0"),
        _ => false,
    }
}
