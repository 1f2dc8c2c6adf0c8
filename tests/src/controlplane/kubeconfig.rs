//! Kubeconfig files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;

/// A kubeconfig that needs no other file, as JSON, which YAML readers read.
pub(crate) fn text(url: &str, ca_pem: &str, user: &str, token: &str) -> String {
    let cluster = json!({"server": url, "certificate-authority-data": BASE64.encode(ca_pem)});
    let text = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "testbed",
        "clusters": [{"name": "testbed", "cluster": cluster}],
        "users": [{"name": user, "user": {"token": token}}],
        "contexts": [{"name": "testbed", "context": {"cluster": "testbed", "user": user}}],
    });
    format!("{text:#}\n")
}
