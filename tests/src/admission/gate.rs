//! The desk at which all webhooks but those of backups are answered.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use serde_json::{Value, json};

use super::Refusal;
use super::around;
use super::dice::Dice;
use super::request::Request;
use super::rules::{self, Asked};
use crate::controlplane::Api;
use crate::model::Cache;

/// What is known, and where to ask for the rest.
pub(crate) struct Gate {
    pub(crate) cache: Arc<Cache>,
    pub(crate) api: Api,
    pub(crate) dice: Mutex<Dice>,
}

impl Gate {
    /// Answers a review sent to `/WHOSE/mutate` or `/WHOSE/validate`.
    pub(crate) async fn answer(&self, path: &str, review: &Value) -> Value {
        let asked = &review["request"];
        let mut response = json!({"uid": asked["uid"], "allowed": true});
        match self.decide(path, asked).await {
            Err(refusal) => {
                response["allowed"] = false.into();
                response["status"] = refusal.status();
            }
            Ok(operations) if !operations.is_empty() => {
                let patch = Value::from(operations).to_string();
                let engine = base64::engine::general_purpose::STANDARD;
                response["patch"] = engine.encode(patch).into();
                response["patchType"] = "JSONPatch".into();
            }
            Ok(_) => {}
        }
        json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response})
    }

    async fn decide(&self, path: &str, asked: &Value) -> Result<Vec<Value>, Refusal> {
        let mut words = path.trim_start_matches('/').split('/');
        let whose = words.next().and_then(Asked::of);
        let (Some(whose), Some(request)) = (whose, Request::of(asked)) else {
            return Err(Refusal::bad_request(format!("nobody answers at {path}")));
        };
        let store = around::gather(&self.cache, &self.api, &request)
            .await
            .map_err(|error| Refusal::internal(error.to_string()))?;
        let release = rules::release(&store);
        if words.next() == Some("mutate") {
            let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
            return rules::mutate(whose, &request, &store, release, &mut dice);
        }
        rules::validate(whose, &request, &store, release)?;
        let is_for_good = asked["dryRun"] != true && request.object["kind"] == "VirtualMachine";
        if is_for_good && whose == Asked::Harvester {
            self.cache.admit(&request.object);
        }
        Ok(Vec::new())
    }
}
