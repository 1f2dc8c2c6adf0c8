//! The body that is sent for a step: the plugin's, with the id of the plan.

use serde_json::{Map, Value};

use crate::domain::Domain;
use crate::plan::{PLAN_ANNOTATION, Plan, Step, fits};

/// The body that is sent for a step. It may be a Secret, so it is not kept.
pub(crate) fn stamped(plan: &Plan, step: &Step, domain: &impl Domain) -> Result<Value, String> {
    let mut body = domain.object(step)?;
    fits(&step.object, &body)?;
    let metadata = &mut body["metadata"];
    if metadata["annotations"].is_null() {
        metadata["annotations"] = Value::Object(Map::new());
    }
    match metadata["annotations"].as_object_mut() {
        Some(annotations) => {
            annotations.insert(PLAN_ANNOTATION.to_owned(), plan.id.clone().into());
            Ok(body)
        }
        None => Err("has annotations that are none".to_owned()),
    }
}
