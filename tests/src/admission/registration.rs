//! The registration of the webhooks with the API server.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http::Method;
use serde_json::{Value, json};

use super::dice::Dice;
use super::gate::Gate;
use super::server::{self, Desk};
use super::webhooks::{OF_BACKUPS, OTHERS, Webhook};
use crate::controlplane::{ControlPlane, Error};
use crate::model::Cache;

const CONFIGURATIONS: &str = "/apis/admissionregistration.k8s.io/v1";
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts the webhook for `VirtualMachineBackup`, registers it, and returns when it is asked. Worlds can still be
/// loaded: what the loader writes is not shown to it.
pub fn start(plane: &ControlPlane) -> Result<(), Error> {
    let address = server::start(plane, Desk::Backups(plane.api().clone()))?;
    register(plane, &address, OF_BACKUPS)?;
    await_refusal(
        plane,
        "/apis/harvesterhci.io/v1beta1/namespaces/default/virtualmachinebackups",
        &json!({
            "apiVersion": "harvesterhci.io/v1beta1",
            "kind": "VirtualMachineBackup",
            "metadata": {"name": "testbed-probe"},
            "spec": {"type": "snapshot", "source": {"apiGroup": "kubevirt.io", "kind": "VirtualMachine", "name": "testbed-probe"}},
        }),
        "validator.harvesterhci.io",
    )
}

/// Starts all webhooks: those of [`start`], and those for VMs, claims, key pairs, networks and data volumes.
pub fn start_all(plane: &ControlPlane) -> Result<(), Error> {
    start_with(plane, &Cache::follow(plane)?)
}

pub(crate) fn start_with(plane: &ControlPlane, cache: &Arc<Cache>) -> Result<(), Error> {
    start(plane)?;
    let gate = Arc::new(Gate {
        cache: Arc::clone(cache),
        api: plane.api().clone(),
        dice: Mutex::new(Dice::by_time()),
    });
    let address = server::start(plane, Desk::Others(gate))?;
    register(plane, &address, OTHERS)?;
    let path = "/apis/kubevirt.io/v1/namespaces/default/virtualmachines";
    let probe = |strategy: &str| {
        let domain = json!({"cpu": {"cores": 1}, "memory": {"guest": "1Gi"}, "devices": {}});
        json!({
            "apiVersion": "kubevirt.io/v1",
            "kind": "VirtualMachine",
            "metadata": {"name": "testbed-probe"},
            "spec": {"runStrategy": strategy, "template": {"spec": {"domain": domain}}},
        })
    };
    await_refusal(
        plane,
        path,
        &probe("Never"),
        "virtualmachine-validator.kubevirt.io",
    )?;
    // The last mutating webhook is noticed after all others.
    await_answer(plane, path, &probe("Halted"), |body| {
        body.pointer("/spec/template/spec/architecture").is_some()
    })
}

fn register(plane: &ControlPlane, address: &str, webhooks: &[Webhook]) -> Result<(), Error> {
    for webhook in webhooks {
        let plural = format!("{}s", webhook.kind.to_lowercase());
        let path = format!("{CONFIGURATIONS}/{plural}/{}", webhook.configuration);
        let configuration = configuration(webhook, address, &plane.authority().pem());
        let answer = plane.wait(async || plane.api().apply(&path, &configuration).await)?;
        answer.success(&Method::PATCH, &path)?;
    }
    Ok(())
}

fn configuration(webhook: &Webhook, address: &str, ca: &str) -> Value {
    use base64::Engine as _;
    let ca = base64::engine::general_purpose::STANDARD.encode(ca);
    let loader = ControlPlane::LOADER;
    let rules: Vec<Value> = webhook
        .rules
        .iter()
        .map(|(group, version, plural, operations)| {
            json!({
                "apiGroups": [group],
                "apiVersions": [version],
                "resources": [plural],
                "operations": operations,
                "scope": "*",
            })
        })
        .collect();
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": webhook.kind,
        "metadata": {"name": webhook.configuration},
        "webhooks": [{
            "name": webhook.name,
            "clientConfig": {"url": format!("{address}/{}", webhook.path), "caBundle": ca},
            "rules": rules,
            "matchConditions": [{
                "name": "not-the-loader",
                "expression": format!("request.userInfo.username != '{loader}'"),
            }],
            "failurePolicy": "Fail",
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            "timeoutSeconds": 10,
        }],
    })
}

/// An API server takes a moment to notice a new configuration.
fn await_refusal(
    plane: &ControlPlane,
    path: &str,
    probe: &Value,
    webhook: &str,
) -> Result<(), Error> {
    await_answer(plane, path, probe, |body| {
        body["message"]
            .as_str()
            .is_some_and(|m| m.contains(webhook))
    })
}

fn await_answer(
    plane: &ControlPlane,
    path: &str,
    probe: &Value,
    is_it: impl Fn(&Value) -> bool,
) -> Result<(), Error> {
    let admin = plane.api_as("admin")?;
    let path = format!("{path}?dryRun=All");
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = plane.wait(async || admin.post(&path, probe).await)?;
        if is_it(&answer.body) {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(Error::Timeout(format!(
                "the webhook asked; instead: {}",
                answer.message()
            )));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
