//! What is known of drivers, releases and reason codes, as data files with a source on every line.

mod drivers;
mod reasons;
mod releases;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub use drivers::{Ability, DriverFact, DriverFacts, DriverKey};
pub use reasons::{Reason, Reasons};
pub use releases::{KnownRelease, Need, ReleaseFacts, Rule, Storage};

/// The three tables, read once a run.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What drivers can do.
    pub drivers: DriverFacts,
    /// What Harvester's releases allow.
    pub releases: ReleaseFacts,
    /// What the codes mean.
    pub reasons: Reasons,
}

/// A built-in table that does not parse: a defect of the build, found by its tests.
#[derive(Debug, thiserror::Error)]
#[error("read the built-in table {table}: {source}")]
pub struct FactsError {
    table: &'static str,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// Reads a table that is part of the program.
///
/// By way of a plain value: a YAML reader for each type of row would be a tenth of the program.
pub fn table<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<T, FactsError> {
    let value: Value = serde_saphyr::from_str(text).map_err(|source| FactsError {
        table,
        source: Box::new(source),
    })?;
    serde_json::from_value(value).map_err(|source| FactsError {
        table,
        source: Box::new(source),
    })
}

impl Facts {
    /// Reads the tables that are part of the program.
    pub fn builtin() -> Result<Self, FactsError> {
        Ok(Self {
            drivers: table("drivers.yaml", include_str!("drivers.yaml"))?,
            releases: table("releases.yaml", include_str!("releases.yaml"))?,
            reasons: table("reasons.yaml", include_str!("reasons.yaml"))?,
        })
    }
}

/// Reads a bound such as `1.9.0-rc4`.
fn bound<'de, D>(deserializer: D) -> Result<Option<crate::release::Release>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    use serde::Deserialize;
    let text = String::deserialize(deserializer)?;
    crate::release::Release::parse(&text)
        .map(Some)
        .ok_or_else(|| serde::de::Error::custom(format!("{text} is no release")))
}
