//! Which file of a support bundle holds what.

use std::collections::BTreeSet;

use super::files::Files;
use super::metadata::Failures;
use crate::kinds::Kind;

/// Collected of every cluster, and every cluster has them; no file there means no object there.
const ALWAYS_COLLECTED: [&str; 2] = ["default", "kube-system"];

/// The file of a kind, in whichever version the cluster preferred.
pub(super) fn path(files: &Files, kind: &Kind, namespace: Option<&str>) -> Option<String> {
    let base = match namespace {
        Some(namespace) => format!("yamls/namespaced/{namespace}/"),
        None => "yamls/cluster/".to_owned(),
    };
    let (version, plural) = (kind.version, kind.plural);
    if kind.group.is_empty() {
        let path = format!("{base}{version}/{plural}.yaml");
        return files.contains(&path).then_some(path);
    }
    let group = format!("{base}{}/", kind.group);
    let path = format!("{group}{version}/{plural}.yaml");
    if files.contains(&path) {
        return Some(path);
    }
    let file = format!("{plural}.yaml");
    let mut others = files.under(&group).filter(|path| {
        path[group.len()..]
            .split_once('/')
            .is_some_and(|(_, rest)| rest == file)
    });
    others.next().map(str::to_owned)
}

/// The namespaces that were collected, whether or not they hold anything.
pub(super) fn covered(files: &Files, failures: &Failures) -> Vec<String> {
    const BASE: &str = "yamls/namespaced/";
    let mut names: BTreeSet<String> = files
        .under(BASE)
        .filter_map(|path| path[BASE.len()..].split_once('/'))
        .map(|(namespace, _)| namespace.to_owned())
        .collect();
    let anything = files.under("yamls/").next().is_some();
    if anything && failures.namespaced.is_none() {
        names.extend(ALWAYS_COLLECTED.map(str::to_owned));
    }
    names.into_iter().collect()
}
