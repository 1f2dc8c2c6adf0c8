//! A Harvester support bundle, read as if it were a cluster.
//!
//! Nothing is unpacked: the central directory of the zip and the few files that are asked for are
//! read, one object at a time; logs never are.

mod bounded;
mod catalog;
mod files;
mod items;
mod layout;
mod metadata;
mod object;
mod opening;
mod selection;
mod selector;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

pub use self::selector::LabelSelector;

use self::files::{Files, ReadError};
use self::metadata::{Failures, Metadata};
use self::object::Harvest;
use self::selection::Selection;
use crate::kinds::{CUSTOM_RESOURCE_DEFINITION, Kind, SETTING, Scope};
use crate::source::{Gap, Listing, Query, SourceError};

/// An opened support bundle, zip or unpacked.
#[derive(Debug)]
pub struct SupportBundle {
    files: Files,
    metadata: Metadata,
    failures: Failures,
    collected_at: Timestamp,
    namespaces: Vec<String>,
    notes: Vec<String>,
    /// Names of the installed CRDs, once somebody asked.
    definitions: OnceLock<Option<BTreeSet<String>>>,
}

impl SupportBundle {
    /// Finds the bundle in a zip file or a folder and reads its metadata.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let files = opening::open(path)?;
        let metadata = Metadata::read(&files);
        let failures = Failures::read(&files);
        let (collected_at, note) = metadata.collected_at(&files);
        let mut notes: Vec<String> = note.into_iter().collect();
        if files.unsafe_names > 0 {
            notes.push(format!(
                "{} of the zip's entries have names that lead out of it and are ignored",
                files.unsafe_names
            ));
        }
        let namespaces = layout::covered(&files, &failures);
        Ok(Self {
            files,
            metadata,
            failures,
            collected_at,
            namespaces,
            notes,
            definitions: OnceLock::new(),
        })
    }

    /// When the bundle was collected.
    pub fn collected_at(&self) -> Timestamp {
        self.collected_at
    }

    /// The name of the bundle.
    pub fn name(&self) -> &str {
        match self.metadata.bundlename.as_str() {
            "" => &self.files.root_name,
            name => name,
        }
    }

    /// The version of Kubernetes, empty if the bundle does not say.
    pub fn kubernetes_version(&self) -> &str {
        &self.metadata.kubernetesversion
    }

    /// Namespaces whose objects the bundle holds, sorted.
    pub fn covered_namespaces(&self) -> &[String] {
        &self.namespaces
    }

    /// What a reader of a report should know about the bundle itself.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Lists a kind; without a namespace, in all namespaces that are covered.
    pub fn list<T>(&self, kind: &Kind, query: &Query) -> Result<Listing<T>, SourceError>
    where
        T: DeserializeOwned,
    {
        let selection = Selection::parse(query)?;
        self.select(kind, query.namespace.as_deref(), &selection)
    }

    /// Reads one object; `Ok(Ok(None))` if it was not there when the bundle was collected.
    pub fn get<T>(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Result<Option<T>, Gap>, SourceError>
    where
        T: DeserializeOwned,
    {
        let selection = Selection::of_name(name);
        let mut listing = self.select(kind, namespace, &selection)?;
        Ok(match (listing.items.pop(), listing.gap) {
            (Some(item), _) => Ok(Some(item)),
            (None, Some(Gap::NotServed)) => Ok(None),
            (None, Some(gap)) => Err(gap),
            (None, None) => match catalog::never_collected_object(kind, name) {
                Some(why) => Err(Gap::NotCollected(why)),
                None => Ok(None),
            },
        })
    }

    fn select<T>(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        selection: &Selection,
    ) -> Result<Listing<T>, SourceError>
    where
        T: DeserializeOwned,
    {
        let scopes = match self.scopes(kind, namespace) {
            Ok(scopes) => scopes,
            Err(gap) => {
                return Ok(Listing {
                    items: Vec::new(),
                    gap: Some(gap),
                });
            }
        };
        let mut harvest = Harvest::new();
        let mut gap = None;
        let mut found = false;
        for scope in scopes {
            let Some(path) = layout::path(&self.files, kind, scope) else {
                gap = gap.or_else(|| self.failures.of(kind, scope));
                continue;
            };
            found = true;
            match self.read(&path, &mut harvest, selection) {
                Ok(()) => {}
                Err(ReadError::Damaged(why)) => gap = gap.or(Some(Gap::Failed(why))),
                Err(hostile @ ReadError::Hostile(_)) => return Err(hostile.into()),
            }
        }
        let gap = gap.or_else(|| harvest.complaint().map(Gap::Failed));
        let gap = if found || gap.is_some() {
            gap
        } else {
            self.absence(kind)
        };
        Ok(Listing {
            items: harvest.items,
            gap,
        })
    }

    /// The places to look at: the cluster's own, or namespaces.
    fn scopes<'a>(
        &'a self,
        kind: &Kind,
        namespace: Option<&'a str>,
    ) -> Result<Vec<Option<&'a str>>, Gap> {
        if let Some(why) = catalog::never_collected(kind) {
            return Err(Gap::NotCollected(why));
        }
        if kind.scope == Scope::Cluster {
            return Ok(vec![None]);
        }
        let covered: Vec<&str> = self.namespaces.iter().map(String::as_str).collect();
        match namespace {
            None if covered.is_empty() => Err(Gap::NotCollected(because(
                "this bundle holds no namespaced objects",
                self.failures.namespaced.as_deref(),
            ))),
            None => Ok(covered.into_iter().map(Some).collect()),
            Some(name) if covered.contains(&name) => Ok(vec![Some(name)]),
            Some(name) if covered.is_empty() => Err(Gap::NotCollected(format!(
                "namespace \"{name}\" is not in this bundle; it covers no namespace"
            ))),
            Some(name) => Err(Gap::NotCollected(format!(
                "namespace \"{name}\" is not in this bundle; it covers {}",
                covered.join(", ")
            ))),
        }
    }

    fn read<T>(
        &self,
        path: &str,
        harvest: &mut Harvest<T>,
        selection: &Selection,
    ) -> Result<(), ReadError>
    where
        T: DeserializeOwned,
    {
        let shape = self.files.read(path, |reader| {
            items::split(reader, &mut |item| harvest.add(item, selection))
        })?;
        harvest.add_whole(&shape, path, selection);
        Ok(())
    }

    /// What it means that a kind has no file anywhere.
    fn absence(&self, kind: &Kind) -> Option<Gap> {
        let nothing_cluster_scoped = self.files.under("yamls/cluster/").next().is_none();
        if kind.scope == Scope::Cluster && nothing_cluster_scoped {
            return Some(Gap::NotCollected(because(
                "this bundle holds no cluster-scoped objects",
                self.failures.cluster.as_deref(),
            )));
        }
        let installed = self
            .definitions()
            .map(|names| names.contains(&format!("{}.{}", kind.plural, kind.group)));
        if !catalog::is_built_in(kind) && installed == Some(false) {
            return Some(Gap::NotServed);
        }
        // A Harvester without settings does not exist; kits before 2023-08 left them out.
        let harvester = installed == Some(true)
            || self
                .files
                .entries
                .keys()
                .any(|path| path.contains("/harvesterhci.io/"));
        (*kind == SETTING && harvester)
            .then(|| Gap::NotCollected("this bundle's kit collected no settings".to_owned()))
    }

    /// Names of the installed CRDs, or none if the bundle does not hold them.
    fn definitions(&self) -> Option<&BTreeSet<String>> {
        self.definitions
            .get_or_init(|| self.read_definitions())
            .as_ref()
    }

    fn read_definitions(&self) -> Option<BTreeSet<String>> {
        let path = layout::path(&self.files, &CUSTOM_RESOURCE_DEFINITION, None)?;
        let mut names = BTreeSet::new();
        let shape = self.files.read(&path, |reader| {
            items::split(reader, &mut |item| names.extend(object::name(item)))
        });
        matches!(shape, Ok(items::Shape::Split)).then_some(names)
    }
}

fn because(what: &str, why: Option<&str>) -> String {
    match why {
        Some(why) => format!("{what}: {why}"),
        None => what.to_owned(),
    }
}
