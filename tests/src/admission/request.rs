//! What a webhook is asked.

use serde_json::Value;

/// What is to be done with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// It is new.
    Create,
    /// It changes.
    Update,
    /// It goes.
    Delete,
}

/// A request that is judged before it takes effect.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is to be done.
    pub operation: Operation,
    /// The object as it is to be; null when it goes.
    pub object: Value,
    /// The object as it is; null when it is new.
    pub old: Value,
    /// Who asks.
    pub user: String,
}

impl Request {
    /// A new object.
    pub fn create(object: Value) -> Self {
        Self {
            operation: Operation::Create,
            object,
            old: Value::Null,
            user: "somebody".into(),
        }
    }

    /// An object that changes.
    pub fn update(old: Value, object: Value) -> Self {
        Self {
            operation: Operation::Update,
            object,
            old,
            user: "somebody".into(),
        }
    }

    /// An object that goes.
    pub fn delete(old: Value) -> Self {
        Self {
            operation: Operation::Delete,
            object: Value::Null,
            old,
            user: "somebody".into(),
        }
    }

    /// Reads the `request` of an `AdmissionReview`.
    pub(crate) fn of(review: &Value) -> Option<Self> {
        let operation = match review["operation"].as_str()? {
            "CREATE" => Operation::Create,
            "UPDATE" => Operation::Update,
            "DELETE" => Operation::Delete,
            _ => return None,
        };
        let mut request = Self {
            operation,
            object: review["object"].clone(),
            old: review["oldObject"].clone(),
            user: review["userInfo"]["username"].as_str()?.to_owned(),
        };
        // Objects need not name the namespace they are sent to.
        for object in [&mut request.object, &mut request.old] {
            if object.is_object() && review["namespace"].is_string() {
                object["metadata"]["namespace"] = review["namespace"].clone();
            }
        }
        Some(request)
    }

    /// The object that is judged.
    pub(crate) fn subject(&self) -> &Value {
        if self.operation == Operation::Delete {
            &self.old
        } else {
            &self.object
        }
    }
}
