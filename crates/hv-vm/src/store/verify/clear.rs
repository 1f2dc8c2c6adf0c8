//! Whether a bundle holds a secret in the clear that its header does not own up to.

use serde_json::Value;

use super::super::layout::Place;
use super::super::name::is_private;
use super::Verification;
use super::objects::Objects;
use crate::externalise::{KEPT, inline_fields};
use crate::header::Header;
use crate::key::Kind;

/// Checks the objects of a bundle for secrets in the clear.
pub(super) fn check(
    place: &Place,
    header: &Header,
    objects: &Objects<'_>,
    into: &mut Verification,
) {
    for (item, object) in &objects.0 {
        let path = &item.path;
        match item.object.kind {
            kind @ (Kind::Secret | Kind::ConfigMap) => {
                let mut needs = header.requirements.secrets.iter();
                let is_map = kind == Kind::ConfigMap;
                let need =
                    needs.find(|need| need.name == item.object.name && need.config_map == is_map);
                let is_secret = !is_map || need.is_some();
                let is_plain = need.is_some_and(|need| need.state == "plaintext");
                if is_secret && !is_plain && holds_data(object) {
                    let message = "it holds a secret, and the header does not say so";
                    into.problem(place, "secret-in-clear", path, message);
                }
                if !is_map && !is_private(path) {
                    let message = "it holds a secret under a name that does not say so";
                    into.problem(place, "secret-in-clear", path, message);
                }
            }
            Kind::VirtualMachine => text(place, header, path, &object["spec"], into),
            Kind::VirtualMachineTemplateVersion => {
                text(place, header, path, &object["spec"]["vm"]["spec"], into);
            }
            _ => {}
        }
    }
}

/// Checks the spec of a VM for cloud-init text.
fn text(place: &Place, header: &Header, path: &str, spec: &Value, into: &mut Verification) {
    if header.notes.iter().any(|note| note.code == KEPT) {
        return;
    }
    let spec = &spec["template"]["spec"];
    for field in inline_fields(&spec["volumes"], "spec.template.spec") {
        let message = format!("{field} holds cloud-init text, and the header does not say so");
        into.problem(place, "secret-in-clear", path, message);
    }
}

fn holds_data(object: &Value) -> bool {
    let holds = |field| {
        object[field]
            .as_object()
            .is_some_and(|data| !data.is_empty())
    };
    ["data", "stringData", "binaryData"].into_iter().any(holds)
}
