//! The path of a field, as short as people can still find it.

use std::fmt;

use super::text::{is_hidden, printable};

/// Beginnings of paths that every VM has, and that say nothing.
const LONG: [&str; 3] = [
    "spec.template.spec.domain.devices.",
    "spec.template.spec.domain.",
    "spec.template.spec.",
];
const SHORT: &str = "spec.template…";

/// The path of a field.
#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    text: String,
    hidden: bool,
}

impl Path {
    /// The path of a field of what is at this one.
    pub(super) fn field(&self, name: &str) -> Self {
        let name = printable(name);
        let text = if name.contains(['.', '/']) || name.is_empty() {
            format!("{}[{name}]", self.text)
        } else if self.text.is_empty() {
            name.clone()
        } else {
            format!("{}.{name}", self.text)
        };
        Self {
            text,
            hidden: is_hidden(&name),
        }
    }

    /// The path of an entry of the list at this one.
    pub(super) fn entry(&self, name: &str) -> Self {
        Self {
            text: format!("{}[{}]", self.text, printable(name)),
            hidden: false,
        }
    }

    /// Whether what is here may be a secret.
    pub(super) fn is_root_of_hidden(&self) -> bool {
        self.hidden
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = LONG.iter().find_map(|long| self.text.strip_prefix(long));
        match rest {
            Some(rest) => write!(formatter, "{SHORT}{rest}"),
            None if self.text.is_empty() => formatter.write_str("."),
            None => formatter.write_str(&self.text),
        }
    }
}
