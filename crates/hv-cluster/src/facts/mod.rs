//! What is known of drivers, releases and reason codes, as data files with a source on every line.

mod drivers;
mod reasons;
mod releases;

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

/// A table that does not parse: a defect of the build, found by its tests.
#[derive(Debug, thiserror::Error)]
#[error("read the built-in table {table}: {source}")]
pub struct FactsError {
    table: &'static str,
    source: Box<serde_saphyr::Error>,
}

impl Facts {
    /// Reads the tables that are part of the program.
    pub fn builtin() -> Result<Self, FactsError> {
        fn read<T: serde::de::DeserializeOwned>(
            table: &'static str,
            text: &str,
        ) -> Result<T, FactsError> {
            serde_saphyr::from_str(text).map_err(|source| FactsError {
                table,
                source: Box::new(source),
            })
        }
        Ok(Self {
            drivers: read("drivers.yaml", include_str!("drivers.yaml"))?,
            releases: read("releases.yaml", include_str!("releases.yaml"))?,
            reasons: read("reasons.yaml", include_str!("reasons.yaml"))?,
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
