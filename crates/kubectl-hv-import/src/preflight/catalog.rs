//! The table of checks: what each code says, how grave it is, and what makes it go away.

use hv_cluster::facts::{self, FactsError};
use serde::Deserialize;

use crate::report::{Group, Verdict};

/// A row of the table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Check {
    /// Lower-case words joined by dashes; stable.
    pub(crate) code: String,
    /// What it belongs to.
    pub(crate) group: Group,
    /// How grave it is.
    pub(crate) result: Verdict,
    /// What was looked at; `{name}` stands for a value.
    #[expect(
        clippy::struct_field_names,
        reason = "the column is called so everywhere"
    )]
    pub(crate) check: String,
    /// What was found.
    #[serde(default)]
    pub(crate) message: String,
    /// The flag or map entry that changes it.
    #[serde(default)]
    pub(crate) fix: Option<String>,
    /// What is behind it, for the documentation.
    pub(crate) about: String,
}

/// A message of the admission that is known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    /// Texts that the message holds, in this order.
    pub(crate) holds: Vec<String>,
    /// Kind that is refused; any without it.
    #[serde(default)]
    pub(crate) kind: Option<String>,
    /// The code of the check.
    pub(crate) code: String,
}

/// The tables.
#[derive(Clone, Debug)]
pub(crate) struct Catalog {
    rows: Vec<Check>,
    admission: Vec<Known>,
}

impl Catalog {
    /// Reads the tables that are part of the program.
    pub(crate) fn builtin() -> Result<Self, FactsError> {
        let (checks, admission) = ("checks.yaml", "admission.yaml");
        Ok(Self {
            rows: facts::table(checks, include_str!("../../facts/checks.yaml"))?,
            admission: facts::table(admission, include_str!("../../facts/admission.yaml"))?,
        })
    }

    /// Every row, in the order of the documentation.
    pub(crate) fn all(&self) -> &[Check] {
        &self.rows
    }

    /// The row of a code.
    pub(crate) fn get(&self, code: &str) -> Option<&Check> {
        self.rows.iter().find(|row| row.code == code)
    }

    /// The messages of the admission that are known, the most specific first.
    pub(crate) fn admission(&self) -> &[Known] {
        &self.admission
    }
}

/// Puts values into a template; `{{` and `}}` are braces.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        filled.push_str(before);
        if after.starts_with("{{") || after.starts_with("}}") {
            filled.push_str(&after[..1]);
            rest = &after[2..];
            continue;
        }
        let Some(end) = after.find('}').filter(|end| *end > 0) else {
            rest = after;
            break;
        };
        let name = &after[1..end];
        let value = values.iter().find(|(key, _)| *key == name);
        debug_assert!(value.is_some(), "{name} of {template:?} is not given");
        filled.push_str(value.map_or(&after[..=end], |(_, value)| value));
        rest = &after[end + 1..];
    }
    filled.push_str(rest);
    filled
}
