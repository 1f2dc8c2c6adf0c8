//! Where things lie in a store: the paths of bundles and of their files, and the names they may have.

use std::cmp::Ordering;
use std::fmt;

use super::error::StoreError;
use super::name::{LONGEST_NAME, check_name};
use crate::header::VmName;

/// The file that makes a folder a store.
pub const MARKER: &str = "kubectl-hv-store.json";
/// The list of bundles, which is only a cache.
pub const INDEX: &str = "index.json";
/// The header of a bundle.
pub const HEADER: &str = "bundle.json";
/// The folder of objects in a bundle.
pub const OBJECTS: &str = "objects";
/// The folder of encrypted secrets in a bundle.
pub const SECRETS: &str = "secrets";
/// The folder of templates in a namespace; no VM can have its name.
pub const TEMPLATES: &str = "_templates";

/// What a bundle is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shelf {
    /// A VM.
    Vm,
    /// A template with its versions.
    Template,
}

/// The place of a bundle in a store; sorted by path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    shelf: Shelf,
    name: VmName,
    path: String,
}

impl Place {
    /// The place of a VM.
    pub fn vm(name: &VmName) -> Self {
        Self {
            shelf: Shelf::Vm,
            path: format!("{}/{}", name.namespace, name.name),
            name: name.clone(),
        }
    }

    /// The place of a template.
    pub fn template(name: &VmName) -> Self {
        Self {
            shelf: Shelf::Template,
            path: format!("{}/{TEMPLATES}/{}", name.namespace, name.name),
            name: name.clone(),
        }
    }

    /// What the bundle is of.
    pub fn shelf(&self) -> Shelf {
        self.shelf
    }

    /// Namespace and name of the VM or template.
    pub fn name(&self) -> &VmName {
        &self.name
    }

    /// Its folder, from the root of the store on.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The folder that its own lies in.
    pub(crate) fn parent(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    /// A hidden folder beside its own.
    pub(crate) fn sibling(&self, sibling: Sibling) -> String {
        format!("{}/.{}.{}", self.parent(), self.name.name, sibling.suffix())
    }

    /// Finds the place of a folder by its path.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let steps: Vec<&str> = path.split('/').collect();
        let name = |namespace: &str, name: &str| VmName {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        };
        let place = match steps[..] {
            [namespace, TEMPLATES, template] => Self::template(&name(namespace, template)),
            [namespace, vm] => Self::vm(&name(namespace, vm)),
            _ => return None,
        };
        place.check().is_ok().then_some(place)
    }

    /// Fails if a name cannot be that of a folder everywhere.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        check_name(&self.name.namespace, LONGEST_NAME)?;
        check_name(&self.name.name, LONGEST_NAME)
    }
}

impl From<&VmName> for Place {
    fn from(name: &VmName) -> Self {
        Self::vm(name)
    }
}

impl From<&Place> for Place {
    fn from(place: &Place) -> Self {
        place.clone()
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        self.path.cmp(&other.path)
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.path)
    }
}

/// What a hidden folder beside that of a bundle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sibling {
    /// What is to come, or what it replaced: of no worth after an interrupted run.
    New,
    /// What was there before: the bundle itself as long as its own folder is missing.
    Old,
    /// A bundle that was removed: of no worth.
    Gone,
}

impl Sibling {
    const ALL: [Self; 3] = [Self::New, Self::Old, Self::Gone];

    fn suffix(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Old => "old",
            Self::Gone => "gone",
        }
    }

    /// Reads the name of a hidden folder: the bundle's name and what the folder is.
    pub(crate) fn parse(folder: &str) -> Option<(&str, Self)> {
        let (name, suffix) = folder.strip_prefix('.')?.rsplit_once('.')?;
        let sibling = Self::ALL.into_iter().find(|one| one.suffix() == suffix)?;
        check_name(name, LONGEST_NAME)
            .is_ok()
            .then_some((name, sibling))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vm(namespace: &str, name: &str) -> Place {
        Place::vm(&VmName {
            namespace: namespace.into(),
            name: name.into(),
        })
    }

    #[test]
    fn places_are_read_back_from_their_paths_and_no_vm_is_taken_for_a_template() {
        let name = VmName {
            namespace: "prod".into(),
            name: "templates".into(),
        };
        for place in [Place::vm(&name), Place::template(&name)] {
            assert_eq!(Place::parse(place.path()), Some(place));
        }
        for path in [
            "prod",
            "prod/_templates",
            "prod/a/b",
            "prod/../x",
            "prod/_templates/a/b",
        ] {
            assert_eq!(Place::parse(path), None, "{path}");
        }
    }

    #[test]
    fn siblings_are_hidden_and_known_again() {
        let place = vm("prod", "a.b");
        assert_eq!(place.sibling(Sibling::New), "prod/.a.b.new");
        assert_eq!(Sibling::parse(".a.b.old"), Some(("a.b", Sibling::Old)));
        for other in [".git", "a.new", ".new", "..new", ".a.newer", ".-a.new"] {
            assert_eq!(Sibling::parse(other), None, "{other}");
        }
    }
}
