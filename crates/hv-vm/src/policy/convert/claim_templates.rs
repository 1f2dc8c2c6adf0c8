//! The annotation `harvesterhci.io/volumeClaimTemplates`: claims as JSON in a string.

use serde_json::Value;

use super::Converted;

/// The same claims in one spelling, without the target of a storage migration in flight.
pub(super) fn convert(value: &Value) -> Converted {
    let parsed = value
        .as_str()
        .and_then(|text| serde_json::from_str::<Vec<Value>>(text).ok());
    let Some(mut claims) = parsed else {
        return Err((
            "claim-templates-unreadable",
            "The claim templates are no JSON list and stay as they are; the disks were found by the volumes.",
        ));
    };
    for claim in &mut claims {
        let Some(fields) = claim.as_object_mut() else {
            continue;
        };
        fields.remove("targetVolume");
        fields.remove("status");
        if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("creationTimestamp");
        }
    }
    Ok(Value::String(Value::Array(claims).to_string()))
}
