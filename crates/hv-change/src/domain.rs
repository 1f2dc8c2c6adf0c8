//! What only the plugin knows about the objects that it creates.

use serde_json::Value;

use crate::normal;
use crate::plan::{Action, Body, Step};

/// What only the plugin knows about the objects that it creates.
pub trait Domain: Sync {
    /// The object that a step creates: read, and decrypted if it has to be, at this moment.
    fn object(&self, step: &Step) -> Result<Value, String>;

    /// The digest of an object's normal form: what nobody but a person changes.
    fn digest(&self, object: &Value) -> String {
        normal::digest(object)
    }
}

/// A domain of objects that stand in the plan as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainDomain;

impl Domain for PlainDomain {
    fn object(&self, step: &Step) -> Result<Value, String> {
        match &step.action {
            Action::Create(Body::Object(object)) => Ok(object.clone()),
            Action::Create(Body::Sealed(_)) => Err("it is sealed".to_owned()),
            Action::Own { .. } => Err("the step creates nothing".to_owned()),
        }
    }
}
