//! Values of a VM that must lie within bounds: memory, grace period, maintenance mode.

use serde_json::Value;

use crate::admission::Refusal;
use crate::model::machine::{self, RESERVED, inner};
use crate::model::quantity::Quantity;

const MODE: &str = "harvesterhci.io/maintain-mode-strategy";
const MODES: [&str; 4] = [
    "Migrate",
    "ShutdownAndRestartAfterEnable",
    "ShutdownAndRestartAfterDisable",
    "Shutdown",
];

pub(super) fn check_grace_period(vm: &Value) -> Result<(), Refusal> {
    let period = inner(vm)["terminationGracePeriodSeconds"].as_i64();
    if period.is_some_and(|seconds| seconds < 0) {
        return Err(Refusal::invalid(
            "spec.Template.Spec.TerminationGracePeriodSeconds",
            "Termination grace period can't be negative",
        ));
    }
    Ok(())
}

pub(super) fn check_memory(vm: &Value) -> Result<(), Refusal> {
    let domain = &inner(vm)["domain"];
    let is_set = |value: &Value| Quantity::read(value).is_some_and(|amount| !amount.is_zero());
    if is_set(&domain["memory"]["guest"]) || is_set(&domain["resources"]["limits"]["memory"]) {
        return Ok(());
    }
    Err(Refusal::invalid(
        "spec.template.spec.domain",
        "either memory.guest or resources.limits.memory must be set",
    ))
}

pub(super) fn check_reserved(vm: &Value) -> Result<(), Refusal> {
    let domain = &inner(vm)["domain"];
    let limit = Quantity::read(&domain["resources"]["limits"]["memory"]);
    let Some(limit) = limit.filter(|limit| !limit.is_zero()) else {
        return Ok(());
    };
    let written = machine::annotation(vm, RESERVED);
    if written.is_empty() {
        return Ok(());
    }
    let refused = |message: String| {
        Err(Refusal::invalid(
            format!("metadata.annotations[{RESERVED}]"),
            message,
        ))
    };
    let Some(reserved) = Quantity::parse(written) else {
        return refused(
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
                .into(),
        );
    };
    if reserved.milli >= limit.milli {
        return refused("reservedMemory cannot be equal or greater than limits.memory".into());
    }
    if let Some(guest) = Quantity::read(&domain["memory"]["guest"])
        && guest.milli + reserved.milli > limit.milli
    {
        return refused(format!(
            "guest memory {} plus reservedMemory {} cannot be greater than limits.memory {}",
            guest.value(),
            reserved.value(),
            limit.value()
        ));
    }
    if reserved.milli < 0 {
        return refused("reservedMemory cannot be less than 0".into());
    }
    Ok(())
}

/// An unknown mode that was there before may stay.
pub(super) fn check_maintenance_mode(vm: &Value, old: &Value) -> Result<(), Refusal> {
    let Some(mode) = vm["metadata"]["labels"][MODE].as_str() else {
        return Ok(());
    };
    if MODES.contains(&mode) || old["metadata"]["labels"][MODE] == mode {
        return Ok(());
    }
    Err(Refusal::invalid(
        format!("metadata.labels[{MODE}]"),
        format!("invalid maintenance mode strategy: {mode}"),
    ))
}
