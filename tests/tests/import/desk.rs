//! Both plugins in one home, with a kubeconfig that has a context for each cluster.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use hv_testbed::controlplane::{Assets, ControlPlane, Etcd, Options};
use hv_testbed::model::Site;
use hv_testbed::plugin::{self, Plugin, Run};
use hv_testbed::world::{self, World};
use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) const IMPORT: &str = "kubectl-hv_import";
pub(crate) const EXPORT: &str = "kubectl-hv_export";

/// A home with both plugins.
pub(crate) struct Desk {
    plugin: Plugin,
}

impl Desk {
    /// A home that reaches clusters by the names of their contexts; the first is the current one.
    pub(crate) fn of(clusters: &[(&str, &ControlPlane)]) -> Self {
        Self::as_user("admin", clusters)
    }

    /// The same for another user.
    pub(crate) fn as_user(user: &str, clusters: &[(&str, &ControlPlane)]) -> Self {
        let plugin = Plugin::alone(IMPORT);
        symlink(plugin::binary(EXPORT), plugin.path(EXPORT)).unwrap();
        symlink(&clusters[0].1.assets().kubectl, plugin.path("kubectl")).unwrap();
        let desk = Self { plugin };
        let mut config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": clusters[0].0,
            "clusters": [], "users": [], "contexts": [],
        });
        for (name, plane) in clusters {
            let text = fs::read_to_string(plane.kubeconfig(user).unwrap()).unwrap();
            let own: Value = serde_saphyr::from_str(&text).unwrap();
            for (list, part) in [("clusters", "cluster"), ("users", "user")] {
                let entry = json!({"name": name, part: own[list][0][part]});
                config[list].as_array_mut().unwrap().push(entry);
            }
            let context = json!({"name": name, "context": {"cluster": name, "user": name}});
            config["contexts"].as_array_mut().unwrap().push(context);
        }
        fs::write(desk.path("kubeconfig"), config.to_string()).unwrap();
        desk
    }

    /// A file in the home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.plugin.path(name)
    }

    /// Copies a folder from another home.
    pub(crate) fn take(&self, other: &Self, folder: &str) {
        let copied = Command::new("cp")
            .arg("-r")
            .arg(other.path(folder))
            .arg(self.path(folder))
            .status()
            .unwrap();
        assert!(copied.success());
    }

    /// Writes a file in the home.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// The command line of `import` or `export`, not yet started.
    pub(crate) fn command(&self, program: &str, words: &str) -> Command {
        let mut command = Command::new(self.path(program));
        command
            .args(words.split_whitespace())
            .current_dir(self.path(""))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.path(""))
            .env("KUBECONFIG", self.path("kubeconfig"))
            .stdin(std::process::Stdio::null());
        command
    }

    /// Runs the import plugin.
    pub(crate) fn import(&self, words: &str) -> Run {
        Run::of(self.command(IMPORT, words).output().unwrap())
    }

    /// Runs the export plugin.
    pub(crate) fn export(&self, words: &str) -> Run {
        Run::of(self.command(EXPORT, words).output().unwrap())
    }
}

/// A run that must succeed.
#[track_caller]
pub(crate) fn ok(run: Run) -> Run {
    assert_eq!(run.code, Some(0), "{run:?}");
    run
}

/// API servers on one etcd, each with a world in it.
pub(crate) fn serve(worlds: &[&World]) -> Vec<ControlPlane> {
    let etcd = Arc::new(Etcd::start(&Assets::find().unwrap()).unwrap());
    worlds
        .iter()
        .map(|world| {
            let plane = ControlPlane::start(&Options {
                release: world.release().to_owned(),
                absent_groups: world.absent_groups.clone(),
                etcd: Some(Arc::clone(&etcd)),
                ..Options::default()
            })
            .unwrap();
            plane.load(&world.objects).unwrap();
            plane
        })
        .collect()
}

/// Every object of some kinds, by kind and name: what a test compares.
pub(crate) fn contents(plane: &ControlPlane, namespace: &str) -> Vec<(String, Value)> {
    const LISTS: &[&str] = &[
        "/api/v1/namespaces/{}/persistentvolumeclaims",
        "/api/v1/namespaces/{}/secrets",
        "/api/v1/namespaces/{}/configmaps",
        "/apis/kubevirt.io/v1/namespaces/{}/virtualmachines",
        "/apis/k8s.cni.cncf.io/v1/namespaces/{}/network-attachment-definitions",
        "/apis/harvesterhci.io/v1beta1/namespaces/{}/keypairs",
    ];
    let mut found = Vec::new();
    for list in LISTS {
        let path = list.replace("{}", namespace);
        let listed = plane.wait(async || plane.api().find(&path).await).unwrap();
        let items = listed.unwrap()["items"].as_array().unwrap().clone();
        for item in items {
            let name = item["metadata"]["name"].as_str().unwrap();
            if name == "kube-root-ca.crt" {
                continue;
            }
            found.push((format!("{list} {name}"), item));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// The worlds `source` and `dr`, with everything that answers and acts in a cluster.
pub(crate) fn pair() -> Vec<Site> {
    let worlds = world::pair().map(|name| world::load(name, Timestamp::now()).unwrap());
    worlds
        .into_iter()
        .map(|world| Site::start(world).unwrap())
        .collect()
}

/// The same without what differs each time that an object is made.
pub(crate) fn plain(contents: &[(String, Value)]) -> Vec<(String, Value)> {
    let mut plain = contents.to_vec();
    for (_, object) in &mut plain {
        object.as_object_mut().unwrap().remove("status");
        let metadata = object["metadata"].as_object_mut().unwrap();
        for field in [
            "uid",
            "resourceVersion",
            "creationTimestamp",
            "managedFields",
            "generation",
        ] {
            metadata.remove(field);
        }
        if let Some(owners) = metadata
            .get_mut("ownerReferences")
            .and_then(Value::as_array_mut)
        {
            for owner in owners {
                owner.as_object_mut().unwrap().remove("uid");
            }
        }
        if let Some(annotations) = metadata
            .get_mut("annotations")
            .and_then(Value::as_object_mut)
        {
            annotations.remove("kubectl-hv.io/plan");
            let binder = [
                "pv.kubernetes.io/",
                "volume.kubernetes.io/",
                "volume.beta.kubernetes.io/",
            ];
            annotations.retain(|key, _| !binder.iter().any(|prefix| key.starts_with(prefix)));
        }
        // A provisioner names its volumes after the claim's uid.
        let spec = object["spec"].as_object_mut();
        if let Some(spec) = spec {
            let made = |name: &Value| name.as_str().is_some_and(|name| name.starts_with("pvc-"));
            if spec.get("volumeName").is_some_and(made) {
                spec.remove("volumeName");
            }
        }
    }
    plain
}
