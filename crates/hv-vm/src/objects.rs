//! What was read of a cluster for one or many VMs, by name.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

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
}

impl Objects {
    /// Remembers what became of an object.
    pub fn insert(&mut self, key: Key, state: State) {
        self.states.insert(key, state);
    }

    /// What became of an object; one that nobody named was not read.
    pub fn state(&self, key: &Key) -> &State {
        self.states.get(key).unwrap_or(&State::NotRead)
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
