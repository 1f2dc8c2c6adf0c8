//! A refusal in the words and the shape Harvester uses.

use std::borrow::Cow;

use serde_json::{Value, json};

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// HTTP status.
    pub code: u16,
    /// The field a 422 names.
    pub field: Option<Cow<'static, str>>,
    /// The text, without the API server's prefix.
    pub message: String,
}

pub(crate) const SOURCE: &str = "spec.source.name";

impl Refusal {
    /// 422 with a cause, which kubectl prints as `The request is invalid: FIELD: TEXT`.
    pub(crate) fn invalid(field: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            code: 422,
            field: Some(field.into()),
            message: message.into(),
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self {
            code: 400,
            field: None,
            message: message.into(),
        }
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self {
            code: 409,
            field: None,
            message: message.into(),
        }
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self {
            code: 500,
            field: None,
            message: message.into(),
        }
    }

    /// The `status` of an admission response.
    pub(crate) fn status(&self) -> Value {
        let reason = match self.code {
            422 => "Invalid",
            409 => "Conflict",
            400 => "BadRequest",
            _ => "InternalError",
        };
        let mut status = json!({
            "status": "Failure",
            "code": self.code,
            "reason": reason,
            "message": self.message,
        });
        if let Some(field) = &self.field {
            status["details"] = json!({"causes": [{"field": field, "message": self.message}]});
        }
        status
    }
}
