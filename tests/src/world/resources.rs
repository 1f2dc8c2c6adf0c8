//! The resources a cluster serves, each in the preferred version of its group.

use serde_json::Value;

use super::sources;

/// A resource as discovery offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// API group, empty for the core group.
    pub group: String,
    /// Preferred version.
    pub version: String,
    /// Name in URLs.
    pub plural: String,
    /// Name in manifests.
    pub kind: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Whether it can be listed; reviews and bindings cannot.
    pub listable: bool,
    custom: bool,
}

impl Resource {
    /// `v1` or `apps/v1`.
    pub fn group_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `pods` or `deployments.apps`.
    pub fn qualified_name(&self) -> String {
        if self.group.is_empty() {
            self.plural.clone()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }

    /// The path of its list.
    pub fn url(&self, namespace: Option<&str>) -> String {
        let prefix = if self.group.is_empty() { "api" } else { "apis" };
        let namespace = namespace
            .map(|name| format!("namespaces/{name}/"))
            .unwrap_or_default();
        format!(
            "/{prefix}/{}/{namespace}{}",
            self.group_version(),
            self.plural
        )
    }

    /// Whether a custom resource definition stands behind it.
    pub fn is_custom(&self) -> bool {
        self.custom
    }

    /// Whether an object is one of this resource.
    pub fn is_of(&self, object: &Value) -> bool {
        object["kind"] == self.kind.as_str() && group_of(object) == self.group
    }
}

/// Every resource of the table `tests/worlds/resources.txt`.
pub fn known() -> Vec<Resource> {
    sources::RESOURCES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(parse)
        .collect()
}

/// The known resources, less those of absent groups, and whatever else there are objects of.
pub(crate) fn served(objects: &[&Value], absent_groups: &[String]) -> Vec<Resource> {
    let mut served = known();
    served.retain(|resource| !absent_groups.contains(&resource.group));
    for object in objects {
        if !served.iter().any(|resource| resource.is_of(object)) {
            served.extend(guess(object));
        }
    }
    served
}

/// `group/version plural Kind Namespaced|Cluster [custom] [unlistable]`
fn parse(line: &str) -> Option<Resource> {
    let mut words = line.split_whitespace();
    let (group_version, plural, kind, scope) =
        (words.next()?, words.next()?, words.next()?, words.next()?);
    let (group, version) = group_version
        .rsplit_once('/')
        .unwrap_or(("", group_version));
    let flags: Vec<&str> = words.collect();
    Some(Resource {
        group: group.into(),
        version: version.into(),
        plural: plural.into(),
        kind: kind.into(),
        namespaced: scope == "Namespaced",
        listable: !flags.contains(&"unlistable"),
        custom: flags.contains(&"custom"),
    })
}

fn guess(object: &Value) -> Option<Resource> {
    let kind = object["kind"].as_str()?;
    let api_version = object["apiVersion"].as_str()?;
    Some(Resource {
        group: group_of(object).into(),
        version: api_version.rsplit('/').next()?.into(),
        plural: format!("{}s", kind.to_lowercase()),
        kind: kind.into(),
        namespaced: object["metadata"]["namespace"].is_string(),
        listable: true,
        custom: true,
    })
}

fn group_of(object: &Value) -> &str {
    object["apiVersion"]
        .as_str()
        .and_then(|v| v.split_once('/'))
        .map_or("", |(group, _)| group)
}
