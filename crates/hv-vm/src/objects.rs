//! What was read of a cluster for one or many VMs, by name.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::key::Key;

/// Whether an object was found.
#[derive(Clone, PartialEq)]
pub enum State {
    /// It is there, as the API server gives it.
    Found(Arc<Value>),
    /// It is proven not to be there.
    Missing,
    /// It could not be read; why, in words for people.
    Unreadable(String),
    /// Nobody asked for it, as for Secrets that are left out.
    NotRead,
}

// An object may be a Secret, so that what is in it is not printed.
impl fmt::Debug for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found(_) => formatter.write_str("Found"),
            Self::Missing => formatter.write_str("Missing"),
            Self::Unreadable(why) => write!(formatter, "Unreadable({why})"),
            Self::NotRead => formatter.write_str("NotRead"),
        }
    }
}

/// Objects by name.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    states: HashMap<Key, State>,
    /// Names that were asked for and are not known here, if somebody wants to know.
    missed: Option<Arc<Mutex<BTreeSet<Key>>>>,
}

impl Objects {
    /// No objects yet; what is asked for and not known is remembered.
    ///
    /// What something is made of is then all that is known and all that was missed.
    pub fn watched() -> Self {
        Self {
            states: HashMap::new(),
            missed: Some(Arc::default()),
        }
    }

    /// Names that were asked for and are not known.
    pub fn missed(&self) -> Vec<Key> {
        let Some(missed) = &self.missed else {
            return Vec::new();
        };
        let missed = missed.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = missed.iter().filter(|key| !self.states.contains_key(*key));
        unknown.cloned().collect()
    }

    /// Remembers what became of an object.
    pub fn insert(&mut self, key: Key, state: State) {
        self.states.insert(key, state);
    }

    /// What became of an object; one that nobody named was not read.
    pub fn state(&self, key: &Key) -> &State {
        self.states.get(key).unwrap_or_else(|| {
            if let Some(missed) = &self.missed {
                let mut missed = missed.lock().unwrap_or_else(PoisonError::into_inner);
                missed.insert(key.clone());
            }
            &State::NotRead
        })
    }

    /// An object that was found.
    pub fn get(&self, key: &Key) -> Option<&Value> {
        match self.state(key) {
            State::Found(value) => Some(value),
            _ => None,
        }
    }

    /// Every name that was asked for.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.states.keys()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Kind;

    #[test]
    fn what_was_missed_is_known_until_it_is_there() {
        let key = |name: &str| Key::new(Kind::PersistentVolume, "", name);
        let mut objects = Objects::watched();
        objects.insert(key("there"), State::Missing);
        for name in ["there", "b", "a", "b"] {
            objects.get(&key(name));
        }
        assert_eq!(objects.missed(), [key("a"), key("b")]);
        objects.insert(key("a"), State::NotRead);
        assert_eq!(objects.missed(), [key("b")]);

        let unwatched = Objects::default();
        unwatched.get(&key("a"));
        assert_eq!(unwatched.missed(), []);
    }
}
