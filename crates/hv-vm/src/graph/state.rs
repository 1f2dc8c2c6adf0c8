//! The claim of persistent firmware state, which no field of the VM names.

use serde_json::Value;

/// Label of the claim that holds a VM's EFI variables and TPM state.
pub const STATE_LABEL: &str = "persistent-state-for";

/// How the claim of persistent firmware state is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateClaim {
    /// Its label.
    pub label: &'static str,
    /// The label's value: the name of the VM.
    pub value: String,
    /// Its name where it has no label, as old releases made it.
    pub legacy_name: String,
}

/// How a VM's claim of persistent firmware state is found; nothing if it keeps no such state.
pub fn state_claim_label(vm: &Value) -> Option<StateClaim> {
    let domain = vm.pointer("/spec/template/spec/domain")?;
    let persistent = |at: &str| domain.pointer(at).and_then(Value::as_bool) == Some(true);
    if !persistent("/firmware/bootloader/efi/persistent") && !persistent("/devices/tpm/persistent")
    {
        return None;
    }
    let name = vm.pointer("/metadata/name")?.as_str()?;
    Some(StateClaim {
        label: STATE_LABEL,
        value: name.to_owned(),
        legacy_name: format!("{STATE_LABEL}-{name}"),
    })
}
