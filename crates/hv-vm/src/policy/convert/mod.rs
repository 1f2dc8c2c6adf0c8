//! Fields that travel in another form.

mod claim_templates;
mod network;
pub(super) mod strategy;

use serde::Deserialize;
use serde_json::Value;

use super::condition::Situation;

/// How a field is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Conversion {
    /// Into nothing: what it says is written elsewhere.
    Remove,
    /// Later, by whoever knows what is asked for.
    Keep,
    /// Claim templates: JSON in one line, without a migration in flight.
    ClaimTemplates,
    /// Names of networks: with their namespace.
    NetworkName,
    /// The route of a network: without what the network controller found out.
    NetworkRoute,
    /// An embedded VM: by the rows of a VM.
    VirtualMachine,
}

/// A value in its other form, or the code and sentence of a note why it stays as it is.
pub(super) type Converted = Result<Value, (&'static str, &'static str)>;

impl Conversion {
    /// Converts a value; nothing if it is left out. An embedded VM is the walker's to convert.
    pub(super) fn convert(self, situation: &Situation<'_>, value: &Value) -> Option<Converted> {
        match self {
            Self::Remove => None,
            Self::Keep | Self::VirtualMachine => Some(Ok(value.clone())),
            Self::ClaimTemplates => Some(claim_templates::convert(value)),
            Self::NetworkName => Some(Ok(network::with_namespace(value, situation.namespace))),
            Self::NetworkRoute => Some(network::route(value)),
        }
    }
}
