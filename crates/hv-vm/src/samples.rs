//! The objects of one VM as a cluster gives them, for tests.

use std::sync::Arc;

use serde_json::Value;

use crate::header::Origin;
use crate::key::{Key, Kind};
use crate::objects::{Objects, State};

const FILES: &[&str] = &[
    include_str!("../tests/samples/virtualmachine.yaml"),
    include_str!("../tests/samples/virtualmachineinstance.yaml"),
    include_str!("../tests/samples/persistentvolumeclaim.yaml"),
    include_str!("../tests/samples/persistentvolume.yaml"),
    include_str!("../tests/samples/datavolume.yaml"),
    include_str!("../tests/samples/virtualmachineimage.yaml"),
    include_str!("../tests/samples/backingimage.yaml"),
    include_str!("../tests/samples/storageclass.yaml"),
    include_str!("../tests/samples/secret.yaml"),
    include_str!("../tests/samples/keypair.yaml"),
    include_str!("../tests/samples/networkattachmentdefinition.yaml"),
    include_str!("../tests/samples/virtualmachinetemplate.yaml"),
    include_str!("../tests/samples/virtualmachinetemplateversion.yaml"),
];

/// A VM and everything around it.
pub(crate) struct World {
    pub(crate) vm: Value,
    pub(crate) objects: Objects,
    pub(crate) origin: Origin,
}

impl World {
    /// Changes an object that is there.
    pub(crate) fn edit(&mut self, key: &Key, change: impl FnOnce(&mut Value)) {
        let mut object = self.objects.get(key).unwrap().clone();
        change(&mut object);
        self.objects
            .insert(key.clone(), State::Found(Arc::new(object)));
    }

    pub(crate) fn add(&mut self, object: Value) {
        let key = key_of(&object);
        self.objects.insert(key, State::Found(Arc::new(object)));
    }

    pub(crate) fn set(&mut self, key: &Key, state: State) {
        self.objects.insert(key.clone(), state);
    }

    /// Attaches one more volume.
    pub(crate) fn add_volume(&mut self, volume: Value) {
        self.spec()["volumes"].as_array_mut().unwrap().push(volume);
    }

    /// The template's spec.
    pub(crate) fn spec(&mut self) -> &mut Value {
        &mut self.vm["spec"]["template"]["spec"]
    }
}

/// An object's name in its cluster.
pub(crate) fn key_of(object: &Value) -> Key {
    let kind: Kind = object["kind"].as_str().unwrap().parse().unwrap();
    let text = |field| object["metadata"][field].as_str().unwrap_or_default();
    Key::new(kind, text("namespace"), text("name"))
}

/// The VM `prod/web01` as it runs.
pub(crate) fn world() -> World {
    let mut objects = Objects::default();
    let mut vm = Value::Null;
    for document in FILES.iter().flat_map(|file| file.split("\n---\n")) {
        let object: Value = serde_saphyr::from_str(document).unwrap();
        let key = key_of(&object);
        if key.kind == Kind::VirtualMachine {
            vm = object.clone();
        }
        objects.insert(key, State::Found(Arc::new(object)));
    }
    World {
        vm,
        objects,
        origin: Origin {
            cluster_id: "5d0c8a34-1f2e-4b6a-9c3d-7e8f90a1b2c3".to_owned(),
            cluster_id_from: "kube-system".to_owned(),
            uid: String::new(),
            harvester: Some("v1.8.2".to_owned()),
            kube_virt: Some("v1.7.0".to_owned()),
        },
    }
}

/// A claim of the VM.
pub(crate) fn claim(name: &str) -> Key {
    Key::new(Kind::PersistentVolumeClaim, "prod", name)
}

/// The claim of its firmware state.
pub(crate) fn state_claim() -> Key {
    claim("persistent-state-for-web01-x7d2q")
}

/// Its cloud-init secret.
pub(crate) fn secret() -> Key {
    Key::new(Kind::Secret, "prod", "web01-f8t2z")
}
