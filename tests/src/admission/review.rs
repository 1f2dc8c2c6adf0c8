//! An `AdmissionReview` answered.

use serde_json::{Value, json};

use super::judge::{judge, mutate};
use super::read;
use super::refusal::Refusal;
use crate::controlplane::Api;

/// Answers a review sent to `/mutate` or `/validate`.
pub(crate) async fn answer(api: &Api, path: &str, review: &Value) -> Value {
    let request = &review["request"];
    let mut response = json!({"uid": request["uid"], "allowed": true});
    if let Err(refusal) = decide(api, path, request).await {
        response["allowed"] = false.into();
        response["status"] = refusal.status();
    }
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response})
}

async fn decide(api: &Api, path: &str, request: &Value) -> Result<(), Refusal> {
    let text = |field: &str| request[field].as_str().unwrap_or_default();
    let backup = request["object"].clone();
    let inputs = read::inputs(api, backup, text("namespace"), text("name"))
        .await
        .map_err(|error| Refusal::internal(error.to_string()))?;
    if path == "/mutate" {
        mutate(&inputs)
    } else {
        judge(&inputs)
    }
}
