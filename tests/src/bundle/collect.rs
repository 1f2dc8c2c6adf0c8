//! Which lists the collector asks for, and under which path each answer is kept.

use std::collections::BTreeMap;
use std::io;

use serde_json::Value;

use super::{BundleOptions, Kit, definitions, exclusions, generation_log, list};
use crate::world::World;
use crate::world::resources::{self, Resource};

/// Namespaces that every kit collects.
const ALWAYS: &[&str] = &["default", "kube-system", "cattle-system"];

/// The files below `yamls/` by path, and the log of what could not be read.
pub(super) struct Collected {
    pub(super) files: BTreeMap<String, String>,
    pub(super) log: String,
}

pub(super) fn collect(world: &World, options: &BundleOptions) -> io::Result<Collected> {
    let definitions = definitions::of(world);
    let objects: Vec<&Value> = world.objects.iter().chain(&definitions).collect();
    let resources = resources::served(&objects, &world.absent_groups);
    let by_list = sort(&objects, &resources);

    let mut files = BTreeMap::new();
    let mut log = String::new();
    let namespaces = covered_namespaces(world);
    let scopes = std::iter::once(None).chain(namespaces.iter().map(|name| Some(name.as_str())));
    for namespace in scopes {
        for resource in resources
            .iter()
            .filter(|r| r.namespaced == namespace.is_some())
        {
            if !exclusions::is_collected(resource, namespace, options.kit) {
                continue;
            }
            let url = resource.url(namespace);
            if let Some(sentence) = refusal(resource, &url, options) {
                log.push_str(&generation_log::line(&url, &sentence));
                continue;
            }
            let items = by_list.get(&(namespace, resource.group_version(), &resource.kind));
            let text = match items {
                Some(items) => list::file_text(resource, items)?,
                None if options.kit == Kit::Before202308 => Some(list::empty_text(resource)?),
                None => None,
            };
            if let Some(text) = text {
                files.insert(file_path(resource, namespace), text);
            }
        }
    }
    Ok(Collected { files, log })
}

/// Namespaces of the bundle: those of every kit, then the world's, each once.
pub(super) fn covered_namespaces(world: &World) -> Vec<String> {
    let mut covered: Vec<String> = Vec::new();
    let wanted = ALWAYS
        .iter()
        .copied()
        .chain(world.namespaces_in_bundle.iter().map(String::as_str));
    for namespace in wanted {
        if !covered.iter().any(|known| known == namespace) {
            covered.push(namespace.into());
        }
    }
    covered
}

fn refusal(resource: &Resource, url: &str, options: &BundleOptions) -> Option<String> {
    let failure = options.failures.iter().find(|(path, _)| path == url);
    match failure {
        Some((_, sentence)) => Some(sentence.clone()),
        None if !resource.listable => Some(generation_log::NOT_LISTABLE.into()),
        None => None,
    }
}

fn file_path(resource: &Resource, namespace: Option<&str>) -> String {
    let folder = namespace.map_or("cluster".into(), |name| format!("namespaced/{name}"));
    format!(
        "yamls/{folder}/{}/{}.yaml",
        resource.group_version(),
        resource.plural
    )
}

type ListKey<'a> = (Option<&'a str>, String, &'a String);

/// Objects by the list that returns them, in the order etcd keeps them.
fn sort<'a>(
    objects: &[&'a Value],
    resources: &'a [Resource],
) -> BTreeMap<ListKey<'a>, Vec<&'a Value>> {
    let mut lists: BTreeMap<ListKey<'a>, Vec<&'a Value>> = BTreeMap::new();
    for &object in objects {
        let Some(resource) = resources.iter().find(|resource| resource.is_of(object)) else {
            continue;
        };
        let namespace = object["metadata"]["namespace"].as_str();
        let key = (namespace, resource.group_version(), &resource.kind);
        lists.entry(key).or_default().push(object);
    }
    for items in lists.values_mut() {
        items.sort_by_key(|item| item["metadata"]["name"].as_str());
    }
    lists
}
