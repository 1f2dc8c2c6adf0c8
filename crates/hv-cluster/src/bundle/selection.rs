//! Chooses objects by selectors, as an API server would.

use serde_json::Value;

use super::selector::{self, Operator, Requirement};
use crate::lenient::null_is_empty;
use crate::source::{Query, SourceError};

/// A parsed query.
#[derive(Debug, Default)]
pub(super) struct Selection {
    labels: Vec<Requirement>,
    fields: Vec<Requirement>,
}

impl Selection {
    pub(super) fn parse(query: &Query) -> Result<Self, SourceError> {
        let labels = selector::parse(query.labels.as_deref().unwrap_or_default())?;
        let fields = selector::parse(query.fields.as_deref().unwrap_or_default())?;
        for field in &fields {
            let known = matches!(field.key.as_str(), "metadata.name" | "metadata.namespace");
            let comparison = matches!(field.operator, Operator::In | Operator::NotIn);
            if !known || !comparison {
                return Err(SourceError::Selector(format!(
                    "field label not supported in a support bundle: {}",
                    field.key
                )));
            }
        }
        Ok(Self { labels, fields })
    }

    pub(super) fn of_name(name: &str) -> Self {
        let field = Requirement {
            key: "metadata.name".to_owned(),
            operator: Operator::In,
            values: vec![name.to_owned()],
        };
        Self {
            labels: Vec::new(),
            fields: vec![field],
        }
    }

    /// Whether an object of this name may be wanted, before anything else is known of it.
    pub(super) fn takes_name(&self, name: &str) -> bool {
        let mut fields = self.fields.iter();
        fields.all(|field| field.key != "metadata.name" || field.matches(Some(name)))
    }

    pub(super) fn takes(&self, object: &Value) -> bool {
        let metadata = &object["metadata"];
        let labels = &metadata["labels"];
        self.fields.iter().all(|field| {
            let key = field.key.trim_start_matches("metadata.");
            field.matches(Some(metadata[key].as_str().unwrap_or_default()))
        }) && self.labels.iter().all(|label| {
            label.matches(
                labels
                    .get(&label.key)
                    .map(|value| null_is_empty(value.as_str().unwrap_or_default())),
            )
        })
    }
}
