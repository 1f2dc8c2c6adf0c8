//! What was read of one kind, and where nobody knows.

use std::collections::{BTreeMap, BTreeSet};

use super::meta::Named;

/// Whether an object is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<'a, T> {
    /// It is.
    Yes(&'a T),
    /// It is not, for sure.
    No,
    /// It could not be read; why.
    Unknown(&'a str),
}

impl<'a, T> Found<'a, T> {
    /// The object, if it is known to be there.
    pub(crate) fn yes(self) -> Option<&'a T> {
        match self {
            Self::Yes(object) => Some(object),
            Self::No | Self::Unknown(_) => None,
        }
    }
}

/// The objects of one kind, by namespace and name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known<T> {
    items: BTreeMap<String, BTreeMap<String, T>>,
    /// Whether all of a namespace is known, where it was asked about.
    namespaces: BTreeMap<String, Result<(), String>>,
    /// Whether everything else is known.
    rest: Result<(), String>,
    /// Names of objects of the whole cluster that were asked for and are not there.
    missing: BTreeSet<String>,
}

impl<T> Default for Known<T> {
    /// Nothing is known: it was not asked for.
    fn default() -> Self {
        Self::unread("it was not read")
    }
}

impl<T> Known<T> {
    /// Nothing is known.
    pub(crate) fn unread(why: impl Into<String>) -> Self {
        Self {
            items: BTreeMap::new(),
            namespaces: BTreeMap::new(),
            rest: Err(why.into()),
            missing: BTreeSet::new(),
        }
    }

    /// Adds an object.
    pub(crate) fn put(&mut self, namespace: &str, name: &str, item: T) {
        let inside = self.items.entry(namespace.to_owned()).or_default();
        inside.insert(name.to_owned(), item);
    }

    /// Everything of the cluster was listed, or why not.
    pub(crate) fn close(&mut self, rest: Result<(), String>) {
        self.rest = rest;
    }

    /// A namespace was listed, or why not.
    pub(crate) fn close_namespace(&mut self, namespace: &str, told: Result<(), String>) {
        self.namespaces.insert(namespace.to_owned(), told);
    }

    /// An object of the whole cluster is known to be missing.
    pub(crate) fn close_name(&mut self, name: &str) {
        self.missing.insert(name.to_owned());
    }

    /// Looks an object up; kinds of the whole cluster have an empty namespace.
    pub(crate) fn get(&self, namespace: &str, name: &str) -> Found<'_, T> {
        match self.items.get(namespace).and_then(|one| one.get(name)) {
            Some(item) => Found::Yes(item),
            None if namespace.is_empty() && self.missing.contains(name) => Found::No,
            None => match self.all_of(namespace) {
                Ok(()) => Found::No,
                Err(why) => Found::Unknown(why),
            },
        }
    }

    /// Whether all objects of a namespace are known; why not.
    pub(crate) fn all_of(&self, namespace: &str) -> Result<(), &str> {
        let told = self.namespaces.get(namespace).unwrap_or(&self.rest);
        told.as_ref().copied().map_err(String::as_str)
    }

    /// Whether all objects of the cluster are known; why not.
    pub(crate) fn all(&self) -> Result<(), &str> {
        self.rest.as_ref().copied().map_err(String::as_str)
    }

    /// The objects that were read.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.values().flat_map(BTreeMap::values)
    }

    /// The objects of a namespace that were read.
    pub(crate) fn of(&self, namespace: &str) -> impl Iterator<Item = &T> {
        self.items
            .get(namespace)
            .into_iter()
            .flat_map(BTreeMap::values)
    }
}

impl<T: Named> Known<T> {
    /// Adds an object under its own name.
    pub(crate) fn add(&mut self, item: T) {
        let (namespace, name) = item.place();
        let (namespace, name) = (namespace.to_owned(), name.to_owned());
        self.put(&namespace, &name, item);
    }
}

impl<T: Named> FromIterator<T> for Known<T> {
    /// Everything there is.
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut known = Self::unread("");
        known.rest = Ok(());
        items.into_iter().for_each(|item| known.add(item));
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_read_is_not_missing() {
        let mut known: Known<u8> = Known::unread("denied");
        known.put("dr", "a", 1);
        known.close_namespace("dr", Ok(()));
        known.close_namespace("lab", Err("forbidden".to_owned()));
        assert_eq!(known.get("dr", "a"), Found::Yes(&1));
        assert_eq!(known.get("dr", "b"), Found::No);
        assert_eq!(known.get("lab", "b"), Found::Unknown("forbidden"));
        assert_eq!(known.get("else", "b"), Found::Unknown("denied"));
        assert_eq!(known.all(), Err("denied"));
        known.close(Ok(()));
        assert_eq!(known.get("else", "b"), Found::No);
        assert_eq!(
            Known::<u8>::default().get("", "x"),
            Found::Unknown("it was not read")
        );
    }
}
