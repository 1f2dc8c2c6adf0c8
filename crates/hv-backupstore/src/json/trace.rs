//! Where in a document the reader stands, in names of fields only.

use std::cell::{Cell, RefCell};
use std::fmt::Write;

use crate::record::RecordError;

/// A step from a value into one of its parts.
///
/// Keys that a document is free to choose are no part of it: they are content.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    /// A field that this crate knows by name.
    Field(&'static str),
    /// An item of a list.
    Item(usize),
    /// A value of a map.
    Value,
}

/// The way to the value that is being read, and what it has to be.
#[derive(Default)]
pub(crate) struct Trace {
    steps: RefCell<Vec<Step>>,
    expected: Cell<&'static str>,
}

impl Trace {
    /// Reads a part; if that fails, the way to it stays as it is.
    pub(crate) fn within<T, E>(
        &self,
        step: Step,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.steps.borrow_mut().push(step);
        let part = read()?;
        self.steps.borrow_mut().pop();
        Ok(part)
    }

    /// Notes what the value has to be.
    pub(crate) fn expect(&self, expected: &'static str) {
        self.expected.set(expected);
    }

    /// The error about the value at which the reader stopped.
    pub(crate) fn into_error(self) -> RecordError {
        let mut field = String::new();
        for step in self.steps.into_inner() {
            // Writing into a text cannot fail.
            let _ = match step {
                Step::Field(name) if field.is_empty() => write!(field, "{name}"),
                Step::Field(name) => write!(field, ".{name}"),
                Step::Item(index) => write!(field, "[{index}]"),
                Step::Value => write!(field, ".*"),
            };
        }
        RecordError::WrongShape {
            field,
            expected: self.expected.get(),
        }
    }
}
