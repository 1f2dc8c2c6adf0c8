//! From the objects of bundles to the steps of a plan, in the order that clusters need.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use hv_change::{Action, Body, ObjectRef, SealedBody, Step, Wait};
use hv_vm::header::VmName;
use hv_vm::mapping::{Rendered, RenderedObject};
use hv_vm::{Key, Kind};
use serde_json::{Value, json};

/// The objects of one VM.
pub(crate) struct Part<'a> {
    /// The VM in the bundle.
    pub(crate) source: &'a VmName,
    /// The VM on the target.
    pub(crate) target: &'a VmName,
    /// What is created for it.
    pub(crate) rendered: &'a Rendered,
}

/// Two bundles that make different objects of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clash {
    /// The object.
    pub(crate) object: ObjectRef,
    /// The VM that came second.
    pub(crate) vm: VmName,
}

/// The steps for some VMs, and where their bundles disagree; an object that several share is
/// created once.
pub(crate) fn steps(
    root: &Path,
    namespaces: &[String],
    parts: &[Part<'_>],
) -> (Vec<Step>, Vec<Clash>) {
    let mut made = Made {
        shared: shared(parts),
        ..Made::default()
    };
    for name in namespaces {
        made.namespace(name);
    }
    for part in parts {
        made.part(root, part);
    }
    (made.steps, made.clashes)
}

/// Objects that several VMs name: they are nobody's own, and get no owner.
fn shared(parts: &[Part<'_>]) -> BTreeSet<ObjectRef> {
    let mut seen = BTreeSet::new();
    let objects = parts.iter().flat_map(|part| &part.rendered.objects);
    objects
        .map(|one| reference(&one.key))
        .filter(|object| !seen.insert(object.clone()))
        .collect()
}

#[derive(Default)]
struct Made {
    steps: Vec<Step>,
    /// Where the step of each object is.
    by_object: BTreeMap<ObjectRef, usize>,
    shared: BTreeSet<ObjectRef>,
    clashes: Vec<Clash>,
}

impl Made {
    fn namespace(&mut self, name: &str) {
        let object = ObjectRef {
            api_version: "v1".to_owned(),
            kind: "Namespace".to_owned(),
            namespace: String::new(),
            name: name.to_owned(),
        };
        let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        self.push(Step {
            id: format!("create {object}"),
            group: format!("namespace {name}"),
            object,
            after: Vec::new(),
            action: Action::Create(Body::Object(body)),
            wait: Some(Wait::Active),
        });
    }

    fn part(&mut self, root: &Path, part: &Part<'_>) {
        let group = text_of(part.target);
        let mut needed = Vec::new();
        let mut owned = Vec::new();
        for one in &part.rendered.objects {
            let object = reference(&one.key);
            let body = body(root, part.source, one);
            let is_vm = one.key.kind == Kind::VirtualMachine;
            let id = format!("create {object}");
            if let Some(at) = self.by_object.get(&object) {
                if !same(&self.steps[*at].action, &body) {
                    let vm = part.source.clone();
                    self.clashes.push(Clash { object, vm });
                }
                needed.push(id);
                continue;
            }
            let mut after = self.namespace_of(&object);
            match is_vm {
                true => after.append(&mut needed),
                false => needed.push(id.clone()),
            }
            // What several VMs share is nobody's own: it must not go with one of them.
            let is_shared = is_shared(one.key.kind) || self.shared.contains(&object);
            if one.owned && !is_shared {
                owned.push(object.clone());
            }
            self.push(Step {
                id,
                group: match is_shared {
                    true => object.to_string(),
                    false => group.clone(),
                },
                wait: waits(&body),
                object,
                after,
                action: Action::Create(body),
            });
        }
        let owner = reference(&Key::new(
            Kind::VirtualMachine,
            &part.target.namespace,
            &part.target.name,
        ));
        for object in owned {
            self.push(Step {
                id: format!("own {object}"),
                group: group.clone(),
                after: vec![format!("create {object}"), format!("create {owner}")],
                object,
                action: Action::Own {
                    owner: owner.clone(),
                },
                wait: None,
            });
        }
    }

    fn namespace_of(&self, object: &ObjectRef) -> Vec<String> {
        let namespace = ObjectRef {
            api_version: "v1".to_owned(),
            kind: "Namespace".to_owned(),
            namespace: String::new(),
            name: object.namespace.clone(),
        };
        match self.by_object.contains_key(&namespace) {
            true => vec![format!("create {namespace}")],
            false => Vec::new(),
        }
    }

    fn push(&mut self, step: Step) {
        if matches!(step.action, Action::Create(_)) {
            self.by_object.insert(step.object.clone(), self.steps.len());
        }
        self.steps.push(step);
    }
}

fn body(root: &Path, source: &VmName, one: &RenderedObject) -> Body {
    let Some(sealed) = &one.sealed else {
        return Body::Object(one.object.clone());
    };
    Body::Sealed(SealedBody {
        source: root.to_owned(),
        bundle: text_of(source),
        file: sealed.file.clone(),
        sha256: sealed.sha256.clone(),
        edits: one.object.clone(),
        renamed_keys: sealed.renamed_keys.clone(),
        restored: sealed.restored.clone(),
    })
}

/// Whether two steps create the same object; each VM's bundle has its own copy of what is shared.
fn same(action: &Action, body: &Body) -> bool {
    match (action, body) {
        (Action::Create(Body::Object(a)), Body::Object(b)) => a == b,
        // Encryption gives other bytes each time: the same secret of the source is the same one here.
        (Action::Create(Body::Sealed(a)), Body::Sealed(b)) => {
            let namespace = |body: &SealedBody| body.bundle.split('/').next().map(str::to_owned);
            namespace(a) == namespace(b) && a.file == b.file && a.edits == b.edits
        }
        _ => false,
    }
}

/// A claim that names its volume is bound before a VM can use it, on any class.
fn waits(body: &Body) -> Option<Wait> {
    let Body::Object(object) = body else {
        return None;
    };
    let is_claim = object["kind"] == "PersistentVolumeClaim";
    let names_volume =
        matches!(&object["spec"]["volumeName"], Value::String(name) if !name.is_empty());
    (is_claim && names_volume).then_some(Wait::Bound)
}

fn is_shared(kind: Kind) -> bool {
    matches!(kind, Kind::NetworkAttachmentDefinition | Kind::KeyPair)
}

/// The name of an object as a plan has it.
pub(crate) fn reference(key: &Key) -> ObjectRef {
    ObjectRef {
        api_version: key.kind.api_version().to_owned(),
        kind: key.kind.name().to_owned(),
        namespace: match key.kind.is_namespaced() {
            true => key.namespace.clone(),
            false => String::new(),
        },
        name: key.name.clone(),
    }
}

/// `namespace/name`.
pub(crate) fn text_of(vm: &VmName) -> String {
    format!("{}/{}", vm.namespace, vm.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(namespace: &str, name: &str) -> VmName {
        VmName {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }

    fn object(kind: Kind, namespace: &str, name: &str, spec: &Value) -> RenderedObject {
        let key = Key::new(kind, namespace, name);
        RenderedObject {
            object: json!({"kind": kind.name(), "metadata": {"name": name}, "spec": spec}),
            key,
            sealed: None,
            owned: kind == Kind::Secret,
        }
    }

    fn rendered(vm: &str, key: &Value) -> Rendered {
        let objects = vec![
            object(Kind::KeyPair, "dr", "ops", key),
            object(Kind::Secret, "dr", &format!("{vm}-ci"), &json!({})),
            object(
                Kind::PersistentVolumeClaim,
                "dr",
                vm,
                &json!({"volumeName": "pv-1"}),
            ),
            object(Kind::VirtualMachine, "dr", vm, &json!({})),
        ];
        Rendered {
            objects,
            ..Rendered::default()
        }
    }

    fn made(second_key: &Value) -> (Vec<Step>, Vec<Clash>) {
        let (a, b) = (rendered("a", &json!({"k": 1})), rendered("b", second_key));
        let (source_a, source_b) = (name("prod", "a"), name("prod", "b"));
        let (target_a, target_b) = (name("dr", "a"), name("dr", "b"));
        let parts = [
            Part {
                source: &source_a,
                target: &target_a,
                rendered: &a,
            },
            Part {
                source: &source_b,
                target: &target_b,
                rendered: &b,
            },
        ];
        steps(Path::new("/bundles"), &["dr".to_owned()], &parts)
    }

    #[test]
    fn each_object_waits_for_its_namespace_and_the_vm_for_all_of_its_objects() {
        let (steps, clashes) = made(&json!({"k": 1}));
        assert_eq!(clashes, []);
        let ids: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "create Namespace dr",
                "create KeyPair dr/ops",
                "create Secret dr/a-ci",
                "create PersistentVolumeClaim dr/a",
                "create VirtualMachine dr/a",
                "own Secret dr/a-ci",
                "create Secret dr/b-ci",
                "create PersistentVolumeClaim dr/b",
                "create VirtualMachine dr/b",
                "own Secret dr/b-ci",
            ]
        );
        let after = |id: &str| &steps.iter().find(|step| step.id == id).unwrap().after;
        assert_eq!(
            *after("create VirtualMachine dr/b"),
            [
                "create Namespace dr",
                "create KeyPair dr/ops",
                "create Secret dr/b-ci",
                "create PersistentVolumeClaim dr/b",
            ]
        );
        assert_eq!(
            *after("own Secret dr/b-ci"),
            ["create Secret dr/b-ci", "create VirtualMachine dr/b"]
        );
        let wait = |id: &str| steps.iter().find(|step| step.id == id).unwrap().wait;
        assert_eq!(wait("create PersistentVolumeClaim dr/a"), Some(Wait::Bound));
        assert_eq!(wait("create Namespace dr"), Some(Wait::Active));
        assert_eq!(wait("create VirtualMachine dr/a"), None);
    }

    #[test]
    fn what_two_vms_share_is_one_step_unless_they_disagree() {
        let (_, clashes) = made(&json!({"k": 2}));
        let [clash] = clashes.as_slice() else {
            panic!("{clashes:?}");
        };
        assert_eq!(clash.object.to_string(), "KeyPair dr/ops");
        assert_eq!(clash.vm, name("prod", "b"));
    }

    #[test]
    fn a_secret_of_two_vms_gets_no_owner() {
        let (source, target) = (name("prod", "a"), name("dr", "a"));
        let other = (name("prod", "b"), name("dr", "b"));
        let a = rendered("a", &json!({}));
        let mut b = rendered("b", &json!({}));
        b.objects[1] = a.objects[1].clone();
        let parts = [
            Part {
                source: &source,
                target: &target,
                rendered: &a,
            },
            Part {
                source: &other.0,
                target: &other.1,
                rendered: &b,
            },
        ];
        let (steps, clashes) = steps(Path::new("/bundles"), &[], &parts);
        assert_eq!(clashes, []);
        let secret = |step: &&Step| step.object.name == "a-ci";
        let secret: Vec<&Step> = steps.iter().filter(secret).collect();
        assert_eq!(secret.len(), 1, "one creation and no owner");
        assert_eq!(secret[0].group, "Secret dr/a-ci");
    }
}
