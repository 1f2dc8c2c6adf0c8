//! Templates, their versions, and everything that these reach.

use std::sync::Arc;

use hv_cluster::kinds;
use hv_cluster::{Gap, Query, Source, SourceError};
use hv_vm::{Key, Kind};
use serde_json::Value;

use super::reach::Reader;
use super::record::{Record, with_type};
use super::table::Held;
use super::{Gathered, fleet, gathered, name_of, origin};

/// A template and the versions that are wanted.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) template: Value,
    pub(crate) versions: Vec<Arc<Value>>,
}

/// What was read of templates: them, and what they reach.
pub(crate) type Templates = (Vec<Template>, Gathered);

/// Reads templates by name with one version each, or with all.
///
/// An unreadable kind is an error of its own here: there is nothing else to export.
pub(crate) async fn templates(
    source: &Source,
    namespace: &str,
    names: &[String],
    all_versions: bool,
    secrets: bool,
) -> Result<Result<Templates, (&'static str, Gap)>, SourceError> {
    let query = Query {
        namespace: Some(namespace.to_owned()),
        ..Query::default()
    };
    let kind = &kinds::VIRTUAL_MACHINE_TEMPLATE;
    let gets = names.iter().map(async |name| {
        let got = source.get::<Value>(kind, Some(namespace), name).await?;
        Ok::<_, SourceError>((name, got))
    });
    let (origin, got, versions) = futures::try_join!(
        origin::read(source),
        futures::future::try_join_all(gets),
        source.list::<Value>(&kinds::VIRTUAL_MACHINE_TEMPLATE_VERSION, &query),
    )?;
    if let Some(gap) = versions.gap {
        return Ok(Err(("virtualmachinetemplateversions.harvesterhci.io", gap)));
    }
    let mut found = fleet::Found::default();
    let mut templates = Vec::new();
    for (name, got) in got {
        match got {
            Ok(Some(template)) => {
                let template = with_type(template, Kind::VirtualMachineTemplate);
                let versions = wanted(&template, &versions.items, all_versions);
                templates.push(Template { template, versions });
            }
            Ok(None) => found.missing.push(name.clone()),
            Err(gap) => return Ok(Err(("virtualmachinetemplates.harvesterhci.io", gap))),
        }
    }
    let mut reader = Reader::new(source, secrets);
    let versions = templates.iter().flat_map(|template| &template.versions);
    let kind = Kind::VirtualMachineTemplateVersion;
    let mut front = Vec::new();
    for version in versions {
        let name = name_of(version);
        let key = Key::new(kind, &name.namespace, &name.name);
        let record = Record::of(version.as_ref().clone(), kind);
        reader.take(key.clone(), Held::Found(record));
        front.push(key);
    }
    reader.reach_from(front).await?;
    let mut gathered = gathered(origin, found);
    gathered.table = reader.into_table();
    Ok(Ok((templates, gathered)))
}

/// The versions of a template: the one that people start from, or all.
fn wanted(template: &Value, versions: &[Value], all: bool) -> Vec<Arc<Value>> {
    let name = name_of(template);
    let id = format!("{}/{}", name.namespace, name.name);
    let default = template["spec"]["defaultVersionId"].as_str();
    let is_wanted = |version: &&Value| {
        let own = name_of(version);
        version["spec"]["templateId"].as_str() == Some(&id)
            && (all || default == Some(&format!("{}/{}", own.namespace, own.name)))
    };
    let kind = Kind::VirtualMachineTemplateVersion;
    let wanted = versions.iter().filter(is_wanted).cloned();
    wanted
        .map(|version| Arc::new(with_type(version, kind)))
        .collect()
}
