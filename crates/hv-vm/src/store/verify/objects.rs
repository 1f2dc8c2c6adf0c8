//! The objects of a bundle: whether they are those that the header names, and the VM among them.

use serde_json::{Value, json};

use super::super::layout::{HEADER, Place, SECRETS, Shelf};
use super::super::read::Files;
use super::Verification;
use crate::header::{Header, Item};
use crate::key::{Key, Kind};
use crate::{digest, normal};

/// What every encrypted file begins with.
const AGE: &[u8] = b"age-encryption.org/v1\n";

/// The objects of a bundle that could be read.
pub(super) struct Objects<'a>(pub(super) Vec<(&'a Item, Value)>);

impl<'a> Objects<'a> {
    /// Reads the objects, and checks that each is the one that it is listed as.
    pub(super) fn read(
        place: &Place,
        header: &'a Header,
        files: &Files,
        into: &mut Verification,
    ) -> Self {
        let mut objects = Vec::new();
        for item in &header.items {
            let Some(bytes) = files.get(&item.path) else {
                continue;
            };
            if item.path.starts_with(SECRETS) {
                if !bytes.starts_with(AGE) {
                    let message = "it is not encrypted with age";
                    into.problem(place, "secret-in-clear", &item.path, message);
                }
                continue;
            }
            // What the parser says of a secret would show a piece of it.
            match serde_json::from_slice::<Value>(bytes) {
                Ok(object) if is(&object, &item.object) => objects.push((item, object)),
                Ok(_) => {
                    let message = format!("it is not {}", item.object);
                    into.problem(place, "object-mismatch", &item.path, message);
                }
                Err(error) => {
                    let message = format!("it is no JSON at line {}", error.line());
                    into.problem(place, "object-broken", &item.path, message);
                }
            }
        }
        Self(objects)
    }

    /// Whether an object is in the bundle, encrypted or not.
    pub(super) fn has(header: &Header, key: &Key) -> bool {
        header.items.iter().any(|item| item.object == *key)
    }

    /// Checks that the VM or template is there, is the one that the digest is of, and would not
    /// start.
    pub(super) fn check_digest(&self, place: &Place, header: &Header, into: &mut Verification) {
        let kind = match place.shelf() {
            Shelf::Vm => Kind::VirtualMachine,
            Shelf::Template => Kind::VirtualMachineTemplate,
        };
        let key = Key::new(kind, &place.name().namespace, &place.name().name);
        if !Self::has(header, &key) {
            into.problem(
                place,
                "missing-file",
                "",
                format!("it does not hold {key} itself"),
            );
        }
        let Some((item, object)) = self.0.iter().find(|(item, _)| item.object == key) else {
            return;
        };
        let spec = &object["spec"];
        if kind == Kind::VirtualMachine
            && (spec["runStrategy"] != "Halted" || !spec["running"].is_null())
        {
            let message = "the VM would start where it is applied";
            into.problem(place, "would-start", &item.path, message);
        }
        if header.normal_form != normal::VERSION {
            let message = format!(
                "its digest is of version {} of the normal form, and this release knows {}",
                header.normal_form,
                normal::VERSION
            );
            into.remark(place, "other-normal-form", HEADER, message);
            return;
        }
        let normal = match place.shelf() {
            Shelf::Vm => normal::normal_form(object, &header.disks),
            Shelf::Template => self.template(object),
        };
        if digest::digest(&normal) != header.digest {
            let message = "it is not what the digest in the header is of";
            into.problem(place, "normal-form-mismatch", &item.path, message);
        }
    }

    /// The normal form of a template: with its versions, by name.
    fn template(&self, template: &Value) -> Value {
        let of_kind = |kind| {
            self.0
                .iter()
                .filter(move |(item, _)| item.object.kind == kind)
        };
        let mut versions: Vec<_> = of_kind(Kind::VirtualMachineTemplateVersion).collect();
        versions.sort_by_key(|(item, _)| item.object.name.as_str());
        let versions: Vec<_> = versions.into_iter().map(|(_, version)| version).collect();
        json!({"template": template, "versions": versions})
    }
}

/// Whether an object has a name.
fn is(object: &Value, key: &Key) -> bool {
    let metadata = &object["metadata"];
    object["apiVersion"] == key.kind.api_version()
        && object["kind"] == key.kind.name()
        && metadata["name"] == key.name.as_str()
        && metadata["namespace"].as_str().unwrap_or_default() == key.namespace
}
