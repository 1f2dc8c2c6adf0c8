//! `hv-testbed load`: more objects for an API server that is up.

use std::path::{Path, PathBuf};

use clap::Args;
use hv_testbed::controlplane::Remote;
use hv_testbed::world;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Failure, FolderArgs, say};

#[derive(Args, Debug)]
pub(crate) struct LoadArgs {
    /// World to load.
    #[arg(long)]
    world: Option<String>,
    /// Grow the world to this many VMs first, and load what that adds.
    #[arg(long, requires = "world")]
    vms: Option<usize>,
    /// Grow the world to this many claims.
    #[arg(long, requires = "vms", default_value_t = 0)]
    pvcs: usize,
    /// Networks of each VM that is added.
    #[arg(long, requires = "vms", default_value_t = 0)]
    nics: usize,
    /// Give each VM that is added a cloud-init Secret.
    #[arg(long, requires = "vms")]
    secrets: bool,
    /// Grow the world by this many backups of two disks first, and load what that adds.
    #[arg(long, requires = "world")]
    backups: Option<usize>,
    /// Grow the world to this many contents of snapshots.
    #[arg(long, requires = "backups", default_value_t = 0)]
    contents: usize,
    #[command(flatten)]
    folder: FolderArgs,
    /// Write straight into etcd: thousands of objects in seconds, with nothing checked.
    #[arg(long)]
    unchecked: bool,
    /// YAML or JSON files of objects, with status, uid and creation time as they are to be.
    files: Vec<PathBuf>,
}

pub(super) fn run(args: &LoadArgs) -> Result<(), Failure> {
    let mut objects = Vec::new();
    if let Some(name) = &args.world {
        let mut world = world::load(name, Timestamp::now())?;
        let mut before = Vec::new();
        if let Some(vms) = args.vms {
            before.clone_from(&world.objects);
            world.grow(vms, args.pvcs, args.nics);
        }
        if let Some(backups) = args.backups {
            if before.is_empty() {
                before.clone_from(&world.objects);
            }
            world.grow_backups(backups, args.contents)?;
        }
        // Growing adds objects, and may change some that were there.
        let mut known = before.iter();
        world.objects.retain(|object| known.next() != Some(object));
        objects.extend(world.objects);
        if args.secrets {
            let secrets: Vec<Value> = objects.iter_mut().filter_map(secret_of).collect();
            objects.extend(secrets);
        }
    }
    for path in &args.files {
        let documents =
            read(path).map_err(|error| format!("read \"{}\": {error}", path.display()))?;
        objects.extend(documents.into_iter().flat_map(items));
    }
    let remote = Remote::open(&args.folder.file("remote.json"))?;
    let loaded = if args.unchecked {
        remote.fill(&objects)?;
        objects.len()
    } else {
        remote.load(&objects)?.loaded
    };
    say(&format!("{loaded} objects loaded."))
}

/// Gives a VM a cloud-init Secret; nothing for other objects.
fn secret_of(object: &mut Value) -> Option<Value> {
    if object["kind"] != "VirtualMachine" {
        return None;
    }
    let metadata = &object["metadata"];
    let name = format!("{}-cloudinit", metadata["name"].as_str()?);
    let namespace = metadata["namespace"].clone();
    let spec = &mut object["spec"]["template"]["spec"];
    let source = json!({"secretRef": {"name": name}});
    let volume = json!({"name": "cloudinit", "cloudInitNoCloud": source});
    spec["volumes"].as_array_mut()?.push(volume);
    let disk = json!({"name": "cloudinit", "disk": {"bus": "virtio"}});
    spec["domain"]["devices"]["disks"]
        .as_array_mut()?
        .push(disk);
    Some(json!({
        "apiVersion": "v1", "kind": "Secret", "type": "secret",
        "metadata": {"name": name, "namespace": namespace},
        "data": {"userdata": "I2Nsb3VkLWNvbmZpZwo="},
    }))
}

/// JSON is read as such: the YAML reader refuses documents of many thousand objects.
fn read(path: &Path) -> Result<Vec<Value>, Failure> {
    let text = std::fs::read_to_string(path)?;
    if let Ok(document) = serde_json::from_str(&text) {
        return Ok(vec![document]);
    }
    Ok(serde_saphyr::from_multiple(&text)?)
}

/// A list's items, or the object itself.
fn items(mut document: Value) -> Vec<Value> {
    let is_list = document["kind"]
        .as_str()
        .is_some_and(|kind| kind.ends_with("List"));
    match document["items"].take() {
        Value::Array(items) if is_list => items,
        _ => vec![document],
    }
}
