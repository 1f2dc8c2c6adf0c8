//! What lies in a store: its bundles, what interrupted runs left behind, and what does not belong.

use std::path::{Path, PathBuf};

use super::disk::{self, Found};
use super::error::StoreError;
use super::layout::{HEADER, OBJECTS, Place, SECRETS, Sibling, TEMPLATES};
use super::root::Root;

/// What lies in a store.
#[derive(Debug, Default)]
pub(crate) struct Census {
    /// The bundles, sorted by path.
    pub(crate) places: Vec<Place>,
    /// What interrupted runs left behind.
    pub(crate) leftovers: Vec<(Place, Sibling)>,
    /// Links, which are not followed.
    pub(crate) links: Vec<PathBuf>,
    /// Folders that look like bundles and have no header.
    pub(crate) headless: Vec<PathBuf>,
}

/// Walks a store without reading a file.
pub(crate) fn take(root: &Root) -> Result<Census, StoreError> {
    let mut census = Census::default();
    for (name, found) in disk::children(root.path())? {
        let Some(namespace) = name.to_str() else {
            continue;
        };
        match found {
            Found::Folder if !namespace.starts_with('.') => census.shelf(root, namespace)?,
            Found::Link if !namespace.starts_with('.') => census.links.push(root.join(namespace)),
            _ => {}
        }
    }
    // Until the swap is finished or undone, the bundle is what was there before.
    for (place, sibling) in &census.leftovers {
        if *sibling == Sibling::Old && !census.places.contains(place) {
            census.places.push(place.clone());
        }
    }
    census.places.sort();
    Ok(census)
}

impl Census {
    /// Walks the folder of a namespace, or of the templates in it.
    fn shelf(&mut self, root: &Root, shelf: &str) -> Result<(), StoreError> {
        let at = root.join(shelf);
        for (name, found) in disk::children(&at)? {
            let Some(name) = name.to_str() else {
                continue;
            };
            let path = at.join(name);
            match found {
                Found::Link => self.links.push(path),
                Found::Folder if name == TEMPLATES && !shelf.contains('/') => {
                    self.shelf(root, &format!("{shelf}/{name}"))?;
                }
                Found::Folder => {
                    if let Some((bundle, sibling)) = Sibling::parse(name) {
                        let place = Place::parse(&format!("{shelf}/{bundle}"));
                        self.leftovers.extend(place.map(|place| (place, sibling)));
                    } else if let Some(place) = Place::parse(&format!("{shelf}/{name}")) {
                        self.bundle(&path, place)?;
                    }
                }
                Found::File | Found::Other | Found::Missing => {}
            }
        }
        Ok(())
    }

    fn bundle(&mut self, folder: &Path, place: Place) -> Result<(), StoreError> {
        let is_folder =
            |name| Ok::<_, StoreError>(disk::kind(&folder.join(name))? == Found::Folder);
        match disk::kind(&folder.join(HEADER))? {
            Found::File => self.places.push(place),
            Found::Link => self.links.push(folder.join(HEADER)),
            _ if is_folder(OBJECTS)? || is_folder(SECRETS)? => {
                self.headless.push(folder.to_owned());
            }
            _ => {}
        }
        Ok(())
    }
}
