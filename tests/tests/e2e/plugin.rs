//! The plugin `hv-snapshot`, and its answers.

use std::path::Path;

use hv_testbed::plugin;
pub(crate) use hv_testbed::plugin::Run;
use serde_json::Value;

pub(crate) const NAME: &str = "kubectl-hv_snapshot";

/// Constructors of the plugin under this name.
pub(crate) struct Plugin;

impl Plugin {
    pub(crate) fn alone() -> plugin::Plugin {
        plugin::Plugin::alone(NAME)
    }

    pub(crate) fn at(kubeconfig: &Path) -> plugin::Plugin {
        plugin::Plugin::at(NAME, kubeconfig)
    }

    pub(crate) fn of_server(url: &str) -> plugin::Plugin {
        plugin::Plugin::of_server(NAME, url)
    }
}

/// The answer for one target.
#[track_caller]
pub(crate) fn item<'a>(report: &'a Value, name: &str) -> &'a Value {
    let mut items = report["items"].as_array().unwrap().iter();
    let found = items.find(|item| item["target"]["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {report:#}"))
}

/// A verdict and its reason.
#[track_caller]
pub(crate) fn verdict<'a>(report: &'a Value, name: &str, capability: &str) -> (&'a str, &'a str) {
    let judgement = &item(report, name)["capabilities"][capability];
    let word = |field: &str| judgement[field].as_str().unwrap();
    (word("verdict"), word("reason"))
}
